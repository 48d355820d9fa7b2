using DlStore.Io;

namespace DlStore.Objects;

/// <summary>
/// Adds objects to the store. Small ones go into the pack under way, in the order they come; a full pack is completed (fsync included) on
/// another thread while
/// the next one fills. Nothing is visible to others, or certain to survive, until <see cref="Commit"/> returns. One thread appends at a
/// time; large blobs
/// may come from several.
/// </summary>
public sealed class ObjectWriter : IDisposable
{
    private readonly ObjectStore _store;
    private readonly FileLock _lock;
    private readonly Lock _gate = new();
    private readonly List<PackWriter> _all = [];
    private readonly List<PackTable> _done = [];
    private readonly List<Oid> _packs = [];
    private readonly HashSet<ulong> _heads = [];
    private readonly HashSet<Oid> _replaced = [];
    private readonly List<Task> _finishing = [];
    private readonly Dictionary<PackKind, PackWriter> _open = [];

    internal ObjectWriter(ObjectStore store, FileLock held)
    {
        _store = store;
        _lock = held;
    }

    /// <summary>Gets the objects appended, duplicates not counted.</summary>
    public long Added { get; private set; }

    /// <summary>Gets the bytes appended to packs, as stored.</summary>
    public long AddedBytes { get; private set; }

    /// <summary>Gets the ids of the packs that were completed, after <see cref="Commit"/>.</summary>
    public IReadOnlyList<Oid> Packs => _packs;

    /// <summary>Tells whether an object is in the store or was appended here.</summary>
    /// <param name="oid">The object.</param>
    /// <returns>True if it need not be added.</returns>
    public bool Contains(Oid oid)
    {
        if (_store.Contains(oid))
        {
            return true;
        }

        // The first eight bytes rule out nearly all; they never rule in, because they can be forged.
        return _heads.Contains(oid.Head) && WasAppended(oid);
    }

    /// <summary>Appends an object as it will be stored, unless it is there already.</summary>
    /// <param name="kind">Data or node.</param>
    /// <param name="oid">SHA-256 of the plain bytes; the caller vouches for it.</param>
    /// <param name="encoding">How <paramref name="stored"/> is encoded.</param>
    /// <param name="plain">Length of the plain bytes.</param>
    /// <param name="stored">The bytes to store.</param>
    public void Append(PackKind kind, Oid oid, byte encoding, int plain, ReadOnlySpan<byte> stored)
    {
        if (Contains(oid))
        {
            return;
        }

        if (!_open.TryGetValue(kind, out PackWriter? pack))
        {
            pack = new PackWriter(_store.TempDirectory, kind);
            _open[kind] = pack;
            lock (_gate)
            {
                _all.Add(pack);
            }
        }

        pack.Append(oid, encoding, plain, stored);
        _heads.Add(oid.Head);
        Added++;
        AddedBytes += stored.Length;
        if (pack.IsFull)
        {
            Complete(kind);
        }
    }

    /// <summary>Appends a tree node, encoded if that pays.</summary>
    /// <param name="oid">Its oid.</param>
    /// <param name="node">Its bytes.</param>
    public void AppendNode(Oid oid, ReadOnlySpan<byte> node)
    {
        byte[] room = System.Buffers.ArrayPool<byte>.Shared.Rent(node.Length);
        try
        {
            bool encoded = Codec.TryEncode(node, room, out int length);
            Append(PackKind.Nodes, oid, encoded ? Codec.Brotli : Codec.Raw, node.Length, encoded ? room.AsSpan(0, length) : node);
        }
        finally
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(room);
        }
    }

    /// <summary>Appends a small blob, encoded if that pays.</summary>
    /// <param name="plain">Its bytes, at most 16 MiB.</param>
    /// <returns>Its oid.</returns>
    public Oid AppendBlob(ReadOnlySpan<byte> plain)
    {
        Oid oid = Oid.Of(plain);
        byte[] room = System.Buffers.ArrayPool<byte>.Shared.Rent(Math.Max(1, plain.Length));
        try
        {
            bool encoded = Codec.TryEncode(plain, room, out int length);
            Append(PackKind.Data, oid, encoded ? Codec.Brotli : Codec.Raw, plain.Length, encoded ? room.AsSpan(0, length) : plain);
            return oid;
        }
        finally
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(room);
        }
    }

    /// <summary>
    /// Takes in a complete pack from elsewhere: every entry is decoded and hashed, then it is flushed and renamed into place. May be called
    /// from several threads.
    /// </summary>
    /// <param name="temp">Absolute path of the pack in the store's file system; moved.</param>
    /// <param name="id">SHA-256 of the file; the caller vouches for it.</param>
    /// <param name="from">Where it came from, for messages.</param>
    /// <param name="plainMax">The most bytes it may unfold to: a few kilobytes can claim terabytes.</param>
    /// <exception cref="DlsException">Kind Corrupt: an entry is damaged, or it unfolds to more; nothing became visible.</exception>
    public void Adopt(string temp, Oid id, string from, long plainMax = long.MaxValue)
    {
        // A damaged table is not rebuilt here: scanning trusts lengths that a stranger may have chosen to make it slow.
        string? wrong = PackTable.HasTable(temp) ? null : "its table is damaged";
        if (wrong is null)
        {
            using PackTable table = PackTable.Open(temp, id);
            long plain = PackCheck.PlainBytes(table);
            wrong = plain > plainMax ? $"it unfolds to {plain} bytes" : PackCheck.FirstWrong(table);
        }

        if (wrong is not null)
        {
            throw new DlsException(ErrorKind.Corrupt, $"take pack '{id}' from '{from}': {wrong}",
                "nothing of it was used; run `dls verify --remote` to see what else is damaged there");
        }

        bool replaces = File.Exists(_store.PackPath(id));
        AtomicFile.Rename(temp, _store.PackPath(id), replace: true);
        PackTable adopted = PackTable.OpenFresh(_store.PackPath(id), id);
        lock (_gate)
        {
            _done.Add(adopted);
            _packs.Add(id);
            _ = replaces && _replaced.Add(id);
        }
    }

    /// <summary>Makes everything appended visible and durable. May be called again after more was appended.</summary>
    /// <exception cref="DlsException">Kind Failed: the disk is full or failing; what was visible before still is.</exception>
    public void Commit()
    {
        foreach (PackKind kind in (PackKind[])[PackKind.Data, PackKind.Nodes])
        {
            Complete(kind);
        }

        Task[] finishing = [.. _finishing];
        _finishing.Clear();
        foreach (Task task in finishing)
        {
            task.GetAwaiter().GetResult();
        }

        if (_done.Count > 0)
        {
            AtomicFile.FlushDirectory(_store.PackDirectory);
            _done.ForEach(t => t.Dispose());
            _done.Clear();
            _heads.Clear();
            _store.Damage.RemovePacks(_replaced);
            _store.Refresh(anew: _replaced.Count > 0);
            _replaced.Clear();
            _store.MergeIndexes();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Task task in _finishing)
        {
            // A failed or cancelled command: its error is already on the way, and the pack is whole or a temp file.
            ((IAsyncResult)task).AsyncWaitHandle.WaitOne();
        }

        _all.ForEach(p => p.Dispose());
        _done.ForEach(t => t.Dispose());
        _lock.Dispose();
    }

    private bool WasAppended(Oid oid)
    {
        lock (_gate)
        {
            foreach (PackWriter pack in _all)
            {
                if (pack.Contains(oid))
                {
                    return true;
                }
            }

            foreach (PackTable table in _done)
            {
                if (table.TryFind(oid, out _))
                {
                    return true;
                }
            }

            return false;
        }
    }

    private void Complete(PackKind kind)
    {
        if (_open.Remove(kind, out PackWriter? pack))
        {
            _finishing.Add(Task.Run(() => Finish(pack)));
        }
    }

    private void Finish(PackWriter pack)
    {
        Oid id = pack.Finish(_store.PackPath);
        PackTable table = PackTable.OpenFresh(_store.PackPath(id), id);
        lock (_gate)
        {
            _all.Remove(pack);
            _done.Add(table);
            _packs.Add(id);
        }

        pack.Dispose();
    }
}
