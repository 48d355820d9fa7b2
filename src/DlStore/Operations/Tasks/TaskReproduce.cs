using System.Globalization;
using DlStore.Data.Names;
using DlStore.Data.Recipes;
using DlStore.Data.Sets;
using DlStore.Io;
using DlStore.Learning.Kinds;
using DlStore.Learning.Records;
using DlStore.Learning.Runs;
using DlStore.Objects;
using DlStore.Operations.Datasets;
using DlStore.Operations.Transfers;
using DlStore.Ssh;

namespace DlStore.Operations.Tasks;

/// <summary>
/// <c>dls task reproduce</c>: runs an attempt again from what was recorded. The data set is built anew in a work tree of the recorded
/// commit and must come to the same hash; source and initial weights are the recorded bytes; the program runs again; then metrics, result
/// and weights are compared. Weights may differ in their bytes (a graphics card does not add in a fixed order), so equal numbers are
/// enough; the record says which it was.
/// </summary>
public sealed class TaskReproduce
{
    private readonly Repo _repo;
    private readonly AttemptOfTask _attempt;
    private readonly double _tolerance;
    private readonly IProgress<WorkProgress>? _progress;
    private readonly List<ReproducedLink> _links = [];
    private string? _run;
    private bool _sameBytes;

    private TaskReproduce(Repo repo, AttemptOfTask attempt, double tolerance, IProgress<WorkProgress>? progress)
    {
        _repo = repo;
        _attempt = attempt;
        _tolerance = tolerance;
        _progress = progress;
    }

    /// <summary>Runs the command.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="name">The task, or a part of it; a task with several kinds needs the kind.</param>
    /// <param name="tolerance">The largest relative difference of a number that counts as equal.</param>
    /// <param name="progress">Told about transfers.</param>
    /// <param name="write">Takes the log as it grows; untrusted.</param>
    /// <param name="cancel">Stops it; the run is asked to end.</param>
    /// <returns>The links; the first broken one ends the chain.</returns>
    /// <exception cref="DlsException">Kind Usage: no such attempt, or it was not collected. Kind Untrusted: the recorded program may not
    /// run here.</exception>
    public static async Task<TaskReproduceResult> RunAsync(
        Repo repo,
            string name, double tolerance, IProgress<WorkProgress>? progress, Action<ReadOnlyMemory<byte>> write, CancellationToken cancel)
    {
        TaskPart part = TaskPart.Parse(name);
        TaskRecord task = TaskNames.Get(repo, part.Task);
        PortableName kind = part.Kind ?? (task.Kinds.Count == 1 ? PortableName.Parse(task.Kinds[0], "kind")
            : throw new DlsException(ErrorKind.Usage, $"reproduce '{name}': the task has several kinds",
                $"choose one: {string.Join(", ", task.Kinds.Select(k => $"{part.Task}/{k}"))}"));
        AttemptOfTask? attempt = TaskNames.FindPart(repo, task, kind);
        if (attempt?.Start.IsImported == true)
        {
            throw new DlsException(ErrorKind.Usage, $"reproduce '{name}': it was imported, so what ran is not recorded");
        }

        return attempt?.Record is { State: RunState.Done or RunState.DoneUntested }
            ? await new TaskReproduce(repo, attempt, tolerance, progress).RunAsync(write, cancel)
            : throw new DlsException(ErrorKind.Usage, $"reproduce '{name}': {(attempt is null ? "it has no such kind" : attempt.Record is null ? "it was not collected yet" : $"it is {RunStates.Name(attempt.Record.State)}")}", $"`dls task show {part.Task}` shows what it has");
    }

    private async Task<TaskReproduceResult> RunAsync(Action<ReadOnlyMemory<byte>> write, CancellationToken cancel)
    {
        string directory = $"{_repo.CommonDirectory}/tmp/reproduce-{TempName.Next()}";
        AtomicFile.MakeDirectory(Path.GetDirectoryName(directory)!);

        // Without hooks: what they would write out comes below, and only what is needed.
        _ = _repo.Git.Git.RunChecked(
            ["-c", "core.hooksPath=/dev/null", "worktree", "add", "--quiet", "--detach", directory, _attempt.Start.Commit]);
        try
        {
            using Repo old = _repo.OpenAt(directory);
            if (await CheckSourcesAsync(old, cancel) is { } kind)
            {
                await RunAgainAsync(kind, write, cancel);
            }
        }
        finally
        {
            _ = _repo.Git.Git.Run(["worktree", "remove", "--force", directory]);
        }

        TaskReproduceResult result = new(_attempt.Task.Name, _attempt.Start.N, _run, _links, _sameBytes);
        Record(result);
        return result;
    }

    /// <summary>Checks every link up to the run; null if one is broken.</summary>
    private async Task<Kind?> CheckSourcesAsync(Repo old, CancellationToken cancel)
    {
        AttemptStart start = _attempt.Start;
        Kind kind = RecordedKind.Find(_repo, PortableName.Parse(_attempt.Task.Name, "task"), start) ?? FindKind(old)
            ?? TaskPlanner.Read(_repo, PortableName.Parse(start.Kind, "kind"));
        Link("kind", kind.Digest == start.KindDigest,
            $"kind {start.Kind} with the attempt, at the recorded commit or here is {kind.Digest}, recorded {start.KindDigest}");
        new TrustList(_repo.CommonDirectory).Require(KindTrust.Run(kind, kind.SourceOnHost ? null : start.Sources[0].Tree));
        string home = AttemptRecord.DirectoryOf(PortableName.Parse(_attempt.Task.Name, "task"), start.N);
        await NeedAsync("source", $"{home}/source", start.Sources[0].Tree, true, cancel);
        if (start.Data is { } data)
        {
            await RebuildAsync(old, data, home, cancel);
        }

        if (start.TestSetTree is { } testSet)
        {
            await NeedAsync("testset", $"{home}/testset", testSet, true, cancel);
        }

        if (start.Initial is { } initial)
        {
            await NeedAsync("initial", $"{home}/initial", initial.Oid, false, cancel);
        }

        foreach ((AttemptInput input, int i) in start.Inputs.Select(static (input, i) => (input, i)))
        {
            await NeedAsync("input", $"{home}/input-{i + 1}", input.Oid, PointerKind(home, i) == ObjectKind.Tree, cancel);
        }

        return _links.TrueForAll(static l => l.Holds) ? kind : null;
    }

    private static Kind? FindKind(Repo old, string name)
    {
        try
        {
            return TaskPlanner.Read(old, PortableName.Parse(name, "kind"));
        }
        catch (DlsException)
        {
            // The kind may have been written and not committed when the task was created; the one that is here is compared by its digest.
            return null;
        }
    }

    private Kind? FindKind(Repo old) => FindKind(old, _attempt.Start.Kind) is { } kind && kind.Digest == _attempt.Start.KindDigest
        ? kind : null;

    private ObjectKind PointerKind(string home, int i) => _repo.FindPointer(RelPath.Parse($"{home}/input-{i + 1}"))?.Kind
        ?? ObjectKind.Blob;

    private async Task NeedAsync(string link, string path, Oid digest, bool isTree, CancellationToken cancel)
    {
        try
        {
            await TaskFiles.RequireHereAsync(_repo, path, digest, isTree, _progress, cancel);
            Link(link, true, digest.ToString());
        }
        catch (DlsException e) when (e.Kind is ErrorKind.Missing or ErrorKind.Erased)
        {
            Link(link, false, e.Message);
        }
    }

    /// <summary>Builds the data set anew from the masters of the recorded commit; a data set that was imported is only compared.</summary>
    private async Task RebuildAsync(Repo old, AttemptData data, string home, CancellationToken cancel)
    {
        PortableName name = PortableName.Parse(data.Name, "data set");
        DatasetRecipe recipe = DatasetRecipe.Read(old.WorkTree, name);
        _ = await Pull.RunAsync(old, new FetchOptions { Progress = _progress }, force: false, cancel);
        if (recipe.ImportedFrom is null)
        {
            _ = DatasetBuild.Run(old, new DatasetBuildOptions
            {
                Name = data.Name,
                AddClasses = true,
                AllowUnreviewed = true,
                Force = true,
                Progress = _progress
            }, cancel);
        }

        Oid? hash = DatasetLock.Find(old.WorkTree, name)?.Canvases.GetValueOrDefault(data.Canvas)?.DirHash;
        Link("data", hash == data.DirHash, $"{data.Name} {data.Canvas} comes to {hash?.ToString() ?? "nothing"}, recorded {data.DirHash}");
        if (hash == data.DirHash)
        {
            await NeedAsync("view", $"{home}/data", data.View, true, cancel);
        }
    }

    private async Task RunAgainAsync(Kind kind, Action<ReadOnlyMemory<byte>> write, CancellationToken cancel)
    {
        AttemptStart again = _attempt.Start
            with
        { Id = Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(16)) };
        HostShell shell = _repo.OpenHost(again.Host);
        HostRun run = new(shell, shell.Address.Root, again.Id);
        string directory = await run.PrepareAsync(RunSpec.ToTar(kind, again, "1"), cancel);
        _ = await new HostCache(shell, _repo.Store).PlaceAsync(directory + "/work", Inputs(kind, again), _progress, cancel);
        await run.StartAsync(directory, cancel);
        _run = again.Id;
        try
        {
            await run.FollowAsync("log", 0, write, cancel);
        }
        catch (OperationCanceledException)
        {
            await run.StopAsync(CancellationToken.None);
            throw;
        }

        RunEvidence evidence = await run.StateAsync(cancel);
        while (evidence is { HasEnded: false, Alive: true })
        {
            await Task.Delay(500, cancel);
            evidence = await run.StateAsync(cancel);
        }

        (RunState state, string? why) = evidence.Judge(kind.StallSeconds, again.Test is not null);
        Link("run", state is RunState.Done or RunState.DoneUntested, $"{RunStates.Name(state)}{(why is null ? "" : $": {why}")}");
        await CompareAsync(run, shell, directory, again, kind, evidence, cancel);
        await run.RemoveAsync(cancel);
    }

    private IReadOnlyList<HostInput> Inputs(Kind kind, AttemptStart start)
    {
        string home = AttemptRecord.DirectoryOf(PortableName.Parse(_attempt.Task.Name, "task"), start.N);
        return [.. TaskStart.Inputs(kind, start),
            .. start.Inputs.Select((input, i) => new HostInput(PointerKind(home, i), input.Oid, input.Path, false))];
    }

    private async Task CompareAsync(
        HostRun run, HostShell shell, string directory, AttemptStart again, Kind kind, RunEvidence evidence, CancellationToken cancel)
    {
        using ObjectWriter writer = _repo.BeginWrite();
        CapturedTree tree = await new HostCapture(shell, _repo.Store, _repo.Config.PackThreshold).CaptureAsync(
            directory, new HostScript(HostScripts.Read("outputs.sh"), [directory]) { What = "list the outputs" },
                writer, HostCapture.BytesMaxDefault, null, cancel);
        writer.Commit();
        _repo.Store.Refresh();
        AttemptRecord bare = new()
        {
            N = again.N,
            Id = again.Id,
            Kind = again.Kind,
            State = RunState.Done,
            ExitCode = evidence.ExitCode,
            TestExitCode = evidence.TestExitCode
        };
        AttemptRecord now = new OutputReading(_repo, again, kind, tree).Complete(bare, await run.FactsAsync(directory, cancel));
        AttemptRecord was = _attempt.Record!;
        Compare("metrics", was.Metrics, now.Metrics);
        Compare("result", was.Result?.Metrics ?? new Dictionary<string, string>(), now.Result?.Metrics ?? new Dictionary<string, string>());
        _sameBytes = was.Weights?.Oid == now.Weights?.Oid;
        Link("weights", now.Weights is not null == (was.Weights is not null), _sameBytes
            ? $"the same bytes, {now.Weights?.Oid.ToString() ?? "none"}"
            : $"other bytes, {now.Weights?.Oid.ToString() ?? "none"}, recorded {was.Weights?.Oid.ToString() ?? "none"}");
    }

    private void Compare(string link, IReadOnlyDictionary<string, string> was, IReadOnlyDictionary<string, string> now)
    {
        string[] differ =
        [
            .. was.Keys.Union(now.Keys).Order(StringComparer.Ordinal)
                .Where(k => !Equal(was.GetValueOrDefault(k), now.GetValueOrDefault(k)))
                    .Select(k => $"{k} {now.GetValueOrDefault(k) ?? "none"}, recorded {was.GetValueOrDefault(k) ?? "none"}"),
        ];
        Link(link, differ.Length == 0, differ.Length == 0 ? $"{CountWords.Of(was.Count, "number agrees", "numbers agree")}"
            : string.Join("; ", differ.Take(5)));
    }

    private bool Equal(string? a, string? b)
    {
        bool numbers = double.TryParse(
            a, CultureInfo.InvariantCulture, out double x) & double.TryParse(b, CultureInfo.InvariantCulture, out double y);
        return a == b || (numbers && Math.Abs(x - y) <= _tolerance * Math.Max(Math.Abs(x), Math.Abs(y)));
    }

    private void Link(string link, bool holds, string text) => _links.Add(new ReproducedLink(link, holds, text));

    /// <summary>Keeps what came of it beside the attempt; the attempt's own record does not change.</summary>
    private void Record(TaskReproduceResult result)
    {
        string home = AttemptRecord.DirectoryOf(PortableName.Parse(_attempt.Task.Name, "task"), _attempt.Start.N);
        string id = _run ?? TempName.Next();
        TaskFiles.Write(
            _repo, [new($"{home}/evals/reproduce-{id}.json", SortedJson.Write(result, OperationJson.Default.TaskReproduceResult))]);
    }
}
