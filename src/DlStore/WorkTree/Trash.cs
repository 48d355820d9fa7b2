using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using DlStore.Io;

namespace DlStore.WorkTree;

/// <summary>One move into the trash.</summary>
/// <param name="Id">Its name; sorts by time.</param>
/// <param name="At">When.</param>
/// <param name="Why">The command that did it.</param>
/// <param name="Paths">What was moved, relative to the work tree it came from.</param>
/// <param name="WorkTree">The work tree it came from.</param>
public sealed record TrashEntry(string Id, DateTimeOffset At, string Why, IReadOnlyList<string> Paths, string WorkTree);

/// <summary>
/// Where bytes go that the store does not hold and that a command has to take out of the way: <c>trash/id/</c> with a record <c>entry</c> and the moved files below
/// <c>files/</c>. The record is durable before the first file moves. Nothing is ever deleted from here by itself.
/// </summary>
/// <param name="root">Absolute path of the trash directory.</param>
/// <param name="clock">Gives the time of a move.</param>
public sealed class Trash(string root, TimeProvider clock)
{
    private const string FirstLine = "dls-trash 1";

    /// <summary>Moves files, symlinks or directories into the trash.</summary>
    /// <param name="workTree">Absolute path of the work tree.</param>
    /// <param name="paths">Paths relative to it, without symlinked parents.</param>
    /// <param name="why">The command, for people.</param>
    /// <returns>What was moved.</returns>
    /// <exception cref="DlsException">Kind Failed: a path cannot be moved; those before it are in the trash and listed by it.</exception>
    public TrashEntry Move(string workTree, IReadOnlyList<string> paths, string why)
    {
        DateTimeOffset now = clock.GetUtcNow();
        string id = now.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture) + "-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(3));
        TrashEntry entry = new(id, now, why, paths, workTree);
        string directory = Path.Combine(root, id);
        AtomicFile.MakeDirectory(Path.Combine(directory, "files"));
        StringBuilder text = new($"{FirstLine}\n");
        text.Append(CultureInfo.InvariantCulture, $"at {now.ToUnixTimeSeconds()}\nwhy {why}\ntree {Escape(workTree)}\n");
        foreach (string path in paths)
        {
            text.Append("path ").Append(Escape(path)).Append('\n');
        }

        AtomicFile.Write(Path.Combine(directory, "entry"), text.ToString());
        CrashPoint.Hit("trash.recorded");
        foreach (string path in paths)
        {
            MoveOne(Path.Combine(workTree, path), Path.Combine(directory, "files", path));
            CrashPoint.Hit("trash.moved");
        }

        return entry;
    }

    /// <summary>Lists what is in the trash.</summary>
    /// <returns>The entries, oldest first.</returns>
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

    /// <summary>Moves an entry's files back to where they came from, or below another directory. Nothing that is there is replaced.</summary>
    /// <param name="id">The entry.</param>
    /// <param name="to">Absolute path of the directory to restore into; null for the work tree it came from.</param>
    /// <returns>The paths that were restored.</returns>
    /// <exception cref="DlsException">Kind Usage: no such entry; kind Failed: something is in the way, nothing was moved.</exception>
    public IReadOnlyList<string> Restore(string id, string? to)
    {
        string directory = Path.Combine(root, id);
        bool safe = id.Length > 0 && !id.Contains('/', StringComparison.Ordinal) && id[0] != '.';
        TrashEntry entry = (safe ? Read(directory) : null)
            ?? throw new DlsException(ErrorKind.Usage, $"restore '{id}': there is no such entry in the trash", "run `dls trash list` to see them");
        string target = to ?? entry.WorkTree;
        string[] there = [.. entry.Paths.Where(p => IsThere(Path.Combine(directory, "files", p)))];
        string[] blocked = [.. there.Where(p => IsThere(Path.Combine(target, p)))];
        if (blocked.Length > 0)
        {
            throw new DlsException(ErrorKind.Failed, $"restore '{id}': {blocked.Length} of its paths exist again", $"move them away, or restore elsewhere with `dls trash restore {id} --to DIR`")
            {
                Items = blocked,
            };
        }

        foreach (string path in there)
        {
            MoveOne(Path.Combine(directory, "files", path), Path.Combine(target, path));
        }

        Directory.Delete(directory, recursive: true);
        return there;
    }

    private static bool IsThere(string path) => Sys.TryStat(path, out _);

    private static void MoveOne(string from, string to)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(to)!);
        if (!Sys.RenameAt(Posix.AtFdCwd, Encoding.UTF8.GetBytes(from), Posix.AtFdCwd, Encoding.UTF8.GetBytes(to), replace: false))
        {
            if (Sys.Errno != Posix.EXDev)
            {
                throw Sys.Error("move to the trash", from);
            }

            CopyAcross(from, to);
        }

        AtomicFile.FlushDirectory(Path.GetDirectoryName(to)!);
    }

    /// <summary>The trash is in another file system: copy, flush, then remove.</summary>
    private static void CopyAcross(string from, string to)
    {
        FileInfo file = new(from);
        if (file.LinkTarget is { } target)
        {
            File.CreateSymbolicLink(to, target);
        }
        else if (Directory.Exists(from))
        {
            Directory.CreateDirectory(to);
            foreach (string child in Directory.GetFileSystemEntries(from))
            {
                CopyAcross(child, Path.Combine(to, Path.GetFileName(child)));
            }

            Directory.Delete(from);
            return;
        }
        else
        {
            File.Copy(from, to);
            using FileStream copy = new(to, FileMode.Open, FileAccess.ReadWrite);
            copy.Flush(flushToDisk: true);
        }

        File.Delete(from);
    }

    private static TrashEntry? Read(string directory)
    {
        string file = Path.Combine(directory, "entry");
        string[] lines = File.Exists(file) ? File.ReadAllLines(file) : [];
        if (lines.Length < 4 || lines[0] != FirstLine || !long.TryParse(lines[1].AsSpan(3), CultureInfo.InvariantCulture, out long at))
        {
            return null;
        }

        string[] paths = [.. lines.Skip(4).Where(l => l.StartsWith("path ", StringComparison.Ordinal)).Select(l => Unescape(l[5..]))];
        return new TrashEntry(Path.GetFileName(directory), DateTimeOffset.FromUnixTimeSeconds(at), lines[2][4..], paths, Unescape(lines[3][5..]));
    }

    private static string Escape(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    private static string Unescape(string text)
    {
        StringBuilder plain = new();
        for (int i = 0; i < text.Length; i++)
        {
            plain.Append(text[i] == '\\' && i + 1 < text.Length ? text[++i] == 'n' ? '\n' : text[i] : text[i]);
        }

        return plain.ToString();
    }
}
