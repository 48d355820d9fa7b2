using System.Text;
using DlStore.Git;
using DlStore.Io;
using DlStore.WorkTree;

namespace DlStore.Operations.Store;

/// <summary>The <c>.gitignore</c> beside a managed path: one line keeps git away from the bytes.</summary>
internal static class IgnoreFile
{
    /// <summary>Gives the path of the ignore file that goes with a managed path.</summary>
    public static string PathOf(RelPath path) => path.Directory.Length == 0 ? ".gitignore" : path.Directory + "/.gitignore";

    /// <summary>Adds the line if it is missing.</summary>
    /// <returns>True if the file was written.</returns>
    public static bool Add(Repo repo, RelPath path)
    {
        string text = Read(repo, path) ?? "";
        string line = Line(path);
        if (text.Split('\n').Contains(line, StringComparer.Ordinal))
        {
            return false;
        }

        string newline = text.Length == 0 || text.EndsWith('\n') ? "" : "\n";
        repo.Files.Write(PathOf(path), text + newline + line + "\n");
        return true;
    }

    /// <summary>Tells whether the ignore file of a path is a regular file, or not there.</summary>
    public static bool IsPlain(Repo repo, RelPath path) => !new WorkDir(repo.WorkTree).TryStat(PathOf(path), out FileStat stat) || stat.IsFile;

    /// <summary>Finds those of one directory's paths for which its ignore file has no line of add's.</summary>
    public static IEnumerable<ManagedPath> WithoutLine(Repo repo, IReadOnlyList<ManagedPath> managed)
    {
        // Git reads no rules from a symlink, and add refuses to write there.
        HashSet<string> lines = [.. (IsPlain(repo, managed[0].Path) ? Read(repo, managed[0].Path) ?? "" : "").Split('\n').Select(static l => l.TrimEnd('\r'))];
        return managed.Where(m => !lines.Contains(Line(m.Path)));
    }

    /// <summary>Removes the line; an ignore file that is empty then is removed.</summary>
    /// <returns>True if there was one.</returns>
    public static bool Remove(Repo repo, RelPath path)
    {
        string? text = Read(repo, path);
        string line = Line(path);
        if (text is null || !text.Split('\n').Contains(line, StringComparer.Ordinal))
        {
            return false;
        }

        string rest = string.Join('\n', text.Split('\n').Where(l => l != line));
        if (rest.Trim().Length == 0)
        {
            repo.Files.DeleteFile(PathOf(path));
        }
        else
        {
            repo.Files.Write(PathOf(path), rest);
        }

        return true;
    }

    private static string? Read(Repo repo, RelPath path)
    {
        string relative = PathOf(path);
        if (!repo.Files.TryStat(relative, out FileStat stat))
        {
            // A sparse checkout may leave it out: then its other lines must not be lost.
            return CommittedText.ReadUnlessDeleted(repo.Git, relative).Bytes is { } committed ? Encoding.UTF8.GetString(committed) : null;
        }

        return stat.IsFile
            ? File.ReadAllText($"{repo.WorkTree}/{relative}")
            : throw new DlsException(ErrorKind.Failed, $"write '{relative}': it is a {stat.Describe()}", "replace it by a regular file");
    }

    /// <summary>The name anchored at its directory, with what means something in a pattern escaped.</summary>
    private static string Line(RelPath path)
    {
        StringBuilder line = new("/");
        foreach (char c in path.Name)
        {
            if (c is '\\' or '*' or '?' or '[')
            {
                line.Append('\\');
            }

            line.Append(c);
        }

        if (line[^1] == ' ')
        {
            line.Insert(line.Length - 1, '\\');
        }

        return line.ToString();
    }
}
