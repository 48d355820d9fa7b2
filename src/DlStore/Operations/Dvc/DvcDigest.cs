using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace DlStore.Operations.Dvc;

/// <summary>
/// Takes the MD5 of bytes by DVC's rules while they are read for something else; docs/formats/dvc-files.md. Bytes come in pieces of 1 MiB,
/// the last one shorter, as DVC 2 reads them: where it drops the CR of a line end depends on that.
/// </summary>
[SuppressMessage("Security", "CA5351", Justification = "DVC names bytes so; dls names them by SHA-256, taken of the same bytes.")]
internal sealed class DvcDigest : IDisposable
{
    private const int SampleLength = 512;
    private readonly IncrementalHash _plain = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
    private readonly IncrementalHash? _asWhole;
    private readonly IncrementalHash? _asPieces;
    private bool? _isText;

    /// <summary>Initializes a new instance of the <see cref="DvcDigest"/> class.</summary>
    /// <param name="isLegacy">Whether the rule of DVC 2 is tried too.</param>
    public DvcDigest(bool isLegacy)
    {
        _asWhole = isLegacy ? IncrementalHash.CreateHash(HashAlgorithmName.MD5) : null;
        _asPieces = isLegacy ? IncrementalHash.CreateHash(HashAlgorithmName.MD5) : null;
    }

    /// <summary>Takes the MD5 of whole bytes as they are.</summary>
    public static string Of(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(MD5.HashData(bytes));

    /// <summary>Tells whether whole bytes have a recorded MD5.</summary>
    /// <param name="bytes">All of them.</param>
    /// <param name="md5">32 lower-case hex digits.</param>
    /// <param name="isLegacy">Whether the rule of DVC 2 is tried too.</param>
    public static bool Matches(ReadOnlySpan<byte> bytes, string md5, bool isLegacy)
    {
        if (!isLegacy || Of(bytes) == md5)
        {
            return isLegacy || Of(bytes) == md5;
        }

        using DvcDigest digest = new(isLegacy);
        const int Piece = 1 << 20;
        for (int at = 0; at < bytes.Length; at += Piece)
        {
            digest.Take(bytes[at..Math.Min(bytes.Length, at + Piece)]);
        }

        return digest.Ends(md5);
    }

    /// <summary>Takes the next piece.</summary>
    public void Take(ReadOnlySpan<byte> piece)
    {
        _plain.AppendData(piece);
        if (_asWhole is null || piece.IsEmpty)
        {
            return;
        }

        bool isText = IsText(piece[..Math.Min(SampleLength, piece.Length)]);
        _isText ??= isText;
        ReadOnlySpan<byte> unix = isText || _isText.Value ? ToUnix(piece) : piece;
        _asWhole.AppendData(_isText.Value ? unix : piece);
        _asPieces!.AppendData(isText ? unix : piece);
    }

    /// <summary>Tells whether all that was taken has a recorded MD5, by any reading of the rule. Asked once.</summary>
    public bool Ends(string md5) => Hex(_plain) == md5 || (_asWhole is not null && (Hex(_asWhole) == md5 || Hex(_asPieces!) == md5));

    /// <inheritdoc/>
    public void Dispose()
    {
        _plain.Dispose();
        _asWhole?.Dispose();
        _asPieces?.Dispose();
    }

    private static string Hex(IncrementalHash hash) => Convert.ToHexStringLower(hash.GetHashAndReset());

    private static bool IsText(ReadOnlySpan<byte> sample)
    {
        int other = 0;
        foreach (byte b in sample)
        {
            if (b == 0)
            {
                return false;
            }

            other += b is >= 32 and < 127 or (byte)'\n' or (byte)'\r' or (byte)'\t' or (byte)'\f' or (byte)'\b' ? 0 : 1;
        }

        return sample.Length == 0 || (double)other / sample.Length <= 0.30;
    }

    private static ReadOnlySpan<byte> ToUnix(ReadOnlySpan<byte> piece)
    {
        if (piece.IndexOf("\r\n"u8) < 0)
        {
            return piece;
        }

        byte[] unix = new byte[piece.Length];
        int length = 0;
        for (int i = 0; i < piece.Length; i++)
        {
            if (piece[i] != '\r' || i + 1 == piece.Length || piece[i + 1] != '\n')
            {
                unix[length++] = piece[i];
            }
        }

        return unix.AsSpan(0, length);
    }
}
