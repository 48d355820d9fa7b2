using System.Text;
using DlStore.Git;

namespace DlStore.Operations.Setup;

/// <summary>
/// The lines of dls in the committed <c>.gitattributes</c>: pointers have LF, are merged and shown by the drivers; of ignore files a merge
/// takes the lines of both sides, because two branches that each add a directory write two lines at the same place.
/// </summary>
internal static class AttributesFile
{
    public const string Name = ".gitattributes";

    private static readonly string[] Lines = ["*.dls text eol=lf merge=dls diff=dls", ".gitignore merge=union"];

    /// <summary>What earlier versions wrote, in the place of the first line.</summary>
    private const string Earlier = "*.dls text eol=lf";

    /// <summary>Writes the lines that are missing; one of an earlier version is renewed in its place.</summary>
    /// <param name="repo">The repository.</param>
    /// <returns>False if they are all there.</returns>
    public static bool Write(Repo repo)
    {
        string text = CommittedText.ReadUnlessDeleted(repo.Git, Name).Bytes is { } bytes ? Encoding.UTF8.GetString(bytes) : "";
        string complete = Complete(text);
        if (complete == text)
        {
            return false;
        }

        repo.Files.Write(Name, complete);
        return true;
    }

    /// <summary>Gives a text with the lines; the same if they are all there.</summary>
    /// <param name="text">The whole file.</param>
    public static string Complete(string text)
    {
        List<string> lines = [.. text.Split('\n')];
        int earlier = lines.Contains(Lines[0]) ? -1 : lines.IndexOf(Earlier);
        if (earlier >= 0)
        {
            lines[earlier] = Lines[0];
        }

        string kept = string.Join('\n', lines);
        string[] missing = [.. Lines.Where(l => !lines.Contains(l))];
        string newline = missing.Length == 0 || kept.Length == 0 || kept.EndsWith('\n') ? "" : "\n";
        return kept + newline + string.Concat(missing.Select(static l => l + "\n"));
    }

    /// <summary>Tells whether a file has lines that dls wrote.</summary>
    /// <param name="lines">The lines of the file.</param>
    public static bool HasOwn(string[] lines) => lines.Any(IsOwn);

    /// <summary>Tells whether dls wrote a line.</summary>
    public static bool IsOwn(string line) => line == Earlier || Lines.Contains(line, StringComparer.Ordinal);

    /// <summary>Asks git whether the driver is named for pointers here.</summary>
    /// <param name="repo">The repository.</param>
    public static bool NamesDriver(Repo repo) =>
        repo.Git.Git.Run(["check-attr", "merge", "--", "a.dls"]).Text().EndsWith(": dls", StringComparison.Ordinal);
}
