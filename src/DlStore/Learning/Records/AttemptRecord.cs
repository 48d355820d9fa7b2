using System.Text;
using DlStore.Data.Names;
using DlStore.Io;
using DlStore.Learning.Logs;
using DlStore.Objects;

namespace DlStore.Learning.Records;

/// <summary>A file that an attempt made and that was kept.</summary>
/// <param name="Path">Relative to the run's work directory.</param>
/// <param name="Oid">Its bytes.</param>
/// <param name="Size">Bytes.</param>
public sealed record OutputFile(string Path, Oid Oid, long Size);

/// <summary>A version of the best weights.</summary>
/// <param name="Path">The file, relative to the run's work directory.</param>
/// <param name="Oid">Its bytes.</param>
/// <param name="Size">Bytes.</param>
/// <param name="At">When it was seen first, by the host's clock.</param>
/// <param name="Line">The line of the log that chose it, from 1; 0 if none is known.</param>
/// <param name="Text">That line, escaped.</param>
/// <param name="Inherited">The file is older than the run, or its bytes were sent with it.</param>
public sealed record BestVersion(string Path, Oid Oid, long Size, string At, long Line, string Text, bool Inherited);

/// <summary>Something that was noticed in a run.</summary>
/// <param name="Rule">The rule's name: <c>nan</c>, <c>stall</c>, ...</param>
/// <param name="Action">What was done.</param>
/// <param name="At">When, by the host's clock.</param>
/// <param name="Line">The line of the log, from 1; 0 if none.</param>
/// <param name="Text">That line, escaped.</param>
public sealed record AttemptAlarm(string Rule, StopAction Action, string At, long Line, string Text);

/// <summary>
/// <c>tasks/NAME/attempts/N/attempt.json</c>: what came of an attempt, written once when it is collected (and never again, but for
/// evaluations beside it). The bytes it names
/// are in the tree of <c>outputs.dls</c> beside it. docs/formats/task-record.md.
/// </summary>
public sealed record AttemptRecord
{
    /// <summary>The file name of a record.</summary>
    public const string FileName = "attempt.json";

    /// <summary>The file name of the list of the outputs.</summary>
    public const string SumsName = "sums.sha256";

    private const int LengthMax = 64 << 20;
    private static readonly string[] _derived = [SumsName, MetricFile.Name, Provenance.FileName];

    /// <summary>Gets the version of the format.</summary>
    public int Format { get; init; } = 1;

    /// <summary>Gets the attempt's number.</summary>
    public required int N { get; init; }

    /// <summary>Gets the attempt's id.</summary>
    public required string Id { get; init; }

    /// <summary>Gets the kind.</summary>
    public required string Kind { get; init; }

    /// <summary>
    /// Gets how it ended: <c>done</c>, <c>done-untested</c>, <c>failed</c>, <c>stopped</c>, <c>lost</c>; <c>absent</c> if only facts of it
    /// are known, no bytes.
    /// </summary>
    public required RunState State { get; init; }

    /// <summary>Gets why, in a sentence that fits after a colon; null for done.</summary>
    public string? Why { get; init; }

    /// <summary>Gets the exit code of the training program, or null.</summary>
    public int? ExitCode { get; init; }

    /// <summary>Gets the exit code of the test program, or null.</summary>
    public int? TestExitCode { get; init; }

    /// <summary>Gets when the program was started, by the host's clock, or null.</summary>
    public string? Started { get; init; }

    /// <summary>Gets when it ended, by the host's clock, or null.</summary>
    public string? Finished { get; init; }

    /// <summary>Gets how far the host's clock was ahead of this machine's when the attempt was collected, seconds.</summary>
    public long ClockAhead { get; init; }

    /// <summary>Gets the digest of the log, which lies in the outputs as <c>log</c>; null if there is none.</summary>
    public Oid? Log { get; init; }

    /// <summary>Gets the tree of the outputs, or null if there are none.</summary>
    public Oid? Outputs { get; init; }

    /// <summary>Gets the declared files, sorted by path; paths below <c>work/</c> of the outputs.</summary>
    public IReadOnlyList<OutputFile> Files { get; init; } = [];

    /// <summary>Gets files that the run made and that nothing declares: <c>path size</c>, sorted; not stored.</summary>
    public IReadOnlyList<string> Undeclared { get; init; } = [];

    /// <summary>Gets every version of the best weights, oldest first; bytes in <c>best/HEX</c> of the outputs.</summary>
    public IReadOnlyList<BestVersion> Best { get; init; } = [];

    /// <summary>Gets the weights that this attempt stands for: the newest best version that is whole, or null.</summary>
    public BestVersion? Weights { get; init; }

    /// <summary>Gets what is known of the weights from their bytes: format, classes, NaN; sorted.</summary>
    public IReadOnlyDictionary<string, string> WeightFacts { get; init; } = new SortedDictionary<string, string>();

    /// <summary>Gets the alarms in the order of the log.</summary>
    public IReadOnlyList<AttemptAlarm> Alarms { get; init; } = [];

    /// <summary>Gets the last value of each metric of the log, sorted by name.</summary>
    public IReadOnlyDictionary<string, string> Metrics { get; init; } = new SortedDictionary<string, string>();

    /// <summary>Gets the result on the test set, or null if it was not tested.</summary>
    public AttemptResult? Result { get; init; }

    /// <summary>
    /// Gets the digests of the derived files beside the record (<c>sums.sha256</c>, <c>metrics.jsonl</c>, <c>provenance.json</c>) by name;
    /// null in records of earlier versions.
    /// </summary>
    public IReadOnlyDictionary<string, Oid>? Beside { get; init; }

    /// <summary>Gives the record with the digests of the derived files that are written beside it.</summary>
    /// <param name="files">Paths and bytes; others than the derived files are passed over.</param>
    /// <returns>The record to write.</returns>
    public AttemptRecord WithBeside(IEnumerable<KeyValuePair<string, byte[]>> files) => this with
    {
        Beside = new SortedDictionary<string, Oid>(
            files.Select(static f => KeyValuePair.Create(Path.GetFileName(f.Key), f.Value)).Where(
                static f => _derived.Contains(f.Key)).ToDictionary(static f => f.Key, static f => Oid.Of(f.Value)), StringComparer.Ordinal),
    };

    /// <summary>Gives the directory of an attempt.</summary>
    /// <param name="task">The task.</param>
    /// <param name="n">The attempt's number.</param>
    /// <returns>From the top of the work tree.</returns>
    public static string DirectoryOf(PortableName task, int n) => $"{TaskRecord.DirectoryOf(task)}/attempts/{n}";

    /// <summary>Reads the record of an attempt.</summary>
    /// <param name="workTree">Absolute path of the work tree.</param>
    /// <param name="task">The task.</param>
    /// <param name="n">The attempt's number.</param>
    /// <returns>The record, or null if the attempt was not collected.</returns>
    /// <exception cref="DlsException">Kind Corrupt: the file is damaged or of a later format.</exception>
    public static AttemptRecord? Find(string workTree, PortableName task, int n)
    {
        string file = $"{DirectoryOf(task, n)}/{FileName}";
        return SmallFile.Find($"{workTree}/{file}", file, LengthMax) is { } bytes ? Parse(bytes, file) : null;
    }

    /// <summary>Reads a record.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="name">The file as messages name it.</param>
    /// <returns>The record.</returns>
    /// <exception cref="DlsException">Kind Corrupt: the file is damaged or of a later format.</exception>
    public static AttemptRecord Parse(ReadOnlySpan<byte> bytes, string name)
    {
        AttemptRecord found = LearningJson.Read(bytes, LearningJson.Default.AttemptRecord, name);
        return found.Format != 1 ? throw LearningJson.Bad(name, $"its format {found.Format} is not 1", null)
            : found.FindFault() is { } fault ? throw LearningJson.Bad(name, fault, null)
            : found;
    }

    /// <summary>Gives the bytes of the file.</summary>
    /// <returns>Indented JSON, LF, one form only.</returns>
    public byte[] ToBytes() => SortedJson.Write(this, LearningJson.Default.AttemptRecord);

    private string? FindFault() =>
        !AttemptStart.IsId(Id) ? "it has no id of 32 hex digits"
        : !PortableName.TryParse(Kind, out _) ? $"'{EntryName.Show(Encoding.UTF8.GetBytes(Kind))}' is no name of a kind"
        : LearningJson.HasNull(Metrics.Values, WeightFacts.Values, Files, Best, Alarms, Undeclared,
            Result?.Metrics.Values ?? [], Result?.Classes ?? [], Result?.Classes.SelectMany(static c => c?.Numbers.Values ?? []) ?? [])
            ? "a file, a version of weights, an alarm or a number is null"
        : null;
}
