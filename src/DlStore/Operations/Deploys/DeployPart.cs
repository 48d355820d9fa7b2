using DlStore.Data.Annotations;
using DlStore.Data.Names;
using DlStore.Data.Recipes;
using DlStore.Learning.Kinds;
using DlStore.Learning.Records;
using DlStore.Learning.Weights;
using DlStore.Objects;
using DlStore.Targets;

namespace DlStore.Operations.Deploys;

/// <summary>
/// The part of a task for one kind, chosen by what the records say: the attempt, its weights by hash, its class list and its data.
/// </summary>
internal sealed record DeployPart
{
    public required Kind Kind { get; init; }

    /// <summary>Gets the task that trained it: another one if the part is reused.</summary>
    public required PortableName Owner { get; init; }

    public required AttemptStart Start { get; init; }

    public required AttemptRecord Record { get; init; }

    public required BestVersion Weights { get; init; }

    public required KindDeploy Where { get; init; }

    /// <summary>Gets what the weights are good for, sorted.</summary>
    public required IReadOnlyDictionary<string, string> Accept { get; init; }

    /// <summary>Gets what had to be allowed by name, sorted.</summary>
    public required IReadOnlyList<string> Allowed { get; init; }

    public ClassList Classes => ClassList.Parse(System.Text.Encoding.UTF8.GetBytes(
        string.Concat(Start.Classes.Select(static c => c + "\n"))), $"the classes of attempt {Start.N} of task {Owner}");

    /// <summary>Gets what it is called in messages.</summary>
    public string Subject => $"kind '{Kind.Name}' of task '{Owner}', attempt {Start.N}";

    /// <summary>Chooses the attempt of a kind and checks that it may be deployed.</summary>
    /// <exception cref="DlsException">Kind Usage: there is no such part. Kind Failed: it may not be deployed; says why.</exception>
    public static DeployPart Resolve(Repo repo, TaskRecord task, PortableName kindName, DeployOptions options)
    {
        Kind kind = KindReader.Read(repo.WorkTree, kindName);
        KindDeploy where = WhereOf(kind);
        (PortableName owner, AttemptStart start) = Choose(repo, task, kindName, options.Attempt);
        AttemptRecord record = AttemptRecord.Find(repo.WorkTree, owner, start.N)
            ?? throw new DlsException(ErrorKind.Failed,
                $"deploy kind '{kindName}' of task '{owner}': attempt {start.N} was not collected", $"run `dls task collect {owner}`");
        string subject = $"deploy kind '{kindName}' of task '{owner}', attempt {start.N}";
        if (record.Id != start.Id)
        {
            throw new DlsException(
                ErrorKind.Corrupt, $"{subject}: '{AttemptRecord.FileName}' belongs to attempt {record.Id}, not {start.Id}",
                "restore the files of the task with git");
        }

        List<string> allowed = Allow(subject, record, options, owner);
        BestVersion weights = record.Weights
            ?? throw new DlsException(ErrorKind.Failed, $"{subject}: it has no whole best weights", $"see `dls task show {owner}`");
        if (weights.Inherited && !options.AllowInherited)
        {
            throw new DlsException(
                ErrorKind.Failed, $"{subject}: '{weights.Path}' is older than the run or was sent with it, so the run did not make it",
                "look at the log; if these are the weights you want, add --allow-inherited");
        }

        allowed.AddRange(weights.Inherited ? ["inherited"] : []);
        return new DeployPart
        {
            Kind = kind,
            Owner = owner,
            Start = start,
            Record = record,
            Weights = weights,
            Where = where,
            Accept = DeployAccept.Merge(kind, start.Accept, options),
            Allowed = [.. allowed.Order(StringComparer.Ordinal)]
        };
    }

    /// <summary>Gives the pointers' paths that have its bytes, for fetching.</summary>
    public IReadOnlyList<string> FetchPaths(Repo repo)
    {
        string directory = AttemptRecord.DirectoryOf(Owner, Start.N);
        string[] paths = Where.Data is null ? [$"{directory}/outputs"] : [$"{directory}/outputs", $"{directory}/data"];
        return [.. paths.Where(p => repo.FindPointer(Io.RelPath.Parse(p)) is not null).Select(p => p.EndsWith(
            "/outputs", StringComparison.Ordinal) ? $"{repo.WorkTree}/{p}/best/{Weights.Oid.ToHex()}" : $"{repo.WorkTree}/{p}")];
    }

    /// <summary>Lists what is needed and not in the store.</summary>
    public IReadOnlyList<string> FindMissing(Repo repo)
    {
        List<string> missing = [];
        Oid weight = Weights.Oid;
        missing.AddRange(repo.Store.Contains(weight) ? [] : [$"{weight}: weights of {Subject}"]);
        if (Where.Data is not null && Start.Data is { } data)
        {
            new TreeClosure(oid => repo.Store.Find(oid) is null ? null : repo.Store.Read(oid))
            {
                MissingNode = oid => missing.Add($"{oid}: a listing of data set {data.Name}"),
                Blob = (oid, _) => missing.AddRange(repo.Store.Contains(oid) ? [] : [$"{oid}: a file of data set {data.Name}"]),
            }.Walk(data.View, null);
        }

        return missing;
    }

    /// <summary>Gives the command that may veto, as this clone has to allow it.</summary>
    public TrustedCommand? Smoke() => KindTrust.Smoke(Kind);

    private static KindDeploy WhereOf(Kind kind)
    {
        KindDeploy where = kind.Deploy
            ?? throw new DlsException(
                ErrorKind.Usage, $"deploy kind '{kind.Name}': '{Kind.FileOf(kind.Name)}' does not say where its weights go",
                "add a section `deploy: {weight: PATH, data: PATH, classes: PATH}` there; `dls help kind-file` describes it");
        RequirePaths(kind.Name, where);
        return where;
    }

    private static void RequirePaths(PortableName kind, KindDeploy where)
    {
        string[] paths = [.. new[] { where.Weight, where.Data, where.Classes }.OfType<string>()];
        foreach (string path in paths)
        {
            if (!DeployedFile.IsInside(path))
            {
                throw new DlsException(
                    ErrorKind.Failed, $"deploy kind '{kind}': '{path}' is not a path that may be written below a target's home",
                    $"correct the section 'deploy' of '{Kind.FileOf(kind)}'; .dls is dls's own");
            }

            if (paths.Count(p => Overlap(p, path)) > 1)
            {
                throw new DlsException(ErrorKind.Failed,
                    $"deploy kind '{kind}': '{path}' lies in another path of its section 'deploy'", $"correct '{Kind.FileOf(kind)}'");
            }
        }
    }

    /// <summary>Tells whether one path is the other or lies in it.</summary>
    internal static bool Overlap(string a, string b) => a == b
        || a.StartsWith(b + "/", StringComparison.Ordinal) || b.StartsWith(a + "/", StringComparison.Ordinal);

    private static (PortableName Owner, AttemptStart Start) Choose(Repo repo, TaskRecord task, PortableName kind, int? number)
    {
        PortableName name = PortableName.Parse(task.Name, "task");
        AttemptStart? own = number is { } n ? task.Attempts.FirstOrDefault(a => a.N == n && a.Kind == kind.Value) : task.Newest(kind.Value);
        if (own is not null)
        {
            return (name, own);
        }

        if (task.Reused.FirstOrDefault(r => r.Kind == kind.Value) is not { } reused || number is not null)
        {
            throw new DlsException(
                ErrorKind.Usage, $"deploy kind '{kind}' of task '{name}': it has no such {(number is null ? "part" : $"attempt {number}")}",
                $"`dls task show {name}` lists its parts");
        }

        PortableName owner = PortableName.Parse(reused.Task, "task");
        AttemptStart? start = TaskRecord.Find(
            repo.WorkTree, owner)?.Attempts.FirstOrDefault(a => a.Id == reused.Attempt && a.Kind == kind.Value);
        return start is null
            ? throw new DlsException(ErrorKind.Failed,
                $"deploy kind '{kind}' of task '{name}': it is taken over from task '{owner}', which has no such attempt here",
                $"bring '{TaskRecord.FileOf(owner)}' here with git")
            : (owner, start);
    }

    /// <summary>Refuses what has to be allowed by name, and gives what was.</summary>
    private static List<string> Allow(string subject, AttemptRecord record, DeployOptions options, PortableName owner)
    {
        List<string> allowed = [];
        RequireState(subject, record, options, allowed, owner);
        RequireRead(subject, record, options, allowed);
        return allowed;
    }

    private static void RequireState(string subject, AttemptRecord record, DeployOptions options, List<string> allowed, PortableName owner)
    {
        if (record.State == RunState.Done)
        {
            return;
        }

        if (record.State != RunState.DoneUntested)
        {
            throw new DlsException(
                ErrorKind.Failed, $"{subject}: it ended as {RunStates.Name(record.State)}{(record.Why is { } why ? $": {why}" : "")}",
                    $"`dls task show {owner}` lists the attempts; --attempt N chooses another one");
        }

        if (!options.AllowUntested)
        {
            throw new DlsException(
                ErrorKind.Failed, $"{subject}: it was not tested", $"run `dls task eval {owner}`, or add --allow-untested");
        }

        allowed.Add("untested");
    }

    /// <summary>A file of a known form whose numbers were not looked at may hold NaN in all of them.</summary>
    private static void RequireRead(string subject, AttemptRecord record, DeployOptions options, List<string> allowed)
    {
        if (!record.WeightFacts.TryGetValue("unread", out string? why)
            || (record.WeightFacts.GetValueOrDefault("format") == WeightFacts.Unknown && !record.WeightFacts.ContainsKey("begins")))
        {
            return;
        }

        if (!options.Unread)
        {
            throw new DlsException(ErrorKind.Failed, $"{subject}: its weights were not looked into: {why}",
                "test them where they are used, then add --unread");
        }

        allowed.Add("unread");
    }
}
