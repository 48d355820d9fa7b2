using System.Globalization;
using System.Text;
using DlStore.Io;
using DlStore.Objects;

namespace DlStore.Targets;

/// <summary>A file below a directory that is not as its release has it.</summary>
/// <param name="What">How it differs.</param>
/// <param name="Name">Its path below the directory, as sha256sum writes it.</param>
/// <param name="ChangedAt">Its modification time, seconds since 1970; 0 if it is missing. For people only.</param>
internal sealed record InPlaceDifference(DriftSort What, string Name, long ChangedAt);

/// <summary>What is at a path of a target.</summary>
internal sealed record InPlace
{
    private const int Fields = 10;

    /// <summary>Gets the path, relative to the home.</summary>
    public required string Path { get; init; }

    /// <summary>Gets the sort of thing.</summary>
    public required FileSort What { get; init; }

    /// <summary>Gets what decides, or null for nothing.</summary>
    public required Oid? Hash { get; init; }

    /// <summary>Gets the bytes.</summary>
    public required long Size { get; init; }

    /// <summary>Gets the files.</summary>
    public required long Files { get; init; }

    /// <summary>Gets the release that a tree belongs to, or null.</summary>
    public required string? Release { get; init; }

    /// <summary>Gets its modification time, seconds since 1970; for people only.</summary>
    public required long ChangedAt { get; init; }

    /// <summary>Gets the topmost parent that is missing, or null.</summary>
    public required string? Missing { get; init; }

    /// <summary>Gets a value indicating whether it is on the file system of the home.</summary>
    public required bool SameDevice { get; init; }

    /// <summary>Gets a value indicating whether its directory may be written.</summary>
    public required bool MayWrite { get; init; }

    /// <summary>Gets the files below it that are not as its release has them; at most 1,000.</summary>
    public IReadOnlyList<InPlaceDifference> Differences { get; init; } = [];

    /// <summary>Reads what <c>probe.sh</c> prints.</summary>
    /// <param name="target">The target's name.</param>
    /// <param name="paths">The paths that were asked for.</param>
    /// <param name="output">What was printed.</param>
    /// <returns>One for each path.</returns>
    /// <exception cref="DlsException">Kind Failed: that is not what the script prints.</exception>
    public static IReadOnlyList<InPlace> Parse(string target, IReadOnlyList<string> paths, string output)
    {
        List<InPlace> found = [];
        List<List<InPlaceDifference>> differences = [];
        foreach (string line in output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] f = line.Split('\t');
            if (f[0] == "diff" && f.Length >= 5
                && Number(f[1]) is var of and >= 0 && of < found.Count && Words.Find<DriftSort>(f[2], DriftSorts.Name) is { } what)
            {
                differences[(int)of].Add(
                    new InPlaceDifference(what, EntryName.Show(Encoding.UTF8.GetBytes(string.Join('\t', f[4..]))), Number(f[3])));
            }
            else if (f.Length == Fields
                && Number(f[0]) == found.Count && found.Count < paths.Count && Read(paths[found.Count], f) is { } place)
            {
                found.Add(place);
                differences.Add([]);
            }
        }

        return found.Count == paths.Count
            ? [.. found.Select((p, i) => p with { Differences = [.. differences[i].OrderBy(static d => d.Name, StringComparer.Ordinal)] })]
            : throw new DlsException(
                ErrorKind.Failed, $"look at target '{target}': it says what is at {found.Count} of {paths.Count} paths");
    }

    /// <summary>
    /// Reads a line of the script, whose hash is empty for what cannot be read; null if that is no hash, or of no known sort.
    /// </summary>
    private static InPlace? Read(string path, string[] f) => Words.Find<FileSort>(f[1], FileSorts.Name) is not { } what
        || (f[2] is not ("-" or "") && !Oid.TryParseHex(f[2], out _)) ? null : new InPlace
        {
            Path = path,
            What = what,
            Hash = Oid.TryParseHex(f[2], out Oid hash) ? hash : null,
            Size = Number(f[3]),
            Files = Number(f[4]),
            Release = f[5] == "-" ? null : f[5],
            ChangedAt = Number(f[6]),
            Missing = f[7] == "-" ? null : f[7],
            SameDevice = f[8] == "same",
            MayWrite = f[9] == "yes",
        };

    /// <summary>Tells whether this is what an entry recorded.</summary>
    /// <param name="recorded">What was recorded, or null if nothing was: then nothing may be there.</param>
    /// <returns>By sort and hash only.</returns>
    public bool Is(DeployedFile? recorded) =>
        recorded is null or { What: FileSort.Absent } ? What == FileSort.Absent
            : What == recorded.What && Hash == recorded.Hash && (What != FileSort.Tree || Release == recorded.Release);

    /// <summary>Gives it as it is recorded.</summary>
    /// <param name="role">Its role.</param>
    /// <param name="known">What was recorded of it before, if that was the same release: it knows the tree's oid.</param>
    /// <returns>The record.</returns>
    public DeployedFile ToRecord(FileRole role, DeployedFile? known)
    {
        bool below = What is FileSort.Tree or FileSort.Dir;
        Oid? tree = What == FileSort.Tree && known is not null && Is(known) ? known.Oid : null;
        return new DeployedFile
        {
            Role = role,
            Path = Path,
            What = What,
            Oid = below ? tree : Hash,
            DirHash = below ? Hash : null,
            Release = Release,
            Missing = Missing,
            Size = Size,
            Files = Files,
        };
    }

    private static long Number(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long n) ? n : -1;
}
