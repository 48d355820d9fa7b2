using Amazon.S3;
using Amazon.S3.Model;
using DlStore.Objects;

namespace DlStore.Remotes.S3;

/// <summary>What a service says of a file without sending it.</summary>
/// <param name="Size">Bytes.</param>
/// <param name="Hash">
/// SHA-256 at the time it was sent: the service's own checksum if it keeps one of the whole file, else what the sender wrote beside it;
/// null if neither is there.
/// </param>
/// <param name="WriteId">Which put made it; null if another program did.</param>
/// <param name="Tag">The service's mark of these bytes.</param>
internal sealed record S3Facts(long Size, Oid? Hash, string? WriteId, string Tag)
{
    /// <summary>The metadata key of the SHA-256, in hex.</summary>
    public const string HashKey = "dls-sha256";

    /// <summary>The metadata key of the id of the put.</summary>
    public const string WriteKey = "dls-write-id";

    /// <summary>Takes what a service answered.</summary>
    public static S3Facts From(GetObjectMetadataResponse response)
    {
        Oid? hash = FromBase64(response.ChecksumSHA256);
        bool isWhole = response.ChecksumType != ChecksumType.COMPOSITE;
        return new S3Facts(
            response.ContentLength, isWhole && hash is not null ? hash : FromHex(response.Metadata[HashKey]),
            response.Metadata[WriteKey], response.ETag ?? "");
    }

    private static Oid? FromHex(string? text) => text is not null && Oid.TryParseHex(text, out Oid oid) ? oid : null;

    private static Oid? FromBase64(string? text)
    {
        Span<byte> bytes = stackalloc byte[Oid.Length];
        return text is not null && Convert.TryFromBase64String(text, bytes, out int n) && n == Oid.Length ? new Oid(bytes) : null;
    }
}
