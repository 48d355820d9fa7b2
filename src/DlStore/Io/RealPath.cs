using System.Text;

namespace DlStore.Io;

/// <summary>Resolves symlinks as the kernel does, name by name; names that are not there are kept as they are.</summary>
internal static class RealPath
{
    /// <summary>As many links as the kernel follows before it gives up.</summary>
    private const int LinksMax = 40;

    /// <summary>Resolves a whole path.</summary>
    /// <param name="path">Absolute path, there or not; <c>..</c> after a link leads to the parent of what the link names.</param>
    /// <returns>Absolute path without links, no trailing slash.</returns>
    /// <exception cref="DlsException">Kind Failed: the links go round in a circle.</exception>
    public static string Of(string path) => Resolve(path, path);

    /// <summary>
    /// Resolves the directory part of a path and keeps its last name, so that a link itself can be named; a trailing slash asks for what
    /// the link names.
    /// </summary>
    /// <param name="path">Absolute path, there or not.</param>
    /// <param name="known">Remembers directories, for paths that are looked up together; or null.</param>
    /// <returns>Absolute path, no trailing slash.</returns>
    /// <exception cref="DlsException">Kind Failed: the links go round in a circle.</exception>
    public static string OfDirectoryPart(string path, Dictionary<string, string>? known = null)
    {
        string name = path[(path.LastIndexOf('/') + 1)..];
        if (name is "" or "." or "..")
        {
            return Of(path);
        }

        string directory = path[..^name.Length];
        if (known is null || !known.TryGetValue(directory, out string? real))
        {
            real = Of(directory);
            known?.Add(directory, real);
        }

        return Join(real, name);
    }

    private static string Resolve(string path, string shown)
    {
        Stack<string> waiting = new(path.Split('/').Reverse());
        string at = "";
        int links = 0;
        while (waiting.TryPop(out string? name))
        {
            if (name is "" or ".")
            {
                continue;
            }

            if (name == "..")
            {
                at = at.Length == 0 ? "" : at[..at.LastIndexOf('/')];
                continue;
            }

            string next = $"{at}/{name}";
            if (LinkTarget(next) is not { } target)
            {
                at = next;
                continue;
            }

            if (++links > LinksMax)
            {
                throw Circle(shown);
            }

            at = target.StartsWith('/') ? "" : at;
            foreach (string part in target.Split('/').Reverse())
            {
                waiting.Push(part);
            }
        }

        return at.Length == 0 ? "/" : at;
    }

    private static DlsException Circle(string shown) => new(
        ErrorKind.Failed, $"use path '{EntryName.Show(Encoding.UTF8.GetBytes(shown))}': its symlinks lead in a circle",
        "name the file or directory itself");

    /// <summary>Gives what a symlink says, or null: it is none.</summary>
    private static string? LinkTarget(string path) => Sys.TryStat(path, out FileStat stat) && stat.IsSymlink
        && Sys.ReadLinkAt(Posix.AtFdCwd, Encoding.UTF8.GetBytes(path)) is { } target ? Encoding.UTF8.GetString(target) : null;

    private static string Join(string directory, string name) => directory == "/" ? "/" + name : $"{directory}/{name}";
}
