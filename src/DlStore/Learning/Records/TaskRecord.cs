using System.Text;
using DlStore.Data.Names;
using DlStore.Io;

namespace DlStore.Learning.Records;

/// <summary>What a task takes over from another one instead of training it.</summary>
/// <param name="Kind">The kind whose part is taken over.</param>
/// <param name="Task">The task it comes from.</param>
/// <param name="Attempt">The attempt's id, 32 hex digits.</param>
public sealed record ReusedPart(string Kind, string Task, string Attempt);

/// <summary>
/// <c>tasks/NAME/task.json</c>: a named learning run and the attempts that were started for it, committed. It is written before anything
/// runs; what came of an attempt stands
/// in <see cref="AttemptRecord"/>. docs/formats/task-record.md.
/// </summary>
public sealed record TaskRecord
{
    /// <summary>The directory of tasks, from the top of the work tree.</summary>
    public const string Root = "tasks";

    /// <summary>The file name of a task's record.</summary>
    public const string FileName = "task.json";

    /// <summary>The file name of the free text beside a record.</summary>
    public const string MemoName = "memo.md";

    private const int LengthMax = 16 << 20;

    /// <summary>Gets the version of the format.</summary>
    public int Format { get; init; } = 1;

    /// <summary>Gets the task's name.</summary>
    public required string Name { get; init; }

    /// <summary>Gets when it was created, by the clock of the machine that did: <c>2026-01-31T12:00:00Z</c>.</summary>
    public required string Created { get; init; }

    /// <summary>Gets who created it, as git names that person.</summary>
    public required string By { get; init; }

    /// <summary>Gets the kinds that belong to it, sorted.</summary>
    public required IReadOnlyList<string> Kinds { get; init; }

    /// <summary>Gets the attempts in the order in which they were started.</summary>
    public IReadOnlyList<AttemptStart> Attempts { get; init; } = [];

    /// <summary>Gets the parts that are taken over from other tasks.</summary>
    public IReadOnlyList<ReusedPart> Reused { get; init; } = [];

    /// <summary>Gets where an imported task came from, or null.</summary>
    public string? ImportedFrom { get; init; }

    /// <summary>Gives the directory of a task.</summary>
    /// <param name="name">The task.</param>
    /// <returns>From the top of the work tree.</returns>
    public static string DirectoryOf(PortableName name) => $"{Root}/{name}";

    /// <summary>Gives the file of a task's record as messages name it.</summary>
    /// <param name="name">The task.</param>
    /// <returns>From the top of the work tree.</returns>
    public static string FileOf(PortableName name) => $"{Root}/{name}/{FileName}";

    /// <summary>Lists the tasks of a work tree.</summary>
    /// <param name="workTree">Absolute path of the work tree.</param>
    /// <returns>Names of directories that hold a record, sorted.</returns>
    public static IReadOnlyList<PortableName> List(string workTree)
    {
        string root = $"{workTree}/{Root}";
        List<PortableName> found = [];
        foreach (string directory in Directory.Exists(root) ? Directory.EnumerateDirectories(root) : [])
        {
            if (PortableName.TryParse(Path.GetFileName(directory), out PortableName name) && File.Exists($"{directory}/{FileName}"))
            {
                found.Add(name);
            }
        }

        found.Sort();
        return found;
    }

    /// <summary>Reads the record of a task.</summary>
    /// <param name="workTree">Absolute path of the work tree.</param>
    /// <param name="name">The task.</param>
    /// <returns>The record, or null if there is none.</returns>
    /// <exception cref="DlsException">Kind Corrupt: the file is damaged or of a later format.</exception>
    public static TaskRecord? Find(string workTree, PortableName name) =>
        SmallFile.Find($"{workTree}/{FileOf(name)}", FileOf(name), LengthMax) is { } bytes ? Parse(bytes, FileOf(name)) : null;

    /// <summary>Reads a record.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="name">The file as messages name it.</param>
    /// <returns>The record.</returns>
    /// <exception cref="DlsException">Kind Corrupt: the file is damaged or of a later format.</exception>
    public static TaskRecord Parse(ReadOnlySpan<byte> bytes, string name)
    {
        TaskRecord found = LearningJson.Read(bytes, LearningJson.Default.TaskRecord, name);
        return found.Format != 1 ? throw LearningJson.Bad(name, $"its format {found.Format} is not 1", null)
            : found.FindFault() is { } fault ? throw LearningJson.Bad(name, fault, null)
            : found;
    }

    /// <summary>Gives the bytes of the file.</summary>
    /// <returns>Indented JSON, LF, one form only.</returns>
    public byte[] ToBytes() => SortedJson.Write(this, LearningJson.Default.TaskRecord);

    /// <summary>Gives the newest attempt of a kind.</summary>
    /// <param name="kind">The kind.</param>
    /// <returns>The attempt, or null if none was started.</returns>
    public AttemptStart? Newest(string kind) => Attempts.LastOrDefault(a => a.Kind == kind);

    /// <summary>A record may be written by anybody who can push: names become paths and digests are asked for.</summary>
    private string? FindFault() =>
        LearningJson.HasNull(Attempts, Kinds, Reused) ? "an attempt, a kind or a part that is taken over is null"
        : !PortableName.TryParse(Name, out _) ? $"'{EntryName.Show(Encoding.UTF8.GetBytes(Name))}' is no name of a task"
        : Attempts.Select((a, i) => a.N == i + 1 ? a.FindFault() : $"attempt {i + 1} has the number {a.N}")
            .FirstOrDefault(static f => f is not null) is { } fault ? fault
        : Kinds.Concat(Reused.Select(static r => r.Kind)).Concat(Reused.Select(static r => r.Task)).FirstOrDefault(
            static n => !PortableName.TryParse(n, out _)) is { } bad ? $"'{EntryName.Show(Encoding.UTF8.GetBytes(bad))}' is no name"
        : Reused.FirstOrDefault(static r => !AttemptStart.IsId(r.Attempt)) is { } reused ? $"the part '{reused.Kind}' names no attempt"
        : null;
}
