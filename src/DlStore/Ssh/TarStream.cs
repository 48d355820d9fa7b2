using System.Security.Cryptography;
using DlStore.Archives;
using DlStore.Objects;

using Oid = DlStore.Objects.Oid;

namespace DlStore.Ssh;

/// <summary>
/// Writes objects of the store as a tar archive in GNU's format. Each object is hashed on its way; one that is damaged fails the archive
/// before it is complete.
/// </summary>
/// <param name="store">Has the objects.</param>
/// <param name="target">Takes the archive.</param>
/// <param name="done">Told the bytes of each piece, and 0 at the end of each item.</param>
internal sealed class TarStream(ObjectStore store, Stream target, Action<long> done)
{
    private const int PieceBytes = 256 * 1024;
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
            await target.WriteAsync(GnuTar.Header(item.Path, link, 0, '2', TarBlock.LinkMode), cancel);
        }
        else if (item.Mode == TreeMode.Directory)
        {
            await target.WriteAsync(GnuTar.Header(item.Path, [], 0, '5', TarBlock.ProgramMode), cancel);
        }
        else
        {
            string mode = item.Mode == TreeMode.Executable ? TarBlock.ProgramMode : TarBlock.FileMode;
            await target.WriteAsync(GnuTar.Header(item.Path, [], item.Size, '0', mode), cancel);
            await ContentAsync(item, cancel);
            await target.WriteAsync(new byte[TarBlock.PaddingOf(item.Size)], cancel);
        }

        done(0);
    }

    /// <summary>Ends the archive.</summary>
    /// <param name="cancel">Stops it.</param>
    /// <returns>When the pipe has taken it.</returns>
    public async Task FinishAsync(CancellationToken cancel) => await target.WriteAsync(GnuTar.End, cancel);

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
        ErrorKind.Corrupt, $"read object '{item.Oid}': its bytes do not have the size and digest that the tree names",
            "run `dls verify`, then `dls pull` to fetch it again");
}
