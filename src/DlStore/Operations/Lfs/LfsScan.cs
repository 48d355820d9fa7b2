using System.Text;
using DlStore.Git;
using DlStore.Io;

namespace DlStore.Operations.Lfs;

/// <summary>
/// Finds the pointers of git-lfs in git's index, by their content: whether an attribute names them does not matter, because somebody may
/// have committed them without. Reads objects of git only, the small ones.
/// </summary>
internal sealed class LfsScan
{
    private LfsScan(IReadOnlyList<LfsFile> files, IReadOnlyList<LeftLfsFile> odd, IReadOnlyList<string> plain)
    {
        Files = files;
        Odd = odd;
        Plain = plain;
    }

    /// <summary>Gets the files, by path.</summary>
    public IReadOnlyList<LfsFile> Files { get; }

    /// <summary>Gets what was meant to be a pointer and is none, and what has a name that no pointer of dls can have.</summary>
    public IReadOnlyList<LeftLfsFile> Odd { get; }

    /// <summary>Gets the files that are as they are in git although an attribute sends them to git-lfs; empty ones do not count.</summary>
    public IReadOnlyList<string> Plain { get; }

    /// <summary>Reads git's index.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="index">Its index; nothing in it is unmerged.</param>
    public static LfsScan Read(Repo repo, GitIndexFile index)
    {
        GitIndexEntry[] entries = [.. index.ListEntries().Where(static e => e is { IsFile: true, Stage: 0, IsIntentToAdd: false })];
        GitObject?[] sizes = repo.Git.CatFile.FindMany([.. entries.Select(static e => e.BlobId)]);
        int[] small = [.. Enumerable.Range(0, entries.Length).Where(i => sizes[i] is { SizeBytes: > 0 and <= LfsPointer.LengthMax })];
        GitObject?[] contents = repo.Git.CatFile.ReadMany([.. small.Select(i => entries[i].BlobId)], LfsPointer.LengthMax);
        List<LfsFile> files = [];
        List<LeftLfsFile> odd = [];
        HashSet<int> named = [];
        for (int i = 0; i < small.Length; i++)
        {
            GitIndexEntry entry = entries[small[i]];
            byte[] bytes = contents[i]?.Bytes ?? [];
            LfsPointer? pointer = LfsPointer.Find(bytes);
            if (pointer is null && !LfsPointer.LooksLike(bytes))
            {
                continue;
            }

            _ = named.Add(small[i]);
            if (pointer is not null && WhyNoPath(entry.Path, out RelPath path) is null)
            {
                files.Add(new LfsFile(path, pointer, entry));
                continue;
            }

            odd.Add(new LeftLfsFile(entry.Path, pointer is null
                ? "it begins like a pointer of git-lfs and is malformed" : WhyNoPath(entry.Path, out _)!, pointer?.Oid));
        }

        string[] others = [.. Enumerable.Range(0, entries.Length)
            .Where(i => !named.Contains(i) && sizes[i] is { SizeBytes: > 0 }).Select(i => entries[i].Path)];
        return new LfsScan(files, odd, FindFiltered(repo, others));
    }

    /// <summary>Says why a path cannot have a pointer of dls, or null.</summary>
    public static string? WhyNoPath(string text, out RelPath path)
    {
        string? why = text.Contains('\uFFFD') ? "its name is not valid UTF-8" : null;
        path = default;
        if (why is not null || !RelPath.TryParse(text, out path, out why))
        {
            return why;
        }

        return path.HasControl ? "its name holds a control character"
            : text.EndsWith(Objects.Pointer.Suffix, StringComparison.Ordinal) ? "its name ends like a pointer's of dls" : null;
    }

    /// <summary>Asks git which paths its attributes send to git-lfs.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="paths">From the top of the work tree.</param>
    public static IReadOnlyList<string> FindFiltered(Repo repo, IReadOnlyList<string> paths)
    {
        if (paths.Count == 0)
        {
            return [];
        }

        byte[] input = Encoding.UTF8.GetBytes(string.Join('\0', paths) + "\0");
        byte[] output = repo.Git.Git.RunChecked(["check-attr", "-z", "--stdin", "filter"], input).Output;
        string[] fields = Encoding.UTF8.GetString(output).Split('\0');
        return [.. fields.Chunk(3).Where(static f => f is [_, _, "lfs"]).Select(static f => f[0])];
    }
}
