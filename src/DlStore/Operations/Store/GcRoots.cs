using System.IO.Enumeration;
using System.Text;
using DlStore.Data.Sets;
using DlStore.Git;
using DlStore.Io;
using DlStore.Learning.Records;
using DlStore.Objects;
using DlStore.Operations.Index;
using DlStore.Targets;
using DlStore.WorkTree.Merges;

namespace DlStore.Operations.Store;

/// <summary>Something that keeps an object.</summary>
/// <param name="Oid">The object.</param>
/// <param name="IsTree">Known to be a tree: what it names has to be known as well.</param>
/// <param name="By">What names it.</param>
internal sealed record GcRoot(Oid Oid, bool IsTree, string By);

/// <summary>
/// Everything that keeps objects: pointers and records of every commit that refs, HEADs, reflogs and unfinished git commands of any work
/// tree reach; what is staged and what
/// lies on disk in each work tree; bases and journals; pointers in the trash. Records are read as text: every digest in them counts, so
/// that a record of a later format keeps
/// what it names. What cannot be read stops the collection.
/// </summary>
internal sealed class GcRoots
{
    private const int BlobsAtOnce = 2_000;
    private const int PointerMax = 64 * 1024;
    private const int RoundsMax = 5;
    private static readonly string[] Pathspecs = ["*.dls", TaskRecord.Root, Deployment.Root, $"{DatasetRecipe.Root}/*.lock"];
    private readonly Repo _repo;
    private readonly CancellationToken _cancel;
    private readonly Action<Oid, bool, string>? _named;
    private readonly Dictionary<Oid, GcRoot> _roots = [];
    private readonly HashSet<string> _read = new(StringComparer.Ordinal);

    private GcRoots(Repo repo, Action<Oid, bool, string>? named, CancellationToken cancel)
    {
        _named = named;
        _repo = repo;
        _cancel = cancel;
    }

    /// <summary>
    /// Collects them. The store's lock is held alone, so that no dls adds; git may be at work all the same, and then it is looked at again.
    /// </summary>
    /// <exception cref="DlsException">Kind Missing or Corrupt: something cannot be read.</exception>
    /// <param name="repo">The repository.</param>
    /// <param name="cancel">Stops it.</param>
    /// <param name="named">Told of each object that a record names, whether as a tree, and of the record; may hear the same twice.</param>
    public static IReadOnlyCollection<GcRoot> Collect(
        Repo repo, CancellationToken cancel, Action<Oid, bool, string>? named = null)
    {
        GcRoots roots = new(repo, named, cancel);
        string before = GitTips.Read(repo.Git).Digest;
        for (int round = 0; ; round++)
        {
            // Work trees before and after the history: a stash or a commit moves pointers from one to the other.
            roots.TakeWorkTrees();
            roots.TakeHistory();
            roots.TakeWorkTrees();
            string after = GitTips.Read(repo.Git).Digest;
            if (after == before)
            {
                return roots._roots.Values;
            }

            before = round < RoundsMax ? after : throw new DlsException(
                ErrorKind.Failed, "collect garbage: refs change all the time", "wait until git is quiet, then run it again");
        }
    }

    private void TakeHistory()
    {
        HistoryScan scan = new(_repo.Git.Git);
        IReadOnlyList<(CommitId, long)> commits = scan.ListCommits(["--all", "--reflog", "--ignore-missing"],
            GitDirectories().SelectMany(UnfinishedCommits).Concat(GitTips.Read(_repo.Git).Ids).Distinct(), []);
        foreach (ChangedFile[] chunk in scan.ListChanges(
            commits, Pathspecs).Where(f => Counts(f.Path) && !_read.Contains(f.BlobId)).Chunk(BlobsAtOnce))
        {
            _cancel.ThrowIfCancellationRequested();
            TakeBlobs([.. chunk.DistinctBy(
                static f => f.BlobId).Select(static f => (f.BlobId, f.Path, $"{f.Path} at commit {f.Commit.ToShort()}"))]);
        }
    }

    private void TakeWorkTrees()
    {
        foreach (string directory in GitDirectories())
        {
            TakeState(directory + "/dls");
        }

        foreach (string tree in _repo.Git.ListWorkTrees())
        {
            _cancel.ThrowIfCancellationRequested();
            using GitRepo git = GitRepo.Discover(tree, _repo.Environment);
            TakeIndex(git, tree);
            TakeMerges(git);
            TakeFiles(tree, Pointer.Suffix, recurse: true);
            foreach (string records in (string[])[$"{tree}/{TaskRecord.Root}", $"{tree}/{Deployment.Root}"])
            {
                TakeFiles(records, "", recurse: true);
            }

            TakeFiles($"{tree}/{DatasetRecipe.Root}", ".lock", recurse: false);
        }

        if (_repo.Git.HasOtherIndex)
        {
            TakeIndex(_repo.Git, "the hook that runs");
        }

        TakeFiles(_repo.CommonDirectory + "/trash", Pointer.Suffix, recurse: true);
    }

    private void TakeIndex(GitRepo git, string where) => TakeBlobs([
        .. GitIndexFile.Read(
            git).ListEntries().Where(e => e.IsFile && IsRecord(e.Path) && !_read.Contains(e.BlobId)).DistinctBy(static e => e.BlobId)
            .Select(e => (e.BlobId, e.Path, $"{e.Path}, staged in {where}")),
    ]);

    /// <summary>
    /// Notes of merges that are not decided yet, and pointers that the merge driver made and git is about to write. What the three sides
    /// name is named by the index too; what was merged, by these alone.
    /// </summary>
    private void TakeMerges(GitRepo git)
    {
        IEnumerable<RelPath> unmerged = UnmergedPointer.List(GitIndexFile.Read(git)).Select(static u => u.Path);
        foreach (string file in MergeNote.List(git.GitDir + "/dls", unmerged, _repo.Clock.GetUtcNow()).Counting.Where(File.Exists))
        {
            Take(File.ReadAllBytes(file), "", file);
        }
    }

    /// <summary>
    /// Bases and journals: they only say what was written out, so a listing of theirs that is gone keeps nothing else from being known.
    /// </summary>
    private void TakeState(string directory)
    {
        foreach (string file in (string[])[directory + "/base", .. Directory.Exists(directory + "/journal")
            ? Directory.GetFiles(directory + "/journal") : []])
        {
            if (File.Exists(file))
            {
                Take(File.ReadAllBytes(file), "", file);
            }
        }
    }

    private void TakeFiles(string directory, string suffix, bool recurse)
    {
        if (!Directory.Exists(directory))
        {
            return;
        }

        // Symlinks are not followed: dls refuses pointers and records that are some.
        EnumerationOptions options =
            new() { RecurseSubdirectories = recurse, AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = false };
        FileSystemEnumerable<string> files = new(directory, static (ref FileSystemEntry e) => e.ToFullPath(), options)
        {
            ShouldIncludePredicate = (ref FileSystemEntry e) => !e.IsDirectory && e.FileName.EndsWith(suffix, StringComparison.Ordinal),
            ShouldRecursePredicate = static (ref FileSystemEntry e) => !e.FileName.SequenceEqual(".git"),
        };
        foreach (string file in files)
        {
            _cancel.ThrowIfCancellationRequested();
            bool isPointer = file.EndsWith(Pointer.Suffix, StringComparison.Ordinal);
            if (isPointer ? new FileInfo(file).Length <= PointerMax : Counts(file))
            {
                Take(Io.SmallFile.Find(file, file, RecordFile.LengthMax) ?? [], file, file);
            }
        }
    }

    private void TakeBlobs(IReadOnlyList<(string Blob, string Path, string By)> files)
    {
        GitObject?[] blobs = _repo.Git.CatFile.ReadMany([.. files.Select(static f => f.Blob)], RecordFile.LengthMax);
        for (int i = 0; i < blobs.Length; i++)
        {
            if (blobs[i] is { } blob && blob.SizeBytes > PointerMax && files[i].Path.EndsWith(Pointer.Suffix, StringComparison.Ordinal))
            {
                // Somebody's file of that name: a pointer is never that long.
                continue;
            }

            if (blobs[i]?.Bytes is not { } bytes)
            {
                throw new DlsException(
                    ErrorKind.Missing, $"collect garbage: git cannot read '{files[i].By}', so what it keeps is not known",
                    "run `git fsck`; in a partial clone, `git fetch --refetch` brings what is missing");
            }

            _read.Add(files[i].Blob);
            Take(bytes, files[i].Path, files[i].By);
        }
    }

    /// <summary>Tells whether a path of git's index is one that <see cref="Pathspecs"/> takes from the history.</summary>
    private static bool IsRecord(string path) => Counts(path)
        && (path.EndsWith(Pointer.Suffix, StringComparison.Ordinal) || path.StartsWith(TaskRecord.Root + "/", StringComparison.Ordinal)
        || path.StartsWith(Deployment.Root + "/", StringComparison.Ordinal)
            || (path.StartsWith(DatasetRecipe.Root + "/", StringComparison.Ordinal) && path.EndsWith(".lock", StringComparison.Ordinal)));

    /// <summary>Metrics and lists of sums name no objects that the record beside them does not.</summary>
    private static bool Counts(string path) => !path.EndsWith("/metrics.jsonl", StringComparison.Ordinal)
        && !path.EndsWith("/sums.sha256", StringComparison.Ordinal) && !path.EndsWith("/memo.md", StringComparison.Ordinal);

    private void Take(ReadOnlySpan<byte> bytes, string path, string by)
    {
        bool isPointer = path.EndsWith(Pointer.Suffix, StringComparison.Ordinal);
        bool isTreePointer = isPointer && Pointer.LooksLike(bytes) && bytes.IndexOf("\nkind tree\n"u8) >= 0;
        ReadOnlySpan<byte> mark = "sha256:"u8;
        int from = 0;
        while (bytes[from..].IndexOf(mark) is var at and >= 0)
        {
            int start = from + at;
            int end = start + mark.Length + (2 * Oid.Length);
            if (end <= bytes.Length && Oid.TryParse(Encoding.ASCII.GetString(bytes[start..end]), out Oid oid))
            {
                bool isTree = isTreePointer ? IsValueOf(bytes[..start], "\noid "u8) : path.Length > 0 && IsTreeOfRecord(bytes[..start]);
                if (path.Length > 0 && !isPointer)
                {
                    _named?.Invoke(oid, isTree, by);
                }

                if (!_roots.TryGetValue(oid, out GcRoot? known) || (isTree && !known.IsTree))
                {
                    _roots[oid] = new GcRoot(oid, isTree, by);
                }
            }

            from = start + mark.Length;
        }
    }

    private static bool IsTreeOfRecord(ReadOnlySpan<byte> before) =>
        IsValueOf(before, "\"tree\": \""u8)
            || IsValueOf(before, "\"view\": \""u8) || IsValueOf(before, "\"outputs\": \""u8) || IsValueOf(before, "\"testSetTree\": \""u8);

    private static bool IsValueOf(ReadOnlySpan<byte> before, ReadOnlySpan<byte> key) => before.EndsWith(key);

    private IEnumerable<string> GitDirectories()
    {
        yield return _repo.Git.CommonDir;
        string others = _repo.Git.CommonDir + "/worktrees";
        foreach (string other in Directory.Exists(others) ? Directory.GetDirectories(others) : [])
        {
            yield return other;
        }
    }

    /// <summary>
    /// Commits that only a git command under way names: a merge, a rebase, a cherry-pick, the place before the last reset.
    /// </summary>
    private static IEnumerable<string> UnfinishedCommits(string gitDirectory)
    {
        string[] rebases = [gitDirectory + "/rebase-merge", gitDirectory + "/rebase-apply"];
        IEnumerable<string> files = Directory.EnumerateFiles(
            gitDirectory, "*_HEAD").Concat(rebases.Where(Directory.Exists).SelectMany(static d => Directory.EnumerateFiles(d)));
        foreach (string file in files.Where(static f => new FileInfo(f).Length < 1 << 20))
        {
            foreach (string line in File.ReadLines(file))
            {
                if (CommitId.TryParse(line.Split(' ', '\t')[0], out CommitId id))
                {
                    yield return id.Hex;
                }
            }
        }
    }
}
