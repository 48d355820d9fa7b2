using System.Text;
using DlStore.Git;
using DlStore.Io;
using DlStore.Learning.Records;
using DlStore.Objects;
using DlStore.WorkTree;

namespace DlStore.Operations.Tasks;

/// <summary>
/// Writes the parts of a task into a work tree in which git has checked out the recorded commit. Of what git tracks there, files that the
/// recorded source does not have go and
/// files that differ are replaced; anything else that is in the way stops it.
/// </summary>
internal sealed class TaskCheckoutWriter(Repo repo, string directory, IProgress<WorkProgress>? progress, CancellationToken cancel)
{
    private readonly WorkDir _root = new(directory);

    /// <summary>Writes everything.</summary>
    /// <returns>The parts with the number of their files.</returns>
    public List<TaskCheckoutPart> Write(TaskCheckoutPlan plan)
    {
        List<TaskCheckoutPart> done = [];
        for (int i = 0; i < plan.Parts.Count; i++)
        {
            TaskCheckoutPart part = plan.Parts[i];
            long files = i < plan.Sources
                ? WriteSource(part, [.. plan.Parts.Take(plan.Sources).Select(static p => p.Path)]) : WriteNew(part);
            done.Add(part with { Files = files });
            CrashPoint.Hit(
                i < plan.Sources ? "checkout.task-source" : part.What == "outputs" ? "checkout.task-outputs" : "checkout.task-data");
        }

        return done;
    }

    private long WriteNew(TaskCheckoutPart part)
    {
        if (_root.TryStat(part.Path, out _))
        {
            throw new DlsException(ErrorKind.Failed,
                $"check out {part.What}: '{directory}/{EntryName.Show(part.Path)}' exists", "move it away and run it again");
        }

        Extractor extractor = NewExtractor();
        try
        {
            if (part.What == "initial weights")
            {
                extractor.Write(part.Path, new PathEntry(TreeMode.File, part.Oid, 0, 1), replace: false, cancel);
            }
            else
            {
                extractor.WriteTree(part.Path, part.Oid, cancel);
            }

            return Finish(extractor, part.What);
        }
        catch
        {
            extractor.Abandon();
            throw;
        }
    }

    private long WriteSource(TaskCheckoutPart part, IReadOnlyList<string> places)
    {
        SortedDictionary<string, PathEntry> wanted = new(StringComparer.Ordinal);
        Collect(part.Oid, part.Path.Length == 0 ? "" : part.Path + "/", wanted, 0);
        HashSet<string> tracked = ListTracked(part.Path, places);
        foreach (string path in tracked)
        {
            if (!wanted.ContainsKey(path) && _root.TryStat(path, out FileStat stat) && !stat.IsDirectory)
            {
                _ = _root.Delete(path, stat);
                DeleteEmptyParents(path);
            }
        }

        Extractor extractor = NewExtractor();
        try
        {
            foreach ((string path, PathEntry entry) in wanted)
            {
                WriteFile(extractor, path, entry, tracked, part.What);
            }

            Finish(extractor, part.What);
            return wanted.Count;
        }
        catch
        {
            extractor.Abandon();
            throw;
        }
    }

    private void WriteFile(Extractor extractor, string path, in PathEntry entry, HashSet<string> tracked, string what)
    {
        bool there = _root.TryStat(path, out FileStat stat);
        if (there && IsSame(path, stat, entry))
        {
            if (entry.Mode is TreeMode.File or TreeMode.Executable && stat.IsExecutable != (entry.Mode == TreeMode.Executable))
            {
                _root.SetExecutable(path, entry.Mode == TreeMode.Executable);
            }

            return;
        }

        if (there && !tracked.Contains(path))
        {
            throw new DlsException(
                ErrorKind.Failed, $"check out {what}: '{directory}/{EntryName.Show(path)}' is in the way and git does not track it",
                "move it away and run it again");
        }

        extractor.Write(path, entry, replace: there, cancel);
    }

    private bool IsSame(string path, in FileStat stat, in PathEntry entry) =>
        entry.Mode == TreeMode.Symlink
            ? stat.IsSymlink
                && new FileInfo($"{directory}/{path}").LinkTarget is { } target && Oid.Of(Encoding.UTF8.GetBytes(target)) == entry.Oid
            : stat.IsFile && stat.Size == entry.Size && PackFile.Hash($"{directory}/{path}") == entry.Oid;

    private void Collect(Oid tree, string prefix, SortedDictionary<string, PathEntry> wanted, int depth)
    {
        TreeNode.RequireDepth(depth, prefix);
        TreeCursor cursor = new(repo.Store.Read, tree);
        while (cursor.Next())
        {
            string path = prefix + Encoding.UTF8.GetString(cursor.Name);
            if (cursor.Mode == TreeMode.Directory)
            {
                Collect(cursor.Oid, path + "/", wanted, depth + 1);
            }
            else
            {
                wanted[path] = new PathEntry(cursor.Mode, cursor.Oid, cursor.Size, 1);
            }
        }
    }

    /// <summary>
    /// What git tracks at a source's place and could have been captured with it: no records of tasks and deployments, no other source
    /// inside.
    /// </summary>
    private HashSet<string> ListTracked(string place, IReadOnlyList<string> places)
    {
        string[] arguments = place.Length == 0 ? ["ls-files", "-z"] : ["ls-files", "-z", "--", $":(top,literal){place}"];
        using GitRepo git = GitRepo.Discover(directory, repo.Environment);
        string[] others = [.. places.Where(p => p != place && (place.Length == 0 || p.StartsWith(place + "/", StringComparison.Ordinal)))];
        return
        [
            .. git.Git.RunChecked(arguments).Text().Split('\0', StringSplitOptions.RemoveEmptyEntries)
                .Where(p => !p.StartsWith(TaskRecord.Root + "/", StringComparison.Ordinal)
                    && !p.StartsWith(".dlstore/", StringComparison.Ordinal)
                    && !others.Any(o => p.StartsWith(o + "/", StringComparison.Ordinal))),
        ];
    }

    private void DeleteEmptyParents(string path)
    {
        for (int slash = path.LastIndexOf('/'); slash > 0; slash = path.LastIndexOf('/', slash - 1))
        {
            _root.DeleteIfEmpty(path[..slash]);
        }
    }

    private Extractor NewExtractor() => new(_root, repo.Store, null, repo.Threads, progress) { TempPrefix = ".dls-tmp-task-" };

    private static long Finish(Extractor extractor, string what, CancellationToken cancel)
    {
        _ = extractor.Finish(cancel);
        return extractor.NotHere.Count == 0
            ? extractor.Items
            : throw new DlsException(
                ErrorKind.Missing,
                $"check out {what}: {CountWords.Of(extractor.NotHere.Count, "file is", "files are")} not in the store",
                "run it again; the missing bytes are fetched first")
            { Items = [.. extractor.NotHere.Select(static n => n.Path)] };
    }

    private long Finish(Extractor extractor, string what) => Finish(extractor, what, cancel);
}
