using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using DlStore.Io;
using DlStore.Objects;

namespace DlStore.WorkTree.Merges;

/// <summary>
/// What <c>dls merge-driver</c> left to decide about one pointer; docs/formats/merge-note.md. It is believed only while git's index has
/// exactly the three versions it is about.
/// </summary>
public sealed record MergeNote
{
    /// <summary>How long a note that no merge needs is left alone: the git that wrote it may still be at work.</summary>
    internal static readonly TimeSpan AgeMin = TimeSpan.FromDays(1);

    private const int LengthMax = 256 << 20;
    private const string FormatName = "dls-merge 1";
    private const string NoteSuffix = ".json";
    private const string MadeSuffix = ".made";

    /// <summary>Gets the format's name and version.</summary>
    public string Format { get; init; } = FormatName;

    /// <summary>Gets the managed path.</summary>
    public required string Path { get; init; }

    /// <summary>Gets the text of the pointer both sides started from, or null.</summary>
    public string? Base { get; init; }

    /// <summary>Gets the text of this side's pointer, or null.</summary>
    public string? Ours { get; init; }

    /// <summary>Gets the text of the other side's pointer, or null.</summary>
    public string? Theirs { get; init; }

    /// <summary>Gets the text of the pointer that was written with this side's version of what clashes, or null.</summary>
    public string? Merged { get; init; }

    /// <summary>Gets what git calls the other side, or null.</summary>
    public string? TheirsName { get; init; }

    /// <summary>Gets the paths that clash.</summary>
    public IReadOnlyList<MergeClash> Clashes { get; init; } = [];

    /// <summary>Gets the keys that clash.</summary>
    public IReadOnlyList<KeyClash> Keys { get; init; } = [];

    /// <summary>Gives the directory of the notes of a work tree.</summary>
    /// <param name="stateDirectory">Where its state lies.</param>
    internal static string DirectoryOf(string stateDirectory) => stateDirectory + "/merges";

    /// <summary>Tells whether there is a note about a path, believed or not.</summary>
    internal static bool Exists(string stateDirectory, RelPath path) => File.Exists(FileOf(stateDirectory, path, NoteSuffix));

    /// <summary>Reads the note about a path; null if there is none that can be used.</summary>
    internal static MergeNote? Find(string stateDirectory, RelPath path)
    {
        string file = FileOf(stateDirectory, path, NoteSuffix);
        try
        {
            return SmallFile.Find(file, file, LengthMax) is { } bytes
                && JsonSerializer.Deserialize(bytes, MergeNoteJson.Default.MergeNote) is { Format: FormatName } note
                && note.Path == path.Value ? note : null;
        }
        catch (Exception e) when (e is JsonException or DlsException)
        {
            // A damaged note is as good as none: the stages in git's index say all that it said, but for decisions.
            return null;
        }
    }

    /// <summary>Writes the note. Durable when it returns.</summary>
    internal void Write(string stateDirectory)
    {
        AtomicFile.MakeDirectory(DirectoryOf(stateDirectory));
        AtomicFile.Write(
            FileOf(stateDirectory, RelPath.Parse(Path), NoteSuffix), SortedJson.Write(this, MergeNoteJson.Default.MergeNote));
    }

    /// <summary>Removes the note about a path, if there is one.</summary>
    internal static void Remove(string stateDirectory, RelPath path)
    {
        if (Exists(stateDirectory, path))
        {
            File.Delete(FileOf(stateDirectory, path, NoteSuffix));
        }
    }

    /// <summary>Notes a pointer that git is about to write; it keeps what the pointer names. Durable when it returns.</summary>
    internal static void WriteMade(string stateDirectory, RelPath path, ReadOnlySpan<byte> pointer)
    {
        AtomicFile.MakeDirectory(DirectoryOf(stateDirectory));
        AtomicFile.Write(FileOf(stateDirectory, path, MadeSuffix), pointer);
    }

    /// <summary>Lists the files that keep objects: notes of open merges, and whatever is younger than a day.</summary>
    /// <param name="stateDirectory">Where the work tree's state lies.</param>
    /// <param name="unmerged">The pointers that its index has in several stages.</param>
    /// <param name="now">The present.</param>
    /// <returns>Absolute paths of those that count, and of those that do not.</returns>
    internal static (IReadOnlyList<string> Counting, IReadOnlyList<string> Stale) List(
        string stateDirectory, IEnumerable<RelPath> unmerged, DateTimeOffset now)
    {
        string directory = DirectoryOf(stateDirectory);
        if (!Directory.Exists(directory))
        {
            return ([], []);
        }

        HashSet<string> open = [.. unmerged.Select(p => FileOf(stateDirectory, p, NoteSuffix))];
        ILookup<bool, string> files = Directory.GetFiles(directory).ToLookup(
            f => open.Contains(f) || now - File.GetLastWriteTimeUtc(f) < AgeMin);
        return ([.. files[true]], [.. files[false]]);
    }

    /// <summary>Tells whether this is about the three versions that git's index has.</summary>
    internal bool IsAbout(byte[]? before, byte[]? ours, byte[]? theirs) => Same(Base, before) && Same(Ours, ours) && Same(Theirs, theirs);

    /// <summary>Takes over what was decided about the same clashes.</summary>
    internal IReadOnlyDictionary<string, MergeChoice> Decisions() => Clashes.Where(static c => c.Decided is not null)
        .ToDictionary(static c => c.Path, static c => c.Decided!.Value, StringComparer.Ordinal);

    private static bool Same(string? text, byte[]? bytes) => text is null ? bytes is null
        : bytes is not null && Encoding.UTF8.GetBytes(text).AsSpan().SequenceEqual(bytes);

    private static string FileOf(string stateDirectory, RelPath path, string suffix) =>
        $"{DirectoryOf(stateDirectory)}/{CheckoutJournal.StateName(path)}{suffix}";
}

/// <summary>How notes are written.</summary>
[JsonSourceGenerationOptions(
    RespectNullableAnnotations = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Converters = [typeof(OidJson)])]
[JsonSerializable(typeof(MergeNote))]
internal sealed partial class MergeNoteJson : JsonSerializerContext;
