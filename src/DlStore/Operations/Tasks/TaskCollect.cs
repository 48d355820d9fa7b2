using System.Text;
using DlStore.Data.Names;
using DlStore.Io;
using DlStore.Learning.Kinds;
using DlStore.Learning.Logs;
using DlStore.Learning.Records;
using DlStore.Learning.Runs;
using DlStore.Objects;
using DlStore.Ssh;

namespace DlStore.Operations.Tasks;

/// <summary>An attempt that was brought home.</summary>
/// <param name="Task">The task.</param>
/// <param name="Record">What came of it.</param>
/// <param name="BytesFetched">Bytes of files that were not here before.</param>
public sealed record CollectedAttempt(string Task, AttemptRecord Record, long BytesFetched);

/// <summary>
/// Brings a run that has ended home, on failure too: its log, the declared files, every version of the best weights. Order: objects,
/// pointer, record. Any clone can do it, and doing it twice changes nothing.
/// </summary>
internal sealed class TaskCollect(Repo repo, TaskRecord task, AttemptStart start, HostShell shell, string root)
{
    private const long BytesMax = 1L << 42;
    private readonly PortableName _name = PortableName.Parse(task.Name, "task");

    /// <summary>Collects the attempt.</summary>
    /// <param name="evidence">What the host shows; it must have ended or be lost.</param>
    /// <param name="kind">The kind as it is now, for reading the log; null if it is gone.</param>
    /// <param name="cancel">Stops it; the next call starts over.</param>
    public async Task<CollectedAttempt> RunAsync(RunEvidence evidence, Kind? kind, CancellationToken cancel)
    {
        AttemptRecord record = RecordOf(evidence, kind);
        HostRun run = new(shell, root, start.Id);
        string? directory = evidence.Exists ? await run.FindAsync(cancel) : null;
        using ObjectWriter writer = repo.BeginWrite();
        List<KeyValuePair<string, byte[]>> files = [];
        long fetched = 0;
        if (directory is not null)
        {
            LastProgress progress = new();
            CapturedTree tree = await new HostCapture(shell, repo.Store, repo.Config.PackThreshold).CaptureAsync(
                directory, new HostScript(HostScripts.Read("outputs.sh"), [directory]) { What = "list the outputs" },
                    writer, BytesMax, progress, cancel);
            writer.Commit();
            repo.Store.Refresh();
            CrashPoint.Hit("collect.stored");
            fetched = progress.Bytes;
            IReadOnlyDictionary<string, IReadOnlyList<string>> facts = await run.FactsAsync(directory, cancel);
            record = new OutputReading(
                repo, start, kind, tree).Complete(record, facts) with
            { Undeclared = await run.UndeclaredAsync(directory, cancel) };
            AddOutputs(files, tree, record, kind);
        }

        string home = AttemptRecord.DirectoryOf(_name, start.N);
        files.Add(new($"{home}/{Provenance.FileName}", Provenance.ToBytes(task, start, record)));
        record = record.WithBeside(files);
        files.Add(new($"{home}/{AttemptRecord.FileName}", record.ToBytes()));
        TaskFiles.Write(repo, files);
        return new CollectedAttempt(task.Name, record, fetched);
    }

    private AttemptRecord RecordOf(RunEvidence evidence, Kind? kind)
    {
        (RunState state, string? why) = evidence.Judge(kind?.StallSeconds ?? 0, start.Test is not null);
        return new AttemptRecord
        {
            N = start.N,
            Id = start.Id,
            Kind = start.Kind,
            State = state,
            Why = why,
            ExitCode = evidence.ExitCode,
            TestExitCode = evidence.TestExitCode,
            Started = evidence.Start > 0 ? RunEvidence.TimeText(evidence.Start) : null,
            Finished = evidence.End > 0 ? RunEvidence.TimeText(evidence.End) : null,
            ClockAhead = evidence.Now == 0 ? 0 : Rounded(evidence.Now - repo.Clock.GetUtcNow().ToUnixTimeSeconds()),
        };
    }

    private void AddOutputs(List<KeyValuePair<string, byte[]>> files, CapturedTree tree, AttemptRecord record, Kind? kind)
    {
        string home = AttemptRecord.DirectoryOf(_name, start.N);
        files.Add(new($"{home}/outputs.dls", TaskFiles.PointerTo(tree.Oid, ObjectKind.Tree, tree.Size, tree.Files)));
        files.Add(new($"{home}/{AttemptRecord.SumsName}",
            Encoding.UTF8.GetBytes(string.Concat(tree.Entries.Select(static f => OutputSums.Line(f.Path, f.Oid))))));
        if (record.Log is { } log && kind is not null)
        {
            files.Add(new($"{home}/{MetricFile.Name}", MetricFile.ToBytes(OutputReading.ReadMetrics(repo, log, kind))));
        }
    }

    /// <summary>Remembers how many bytes came.</summary>
    private sealed class LastProgress : IProgress<WorkProgress>
    {
        public long Bytes { get; private set; }

        public void Report(WorkProgress value) => Bytes = value.Bytes;
    }

    /// <summary>The clocks of two machines differ by a moment always; only more is worth a word.</summary>
    private static long Rounded(long seconds) => Math.Abs(seconds) < 5 ? 0 : seconds;
}
