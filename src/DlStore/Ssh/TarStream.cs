using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using DlStore.Objects;

using Oid = DlStore.Objects.Oid;

namespace DlStore.Ssh;

/// <summary>
/// Writes objects of the store as a tar archive in GNU's format: names are bytes as they are and may be long, which pax leaves to the reader's locale. Each object is
/// hashed on its way; one that is damaged fails the archive before it is complete.
/// </summary>
/// <param name="store">Has the objects.</param>
/// <param name="target">Takes the archive.</param>
/// <param name="done">Told the bytes of each piece, and 0 at the end of each item.</param>
internal sealed class TarStream(ObjectStore store, Stream target, Action<long> done)
{
    private const int BlockBytes = 512;
    private const int NameBytes = 100;
    private const int PieceBytes = 256 * 1024;
    private const long OctalMax = (1L << 33) - 1;
    private readonly byte[] _piece = new byte[PieceBytes];

    /// <summary>Writes one item.</summary>
    /// <param name="item">A file, symlink or directory; its path is relative and was checked.</param>
    /// <param name="cancel">Stops between pieces.</param>
    /// <returns>When the pipe has taken it.</returns>
    /// <exception cref="DlsException">Kind Missing or Corrupt: the object is not here or damaged.</exception>
    public async Task WriteAsync(TreeItem item, CancellationToken cancel)
    {
        if (item.Mode == TreeMode.Symlink)
        {
            byte[] link = store.Read(item.Oid);
            await HeaderAsync(item.Path, link, 0, '2', "0000777", cancel);
        }
        else if (item.Mode == TreeMode.Directory)
        {
            await HeaderAsync(item.Path, [], 0, '5', "0000755", cancel);
        }
        else
        {
            await HeaderAsync(item.Path, [], item.Size, '0', item.Mode == TreeMode.Executable ? "0000755" : "0000644", cancel);
            await ContentAsync(item, cancel);
            await target.WriteAsync(new byte[(int)(-item.Size & (BlockBytes - 1))], cancel);
        }

        done(0);
    }

    /// <summary>Ends the archive.</summary>
    /// <param name="cancel">Stops it.</param>
    /// <returns>When the pipe has taken it.</returns>
    public async Task FinishAsync(CancellationToken cancel) => await target.WriteAsync(new byte[2 * BlockBytes], cancel);

    private async Task ContentAsync(TreeItem item, CancellationToken cancel)
    {
        if (store.Find(item.Oid) is not null || !store.Large.Contains(item.Oid))
        {
            byte[] bytes = store.Read(item.Oid);
            if (bytes.Length != item.Size)
            {
                throw Differs(item);
            }

            await target.WriteAsync(bytes, cancel);
            done(bytes.Length);
            return;
        }

        using FileStream file = new(store.Large.PathOf(item.Oid), FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        long left = item.Size;
        for (int read; left >= 0 && (read = file.Read(_piece)) > 0; left -= read)
        {
            hash.AppendData(_piece, 0, read);
            await target.WriteAsync(_piece.AsMemory(0, (int)Math.Min(read, left)), cancel);
            done(read);
        }

        if (left != 0 || Oid.From(hash) != item.Oid)
        {
            throw Differs(item);
        }
    }

    private static DlsException Differs(TreeItem item) => new(
        ErrorKind.Corrupt, $"read object '{item.Oid}': its bytes do not have the size and digest that the tree names", "run `dls verify`, then `dls pull` to fetch it again");

    private async Task HeaderAsync(byte[] name, byte[] link, long size, char type, string mode, CancellationToken cancel)
    {
        if (link.Length > NameBytes)
        {
            await LongNameAsync(link, 'K', cancel);
        }

        if (name.Length > NameBytes)
        {
            await LongNameAsync(name, 'L', cancel);
        }

        await target.WriteAsync(Block(name, link, size, type, mode), cancel);
    }

    /// <summary>A member that holds the name of the one after it, with a NUL.</summary>
    private async Task LongNameAsync(byte[] name, char type, CancellationToken cancel)
    {
        await target.WriteAsync(Block("././@LongLink"u8, default, name.Length + 1, type, "0000644"), cancel);
        int padded = (name.Length + BlockBytes) / BlockBytes * BlockBytes;
        byte[] data = new byte[padded];
        name.CopyTo(data, 0);
        await target.WriteAsync(data, cancel);
    }

    private static byte[] Block(ReadOnlySpan<byte> name, ReadOnlySpan<byte> link, long size, char type, string mode)
    {
        byte[] block = new byte[BlockBytes];
        name[..Math.Min(NameBytes, name.Length)].CopyTo(block);
        link[..Math.Min(NameBytes, link.Length)].CopyTo(block.AsSpan(157));
        Put(block, 100, mode);
        Put(block, 108, "0000000");
        Put(block, 116, "0000000");
        if (size <= OctalMax)
        {
            Put(block, 124, Octal(size));
        }
        else
        {
            // GNU: a first byte of 0x80 says that the rest is a big-endian number.
            block[124] = 0x80;
            BinaryPrimitives.WriteInt64BigEndian(block.AsSpan(128), size);
        }

        Put(block, 136, Octal(0));
        block[156] = (byte)type;
        Put(block, 257, "ustar  ");

        // The checksum counts its own field as blanks.
        Put(block, 148, "        ");
        int sum = 0;
        foreach (byte b in block)
        {
            sum += b;
        }

        Put(block, 148, Octal(sum)[^6..] + "\0 ");
        return block;
    }

    private static string Octal(long value) => Convert.ToString(value, 8).PadLeft(11, '0');

    private static void Put(byte[] block, int at, string text) => Encoding.ASCII.GetBytes(text, block.AsSpan(at));
}
