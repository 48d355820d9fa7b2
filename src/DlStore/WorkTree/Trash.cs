using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using DlStore.Io;

namespace DlStore.WorkTree;

/// <summary>
/// Where bytes go that the store does not hold and that a command has to take out of the way: <c>trash/id/</c> with a record <c>entry</c>
/// and the moved files below
/// <c>files/</c> (docs/formats/trash.md). The record is durable before the first file moves. Nothing is ever deleted from here by itself,
/// and an entry goes only when
/// nothing is left in it. Both sides of a move are reached through <see cref="WorkDir"/>: a symlink on the way stops it.
/// </summary>
/// <param name="root">Absolute path of the trash directory.</param>
/// <param name="clock">Gives the time of a move.</param>
public sealed class Trash(string root, TimeProvider clock)
{
    private const string FirstLine = "dls-trash 1";
    private const int LeftMax = 1000;

    /// <summary>Moves files, symlinks or directories into the trash.</summary>
    /// <param name="workTree">Absolute path of the work tree.</param>
    /// <param name="paths">Paths relative to it, none of them inside another.</param>
    /// <param name="why">The command, for people.</param>
    /// <returns>What was moved.</returns>
    /// <exception cref="DlsException">Kind Failed: a path cannot be moved, or has a symlinked parent; those before it are in the trash and
    /// listed by it.</exception>
    public TrashEntry Move(string workTree, IReadOnlyList<string> paths, string why)
    {
        DateTimeOffset now = clock.GetUtcNow();
        string id = now.ToString(
            "yyyyMMdd-HHmmss", CultureInfo.InvariantCulture) + "-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(3));
        TrashEntry entry = new(id, now, why, paths, workTree);
        string directory = Path.Combine(root, id);
        AtomicFile.MakeDirectory(Path.Combine(directory, "files"));
        StringBuilder text = new($"{FirstLine}\n");
        text.Append(CultureInfo.InvariantCulture,
            $"at {now.ToUnixTimeSeconds()}\nwhy {EscapedLine.Escape(why)}\ntree {EscapedLine.Escape(workTree)}\n");
        foreach (string path in paths)
        {
            text.Append("path ").Append(EscapedLine.Escape(path)).Append('\n');
        }

        AtomicFile.Write(Path.Combine(directory, "entry"), text.ToString());
        CrashPoint.Hit("trash.recorded");
        WorkDir from = new(workTree);
        WorkDir files = new(Path.Combine(directory, "files"));
        MoveAll(paths, from, files, "trash.moved");
        return entry;
    }

    /// <summary>Lists what is in the trash.</summary>
    /// <returns>The entries, oldest first; one whose record cannot be read has the names at the top of its files as paths and no work
    /// tree.</returns>
    public IReadOnlyList<TrashEntry> List()
    {
        List<TrashEntry> found = [];
        string[] directories = Directory.Exists(root) ? Directory.GetDirectories(root) : [];
        foreach (string directory in directories.Order(StringComparer.Ordinal))
        {
            if (Read(directory) is { } entry)
            {
                found.Add(entry);
            }
        }

        return found;
    }

    /// <summary>Finds one entry.</summary>
    /// <param name="id">Its name.</param>
    /// <returns>The entry.</returns>
    /// <exception cref="DlsException">Kind Usage: no such entry.</exception>
    public TrashEntry Get(string id)
    {
        bool safe = id.Length > 0 && !id.Contains('/', StringComparison.Ordinal) && id[0] != '.';
        return (safe ? Read(Path.Combine(root, id)) : null)
            ?? throw new DlsException(
                ErrorKind.Usage, $"restore '{id}': there is no such entry in the trash", "run `dls trash list` to see them");
    }

    /// <summary>
    /// Moves an entry's files back to where they came from, or below another directory. Nothing that is there is replaced.
    /// </summary>
    /// <param name="id">The entry.</param>
    /// <param name="to">Absolute path of the directory to restore into; null for the work tree it came from.</param>
    /// <returns>What was restored, and what stays in the trash.</returns>
    /// <exception cref="DlsException">Kind Usage: no such entry; kind Failed: something is in the way, nothing was moved.</exception>
    public RestoredPaths Restore(string id, string? to)
    {
        TrashEntry entry = Get(id);
        if (to is null && entry.WorkTree.Length == 0)
        {
            throw new DlsException(ErrorKind.Failed, $"restore '{id}': its record cannot be read, so where its files were is not known",
                $"run `dls trash restore {id} --to DIR`");
        }

        string directory = Path.Combine(root, id);
        WorkDir files = new(Path.Combine(directory, "files"));
        WorkDir target = new(to ?? entry.WorkTree);
        string[] there = [.. entry.Paths.Where(p => files.TryStat(p, out _))];
        string[] blocked = [.. there.Select(
            p => target.FindParentInTheWay(p) ?? (target.TryStat(p, out _) ? p : "")).Where(static p => p.Length > 0).Distinct()];
        if (blocked.Length > 0)
        {
            throw new DlsException(
                ErrorKind.Failed, $"restore '{id}': {blocked.Length} of its paths exist again, or lead through a file or symlink",
                $"move them away, or restore elsewhere with `dls trash restore {id} --to DIR`")
            {
                Items = blocked,
            };
        }

        MoveAll(there, files, target, "trash.restored");
        return new RestoredPaths(there, RemoveIfEmpty(directory, files, there));
    }

    /// <summary>
    /// Deletes files for good that somebody asked to be erased. Only regular files; what was emptied goes too.
    /// </summary>
    /// <param name="isErased">Told the absolute path of each file.</param>
    /// <returns>How many were deleted.</returns>
    internal long Erase(Func<string, bool> isErased)
    {
        EnumerationOptions all = new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };
        long deleted = 0;
        foreach (string directory in Directory.Exists(root) ? Directory.GetDirectories(root) : [])
        {
            string files = Path.Combine(directory, "files");
            string[] erased = [.. Directory.Exists(files) ? Directory.EnumerateFiles(files, "*", all).Where(isErased) : []];
            WorkDir inside = new(files);
            string[] paths = [.. erased.Select(f => Path.GetRelativePath(files, f)).Where(inside.DeleteFile)];
            _ = paths.Length > 0 ? RemoveIfEmpty(directory, inside, paths) : [];
            deleted += paths.Length;
        }

        return deleted;
    }

    /// <summary>Counts what lies in an entry.</summary>
    internal (long Files, long Bytes) Count(TrashEntry entry) => Inside(entry, static fd => TreeRemoval.Count(fd, [.. "files"u8]));

    /// <summary>Deletes an entry for good: its files, then its record, so that one that was killed half-way is still listed.</summary>
    /// <exception cref="DlsException">Kind Failed: a part of it cannot be deleted; it is still listed.</exception>
    internal void Delete(TrashEntry entry)
    {
        if (!Inside(entry, static fd => TreeRemoval.Run(fd, [.. "files"u8])))
        {
            throw new DlsException(ErrorKind.Failed, $"empty the trash: some files of '{entry.Id}' cannot be deleted",
                $"see who may write below '{Path.Combine(root, entry.Id)}'");
        }

        CrashPoint.Hit("trash.deleted");
        new WorkDir(Path.Combine(root, entry.Id)).DeleteFile("entry");
        new WorkDir(root).DeleteIfEmpty(entry.Id);
    }

    private T Inside<T>(TrashEntry entry, Func<int, T> look)
    {
        int fd = new WorkDir(Path.Combine(root, entry.Id)).Open("");
        try
        {
            return look(fd);
        }
        finally
        {
            Sys.Close(fd);
        }
    }

    /// <summary>
    /// Moves each path from one side to the other, then flushes each directory once. The side that got the files first, so that a loss of
    /// power rather shows them twice.
    /// </summary>
    private static void MoveAll(IReadOnlyList<string> paths, WorkDir from, WorkDir to, string point)
    {
        DiskFlush left = new(from);
        DiskFlush got = new(to);
        foreach (string path in paths)
        {
            from.Move(path, to, path, got);
            got.Directory(WorkDir.Split(path).Directory);
            left.Directory(WorkDir.Split(path).Directory);
            CrashPoint.Hit(point);
        }

        got.Run();
        left.Run();
    }

    /// <summary>Removes what was emptied, and the entry if nothing is left in it; never a file of the user's.</summary>
    private static List<string> RemoveIfEmpty(string directory, WorkDir files, string[] moved)
    {
        foreach (string path in moved)
        {
            for (int slash = path.LastIndexOf('/'); slash > 0; slash = path.LastIndexOf('/', slash - 1))
            {
                files.DeleteIfEmpty(path[..slash]);
            }
        }

        WorkDir entry = new(directory);
        entry.DeleteIfEmpty("files");
        List<string> left = [];
        if (entry.TryStat("files", out _))
        {
            Collect(files, "", left);
            return left;
        }

        entry.DeleteFile("entry");
        new WorkDir(Path.GetDirectoryName(directory)!).DeleteIfEmpty(Path.GetFileName(directory));
        return left;
    }

    private static void Collect(WorkDir files, string path, List<string> found)
    {
        DirectoryReader reader = new();
        int fd = files.Open(path);
        try
        {
            reader.Read(fd, path);
        }
        finally
        {
            Sys.Close(fd);
        }

        for (int i = 0; i < reader.Count && found.Count < LeftMax; i++)
        {
            string child = (path.Length == 0 ? "" : path + "/") + Encoding.UTF8.GetString(reader.NameOf(i));
            if (reader.IsDirectory(i))
            {
                Collect(files, child, found);
            }
            else
            {
                found.Add(child);
            }
        }
    }

    private static TrashEntry? Read(string directory)
    {
        IReadOnlyList<string> lines = EscapedLine.ReadFile(Path.Combine(directory, "entry"));
        bool ok = lines.Count >= 4 && lines[0] == FirstLine
            && lines[1].StartsWith("at ", StringComparison.Ordinal) && lines[2].StartsWith("why ", StringComparison.Ordinal)
            && lines[3].StartsWith("tree ", StringComparison.Ordinal);
        if (!ok || !long.TryParse(lines[1].AsSpan(3), NumberStyles.None, CultureInfo.InvariantCulture, out long at) || at >= 253402300800)
        {
            return Unrecorded(directory);
        }

        string[] paths = [.. lines.Skip(
            4).Where(static l => l.StartsWith("path ", StringComparison.Ordinal)).Select(static l => EscapedLine.Unescape(l[5..]))];
        bool inside = paths.All(static p => RelPath.TryParseInside(p, out _, out _));
        return inside
            ? new TrashEntry(Path.GetFileName(directory),
                DateTimeOffset.FromUnixTimeSeconds(at), EscapedLine.Unescape(lines[2][4..]), paths, EscapedLine.Unescape(lines[3][5..]))
            : Unrecorded(directory);
    }

    /// <summary>An entry without a usable record is still shown as long as files are in it.</summary>
    private static TrashEntry? Unrecorded(string directory)
    {
        string files = Path.Combine(directory, "files");
        string[] names = Directory.Exists(files)
            ? [.. Directory.EnumerateFileSystemEntries(files).Select(static f => Path.GetFileName(f)).Order(StringComparer.Ordinal)] : [];
        return names.Length == 0
            ? null
            : new TrashEntry(Path.GetFileName(directory),
                new DateTimeOffset(Directory.GetCreationTimeUtc(directory)), "(its record cannot be read)", names, "");
    }
}
