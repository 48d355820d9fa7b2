using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Oid = DlStore.Objects.Oid;

namespace DlStore.Data.Splits;

/// <summary>
/// The hashes that order a split (docs/formats/dataset-file.md). What is hashed is part of the format: data sets must come out equal for
/// ever.
/// </summary>
internal static class SplitHash
{
    /// <summary>Hashes texts, each ended by a NUL byte, which no name holds.</summary>
    public static Oid Of(params ReadOnlySpan<string> texts)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string text in texts)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(text));
            hash.AppendData("\0"u8);
        }

        return Oid.From(hash);
    }

    /// <summary>Tells where images go that share bytes across units.</summary>
    public static bool IsTrain(SplitOptions options, Oid shared)
    {
        Span<byte> bytes = stackalloc byte[Oid.Length];
        Of("twin", options.Seed, shared.ToHex()).CopyTo(bytes);
        return BinaryPrimitives.ReadUInt64BigEndian(bytes) % 100 < (ulong)options.TrainPercent;
    }
}
