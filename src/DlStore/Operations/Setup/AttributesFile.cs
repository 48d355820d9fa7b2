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

    /// <summary>Writes the lines that are missing; one of an earlier version is renewed in its place.</summary>
    /// <param name="repo">The repository.</param>
    /// <returns>False if they are all there.</returns>
    public static bool Write(Repo repo)
    {
        string text = CommittedText.ReadUnlessDeleted(repo.Git, Name).Bytes is { } bytes ? Encoding.UTF8.GetString(bytes) : "";
        if (PointerAttributes.Add(text) is not { } changed)
        {
            return false;
        }

        repo.Files.Write(Name, changed);
        return true;
    }

    /// <summary>Tells whether a file has lines that dls wrote.</summary>
    /// <param name="lines">The lines of the file.</param>
    public static bool HasOwn(string[] lines) => lines.Any(IsOwn);

    /// <summary>Tells whether dls wrote a line.</summary>
    public static bool IsOwn(string line) => PointerAttributes.IsOwn(line);

    /// <summary>Asks git whether the driver is named for pointers here.</summary>
    /// <param name="repo">The repository.</param>
    public static bool NamesDriver(Repo repo) =>
        repo.Git.Git.Run(["check-attr", "merge", "--", "a.dls"]).Text().EndsWith(": dls", StringComparison.Ordinal);
}
