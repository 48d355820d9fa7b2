using System.Security.Cryptography;
using DlStore.Io;
using DlStore.Objects;

using Oid = DlStore.Objects.Oid;

namespace DlStore.Operations.Store;

/// <summary>
/// <c>dls cat</c>: the bytes of one stored file, from the store. A large blob is hashed before its first byte is given out.
/// </summary>
public static class Cat
{
    private const int PieceLength = 1 << 20;

    /// <summary>Writes a file's bytes.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="typed">A managed file or a file inside a managed directory; or a digest.</param>
    /// <param name="rev">A commit, or null for the work tree's pointers.</param>
    /// <param name="output">Where to write.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="DlsException">Kind Missing: not in the store; kind Erased: erased on purpose; kind Corrupt: damaged, nothing was
    /// written.</exception>
    public static void Run(Repo repo, string typed, string? rev, Stream output, CancellationToken cancel)
    {
        Oid oid = Oid.TryParse(typed, out Oid given) ? given : Find(repo, typed, rev);
        if (repo.Store.Find(oid) is not null)
        {
            output.Write(repo.Store.Read(oid));
            return;
        }

        if (!repo.Store.Large.Contains(oid))
        {
            throw repo.Store.Absent(oid);
        }

        using FileStream file = File.OpenRead(repo.Store.Large.PathOf(oid));
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] piece = new byte[PieceLength];
        for (int n; (n = file.Read(piece)) > 0;)
        {
            cancel.ThrowIfCancellationRequested();
            hash.AppendData(piece, 0, n);
        }

        if (Oid.From(hash) != oid)
        {
            throw new DlsException(ErrorKind.Corrupt, $"read object '{oid}' from '{file.Name}': its bytes do not hash to its oid",
                "run `dls verify`, then `dls pull` to fetch it again");
        }

        file.Position = 0;
        for (int n; (n = file.Read(piece)) > 0;)
        {
            cancel.ThrowIfCancellationRequested();
            output.Write(piece, 0, n);
        }
    }

    private static Oid Find(Repo repo, string typed, string? rev)
    {
        ListedEntry[] found = [.. Ls.Run(repo, typed, rev, false, CancellationToken.None, "cat").Take(2)];
        RelPath path = repo.ToRelPath(typed);
        return found.Length == 1 && found[0].Path == path.Value && found[0].Mode != TreeMode.Directory
            ? found[0].Oid
            : throw new DlsException(
                ErrorKind.Usage, $"show '{path}': it is a directory", $"run `dls ls {repo.ToTyped(path.Value)}` and name a file");
    }
}
