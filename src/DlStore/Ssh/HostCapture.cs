using System.Security.Cryptography;
using System.Text;
using DlStore.Archives;
using DlStore.Io;
using DlStore.Objects;

using Oid = DlStore.Objects.Oid;

namespace DlStore.Ssh;

/// <summary>
/// Brings files of a host into the local store as a tree. The host lists names, sizes and digests; only bytes that the store lacks are
/// fetched, as one archive, and each
/// file must have the digest announced for it. Nothing the host says is believed without that.
/// </summary>
/// <param name="shell">The host.</param>
/// <param name="store">Where the bytes go.</param>
/// <param name="largeFrom">Files of this size and above are stored as files of their own (<c>core.packThreshold</c>).</param>
internal sealed class HostCapture(HostShell shell, ObjectStore store, long largeFrom)
{
    /// <summary>The most bytes that one capture brings unless told otherwise: 1 TiB.</summary>
    public const long BytesMaxDefault = 1L << 40;

    private const int Attempts = 2;
    private const string Fetch = HostCacheScripts.At + """
        at "$1"
        cd -- "$at" || exit 1
        exec tar --format=gnu --hard-dereference --no-recursion --no-unquote --null -T - -cf -
        """;

    /// <summary>Captures files.</summary>
    /// <param name="root">On the host: absolute, below <c>~/</c>, or relative to the directory of dls there.</param>
    /// <param name="lister">Runs in the root and prints the names to take, relative, each ended by NUL; a directory stands for all that is
    /// in it except <c>.git</c> and <c>.dlstore</c>. Names of nothing are passed over.</param>
    /// <param name="writer">Takes the objects; the caller commits.</param>
    /// <param name="bytesMax">The most bytes that all files together may have.</param>
    /// <param name="progress">Told of bytes fetched, or null.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The tree; symlinks that lead outside are left out and listed.</returns>
    /// <exception cref="DlsException">Kind Failed: a name is refused, a file changes while it is read, there is too much, or the host
    /// fails.</exception>
    public async Task<CapturedTree> CaptureAsync(
        string root, HostScript lister, ObjectWriter writer,
            long bytesMax = BytesMaxDefault, IProgress<WorkProgress>? progress = null, CancellationToken cancel = default)
    {
        string? changed = null;
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            HostScript list = new(HostListing.Script, [root, lister.Text, .. lister.Arguments]) { What = lister.What };
            HostReply reply = shell.RequireDone(list, await shell.RunAsync(list, default, cancel));
            if (HostListing.Read(reply.Output, shell.Name) is not { } listing)
            {
                changed = reply.Why();
                continue;
            }

            RequireWithin(listing, bytesMax);
            changed = await FetchAsync(root, listing, writer, progress, cancel);
            if (changed is null)
            {
                return Store(listing, writer);
            }
        }

        throw new DlsException(
            ErrorKind.Failed,
            $"capture '{EntryName.Show(Encoding.UTF8.GetBytes(changed!))}' from host '"
                + $"{shell.Name}': it changes while it is read, or cannot be read",
            "run the command again when nothing writes there");
    }

    private void RequireWithin(HostListing listing, long bytesMax)
    {
        long total = 0;
        foreach (CapturedFile file in listing.Entries)
        {
            // Subtracting cannot overflow, whatever sizes a host invents.
            if (file.Size > bytesMax - total)
            {
                throw new DlsException(ErrorKind.Failed, $"capture files from host '{shell.Name}': they have more than {bytesMax} bytes, "
                    + $"counted to '{EntryName.Show(Encoding.UTF8.GetBytes(file.Path))}'");
            }

            total += file.Size;
        }
    }

    /// <summary>Fetches what the store lacks.</summary>
    /// <returns>Null, or the first file whose bytes are not those announced.</returns>
    private async Task<string?> FetchAsync(
        string root, HostListing listing, ObjectWriter writer, IProgress<WorkProgress>? progress, CancellationToken cancel)
    {
        HashSet<Oid> asked = [];
        List<CapturedFile> wanted = [
            .. listing.Entries.Where(f => f.Mode != TreeMode.Symlink && !writer.Contains(f.Oid) && asked.Add(f.Oid))];
        if (wanted.Count == 0)
        {
            return null;
        }

        string? changed = null;
        long total = wanted.Sum(static f => f.Size);
        HostScript fetch = new(Fetch, [root]) { What = "fetch files" };
        await shell.StreamAsync(
            fetch,
            async (stream, stop) => await stream.WriteAsync(
                Encoding.UTF8.GetBytes(string.Concat(wanted.Select(static f => $"./{f.Path}\0"))), stop),
            (stream, stop) =>
            {
                changed = ReadFiles(stream, wanted, total, writer, progress, stop);
                return Task.CompletedTask;
            },
            cancel);
        return changed;
    }

    private string? ReadFiles(Stream stream,
        List<CapturedFile> wanted, long total, ObjectWriter writer, IProgress<WorkProgress>? progress, CancellationToken stop)
    {
        TarMembers members = new(stream);
        long bytes = 0;
        for (int i = 0; i < wanted.Count; i++)
        {
            stop.ThrowIfCancellationRequested();
            CapturedFile file = wanted[i];
            if (!members.Next()
                || members.Size != file.Size || !members.Name.AsSpan().SequenceEqual(Encoding.UTF8.GetBytes("./" + file.Path))
                || !(file.Size >= Math.Min(largeFrom, PackFormat.EntryMax) ? TakeLarge(stream, file) : TakeSmall(stream, file, writer)))
            {
                return file.Path;
            }

            members.SkipPadding();
            bytes += file.Size;
            progress?.Report(new WorkProgress("fetching", i + 1, wanted.Count, bytes, total));
        }

        return null;
    }

    private static bool TakeSmall(Stream stream, CapturedFile file, ObjectWriter writer)
    {
        byte[] bytes = new byte[file.Size];
        if (stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) != bytes.Length || Oid.Of(bytes) != file.Oid)
        {
            return false;
        }

        writer.AppendBlob(bytes);
        return true;
    }

    private bool TakeLarge(Stream stream, CapturedFile file)
    {
        string temp = Path.Combine(store.TempDirectory, $"capture-{TempName.Next()}");
        try
        {
            using FileStream target = new(temp, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
            using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            byte[] piece = new byte[256 * 1024];
            for (long left = file.Size, read; left > 0; left -= read)
            {
                read = stream.Read(piece, 0, (int)Math.Min(left, piece.Length));
                if (read == 0)
                {
                    return false;
                }

                hash.AppendData(piece, 0, (int)read);
                target.Write(piece, 0, (int)read);
            }

            if (Oid.From(hash) != file.Oid)
            {
                return false;
            }

            File.SetUnixFileMode(target.SafeFileHandle, UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
            store.Large.Publish(file.Oid, temp, (int)target.SafeFileHandle.DangerousGetHandle());
            return true;
        }
        catch (IOException e)
        {
            throw new DlsException(ErrorKind.Failed, $"store '{EntryName.Show(Encoding.UTF8.GetBytes(file.Path))}': {e.Message}", null, e);
        }
        finally
        {
            File.Delete(temp);
        }
    }

    private static CapturedTree Store(HostListing listing, ObjectWriter writer)
    {
        foreach (byte[] target in listing.Targets.Values)
        {
            writer.AppendBlob(target);
        }

        TreeTotals totals = Directory(listing.Entries, 0, listing.Entries.Count, 0, writer);
        return new CapturedTree(totals.Oid, totals.Size, totals.Files, listing.Entries, listing.LeftOut);
    }

    /// <summary>Makes the tree of entries that share the first characters of their paths, in tree order.</summary>
    private static TreeTotals Directory(List<CapturedFile> entries, int first, int end, int prefix, ObjectWriter writer)
    {
        TreeWriter tree = new(writer.AppendNode);
        for (int i = first; i < end;)
        {
            string path = entries[i].Path;
            int slash = path.IndexOf('/', prefix);
            byte[] name = Encoding.UTF8.GetBytes(slash < 0 ? path[prefix..] : path[prefix..slash]);
            if (slash < 0)
            {
                tree.Add(name, entries[i].Mode, entries[i].Size, entries[i].Oid, 1);
                i++;
                continue;
            }

            int next = i + 1;
            while (next < end && string.CompareOrdinal(entries[next].Path, 0, path, 0, slash + 1) == 0)
            {
                next++;
            }

            TreeTotals below = Directory(entries, i, next, slash + 1, writer);
            tree.Add(name, TreeMode.Directory, below.Size, below.Oid, below.Files);
            i = next;
        }

        return tree.Finish();
    }
}
