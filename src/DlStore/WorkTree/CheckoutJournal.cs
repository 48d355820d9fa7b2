using DlStore.Io;
using DlStore.Objects;

namespace DlStore.WorkTree;

/// <summary>
/// The note that a checkout of one path is under way: which object, and the tag of its temp files. Written durably before the work tree is touched, removed after
/// the base is written; one that is found tells of an interrupted checkout.
/// </summary>
/// <param name="Path">The managed path.</param>
/// <param name="Target">What is being written out.</param>
/// <param name="Tag">16 hex digits in the names of temp files.</param>
public sealed record CheckoutJournal(RelPath Path, Oid Target, string Tag)
{
    /// <summary>Gets the beginning of the names of this checkout's temp files.</summary>
    public string TempPrefix => $".dls-tmp-{Tag}-";

    /// <summary>Starts a checkout.</summary>
    /// <param name="directory">The work tree's state directory.</param>
    /// <param name="path">The managed path.</param>
    /// <param name="target">What will be written out.</param>
    /// <param name="tag">The tag of an interrupted checkout of this path, to go on with its temp files' names; or null.</param>
    /// <returns>The journal, durable.</returns>
    public static CheckoutJournal Begin(string directory, RelPath path, Oid target, string? tag)
    {
        CheckoutJournal journal = new(path, target, tag ?? Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(8)));
        AtomicFile.MakeDirectory(System.IO.Path.Combine(directory, "journal"));
        AtomicFile.Write(FileOf(directory, path), $"dls-checkout 1\noid {target}\ntag {journal.Tag}\npath {path}\n");
        CrashPoint.Hit("checkout.journaled");
        return journal;
    }

    /// <summary>Finds an interrupted checkout of a path.</summary>
    /// <param name="directory">The work tree's state directory.</param>
    /// <param name="path">The managed path.</param>
    /// <returns>Its journal, or null.</returns>
    public static CheckoutJournal? Find(string directory, RelPath path)
    {
        string file = FileOf(directory, path);
        if (!File.Exists(file))
        {
            return null;
        }

        IReadOnlyList<string> lines = EscapedLine.ReadFile(file);
        bool ok = lines.Count == 4 && lines[0] == "dls-checkout 1" && lines[1].StartsWith("oid ", StringComparison.Ordinal)
            && lines[2].StartsWith("tag ", StringComparison.Ordinal) && lines[2].Length == 20 && lines[2][4..].All(char.IsAsciiHexDigitLower) && lines[3] == $"path {path}";
        return ok && Oid.TryParse(lines[1][4..], out Oid oid) ? new CheckoutJournal(path, oid, lines[2][4..]) : new CheckoutJournal(path, default, new string('0', 16));
    }

    /// <summary>Ends the checkout.</summary>
    /// <param name="directory">The work tree's state directory.</param>
    public void End(string directory) => File.Delete(FileOf(directory, Path));

    private static string FileOf(string directory, RelPath path) => System.IO.Path.Combine(directory, "journal", StateName(path));

    /// <summary>Gives the file name used for a path's stat cache and journal.</summary>
    /// <param name="path">The managed path.</param>
    /// <returns>16 hex digits.</returns>
    public static string StateName(RelPath path) => Fnv1a.Hex(path.Value);
}
