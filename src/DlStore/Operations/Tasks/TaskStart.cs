using DlStore.Data.Names;
using DlStore.Data.Sets;
using DlStore.Io;
using DlStore.Learning.Kinds;
using DlStore.Learning.Records;
using DlStore.Learning.Runs;
using DlStore.Objects;
using DlStore.Ssh;
using DlStore.WorkTree;

namespace DlStore.Operations.Tasks;

/// <summary>An attempt that was started.</summary>
/// <param name="Task">The task.</param>
/// <param name="N">The attempt's number.</param>
/// <param name="Id">Its id.</param>
/// <param name="Kind">The kind.</param>
/// <param name="Host">The host.</param>
/// <param name="BytesSent">Bytes of files that were sent.</param>
/// <param name="BytesReused">Bytes that the host had already.</param>
public sealed record StartedAttempt(string Task, int N, string Id, string Kind, string Host, long BytesSent, long BytesReused);

/// <summary>
/// Starts the attempts of a task. Order: objects (durable), pointers and record (durable, staged), the run's directory on the host, the
/// start. A kill before the record leaves
/// objects that nothing names; after it, an attempt that is recorded and <c>queued</c>, which <c>task retry</c> starts anew.
/// </summary>
internal sealed class TaskStart(Repo repo, TaskCreateOptions options)
{
    private readonly List<KeyValuePair<string, byte[]>> _files = [];

    /// <summary>What goes to the host for one attempt.</summary>
    private sealed record Ready(KindJob Job, AttemptStart Start, IReadOnlyList<HostInput> Inputs);

    /// <summary>Runs all jobs.</summary>
    /// <param name="task">The task as it is so far; its attempts are kept.</param>
    /// <param name="jobs">What to start.</param>
    /// <param name="memo">Text of a memo to write, or null.</param>
    /// <param name="cancel">Stops it; what was recorded stays.</param>
    /// <returns>What was started.</returns>
    public async Task<IReadOnlyList<StartedAttempt>> RunAsync(
        TaskRecord task, IReadOnlyList<KindJob> jobs, string? memo, CancellationToken cancel)
    {
        PortableName name = PortableName.Parse(task.Name, "task");
        List<Ready> ready = [];
        using (ObjectWriter writer = repo.BeginWrite())
        {
            foreach (KindJob job in jobs)
            {
                ready.Add(await StoreAsync(name, task.Attempts.Count + ready.Count + 1, job, writer, cancel));
            }

            CrashPoint.Hit("task.stored");
            if (memo is not null)
            {
                _files.Add(new($"{TaskRecord.DirectoryOf(name)}/{TaskMemo.FileName}",
                    System.Text.Encoding.UTF8.GetBytes(memo.EndsWith('\n') ? memo : memo + "\n")));
            }

            _files.Add(new(
                TaskRecord.FileOf(name), (task with { Attempts = [.. task.Attempts, .. ready.Select(static r => r.Start)] }).ToBytes()));
            TaskFiles.Write(repo, _files);
            _ = repo.Git.Git.RunChecked(["update-ref", $"refs/dls/tasks/{name}", ready[0].Start.Commit]);
        }

        List<StartedAttempt> started = [];
        foreach (Ready one in ready)
        {
            started.Add(await SendAsync(name, one, cancel));
        }

        return started;
    }

    private async Task<Ready> StoreAsync(PortableName task, int n, KindJob job, ObjectWriter writer, CancellationToken cancel)
    {
        Kind kind = job.Kind;
        string commit = repo.Git.Head()?.Hex ?? throw new DlsException(ErrorKind.Failed,
            $"create task '{task}': this repository has no commit yet", "commit something first: a task records the commit it came from");
        List<HostInput> inputs = [];
        List<AttemptInput> named = [];
        AttemptData? data = null;
        IReadOnlyList<string> classes = [];
        if (kind.Dataset is not null)
        {
            (data, classes) = TaskData.Prepare(repo, job, options, writer, cancel);
        }

        AttemptSource source = job.Source is { } plan
            ? SourceCapture.Store(repo, plan, writer, cancel) : await CaptureAsync(job, writer, cancel);
        NetworkCfg? cfg = job.Source is { } here
            ? NetworkCfg.Find(repo, kind, job.Plan.Train, here) : NetworkCfg.Find(repo, kind, job.Plan.Train, source.Tree);
        cfg?.Require(kind, data is null ? null : classes.Count, [.. options.Accept]);
        foreach (KindInput input in kind.Inputs)
        {
            named.Add(await StoreInputAsync(input, inputs, writer, cancel));
        }

        Oid? testSet = await TestSetAsync(kind, cancel);
        await InitialAsync(job, cancel);
        writer.Commit();
        repo.Store.Refresh();
        AttemptStart start = StartOf(n, job, commit, source) with
        {
            Parameters = NetworkCfg.Added(job.Plan.Parameters, cfg),
            Data = data,
            Classes = classes,
            TestSetTree = testSet,
            Inputs = [.. named.OrderBy(static i => i.Path, StringComparer.Ordinal)],
        };
        AddPointers(task, start, job);
        inputs.InsertRange(0, Inputs(kind, start));
        return new Ready(job, start, inputs);
    }

    /// <summary>Gives what is known of an attempt before its data and inputs are looked at.</summary>
    private AttemptStart StartOf(int n, KindJob job, string commit, AttemptSource source) => new()
    {
        N = n,
        Id = Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(16)),
        Kind = job.Kind.Name.Value,
        KindDigest = job.Kind.Digest,
        Host = job.Kind.Host,
        Created = RunEvidence.TimeText(repo.Clock.GetUtcNow().ToUnixTimeSeconds()),
        By = Person(repo),
        Commit = commit,
        Train = job.Plan.Train,
        Test = job.Plan.Test,
        Parameters = job.Plan.Parameters,
        Classes = [],
        TestSet = job.Kind.TestSet?.Value,
        Sources = [source],
        Initial = job.Initial,
        Inputs = [],
        Accepted = [.. options.Accept.Order(StringComparer.Ordinal)],
        Accept = job.Kind.Accept,
    };

    /// <summary>Gives who works here, as git names that person.</summary>
    public static string Person(Repo repo)
    {
        string name = repo.Git.Git.Run(["config", "--get", "user.name"]).Text();
        return name.Length > 0 ? name : "unknown";
    }

    /// <summary>Lists what goes to the host besides the kind's own inputs.</summary>
    public static IEnumerable<HostInput> Inputs(Kind kind, AttemptStart start)
    {
        yield return new HostInput(ObjectKind.Tree, start.Sources[0].Tree, "", false);
        if (start.Data is { } data)
        {
            yield return new HostInput(ObjectKind.Tree, data.View, kind.Data, false);
        }

        if (start.TestSetTree is { } testSet)
        {
            yield return new HostInput(ObjectKind.Tree, testSet, kind.TestSetInto, false);
        }

        if (start.Initial is { } initial)
        {
            yield return new HostInput(ObjectKind.Blob, initial.Oid, initial.Path, false);
        }
    }

    private void AddPointers(PortableName task, AttemptStart start, KindJob job)
    {
        string directory = AttemptRecord.DirectoryOf(task, start.N);
        void Put(string name, byte[] bytes) => _files.Add(new($"{directory}/{name}", bytes));

        Put("source.dls", TaskFiles.PointerTo(repo, start.Sources[0].Tree));
        if (RecordedKind.Capture(repo, job.Kind) is { } kind)
        {
            Put(RecordedKind.FileName, kind);
        }

        if (start.Data is { } data)
        {
            Put("data.dls", TaskFiles.PointerTo(repo, data.View));
        }

        if (start.TestSetTree is { } testSet)
        {
            Put("testset.dls", TaskFiles.PointerTo(repo, testSet));
        }

        if (start.Initial is { } initial)
        {
            Put("initial.dls", TaskFiles.PointerTo(initial.Oid, ObjectKind.Blob, initial.Size, 1));
        }

        foreach ((AttemptInput input, int i) in start.Inputs.Select(static (input, i) => (input, i)))
        {
            bool isTree = _treeInputs.Contains(input.Oid);
            Put($"input-{i + 1}.dls", isTree
                ? TaskFiles.PointerTo(repo, input.Oid) : TaskFiles.PointerTo(input.Oid, ObjectKind.Blob, input.Size, 1));
        }

        if (job.Source is { Patch.Length: > 0 } plan)
        {
            Put("source.patch", plan.Patch);
        }
    }

    private readonly HashSet<Oid> _treeInputs = [];

    private async Task<AttemptInput> StoreInputAsync(KindInput input, List<HostInput> inputs, ObjectWriter writer, CancellationToken cancel)
    {
        RelPath path = repo.ToRelPath($"{repo.WorkTree}/{input.From}");
        if (repo.FindManaged(path) is not { } managed)
        {
            return StoreFile(path, input, inputs, writer, cancel);
        }

        PathEntry entry = path == managed.Path
            ? Snapshot.EntryOf(managed.Pointer) : TaskFiles.FindBelow(repo, managed.Pointer.Oid, managed.ScopeOf(path));
        if (!entry.IsPresent)
        {
            throw new DlsException(
                ErrorKind.Usage, $"send '{input.From}': its pointer does not name it", $"run `dls add {input.From}` first");
        }

        await TaskFiles.RequireHereAsync(repo, path.Value, entry.Oid, entry.IsDirectory, options.Progress, cancel);
        inputs.Add(
            new HostInput(entry.IsDirectory ? ObjectKind.Tree : ObjectKind.Blob, entry.Oid, input.To, entry.Mode == TreeMode.Executable));
        if (entry.IsDirectory)
        {
            _treeInputs.Add(entry.Oid);
        }

        return new AttemptInput(input.To, entry.Oid, entry.Size, null, null);
    }

    private AttemptInput StoreFile(RelPath path, KindInput input, List<HostInput> inputs, ObjectWriter writer, CancellationToken cancel)
    {
        string directory = repo.Absolute(path)[..^(path.Name.Length + 1)];
        DiskTree tree = FileListTree.Of(directory, [path.Name]);
        _ = new FileIngest(tree, repo.Store, writer, repo.Config.PackThreshold, repo.Threads, null).Run(cancel);
        DiskEntry entry = tree.Find("")!.Entries[0];
        inputs.Add(new HostInput(ObjectKind.Blob, entry.Oid, input.To, entry.Mode == TreeMode.Executable));
        return new AttemptInput(input.To, entry.Oid, entry.Size, null, null);
    }

    private async Task<Oid?> TestSetAsync(Kind kind, CancellationToken cancel)
    {
        if (kind.TestSet is not { } name)
        {
            return null;
        }

        RelPath path = RelPath.Parse($"{TestSet.Root}/{name}");
        Oid oid = repo.FindPointer(path)!.Oid;
        await TaskFiles.RequireHereAsync(repo, path.Value, oid, true, options.Progress, cancel);
        return oid;
    }

    private async Task InitialAsync(KindJob job, CancellationToken cancel)
    {
        if (job.Initial is { Task: { } parent, Attempt: { } id } initial)
        {
            TaskRecord from = TaskNames.Get(repo, PortableName.Parse(parent, "task"));
            int n = from.Attempts.First(a => a.Id == id).N;
            Oid oid = initial.Oid;
            await TaskFiles.RequireHereAsync(
                repo, $"{AttemptRecord.DirectoryOf(PortableName.Parse(parent, "task"), n)}/outputs/best/{oid.ToHex()}",
                oid, false, options.Progress, cancel);
        }
    }

    /// <summary>Captures a source that lies on the host: what git lists there, or the kind's globs.</summary>
    private async Task<AttemptSource> CaptureAsync(KindJob job, ObjectWriter writer, CancellationToken cancel) =>
        await HostSource.CaptureAsync(repo, job, options.Include, writer, cancel);

    private async Task<StartedAttempt> SendAsync(PortableName task, Ready ready, CancellationToken cancel)
    {
        HostRun run = new(ready.Job.Shell, ready.Job.Root, ready.Start.Id);
        string directory = await run.PrepareAsync(RunSpec.ToTar(ready.Job.Kind, ready.Start, options.Tick), cancel);
        CrashPoint.Hit("task.prepared");
        HostPlaced placed = await new HostCache(
            ready.Job.Shell, repo.Store).PlaceAsync(directory + "/work", ready.Inputs, options.Progress, cancel);
        CrashPoint.Hit("task.sent");
        await run.StartAsync(directory, cancel);
        CrashPoint.Hit("task.started");
        return new StartedAttempt(
            task.Value, ready.Start.N, ready.Start.Id, ready.Start.Kind, ready.Start.Host, placed.BytesSent, placed.BytesReused);
    }
}
