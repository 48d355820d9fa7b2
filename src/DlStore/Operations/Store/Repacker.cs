using DlStore.Objects;

namespace DlStore.Operations.Store;

/// <summary>
/// Copies pack entries as they are stored into new packs of the same kind. Each is decoded and hashed before it is copied.
/// </summary>
/// <param name="directory">Where the new packs go.</param>
/// <param name="damaged">Told of objects whose bytes are wrong, which are left out; null to fail instead.</param>
internal sealed class Repacker(string directory, Action<Oid>? damaged = null)
{
    private readonly Dictionary<PackKind, PackWriter> _open = [];
    private readonly List<(string Path, Oid Id)> _made = [];
    private byte[] _plain = [];
    private byte[] _stored = [];

    /// <summary>Copies entries, in the order given, that are wanted and were not copied yet.</summary>
    public void Copy(PackReader pack, IReadOnlyList<PackEntry> entries, HashSet<Oid> wanted)
    {
        if (damaged is not null && pack.ReadKind() is null)
        {
            foreach (PackEntry entry in entries)
            {
                damaged(entry.Oid);
            }

            return;
        }

        PackKind kind = pack.ReadKind()
            ?? throw new DlsException(ErrorKind.Corrupt, $"read pack '{pack.FilePath}': its header is damaged", "run `dls verify`");
        Copy(pack, kind, entries, wanted);
    }

    /// <summary>Copies entries of a pack whose kind is known otherwise.</summary>
    public void Copy(PackReader pack, PackKind kind, IReadOnlyList<PackEntry> entries, HashSet<Oid> wanted)
    {
        foreach (PackEntry entry in entries)
        {
            if (!wanted.Remove(entry.Oid))
            {
                continue;
            }

            try
            {
                CopyOne(pack, kind, entry);
            }
            catch (DlsException e) when (damaged is not null && e.Kind == ErrorKind.Corrupt)
            {
                damaged(entry.Oid);
            }
        }
    }

    /// <summary>Completes the packs under way.</summary>
    /// <returns>All packs made, each durable.</returns>
    public IReadOnlyList<(string Path, Oid Id)> Finish()
    {
        foreach (PackKind kind in _open.Keys.ToArray())
        {
            Complete(kind);
        }

        return _made;
    }

    private void CopyOne(PackReader pack, PackKind kind, in PackEntry entry)
    {
        int need = PackFormat.EntryHeaderLength + (int)entry.Stored;
        _stored = _stored.Length >= need ? _stored : new byte[need];
        _plain = _plain.Length >= entry.Plain ? _plain : new byte[entry.Plain];
        pack.Read(entry, _plain.AsSpan(0, (int)entry.Plain));
        string? wrong = pack.ReadStored(entry, _stored, out byte encoding, out ReadOnlySpan<byte> stored);
        if (wrong is not null)
        {
            throw pack.Damaged(entry.Oid, wrong);
        }

        if (!_open.TryGetValue(kind, out PackWriter? writer))
        {
            writer = new PackWriter(directory, kind);
            _open[kind] = writer;
        }

        writer.Append(entry.Oid, encoding, (int)entry.Plain, stored);
        if (writer.IsFull)
        {
            Complete(kind);
        }
    }

    private void Complete(PackKind kind)
    {
        if (_open.Remove(kind, out PackWriter? writer))
        {
            Oid id = writer.Finish(oid => Path.Combine(directory, oid.ToHex() + ".pack"));
            writer.Dispose();
            _made.Add((Path.Combine(directory, id.ToHex() + ".pack"), id));
        }
    }
}
