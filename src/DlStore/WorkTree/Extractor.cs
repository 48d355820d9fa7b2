using System.Collections.Concurrent;
using System.Text;
using DlStore.Objects;

namespace DlStore.WorkTree;

/// <summary>
/// Writes files out of the store into a work tree, on all cores, in path order. It checks nothing but what is in its way: the plan has
/// decided that each write is
/// safe. Every byte is hashed before the command ends well.
/// </summary>
/// <param name="root">The work tree.</param>
/// <param name="store">Where the bytes are.</param>
/// <param name="flush">Told of all that was written; null where nothing of it has to survive a loss of power.</param>
/// <param name="threads">How many threads write.</param>
/// <param name="progress">Told about files and bytes.</param>
internal sealed class Extractor(WorkDir root, ObjectStore store, DiskFlush? flush, int threads, IProgress<WorkProgress>? progress)
{
    private const int BatchFilesMax = 128;
    private const long BatchBytesMax = 1 << 20;
    private readonly Dictionary<string, WrittenFiles> _written = new(StringComparer.Ordinal);
    private readonly Queue<Task<ExtractBatch>> _under = new();
    private readonly ConcurrentBag<PackWindow> _windows = [];
    private ExtractBatch? _open;
    private long _items;
    private long _bytes;

    /// <summary>Gets the files written so far.</summary>
    public long Items => _items;

    /// <summary>Gets the bytes written so far.</summary>
    public long Bytes => _bytes;

    /// <summary>Gets the paths whose bytes are not in the store.</summary>
    public List<NotHere> NotHere { get; } = [];

    /// <summary>Gets or sets the beginning of the names of temp files, from the next file on.</summary>
    public string TempPrefix { get; set; } = "";

    /// <summary>Gets how large files are written.</summary>
    public LinkMode Links { get; init; } = LinkMode.None;

    /// <summary>Gets how many files became links of sealed objects.</summary>
    public long Linked { get; private set; }

    /// <summary>Gets the files that should have become links and are copies, each with why.</summary>
    public List<RefusedPath> NotLinked { get; } = [];

    public long ItemsTotal { get; set; } = -1;

    public long BytesTotal { get; set; } = -1;

    /// <summary>Writes one file.</summary>
    /// <param name="path">Relative to the root.</param>
    /// <param name="entry">File, executable or symlink.</param>
    /// <param name="replace">Whether something is there that may be replaced.</param>
    /// <param name="cancel">Stops between files.</param>
    public void Write(string path, in PathEntry entry, bool replace, CancellationToken cancel)
    {
        (string directory, byte[] name) = WorkDir.Split(path);
        Queue(directory, new FileToWrite(name, entry.Mode, entry.Oid, entry.Size, replace), cancel);
    }

    /// <summary>Writes a whole tree where nothing is.</summary>
    /// <param name="path">Relative to the root; empty for the root.</param>
    /// <param name="oid">The tree.</param>
    /// <param name="cancel">Stops between files.</param>
    public void WriteTree(string path, Oid oid, CancellationToken cancel) => WriteTree(path, oid, 0, cancel);

    private void WriteTree(string path, Oid oid, int depth, CancellationToken cancel)
    {
        TreeNode.RequireDepth(depth, path);
        root.Make(path, flush);
        TreeCursor cursor = new(store.Read, oid);
        while (cursor.Next())
        {
            if (cursor.Mode == TreeMode.Directory)
            {
                string name = Encoding.UTF8.GetString(cursor.Name);
                WriteTree(path.Length == 0 ? name : path + "/" + name, cursor.Oid, depth + 1, cancel);
            }
            else
            {
                Queue(path, new FileToWrite(cursor.Name.ToArray(), cursor.Mode, cursor.Oid, cursor.Size, false), cancel);
            }
        }
    }

    /// <summary>Waits until all files are written.</summary>
    /// <param name="cancel">Stops between files.</param>
    /// <returns>What was written, by directory, for the scan that follows.</returns>
    public Dictionary<string, DirListing> Finish(CancellationToken cancel)
    {
        Send(cancel);
        while (_under.TryDequeue(out Task<ExtractBatch>? task))
        {
            Take(task);
        }

        return _written.ToDictionary(w => w.Key, w => w.Value.ToListing(w.Key), StringComparer.Ordinal);
    }

    /// <summary>After a failure: waits until no thread writes any more.</summary>
    public void Abandon()
    {
        foreach (Task task in _under)
        {
            ((IAsyncResult)task).AsyncWaitHandle.WaitOne();
        }
    }

    private void Queue(string directory, in FileToWrite file, CancellationToken cancel)
    {
        if (_open is { } open && (open.Directory != directory || open.TempPrefix != TempPrefix || IsFull(open, file)))
        {
            Send(cancel);
        }

        if (_open is null)
        {
            root.Make(directory, flush);
            _open = new ExtractBatch(root, directory, store, TempPrefix, Links);
        }

        _open.Add(file);
    }

    private static bool IsFull(ExtractBatch batch, in FileToWrite file) => batch.Count == BatchFilesMax
        || batch.Bytes + file.Size > BatchBytesMax;

    private void Send(CancellationToken cancel)
    {
        if (_open is not { } batch)
        {
            return;
        }

        _open = null;
        cancel.ThrowIfCancellationRequested();
        _under.Enqueue(Task.Run(() =>
        {
            PackWindow window = _windows.TryTake(out PackWindow? free) ? free : new PackWindow();
            batch.Process(window, cancel);
            _windows.Add(window);
            return batch;
        }, CancellationToken.None));
        if (_under.Count > 2 * threads)
        {
            Take(_under.Dequeue());
        }
    }

    private void Take(Task<ExtractBatch> task)
    {
        ExtractBatch batch = task.GetAwaiter().GetResult();
        if (!_written.TryGetValue(batch.Directory, out WrittenFiles? files))
        {
            _written[batch.Directory] = batch.Written;
        }
        else
        {
            files.AddAll(batch.Written);
        }

        batch.NoteIn(flush);
        NotHere.AddRange(batch.NotHere.Select(n => n with { Path = Full(batch, n.Path) }));
        NotLinked.AddRange(batch.NotLinked.Select(n => n with { Path = Full(batch, n.Path) }));
        Linked += batch.Linked;
        _items += batch.Count - batch.NotHere.Count;
        _bytes += batch.Bytes;
        progress?.Report(new WorkProgress("writing", _items, ItemsTotal, _bytes, BytesTotal));
    }

    private static string Full(ExtractBatch batch, string name) => batch.Directory.Length == 0 ? name : batch.Directory + "/" + name;
}
