using System.Globalization;
using DlStore.Data.Names;
using DlStore.Data.Recipes;
using DlStore.Data.Sets;
using DlStore.Io;
using DlStore.Learning.Kinds;
using DlStore.Learning.Records;
using DlStore.Objects;
using DlStore.Operations.Datasets;
using DlStore.Operations.Store;
using DlStore.Ssh;
using DlStore.WorkTree;

namespace DlStore.Operations.Tasks;

/// <summary>
/// Plans a task: reads and asks, changes nothing. Objections to the task are found here, the cheapest first, so that a name that is
/// used fails before any host is contacted and a missing key before anything is built.
/// </summary>
internal sealed class TaskPlanner(Repo repo, TaskCreateOptions options)
{
    private const long FreeBytesMin = 64 << 20;
    private readonly TypedParameters _parameters = new(options.Set);

    /// <summary>Plans the kinds.</summary>
    /// <param name="names">The kinds to run.</param>
    /// <param name="cancel">Stops it.</param>
    public async Task<IReadOnlyList<KindJob>> PlanAsync(IReadOnlyList<PortableName> names, CancellationToken cancel)
    {
        DatasetLintRun.RequireCodes(options.Accept.Except(NetworkCfg.Codes));
        Kind[] kinds = [.. names.Select(n => Read(repo, n))];
        _parameters.RequireKnown(kinds);
        List<KindJob> jobs = [];
        foreach (Kind kind in kinds)
        {
            jobs.Add(Local(kind, cancel));
        }

        foreach ((KindJob job, int i) in jobs.Select(static (j, i) => (j, i)).ToArray())
        {
            jobs[i] = job with { Plan = job.Plan with { HostState = await AskAsync(job, cancel) } };
        }

        return jobs;
    }

    /// <summary>Reads a kind of the repository; links are refused.</summary>
    public static Kind Read(Repo repo, PortableName name)
    {
        KnownFiles.RequireRealParents(repo, Kind.FileOf(name));
        return KindReader.Read(repo.WorkTree, name);
    }

    /// <summary>Chooses the kinds: those named, or the only one there is. Several are never meant by saying nothing.</summary>
    public static IReadOnlyList<PortableName> Choose(Repo repo, IReadOnlyList<string> typed, bool all, IReadOnlyList<string> reused)
    {
        IReadOnlyList<PortableName> there = KindReader.List(repo.WorkTree);
        if (typed.Count > 0)
        {
            return [.. typed.Select(static k => PortableName.Parse(k, "kind")).Distinct().Order()];
        }

        PortableName[] left = [.. there.Where(k => !reused.Contains(k.Value))];
        return left.Length == 1 || (all && left.Length > 0) ? left : throw new DlsException(
            ErrorKind.Usage,
            left.Length == 0 ? $"create a task: there is no kind in '{Kind.Root}'"
                : $"create a task: there are {left.Length} kinds, and none was chosen",
            left.Length == 0 ? "`dls kind new NAME` writes one; `dls help kind-file` describes it"
                : $"choose with `--kind {left[0]}` or `--kind {string.Join(',', left)}`, or take `--all`");
    }

    private KindJob Local(Kind kind, CancellationToken cancel)
    {
        SourcePlan? source = kind.SourceOnHost ? null : SourceCapture.Plan(repo, kind.Source, kind.Files, [.. options.Include]);
        RequireTrust(kind, source, cancel);
        HostShell shell = repo.OpenHost(kind.Host);
        SortedDictionary<string, string> parameters = _parameters.Of(kind);
        AttemptInput? initial = FindInitial(kind);
        (string? dataset, string? state, Oid? checkedData) = DescribeData(kind, cancel);
        RequireTestSet(kind);
        foreach (KindInput input in kind.Inputs)
        {
            RequireInput(kind, input);
        }

        NetworkCfg? cfg = NetworkCfg.FindGood(repo, kind, parameters, source, checkedData is not null, options.Accept);
        KindPlan plan = new()
        {
            Kind = kind.Name.Value,
            Host = kind.Host,
            HostState = "",
            Train = CommandTemplate.Fill(kind.Train, parameters),
            Test = kind.Test is null ? null : CommandTemplate.Fill(kind.Test, parameters),
            Parameters = NetworkCfg.Added(parameters, cfg),
            Dataset = dataset,
            DatasetState = state,
            TestSet = kind.TestSet?.Value,
            Source = kind.SourceOnHost ? $"{kind.Host}:{kind.Source}" : kind.Source,
            Commit = source?.Commit,
            Files = source?.Files.Count ?? 0,
            Dirty = source?.Dirty ?? [],
            Withheld = [.. (source?.Withheld ?? []).Select(static w => $"{w.Key}: {w.Value}")],
            Initial = initial is null ? "none" : $"{initial.Task}/{kind.Name}, {initial.Oid}",
            LastSeconds = LastSeconds(kind),
            LimitSeconds = kind.LimitSeconds,
            Targets = [.. repo.Config.Targets.Values.Where(t => t.Kinds.Contains(kind.Name.Value)).Select(static t => t.Name)],
        };
        return new KindJob(kind, plan, source, shell, shell.Address.Root, initial) { CheckedData = checkedData };
    }

    private void RequireTestSet(Kind kind)
    {
        if (kind.TestSet is { } testSet && repo.FindPointer(RelPath.Parse($"{TestSet.Root}/{testSet}")) is null)
        {
            throw new DlsException(ErrorKind.Usage, $"use test set '{testSet}' of kind '{kind.Name}': there is no such test set",
                $"make it with `dls testset add {testSet} ...`, or correct `{Kind.FileOf(kind.Name)}`");
        }
    }

    private void RequireTrust(Kind kind, SourcePlan? source, CancellationToken cancel)
    {
        TrustedCommand command = KindTrust.Run(kind, source is null ? null : HashSource(repo, source, cancel));
        TrustList list = new(repo.CommonDirectory);
        if (options.Trust && !options.DryRun)
        {
            using FileLock held = repo.LockWorkTree();
            list.Allow([command]);
        }
        else if (!options.Trust)
        {
            list.Require(command);
        }
    }

    /// <summary>Hashes the source without storing it.</summary>
    public static Oid HashSource(Repo repo, SourcePlan source, CancellationToken cancel)
    {
        DiskTree tree = FileListTree.Of(source.Root, source.Files);
        _ = new FileIngest(tree, null, null, repo.Config.PackThreshold, repo.Threads, null).Run(cancel);
        tree.Seal(null, null);
        return tree.Totals.Oid;
    }

    /// <summary>Finds the weights to start from. The default is none: weights that nobody named are how a run is lost.</summary>
    private AttemptInput? FindInitial(Kind kind)
    {
        string? from = options.From.FirstOrDefault(f => f.StartsWith(kind.Name + "=", StringComparison.Ordinal))?[
            (kind.Name.Value.Length + 1)..] ?? options.From.FirstOrDefault(static f => !f.Contains('=', StringComparison.Ordinal));
        if (from is null)
        {
            return null;
        }

        if (kind.InitialInto is not { } into)
        {
            throw new DlsException(ErrorKind.Usage, $"start '{kind.Name}' from '{from}': the kind does not say where initial weights go",
                $"add a line `initial: PATH` to '{Kind.FileOf(kind.Name)}'");
        }

        TaskPart part = TaskPart.Parse(from);
        AttemptOfTask? found = TaskNames.FindPart(repo, TaskNames.Get(repo, part.Task), part.Kind ?? kind.Name);
        if (found?.Record?.State == RunState.Absent)
        {
            throw new DlsException(ErrorKind.Usage, $"start '{kind.Name}' from '{from}': {found.Record.Why}");
        }

        return found?.Record?.Weights is { } weights
            ? new AttemptInput(into, weights.Oid, weights.Size, found.Task.Name, found.Start.Id)
            : throw new DlsException(ErrorKind.Usage, $"start '{kind.Name}' from '{from}': {(found is null ? "that task has no such kind" : found.Record is null ? "it was not collected yet" : "it has no weights")}", $"`dls task show {part.Task}` shows what it has");
    }

    private (string? Dataset, string? State, Oid? Checked) DescribeData(Kind kind, CancellationToken cancel)
    {
        if (kind.Dataset is not { } name)
        {
            return (null, null, null);
        }

        DatasetRecipe recipe = DatasetRecipe.Read(repo.WorkTree, name);
        Canvas canvas = kind.Canvas ?? (recipe.Canvases.Count == 1 ? recipe.Canvases[0] : throw new DlsException(
            ErrorKind.Usage, $"use data set '{name}' for kind '{kind.Name}': it has several canvases",
                $"add a line `canvas:` to '{Kind.FileOf(kind.Name)}': {string.Join(", ", recipe.Canvases)}"));
        if (!recipe.Canvases.Contains(canvas))
        {
            throw new DlsException(ErrorKind.Usage, $"use data set '{name}' for kind '{kind.Name}': it has no canvas {canvas}",
                $"it has {string.Join(", ", recipe.Canvases)}; add it to '"
                + $"{DatasetRecipe.FileOf(name)}', or correct '{Kind.FileOf(kind.Name)}'");
        }

        string shown = $"{name} {canvas}";
        string? why = recipe.ImportedFrom is not null ? null : DatasetBuild.Run(repo, new DatasetBuildOptions
        {
            Name = name.Value,
            AllowUnreviewed = options.AllowUnreviewed,
            DryRun = true,
        }, cancel).Why;
        if (why is not null)
        {
            return (shown, $"will be built ({why}), then linted", null);
        }

        Oid tree = TaskData.Require(repo, name, canvas.ToString(), options, cancel);
        return (shown, $"{(recipe.ImportedFrom is null ? "up to date" : "imported")}, lint does not block it", tree);
    }

    private void RequireInput(Kind kind, KindInput input)
    {
        RelPath path = repo.ToRelPath($"{repo.WorkTree}/{input.From}");
        if (repo.FindManaged(path) is null && !File.Exists(repo.Absolute(path)))
        {
            throw new DlsException(ErrorKind.Usage, $"send '{input.From}' for kind '{kind.Name}': there is no such managed path or file",
                $"correct `inputs:` in '{Kind.FileOf(kind.Name)}'");
        }
    }

    private long? LastSeconds(Kind kind)
    {
        foreach (PortableName name in TaskRecord.List(repo.WorkTree))
        {
            foreach (AttemptStart start in TaskRecord.Find(repo.WorkTree, name)!.Attempts.Where(a => a.Kind == kind.Name.Value).Reverse())
            {
                AttemptRecord? record = AttemptRecord.Find(repo.WorkTree, name, start.N);
                if (record is { Started: { } from, Finished: { } to }
                    && record.State is RunState.Done or RunState.DoneUntested
                    && DateTimeOffset.TryParse(from, CultureInfo.InvariantCulture, out DateTimeOffset a)
                        && DateTimeOffset.TryParse(to, CultureInfo.InvariantCulture, out DateTimeOffset b))
                {
                    return (long)(b - a).TotalSeconds;
                }
            }
        }

        return null;
    }

    /// <summary>Asks the host whether it is there, has what a run needs, and room.</summary>
    private static async Task<string> AskAsync(KindJob job, CancellationToken cancel)
    {
        const string Ask =
            """
            case $1 in '~/'*) root=$HOME/${1#'~/'};; *) root=$1;; esac
            mkdir -p -- "$root/runs" || exit 3
            for program in awk tar sha256sum find stat od cksum; do command -v "$program" > /dev/null || echo "missing $program"; done
            if [ -n "$2" ] && [ ! -d "$2" ]; then case $2 in '~/'*) [ -d "$HOME/${2#'~/'}" ] || echo "nosource";; *) echo nosource;; esac; fi
            df -Pk -- "$root/runs" | awk 'NR == 2 { print "free " $4 }'
            """;
        HostReply reply = await job.Shell.RequireAsync(new HostScript(
            Ask, [job.Root, job.Kind.SourceOnHost ? job.Kind.Source : ""])
        { What = "look for what a run needs" }, default, cancel);
        string[] lines = reply.OutputText().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        string[] missing = [.. lines.Where(static l => l.StartsWith("missing ", StringComparison.Ordinal)).Select(static l => l[8..])];
        if (missing.Length > 0)
        {
            throw new DlsException(ErrorKind.Failed, $"run on host '{job.Kind.Host}': it has no {string.Join(", ", missing)}",
                "install what is missing there; `dls host check` shows the rest");
        }

        if (lines.Contains("nosource"))
        {
            throw new DlsException(
                ErrorKind.Failed, $"read source '{job.Kind.Host}:{job.Kind.Source}': there is no such directory on the host",
                $"correct `source:` in '{Kind.FileOf(job.Kind.Name)}'");
        }

        long free = lines.FirstOrDefault(static l => l.StartsWith("free ", StringComparison.Ordinal)) is { } line
            && long.TryParse(line[5..], CultureInfo.InvariantCulture, out long kib) ? kib << 10 : 0;
        return free >= FreeBytesMin
            ? $"{free >> 20} MiB free"
            : throw new DlsException(ErrorKind.Failed, $"run on host '{job.Kind.Host}': it has {free >> 20} MiB free where runs are kept",
                $"make room in '{job.Root}/runs' there; `dls task rm` removes runs that were collected");
    }
}
