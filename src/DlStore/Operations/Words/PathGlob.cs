using System.IO.Enumeration;

namespace DlStore.Operations.Words;

/// <summary>Expands <c>*</c>, <c>?</c> and <c>**</c> in paths that no shell has expanded.</summary>
internal static class PathGlob
{
    /// <summary>Gives the paths a typed one stands for.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="typed">A path or a glob.</param>
    /// <returns>The path itself if it exists or holds no glob character.</returns>
    /// <exception cref="DlsException">Kind Usage: the glob matches nothing.</exception>
    public static IReadOnlyList<string> Expand(Repo repo, string typed)
    {
        string absolute = Path.GetFullPath(Path.Combine(repo.StartDirectory, typed));
        if (typed.AsSpan().IndexOfAny('*', '?') < 0 || Path.Exists(absolute))
        {
            return [typed];
        }

        string[] parts = absolute.Split('/', StringSplitOptions.RemoveEmptyEntries);
        int literal = Array.FindIndex(parts, p => p.AsSpan().IndexOfAny('*', '?') >= 0);
        List<string> found = [];
        Match("/" + string.Join('/', parts[..literal]), parts.AsSpan(literal), found);
        found.Sort(StringComparer.Ordinal);
        return found.Count > 0
            ? found
            : throw new DlsException(
                ErrorKind.Usage, $"use path '{typed}': it matches nothing", "quote it if it is meant literally and exists");
    }

    private static void Match(string directory, ReadOnlySpan<string> parts, List<string> found)
    {
        if (parts.IsEmpty || !Directory.Exists(directory))
        {
            return;
        }

        if (parts[0] == "**")
        {
            Match(directory, parts[1..], found);
        }

        foreach (string path in Directory.EnumerateFileSystemEntries(directory))
        {
            string name = Path.GetFileName(path);
            bool isPlainDirectory = Directory.Exists(path) && new DirectoryInfo(path).LinkTarget is null;
            if (name is ".git" or ".dlstore" || name.EndsWith(Objects.Pointer.Suffix, StringComparison.Ordinal))
            {
                continue;
            }

            if (parts[0] == "**" && isPlainDirectory)
            {
                Match(path, parts, found);
            }
            else if (parts[0] != "**" && FileSystemName.MatchesSimpleExpression(parts[0], name, ignoreCase: false))
            {
                if (parts.Length == 1)
                {
                    found.Add(path);
                }
                else if (isPlainDirectory)
                {
                    Match(path, parts[1..], found);
                }
            }
        }
    }
}
