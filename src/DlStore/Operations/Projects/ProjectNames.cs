using System.Globalization;
using System.Text;
using DlStore.Data.Names;
using DlStore.Data.Recipes;
using DlStore.Git;
using DlStore.Io;
using DlStore.Operations.Store;

namespace DlStore.Operations.Projects;

/// <summary>Which names of projects are taken: in the work tree, staged in git, and on other branches and tags.</summary>
internal sealed class ProjectNames
{
    private readonly SortedSet<string> _onDisk = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _staged = new(StringComparer.Ordinal);

    private ProjectNames()
    {
    }

    /// <summary>Gets the names in the work tree, whatever stands there.</summary>
    public IReadOnlySet<string> OnDisk => _onDisk;

    /// <summary>Gets the names in git's index.</summary>
    public IReadOnlySet<string> Staged => _staged;

    /// <summary>Reads the names of the work tree and of git's index.</summary>
    public static ProjectNames Read(Repo repo)
    {
        KnownFiles.RequireRealParents(repo, $"{Project.Root}/x");
        ProjectNames names = new();
        string root = $"{repo.WorkTree}/{Project.Root}";
        foreach (string entry in Directory.Exists(root) ? Directory.EnumerateFileSystemEntries(root) : [])
        {
            names._onDisk.Add(Path.GetFileName(entry));
        }

        foreach (string path in GitIndexFile.Read(repo.Git).FindTrackedBelow(RelPath.Parse(Project.Root), int.MaxValue))
        {
            names._staged.Add(NameIn(path));
        }

        return names;
    }

    /// <summary>Refuses a name that is taken, or that would be the same name on a system that does not tell cases apart.</summary>
    /// <exception cref="DlsException">Kind Failed: says by what.</exception>
    public void RequireFree(PortableName name)
    {
        if (_onDisk.Concat(_staged).FirstOrDefault(n => n.Equals(name.Value, StringComparison.OrdinalIgnoreCase)) is { } taken)
        {
            throw new DlsException(
                ErrorKind.Failed,
                taken != name.Value
                    ? $"make project '{name}': there is '{Project.Root}/{taken}', and some systems do not tell the two apart"
                    : _onDisk.Contains(taken) ? $"make project '{name}': '{Project.Root}/{name}' is there already"
                    : $"make project '{name}': git has files of '{Project.Root}/{name}' staged, though they are not in the work tree",
                "choose another name; `dls project list` shows those that are taken");
        }
    }

    /// <summary>
    /// Gives the largest number after a prefix in any name here and in every branch and tag, or -1: numbers are never used again.
    /// </summary>
    /// <param name="repo">The repository.</param>
    /// <param name="prefix">Such as <c>close_</c>.</param>
    public long LastNumber(Repo repo, string prefix)
    {
        long last = -1;
        foreach (string name in _onDisk.Concat(_staged).Concat(NamesInRefs(repo)))
        {
            if (TryNumber(name, prefix, out long number))
            {
                last = Math.Max(last, number);
            }
        }

        return last;
    }

    /// <summary>Reads the number of a numbered name.</summary>
    public static bool TryNumber(string name, string prefix, out long number)
    {
        number = -1;
        return name.StartsWith(prefix, StringComparison.Ordinal) && name.Length > prefix.Length
            && long.TryParse(name.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out number)
                && number < long.MaxValue;
    }

    private static IEnumerable<string> NamesInRefs(Repo repo)
    {
        string[] trees = [.. repo.Git.AllRefs().Select(static r => $"{r.Commit.Hex}:{Project.Root}").Distinct()];
        foreach (GitObject? tree in repo.Git.CatFile.ReadMany(trees))
        {
            foreach (TreeEntry entry in tree is { Type: "tree", Bytes: not null } ? TreeEntry.ReadAll(tree) : [])
            {
                yield return Encoding.UTF8.GetString(entry.Name);
            }
        }
    }

    private static string NameIn(string path) => path[(Project.Root.Length + 1)..] is var rest
        && rest.IndexOf('/', StringComparison.Ordinal) is var slash and > 0 ? rest[..slash] : path[(Project.Root.Length + 1)..];
}
