using System.Security.Cryptography;
using DlStore.Io;

using Oid = DlStore.Objects.Oid;

namespace DlStore.Remotes;

/// <summary>A file that comes here piece by piece: hashed on the way, and gone again unless it came whole.</summary>
/// <param name="path">Absolute path of a new file; made with the first piece.</param>
/// <param name="done">Told the bytes of each piece.</param>
internal sealed class ReceivedFile(string path, Action<long>? done) : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private LocalFile? _target;
    private bool _isWhole;

    /// <summary>Takes the next piece.</summary>
    public void Take(ReadOnlySpan<byte> piece)
    {
        _target ??= LocalFile.Create(path);
        _hash.AppendData(piece);
        _target.Write(piece);
        done?.Invoke(piece.Length);
    }

    /// <summary>Flushes the file: all has come.</summary>
    /// <returns>SHA-256 of it.</returns>
    public Oid Finish()
    {
        (_target ??= LocalFile.Create(path)).Flush();
        _isWhole = true;
        return Oid.From(_hash);
    }

    public void Dispose()
    {
        _hash.Dispose();
        _target?.Dispose();
        if (!_isWhole && _target is not null)
        {
            File.Delete(path);
        }
    }
}
