using DlStore.Data.Names;
using DlStore.Learning.Records;
using DlStore.Lineage;
using DlStore.Operations.Index;
using DlStore.Remotes;
using DlStore.Targets;

namespace DlStore.Operations.Lineage;

/// <summary>How bad a broken link is.</summary>
public enum AuditSeverity
{
    /// <summary>A fact does not agree with another one.</summary>
    Broken,

    /// <summary>Bytes are neither here nor known elsewhere.</summary>
    Missing,

    /// <summary>Bytes do not match their name.</summary>
    Corrupt,
}

/// <summary>A link of the chain that is broken.</summary>
/// <param name="Code">Stable: <c>AUDIT_SOURCE_MISSING</c>.</param>
/// <param name="Severity">How bad.</param>
/// <param name="Subject">The attempt, data set or deployment: <c>t1/ssd attempt 1</c>.</param>
/// <param name="Message">What is wrong with which link.</param>
public sealed record AuditFinding(string Code, AuditSeverity Severity, string Subject, string Message);

/// <summary>What to audit.</summary>
public sealed record AuditOptions
{
    /// <summary>Gets what lineage can be asked for, each a word; empty for every task and deployment of the work tree.</summary>
    public IReadOnlyList<string> What { get; init; } = [];

    /// <summary>Gets a value indicating whether every byte is hashed again and every data set's hash computed again.</summary>
    public bool Full { get; init; }

    /// <summary>Gets who is told about progress.</summary>
    public IProgress<WorkProgress>? Progress { get; init; }
}

/// <summary>What an audit found.</summary>
/// <param name="Tasks">Tasks walked.</param>
/// <param name="Attempts">Attempts walked.</param>
/// <param name="Deployments">Copies of deploy events walked.</param>
/// <param name="Objects">Objects found here.</param>
/// <param name="Findings">Broken links, in the order of the walk.</param>
/// <param name="Elsewhere">Links whose bytes are only on a remote and were not looked into; that is no finding.</param>
/// <param name="Unknown">Links that nobody recorded, such as the commit of an imported task; that is no finding.</param>
public sealed record AuditResult(
    long Tasks, long Attempts, long Deployments, long Objects,
    IReadOnlyList<AuditFinding> Findings, IReadOnlyList<string> Elsewhere, IReadOnlyList<string> Unknown)
{
    /// <summary>Gets links that lack objects because they were erased on purpose, each with who did it; that is no finding.</summary>
    public IReadOnlyList<string> Erased { get; init; } = [];
}

/// <summary>
/// <c>dls audit</c>: walks the chain of tasks link by link. Changes nothing and executes nothing. If something is not here, the remotes are
/// asked for their index files.
/// </summary>
public sealed class Audit
{
    private const int TombstonesMax = 10_000;
    private readonly Repo _repo;
    private readonly AuditOptions _options;
    private readonly CancellationToken _cancel;
    private readonly LineageQuery _query;
    private readonly AuditObjects _objects;
    private readonly List<AuditFinding> _findings = [];
    private readonly List<string> _unknown = [];
    private long _attempts;

    private Audit(
        Repo repo, AuditOptions options, IReadOnlyDictionary<string, string> unasked, LineageQuery query, CancellationToken cancel)
    {
        _repo = repo;
        _options = options;
        _query = query;
        _cancel = cancel;
        _objects = new AuditObjects(repo, options.Full, unasked, _findings.Add, cancel);
    }

    /// <summary>Runs the command.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="options">What to audit.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>What was found.</returns>
    /// <exception cref="DlsException">Kind Usage: nothing of that name is known.</exception>
    public static async Task<AuditResult> RunAsync(Repo repo, AuditOptions options, CancellationToken cancel)
    {
        IReadOnlyList<string>? tasks = options.What.Count == 0 ? null : TasksOf(repo, options.What, cancel);
        AuditResult result = Walk(new SortedDictionary<string, string>());
        bool isShort = result.Findings.Any(static f => f.Severity == AuditSeverity.Missing);
        return isShort && repo.Config.Remotes.Count > 0 ? Walk(await AskRemotesAsync(repo, cancel)) : result;

        AuditResult Walk(IReadOnlyDictionary<string, string> unasked) => IndexCatchUp.Ask(repo,
            index => new Audit(repo, options, unasked, new LineageQuery(index, repo.StateDirectory), cancel).Run(tasks), cancel);
    }

    /// <summary>Brings here what each remote says of itself: a clone knows nothing of it before it has fetched something.</summary>
    /// <returns>Why a remote could not be asked, by its name.</returns>
    private static async Task<SortedDictionary<string, string>> AskRemotesAsync(Repo repo, CancellationToken cancel)
    {
        SortedDictionary<string, string> unasked = new(StringComparer.Ordinal);
        foreach (string name in repo.Config.Remotes.Keys)
        {
            try
            {
                IRemote remote = repo.OpenRemote(name);
                RemoteCache cache = new(repo.RemoteCacheRoot, remote.Name, remote.Location);
                await RemoteFormat.RequireAsync("audit against", remote, cache, cancel);
                using RemoteIndex index = await RemoteIndex.SyncAsync(remote, cache, cancel);
                RemoteTombstones erased = new(remote, repo.Store.Erased);
                _ = await erased.FindAsync((await erased.ListAsync(cancel)).Take(TombstonesMax), cancel);
            }
            catch (DlsException e)
            {
                unasked[name] = e.Message;
            }
        }

        return unasked;
    }

    /// <summary>The tasks that something was made by; if none made it, those that were made of it.</summary>
    private static SortedSet<string> Collect(Repo repo, string word, bool down, CancellationToken cancel)
    {
        LineageResult found = LineageTrace.Run(repo, new LineageOptions { What = [word], Down = down }, cancel);
        return [.. found.Nodes.Where(static n => n.Kind is LineageKind.Attempt or LineageKind.Task)
            .Select(static n => n.Name.Split('/')[0])];
    }

    private static List<string> TasksOf(Repo repo, IReadOnlyList<string> words, CancellationToken cancel)
    {
        SortedSet<string> tasks = new(StringComparer.Ordinal);
        foreach (string word in words)
        {
            SortedSet<string> up = Collect(repo, word, down: false, cancel);
            tasks.UnionWith(up.Count > 0 ? up : Collect(repo, word, down: true, cancel));
        }

        return [.. tasks];
    }

    private AuditResult Run(IReadOnlyList<string>? tasks)
    {
        string[] names = tasks is null ? [.. TaskRecord.List(_repo.WorkTree).Select(static t => t.Value)] : [.. tasks];
        foreach (string name in names)
        {
            if (PortableName.TryParse(name, out PortableName task))
            {
                WalkTask(task);
            }

            _options.Progress?.Report(new WorkProgress("auditing", _attempts, -1, 0, -1));
        }

        AuditDeployments deployments = new(_repo, _query, _objects, Add, Read<Deployment>) { Unknown = _unknown.Add };
        deployments.Walk(tasks);
        return new AuditResult(names.Length, _attempts, deployments.Count, _objects.Checked, _findings, _objects.Elsewhere, _unknown)
        {
            Erased = _objects.Erased,
        };
    }

    private void WalkTask(PortableName name)
    {
        RecordSource source = RecordSource.Of(_repo, _query, TaskRecord.FileOf(name));
        TaskRecord? task = Read(source, TaskRecord.FileOf(name), name.Value, static (bytes, file) => TaskRecord.Parse(bytes, file));
        if (task is null)
        {
            return;
        }

        foreach (AttemptStart start in task.Attempts)
        {
            _cancel.ThrowIfCancellationRequested();
            _attempts++;
            string subject = $"{name}/{start.Kind} attempt {start.N}";
            string file = $"{AttemptRecord.DirectoryOf(name, start.N)}/{AttemptRecord.FileName}";
            AttemptRecord? record = source.Find(
                file) is null ? null : Read(source, file, subject, static (bytes, f) => AttemptRecord.Parse(bytes, f));
            if (record is not null && (record.Id != start.Id || record.N != start.N || record.Kind != start.Kind))
            {
                Add("AUDIT_RECORD_DIFFERS", subject, $"'{file}' is the record of another attempt ({record.Id}, {record.Kind}"
                    + $") than the task's record says ({start.Id}, {start.Kind})");
            }

            new AuditAttempt(_repo, _query, _objects, _findings.Add, source, name, start, record, subject, _options.Full)
            {
                Unknown = _unknown.Add,
            }.Walk();
        }

        foreach (ReusedPart part in task.Reused.Where(p => _query.FindAttempt(p.Attempt) is not { } a || a.Task != p.Task))
        {
            Add("AUDIT_PARENT_MISSING",
                $"{name}/{part.Kind}", $"it is taken over from task '{part.Task}', of which no attempt {part.Attempt} is known");
        }
    }

    private T? Read<T>(RecordSource source, string file, string subject, Func<byte[], string, T> parse)
        where T : class
    {
        try
        {
            return source.Find(file) is { } bytes
                ? parse(bytes, file) : throw new DlsException(ErrorKind.Missing, $"read '{file}': it is not there");
        }
        catch (DlsException e)
        {
            Add("AUDIT_RECORD_UNREADABLE", subject, e.Message);
            return null;
        }
    }

    private void Add(
        string code, string subject, string message) => _findings.Add(new AuditFinding(code, AuditSeverity.Broken, subject, message));
}
