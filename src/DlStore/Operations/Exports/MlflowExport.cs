using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using DlStore.Data.Names;
using DlStore.Data.Texts;
using DlStore.Io;
using DlStore.Learning.Records;
using DlStore.Objects;
using DlStore.Operations.Tasks;
using DlStore.WorkTree;

namespace DlStore.Operations.Exports;

/// <summary>What was exported to MLflow.</summary>
/// <param name="To">The store's directory.</param>
/// <param name="Runs">Runs that were written: <c>EXPERIMENT/RUN TASK/KIND #N</c>.</param>
/// <param name="Skipped">Attempts that are not home.</param>
/// <param name="Bytes">Bytes of artifacts; 0 if they were only named.</param>
public sealed record MlflowExportResult(string To, IReadOnlyList<string> Runs, IReadOnlyList<string> Skipped, long Bytes);

/// <summary>
/// <c>dls task export mlflow</c>: writes attempts as runs of a file store that MLflow opens or migrates to a database. An experiment is a
/// kind, a run is an attempt and has its id, so
/// exporting again writes the same files over themselves, and other runs of the store stay as they are.
/// </summary>
public sealed class MlflowExport
{
    private readonly Repo _repo;
    private readonly string _root;
    private readonly bool _withBytes;
    private readonly IProgress<WorkProgress>? _progress;
    private readonly List<string> _runs = [];
    private long _bytes;

    private MlflowExport(Repo repo, string to, bool withBytes, IProgress<WorkProgress>? progress)
    {
        _repo = repo;
        _root = Path.GetFullPath(Path.Combine(repo.StartDirectory, to)).TrimEnd('/');
        _withBytes = withBytes;
        _progress = progress;
    }

    /// <summary>Runs the command.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="to">The store's directory (MLflow calls it <c>mlruns</c>), as typed; it is made if it is not there.</param>
    /// <param name="names">Tasks or parts of tasks; empty for all.</param>
    /// <param name="withBytes">Whether the outputs themselves are written as artifacts, not only their names and digests.</param>
    /// <param name="progress">Told about transfers.</param>
    /// <param name="cancel">Stops it; what was written stays and is whole but for artifacts of one run.</param>
    /// <returns>What was written.</returns>
    /// <exception cref="DlsException">Kind Usage: no such task. Kind Missing: the bytes of an output are nowhere.</exception>
    public static Task<MlflowExportResult> RunAsync(
        Repo repo, string to, IReadOnlyList<string> names, bool withBytes, IProgress<WorkProgress>? progress, CancellationToken cancel) =>
        new MlflowExport(repo, to, withBytes, progress).RunAsync(names, cancel);

    private async Task<MlflowExportResult> RunAsync(IReadOnlyList<string> names, CancellationToken cancel)
    {
        IReadOnlyList<AttemptOfTask> attempts = TaskStates.Select(_repo, names, newestOnly: false);
        string[] skipped = [.. attempts.Where(static a => a.Record is null).Select(FinishedAttempt.Show)];
        HashSet<string> ids = new(StringComparer.Ordinal);
        foreach (IGrouping<string, AttemptOfTask> kind in attempts.Where(
            static a => a.Record is not null).GroupBy(static a => a.Start.Kind).OrderBy(static g => g.Key, StringComparer.Ordinal))
        {
            string experiment = Choose(kind.Key, ids);
            MlflowRun[] runs = [.. kind.Select(Describe)];
            Write($"{experiment}/meta.yaml", Encoding.UTF8.GetBytes(Meta(kind.Key, experiment, runs)));
            foreach ((AttemptOfTask attempt, MlflowRun run) in kind.Zip(runs))
            {
                cancel.ThrowIfCancellationRequested();
                await WriteRunAsync(experiment, attempt, run, cancel);
                _runs.Add($"{experiment}/{attempt.Start.Id} {FinishedAttempt.Show(attempt)}");
            }
        }

        return new MlflowExportResult(_root, _runs, skipped, _bytes);
    }

    /// <summary>
    /// Experiments have numbers; the same kind gets the same one everywhere, unless another experiment of this store has it.
    /// </summary>
    private string Choose(string kind, HashSet<string> used)
    {
        // 31 bits: a database may keep the number in a column of four bytes.
        uint number = Math.Max(1, BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes("dls kind " + kind))) >> 1);
        for (; ; number++)
        {
            string id = number.ToString(CultureInfo.InvariantCulture);
            string meta = $"{_root}/{id}/meta.yaml";
            bool isFree = !File.Exists(meta) || Encoding.UTF8.GetString(
                SmallFile.Read(meta, meta, SafeYaml.LengthMax)).Split('\n').Contains($"name: {MlflowText.Scalar(kind)}");
            if (isFree && used.Add(id))
            {
                return id;
            }
        }
    }

    private MlflowRun Describe(AttemptOfTask attempt) => new(
        attempt.Task, attempt.Start, attempt.Record!, FinishedAttempt.ReadMetrics(_repo, FinishedAttempt.HomeOf(attempt)),
        TaskMemo.Read(_repo, PortableName.Parse(attempt.Task.Name, "task")));

    private string Meta(string kind, string experiment, MlflowRun[] runs) => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        artifact_location: {MlflowText.Scalar(new Uri($"{_root}/{experiment}").AbsoluteUri)}
        creation_time: {runs.Min(static r => r.StartMilliseconds)}
        experiment_id: '{experiment}'
        last_update_time: {runs.Max(static r => r.StartMilliseconds)}
        lifecycle_stage: active
        name: {MlflowText.Scalar(kind)}

        """);

    private async Task WriteRunAsync(string experiment, AttemptOfTask attempt, MlflowRun run, CancellationToken cancel)
    {
        foreach (string directory in (string[])["artifacts", "metrics", "params", "tags"])
        {
            AtomicFile.MakeDirectory($"{_root}/{experiment}/{attempt.Start.Id}/{directory}");
        }

        foreach ((string path, byte[] bytes) in run.Files(experiment, _root))
        {
            Write($"{experiment}/{path}", bytes);
        }

        string artifacts = $"{experiment}/{attempt.Start.Id}/artifacts";
        Write($"{artifacts}/dls-outputs.txt", Encoding.UTF8.GetBytes(await NamesAsync(attempt, cancel)));
        if (_withBytes && attempt.Record!.Outputs is not null)
        {
            await WriteArtifactsAsync(artifacts, attempt, cancel);
        }
    }

    /// <summary>Says which bytes there are and where; lines that <c>sha256sum -c</c> reads, and remarks, which it passes over.</summary>
    private async Task<string> NamesAsync(AttemptOfTask attempt, CancellationToken cancel)
    {
        string head = attempt.Record!.Outputs is { } outputs
            ? $"# outputs of {FinishedAttempt.Show(attempt)}, tree {outputs}\n# `dls checkout "
                + $"{FinishedAttempt.HomeOf(attempt)}/outputs` writes them out\n"
            : $"# {FinishedAttempt.Show(attempt)} has no outputs ({RunStates.Name(attempt.Record.State)})\n"
                + $"{(attempt.Record.Weights is { } weights ? $"# weights {weights.Oid} {weights.Path}\n" : "")}";
        return head + OutputSums.Of(await FinishedAttempt.ListAsync(_repo, attempt, _progress, cancel));
    }

    private async Task WriteArtifactsAsync(string artifacts, AttemptOfTask attempt, CancellationToken cancel)
    {
        await TaskFiles.RequireHereAsync(
            _repo, FinishedAttempt.HomeOf(attempt) + "/outputs", attempt.Record!.Outputs!.Value, true, _progress, cancel);
        foreach ((string path, PathEntry entry) in await FinishedAttempt.ListAsync(_repo, attempt, _progress, cancel))
        {
            if (entry.Mode is TreeMode.File or TreeMode.Executable)
            {
                string to = $"{_root}/{artifacts}/{path}";
                AtomicFile.MakeDirectory(Path.GetDirectoryName(to)!);
                string temp = $"{Path.GetDirectoryName(to)}/.dls-tmp-{TempName.Next()}";
                await using (FileStream copy = new(temp, FileMode.CreateNew, FileAccess.Write))
                await using (Stream from = OutputReading.Open(_repo, entry.Oid))
                {
                    await from.CopyToAsync(copy, cancel);
                }

                AtomicFile.Rename(temp, to, replace: true);
                _bytes += entry.Size;
            }
        }
    }

    private void Write(string path, byte[] bytes)
    {
        AtomicFile.MakeDirectory(Path.GetDirectoryName($"{_root}/{path}")!);
        AtomicFile.WriteCache($"{_root}/{path}", bytes);
    }
}
