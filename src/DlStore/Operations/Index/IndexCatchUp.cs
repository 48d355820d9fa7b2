using DlStore.Git;
using DlStore.Io;
using DlStore.Lineage;
using Microsoft.Data.Sqlite;

namespace DlStore.Operations.Index;

/// <summary>
/// Brings the SQLite index up to date: reads the commits it does not have, drops those that nothing reaches any more, and reads the records
/// of the work tree whose stat
/// changed. The index is derived data, so nothing else ever writes to it. When nothing changed it costs one git process and a stat a task.
/// </summary>
internal static class IndexCatchUp
{
    private const int BlobsAtOnce = 2_000;

    /// <summary>
    /// Asks the index, up to date. One that turns out to be damaged is made anew, once; one that cannot be written where it lies is made in
    /// memory for this question, and the
    /// repository's notes say so.
    /// </summary>
    /// <param name="repo">The repository.</param>
    /// <param name="question">Reads everything it wants before it returns; may be asked twice.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="DlsException">Kind Locked: another process writes the index for too long.</exception>
    public static T Ask<T>(Repo repo, Func<LineageIndex, T> question, CancellationToken cancel)
    {
        try
        {
            return AskFile(repo, question, cancel);
        }
        catch (Exception e) when (LineageIndex.IsDamage(e))
        {
            repo.Note($"the index was damaged and is made anew ({e.Message.TrimEnd('.')})");
        }

        try
        {
            LineageIndex.Discard(repo.IndexPath);
            return AskFile(repo, question, cancel);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw LineageIndex.Refused(repo.IndexPath, e);
        }
    }

    private static T AskFile<T>(Repo repo, Func<LineageIndex, T> question, CancellationToken cancel)
    {
        LineageIndex? index = null;
        try
        {
            index = LineageIndex.Open(repo.IndexPath);
            CatchUp(repo, index, cancel);
        }
        catch (Exception e) when (
            e is DlsException { Kind: ErrorKind.Failed, InnerException: not null } or SqliteException && !LineageIndex.IsDamage(e))
        {
            index?.Dispose();
            DlsException why = e as DlsException ?? LineageIndex.Refused(repo.IndexPath, e);
            if (why.Kind == ErrorKind.Locked)
            {
                throw why;
            }

            repo.Note($"{why.Message}; what it says was read again for this command");
            index = LineageIndex.OpenInMemory();
            CatchUp(repo, index, cancel);
        }
        catch
        {
            index?.Dispose();
            throw;
        }

        using (index)
        {
            return question(index);
        }
    }

    /// <summary>Counts the commits of all refs and work trees.</summary>
    public static long CountCommits(
        Repo repo) => new HistoryScan(repo.Git.Git).ListCommits(["--ignore-missing"], GitTips.Read(repo.Git).Ids, []).Count;

    private static void CatchUp(Repo repo, LineageIndex index, CancellationToken cancel)
    {
        GitTips tips = GitTips.Read(repo.Git);
        LineageQuery query = new(index, repo.StateDirectory);
        string tree = repo.StateDirectory;
        string[] pending = query.State("pending " + tree)?.Split('\n', StringSplitOptions.RemoveEmptyEntries) ?? [];
        WorkRecords work = new(repo);
        if (query.State("refs") == tips.Digest && query.State("work " + tree) == work.Fingerprint(pending))
        {
            return;
        }

        using LineageWriter writer = new(index);
        if (writer.Find("refs") != tips.Digest)
        {
            ReadHistory(repo, writer, tips, cancel);
        }

        // The clock before the look: what changes in the same tick of the clock is looked at again.
        long now = repo.FileSystemNow();
        List<string> missing = [];
        IReadOnlyList<(string Path, FileStat Stat)> files = work.List(missing);
        ReadWork(repo, writer, files, cancel);
        bool settled = now > 0 && files.All(f => f.Stat.Ctime < now - Repo.RacyWindow);
        writer.Set("pending " + tree, string.Join('\n', missing));
        writer.Set("work " + tree, settled ? work.Fingerprint(missing) : "");
        writer.Set("refs", tips.Digest);
        writer.Sweep();
        writer.Commit();
    }

    private static void ReadHistory(Repo repo, LineageWriter writer, GitTips tips, CancellationToken cancel)
    {
        HashSet<string> old = writer.ListTips();
        HistoryScan scan = new(repo.Git.Git);
        string[] gone = [.. old.Except(tips.Ids)];
        if (gone.Length > 0)
        {
            if (repo.Git.CatFile.FindMany(gone).Any(static o => o is null))
            {
                // Git has thrown the old commits away, so it cannot tell which they were.
                writer.Clear();
                old.Clear();
            }
            else
            {
                writer.Drop(scan.ListCommits(["--ignore-missing"], gone, tips.Ids).Select(static c => c.Commit.Hex));
            }
        }

        IReadOnlyList<(CommitId, long)> commits = scan.ListCommits(["--ignore-missing"], tips.Ids, old);
        foreach (ChangedFile[] chunk in scan.ListChanges(
            commits, RecordFile.Pathspecs).Where(static f => RecordFile.KindOf(f.Path) is not null).Chunk(BlobsAtOnce))
        {
            cancel.ThrowIfCancellationRequested();
            ReadBlobs(repo, writer, chunk);
        }

        writer.SetTips(tips.Ids);
    }

    private static void ReadBlobs(Repo repo, LineageWriter writer, ChangedFile[] files)
    {
        Dictionary<(string Path, string Blob), long> records = [];
        foreach (ChangedFile file in files)
        {
            if (!records.ContainsKey((file.Path, file.BlobId)) && writer.FindByBlob(file.Path, file.BlobId) is { } known)
            {
                records[(file.Path, file.BlobId)] = known;
            }
        }

        (string Path, string Blob)[] unread = [
            .. files.Select(static f => (f.Path, f.BlobId)).Distinct().Where(f => !records.ContainsKey(f))];
        GitObject?[] blobs = repo.Git.CatFile.ReadMany([.. unread.Select(static f => f.Blob)], RecordFile.LengthMax);
        for (int i = 0; i < unread.Length; i++)
        {
            (string path, string blob) = unread[i];
            string kind = RecordFile.KindOf(path)!;
            IndexedRecord record = blobs[i]?.Bytes is { } bytes
                ? RecordFile.Read(path, kind, bytes)
                : new IndexedRecord(path, default, kind,
                    $"read '{path}': git blob '{blob}' is {(blobs[i] is null ? "not in this repository" : "too large for a record")}", []);
            long id = writer.Add(record);
            writer.NoteBlob(id, path, blob);
            records[(path, blob)] = id;
        }

        foreach (ChangedFile file in files)
        {
            writer.NoteCommit(records[(file.Path, file.BlobId)], file.Commit.Hex, file.At);
        }
    }

    private static void ReadWork(
        Repo repo, LineageWriter writer, IReadOnlyList<(string Path, FileStat Stat)> files, CancellationToken cancel)
    {
        string tree = repo.StateDirectory;
        Dictionary<string, (long Record, string Stat)> before = writer.ListWork(tree);
        foreach ((string path, FileStat stat) in files)
        {
            cancel.ThrowIfCancellationRequested();
            string text = WorkRecords.TextOf(stat);
            bool known = before.Remove(path, out (long Record, string Stat) was);
            if ((known && was.Stat == text) || ReadFile(repo, path) is not { } bytes)
            {
                continue;
            }

            // A record that a commit has is found by its content and not parsed again.
            long id = writer.Find(path, Objects.Oid.Of(bytes)) ?? writer.Add(RecordFile.Read(path, RecordFile.KindOf(path)!, bytes));
            writer.SetWork(tree, path, id, text);
        }

        foreach (string path in before.Keys)
        {
            writer.RemoveWork(tree, path);
        }
    }

    /// <summary>A file that went away between the listing and now, or is too large, is no record.</summary>
    private static byte[]? ReadFile(Repo repo, string path)
    {
        try
        {
            return SmallFile.Find($"{repo.WorkTree}/{path}", path, RecordFile.LengthMax);
        }
        catch (DlsException)
        {
            return null;
        }
    }
}
