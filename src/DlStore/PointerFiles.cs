using System.Text;
using DlStore.Git;
using DlStore.Io;
using DlStore.Objects;
using DlStore.WorkTree;
using DlStore.WorkTree.Merges;

namespace DlStore;

/// <summary>
/// Reads the pointer files of a work tree. One that cannot be read is told with a command that brings a good version back: which one
/// depends on whether git is in the
/// middle of a merge, and on where a version lies that can be read.
/// </summary>
/// <param name="repo">The repository.</param>
internal sealed class PointerFiles(Repo repo)
{
    private const int VersionsMax = 50;

    private GitRepo Git => repo.Git;

    /// <summary>Reads one pointer; null if there is none.</summary>
    /// <exception cref="DlsException">Kind Corrupt: it is there and is not valid. Kind Failed: git has not merged it.</exception>
    public Pointer? Find(RelPath path)
    {
        using DirectoryCursor at = new(repo.Files);
        return Find(path, at);
    }

    /// <summary>Reads one pointer of many; null if there is none.</summary>
    /// <param name="path">The managed path.</param>
    /// <param name="at">Remembers the directory for the next one.</param>
    /// <exception cref="DlsException">Kind Corrupt: it is there and is not valid. Kind Failed: git has not merged it.</exception>
    public Pointer? Find(RelPath path, DirectoryCursor at)
    {
        try
        {
            Pointer? pointer =
                ReadFile(path.Value + Pointer.Suffix, at) is { } bytes ? Pointer.Parse(bytes, path.Value + Pointer.Suffix) : null;
            // The merge driver leaves a valid pointer where something clashes, and a note; git's index knows whether it is decided.
            return pointer is not null && MergeNote.Exists(repo.StateDirectory, path) && Unmerged(path) is { } open
                ? throw Explain(path, null, open).ToException() : pointer;
        }
        catch (DlsException e) when (e.Kind == ErrorKind.Corrupt)
        {
            throw Explain(path, e, Unmerged(path)).ToException();
        }
    }

    private UnmergedPointer? Unmerged(RelPath path) =>
        UnmergedPointer.List(GitIndexFile.Read(Git)).FirstOrDefault(u => u.Path == path);

    /// <summary>Reads a file if it begins like a pointer.</summary>
    /// <param name="relative">Path of the file, from the top of the work tree.</param>
    public byte[]? ReadFile(string relative)
    {
        using DirectoryCursor at = new(repo.Files);
        return ReadFile(relative, at);
    }

    private static byte[]? ReadFile(string relative, DirectoryCursor at)
    {
        if (!at.TryStat(relative, out FileStat stat) || !stat.IsFile)
        {
            return stat.IsSymlink ? throw new DlsException(
                ErrorKind.Corrupt, $"read pointer '{relative}': it is a symlink", "replace it by a regular file") : null;
        }

        (string directory, byte[] name) = WorkDir.Split(relative);
        int fd = Sys.OpenAt(at.Find(directory), name, Posix.ReadOnly | Posix.NoFollow);
        if (fd < 0)
        {
            throw Sys.Error("read pointer", relative);
        }

        try
        {
            byte[] bytes = new byte[Math.Min(stat.Size, Pointer.LengthMax + 1)];
            int n = Sys.ReadFully(fd, bytes, relative);
            return Pointer.LooksLike(bytes.AsSpan(0, n)) ? bytes[..n] : null;
        }
        finally
        {
            Sys.Close(fd);
        }
    }

    /// <summary>Lists all of them.</summary>
    /// <param name="state">The work tree's state.</param>
    public PointerListing List(WorkTreeState state)
    {
        GitIndexFile index = state.Index;
        HashSet<string> indexed = [.. index.ListPointers().Select(static p => p.Path.Value)];
        HashSet<string> wasOut = [.. state.Base.Paths];
        Dictionary<RelPath, UnmergedPointer> unmerged = UnmergedPointer.List(index).ToDictionary(static u => u.Path);
        using DirectoryCursor at = new(repo.Files);
        SortedSet<string> candidates = new(indexed, StringComparer.Ordinal);
        candidates.UnionWith(wasOut);
        List<ManagedPath> managed = [];
        List<UnreadablePointer> unreadable = [];
        List<RelPath> without = [];
        foreach (RelPath path in candidates.Select(RelPath.Parse))
        {
            try
            {
                if (unmerged.TryGetValue(path, out UnmergedPointer? both))
                {
                    // Also where one side's version lies there: it is not decided that it is the one.
                    unreadable.Add(Explain(path, null, both));
                }
                else if (ReadValid(path, wasOut.Contains(path.Value), at) is { } pointer)
                {
                    managed.Add(new ManagedPath(path, pointer));
                }
                else if (!Sys.TryStat(repo.Absolute(path) + Pointer.Suffix, out _))
                {
                    without.Add(path);
                }
            }
            catch (DlsException e) when (e.Kind == ErrorKind.Corrupt)
            {
                unreadable.Add(Explain(path, e, null));
            }
        }

        return Listing(managed, unreadable, without, indexed);
    }

    private PointerListing Listing(
        List<ManagedPath> managed, List<UnreadablePointer> unreadable, List<RelPath> without, HashSet<string> indexed)
    {
        List<RelPath> absent = without.FindAll(p => indexed.Contains(p.Value));
        HashSet<string> sparse = ReadSparse(absent.Count > 0);
        return new PointerListing
        {
            Managed = managed,
            Unreadable = unreadable,
            Untracked = [.. managed.Where(m => !indexed.Contains(m.Path.Value)).Select(static m => m.Path)],
            Absent = absent.FindAll(p => !sparse.Contains(p.Value + Pointer.Suffix)),
            Sparse = absent.FindAll(p => sparse.Contains(p.Value + Pointer.Suffix)),
            Gone = without.FindAll(p => !indexed.Contains(p.Value)),
        };
    }

    private Pointer? ReadValid(RelPath path, bool wasOut, DirectoryCursor at)
    {
        string file = path.Value + Pointer.Suffix;
        if (ReadFile(file, at) is { } bytes)
        {
            return Pointer.Parse(bytes, file);
        }

        return wasOut && File.Exists(repo.Absolute(path) + Pointer.Suffix)
            ? throw new DlsException(ErrorKind.Corrupt, $"read pointer '{file}': its first line is not a pointer's")
            : null;
    }

    private UnreadablePointer Explain(RelPath path, DlsException? error, UnmergedPointer? unmerged)
    {
        string file = path.Value + Pointer.Suffix;
        if (unmerged is not null)
        {
            string hint = MergeHint(path);
            return new UnreadablePointer(
                path, $"read pointer '{file}': git has not merged it{Sides(unmerged)}", hint, ClashWalk.Compare(repo, unmerged, hint));
        }

        bool isSymlink = Sys.TryStat(repo.Absolute(path) + Pointer.Suffix, out FileStat stat) && stat.IsSymlink;
        return new UnreadablePointer(path, error!.Message, isSymlink ? error.Hint! : RestoreHint(path), null);
    }

    private static string Sides(UnmergedPointer unmerged) => (unmerged.OursId, unmerged.TheirsId) switch
    {
        (null, null) => ": both sides deleted or renamed it",
        (null, _) => ": this side deleted it, the other side changed it",
        (_, null) => ": this side changed it, the other side deleted it",
        _ => ": both sides changed it",
    };

    /// <summary>Commands that end the merge of this pointer; each works as it stands.</summary>
    private string MergeHint(RelPath path)
    {
        string typed = repo.ToTyped(path.Value);
        return $"`dls resolve` lists what clashes, `dls resolve --ours {typed}` keeps this side of that, `dls resolve --theirs {typed}` "
            + $"takes the other, `dls resolve --both {typed}/FILE` keeps both; then run `dls pull {typed}`";
    }

    /// <summary>Finds the newest version of the file that is a pointer: staged, in HEAD, or in the commits before it.</summary>
    private string RestoreHint(RelPath path)
    {
        string file = path.Value + Pointer.Suffix;
        string typed = repo.ToTyped(file);
        if (IsPointer($":0:{file}"))
        {
            return $"run `git checkout -- {typed}` to bring the staged version back";
        }

        GitResult log = Git.Git.Run(["rev-list", $"--max-count={VersionsMax}", "HEAD", "--", $":(top,literal){file}"]);
        string[] commits = log.ExitCode == 0 ? log.Lines() : [];
        string? good = commits.FirstOrDefault(c => IsPointer($"{c}:{file}"));
        return good is null
            ? $"no version of it in git is a pointer: run `dls rm --keep {repo.ToTyped(path.Value)}` if it is "
                + $"not one, or write it anew with `rm {typed}` and `dls add {repo.ToTyped(path.Value)}`"
            : $"run `git checkout {(good == Git.Head()?.Hex ? "HEAD" : good[..12])} -- {typed}` to bring the last good version back";
    }

    private bool IsPointer(string name)
    {
        try
        {
            return Git.CatFile.Read(name, PointerWalk.PointerBytesMax) is { Type: "blob", Bytes: { } bytes }
                && Pointer.LooksLike(bytes) && Pointer.Parse(bytes, name).Size >= 0;
        }
        catch (DlsException)
        {
            return false;
        }
    }

    /// <summary>A sparse checkout leaves files out on purpose; git marks them with S.</summary>
    private HashSet<string> ReadSparse(bool isNeeded) =>
    [
        .. isNeeded
            ? Encoding.UTF8.GetString(Git.Git.RunChecked(["ls-files", "-t", "-z"]).Output)
                .Split('\0').Where(static l => l.StartsWith("S ", StringComparison.Ordinal)).Select(static l => l[2..])
            : [],
    ];
}
