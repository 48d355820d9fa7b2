using System.Globalization;
using System.Text;
using DlStore.Io;

namespace DlStore.Targets;

/// <summary>A file below a directory that is not as its release has it.</summary>
/// <param name="What"><c>changed</c>, <c>missing</c> or <c>extra</c>.</param>
/// <param name="Name">Its path below the directory, as sha256sum writes it.</param>
/// <param name="ChangedAt">Its modification time, seconds since 1970; 0 if it is missing. For people only.</param>
internal sealed record InPlaceDifference(string What, string Name, long ChangedAt);

/// <summary>What is at a path of a target.</summary>
/// <param name="Path">The path, relative to the home.</param>
/// <param name="What">As in <see cref="DeployedFile"/>, or <c>other</c> (device, pipe), or <c>unreadable</c>.</param>
/// <param name="Hex">What decides: 64 hex digits, or <c>-</c>.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Files">Files.</param>
/// <param name="Release">The release that a tree belongs to, or null.</param>
/// <param name="ChangedAt">Its modification time, seconds since 1970; for people only.</param>
/// <param name="Missing">The topmost parent that is missing, or null.</param>
/// <param name="SameDevice">Whether it is on the file system of the home.</param>
/// <param name="MayWrite">Whether its directory may be written.</param>
internal sealed record InPlace(string Path, string What, string Hex, long Size, long Files, string? Release, long ChangedAt, string? Missing, bool SameDevice, bool MayWrite)
{
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
            if (f[0] == "diff" && f.Length >= 5 && Number(f[1]) is var of and >= 0 && of < found.Count)
            {
                differences[(int)of].Add(new InPlaceDifference(f[2], EntryName.Show(Encoding.UTF8.GetBytes(string.Join('\t', f[4..]))), Number(f[3])));
            }
            else if (f.Length == 10 && Number(f[0]) == found.Count && found.Count < paths.Count)
            {
                found.Add(new InPlace(paths[found.Count], f[1], f[2], Number(f[3]), Number(f[4]), f[5] == "-" ? null : f[5], Number(f[6]), f[7] == "-" ? null : f[7], f[8] == "same", f[9] == "yes"));
                differences.Add([]);
            }
        }

        return found.Count == paths.Count
            ? [.. found.Select((p, i) => p with { Differences = [.. differences[i].OrderBy(static d => d.Name, StringComparer.Ordinal)] })]
            : throw new DlsException(ErrorKind.Failed, $"look at target '{target}': it says what is at {found.Count} of {paths.Count} paths");
    }

    /// <summary>Tells whether this is what an entry recorded.</summary>
    /// <param name="recorded">What was recorded, or null if nothing was: then nothing may be there.</param>
    /// <returns>By sort and hash only.</returns>
    public bool Is(DeployedFile? recorded) =>
        recorded is null or { What: "absent" } ? What == "absent" : What == recorded.What && Hex == recorded.Hex && (What != "tree" || Release == recorded.Release);

    /// <summary>Gives it as it is recorded.</summary>
    /// <param name="role">Its role.</param>
    /// <param name="known">What was recorded of it before, if that was the same release: it knows the tree's oid.</param>
    /// <returns>The record.</returns>
    public DeployedFile ToRecord(string role, DeployedFile? known)
    {
        string? digest = Hex == "-" ? null : "sha256:" + Hex;
        bool below = What is "tree" or "dir";
        string? tree = What == "tree" && known is not null && Is(known) ? known.Oid : null;
        return new DeployedFile(role, Path, What, below ? tree : digest, below ? digest : null, Release, Missing, Size, Files);
    }

    private static long Number(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long n) ? n : -1;
}
