using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using DlStore.Data.Names;
using DlStore.Data.Recipes;
using DlStore.Io;
using DlStore.Objects;

namespace DlStore.Data.Sets;

/// <summary>How often one class occurs, by side.</summary>
/// <param name="Id">The class's id.</param>
/// <param name="Name">The class.</param>
/// <param name="Train">Images that hold it in train.</param>
/// <param name="Val">Images that hold it in val.</param>
/// <param name="Test">Images that hold it in test.</param>
/// <param name="Boxes">Objects of it, all sides together.</param>
public sealed record LockedClass(int Id, string Name, int Train, int Val, int Test, int Boxes);

/// <summary>What one project or set of real images gave.</summary>
public sealed record LockedSource
{
    /// <summary>Gets the project, or the name of the real-image set.</summary>
    public required string Name { get; init; }

    /// <summary>Gets where they come from.</summary>
    public required ImageOrigin Kind { get; init; }

    /// <summary>Gets its classes in this data set, sorted.</summary>
    public required IReadOnlyList<string> Labels { get; init; }

    /// <summary>Gets the count of images.</summary>
    public required int Images { get; init; }

    /// <summary>Gets the count of images with different bytes.</summary>
    public required int Distinct { get; init; }

    /// <summary>Gets the digests of its masters, sorted; for a real set that of its listing.</summary>
    public required IReadOnlyList<Oid> Masters { get; init; }

    /// <summary>Gets the recipe's digest, or null.</summary>
    public Oid? Recipe { get; init; }

    /// <summary>Gets the build's key, or null.</summary>
    public Oid? Build { get; init; }

    /// <summary>Gets a value indicating whether its images of all sides come from one master, so a result on val is optimistic.</summary>
    public required bool SameMaster { get; init; }

    /// <summary>Gets a value indicating whether it was taken in although nobody had reviewed it.</summary>
    public required bool Unreviewed { get; init; }
}

/// <summary>Images with the same bytes.</summary>
/// <param name="Groups">Groups of two and more.</param>
/// <param name="Images">Images in them.</param>
/// <param name="Conflicts">Groups that carry different labels.</param>
/// <param name="Ceiling">The best accuracy that a classifier can reach with these labels, 1/10000.</param>
public sealed record LockedTwins(int Groups, int Images, int Conflicts, int Ceiling);

/// <summary>What lint said.</summary>
/// <param name="Errors">Findings that block a task.</param>
/// <param name="Warnings">Findings that do not.</param>
/// <param name="Codes">How often each code was found, sorted by code.</param>
public sealed record LockedLint(int Errors, int Warnings, IReadOnlyDictionary<string, int> Codes);

/// <summary>What a data set came to for one canvas.</summary>
public sealed record LockedCanvas
{
    /// <summary>Gets the digest of everything it was made from.</summary>
    public required Oid Key { get; init; }

    /// <summary>Gets the hash of the directory <c>data_set</c> that anyone can compute with find, sort and sha256sum.</summary>
    public required Oid DirHash { get; init; }

    /// <summary>Gets the bytes of the files of <c>data_set</c>.</summary>
    public required long Bytes { get; init; }

    /// <summary>Gets the images.</summary>
    public required int Images { get; init; }

    /// <summary>Gets the engine's fingerprint, or null for an imported data set.</summary>
    public string? Engine { get; init; }

    /// <summary>Gets the images of each side: train, val, test.</summary>
    public required IReadOnlyList<int> Sides { get; init; }

    /// <summary>Gets the classes by id.</summary>
    public required IReadOnlyList<LockedClass> Classes { get; init; }

    /// <summary>Gets the sources, sorted by kind and name.</summary>
    public required IReadOnlyList<LockedSource> Sources { get; init; }

    /// <summary>Gets the twins.</summary>
    public required LockedTwins Twins { get; init; }

    /// <summary>Gets the verdict of lint.</summary>
    public required LockedLint Lint { get; init; }
}

/// <summary>
/// <c>datasets/NAME.lock</c>: what a data set came to, committed. It holds digests and counts only, no time, person or place, so the same
/// sources give the same bytes on every
/// machine. docs/formats/dataset-lock.md.
/// </summary>
public sealed record DatasetLock
{
    private const int LengthMax = 16 << 20;

    /// <summary>Gets the version of the format.</summary>
    public int Format { get; init; } = 1;

    /// <summary>Gets the recipe's digest.</summary>
    public required Oid Recipe { get; init; }

    /// <summary>Gets the oid of the tree that the pointer beside the lock names.</summary>
    public required Oid Tree { get; init; }

    /// <summary>Gets the rules of the split as text.</summary>
    public required string Split { get; init; }

    /// <summary>Gets where an imported data set came from, or null.</summary>
    public string? ImportedFrom { get; init; }

    /// <summary>Gets the canvases by name, sorted.</summary>
    public required IReadOnlyDictionary<string, LockedCanvas> Canvases { get; init; }

    /// <summary>Gives the file of a data set's lock as messages name it.</summary>
    /// <param name="name">The data set.</param>
    /// <returns>From the top of the work tree.</returns>
    public static string FileOf(PortableName name) => $"{DatasetRecipe.Root}/{name}.lock";

    /// <summary>Reads the lock of a data set.</summary>
    /// <param name="workTree">Absolute path of the work tree.</param>
    /// <param name="name">The data set.</param>
    /// <returns>The lock, or null if there is none yet.</returns>
    /// <exception cref="DlsException">Kind Corrupt: the file is damaged or of a later format.</exception>
    public static DatasetLock? Find(string workTree, PortableName name)
    {
        string file = FileOf(name);
        return SmallFile.Find($"{workTree}/{file}", file, LengthMax) is { } bytes ? Parse(bytes, file) : null;
    }

    /// <summary>Reads a lock.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="name">The file as messages name it.</param>
    /// <returns>The lock.</returns>
    /// <exception cref="DlsException">Kind Corrupt: the file is damaged or of a later format.</exception>
    public static DatasetLock Parse(ReadOnlySpan<byte> bytes, string name)
    {
        try
        {
            DatasetLock? found = JsonSerializer.Deserialize(bytes, DatasetJson.Default.DatasetLock);
            return found is not { Format: 1 } ? throw Bad(name, $"its format {found?.Format} is not 1", null)
                : found.FindFault() is { } fault ? throw Bad(name, fault, null)
                : found;
        }
        catch (JsonException e)
        {
            throw Bad(name, BadValueException.Describe(e, "a lock"), e);
        }
    }

    /// <summary>Gives the bytes of the file.</summary>
    /// <returns>Indented JSON, LF, one form only.</returns>
    public byte[] ToBytes() => Encoding.UTF8.GetBytes(
        JsonSerializer.Serialize(this, DatasetJson.Default.DatasetLock).Replace("\r\n", "\n", StringComparison.Ordinal) + "\n");

    /// <summary>A lock may be written by anybody who can push: whoever reads on relies on canvases naming no path.</summary>
    private string? FindFault() =>
        Canvases.Keys.FirstOrDefault(static c => !Canvas.TryParse(c, out _)) is { } canvas
            ? $"'{EntryName.Show(Encoding.UTF8.GetBytes(canvas))}' is no canvas"
        : Canvases.Values.Any(static c => c.Sides.Count != 3) ? "the sides are not three"
        : Canvases.Values.Any(static c => c.Lint.Codes is null
            || c.Classes.Any(static k => k?.Name is null) || c.Sources.Any(static s => s is null)) ? "a value is missing"
        : null;

    private static DlsException Bad(string name, string why, Exception? cause) =>
        new(ErrorKind.Corrupt, $"read '{name}': {why}", "restore it with git, or make it anew with `dls dataset build`", cause);
}

/// <summary>How locks are written.</summary>
[JsonSourceGenerationOptions(RespectNullableAnnotations = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, WriteIndented = true)]
[JsonSerializable(typeof(DatasetLock))]
internal sealed partial class DatasetJson : JsonSerializerContext;
