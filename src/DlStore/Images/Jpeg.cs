using System.Security.Cryptography;

namespace DlStore.Images;

/// <summary>JPEG files, for callers with one picture; a loop keeps a <see cref="JpegCodec"/>.</summary>
public static class Jpeg
{
    // Sides that are no multiple of a block, so that the padding counts too.
    private const int ProbeWidth = 83;
    private const int ProbeHeight = 61;

    /// <summary>Gets what the bytes of encoded pictures and the pixels of decoded ones depend on, for a
    /// fingerprint: the library's version and a digest of what it makes of a fixed picture.</summary>
    /// <example><c>libjpeg-turbo 2.1.5 probe 0123456789abcdef</c>.</example>
    /// <exception cref="DlsException">Kind Failed: libturbojpeg is not installed.</exception>
    public static string LibraryVersion => $"libjpeg-turbo {TurboJpeg.Get.Version} probe {Probe()}";

    /// <summary>Decodes a picture; see <see cref="JpegCodec.Decode"/>.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="name">The file as messages name it.</param>
    /// <returns>The picture, upright, as RGB.</returns>
    /// <exception cref="DlsException">Kind Failed: it is no JPEG, too large, or damaged.</exception>
    public static Raster Decode(ReadOnlySpan<byte> bytes, string name)
    {
        using JpegCodec codec = new();
        return codec.Decode(bytes, name);
    }

    /// <summary>Encodes a picture; see <see cref="JpegCodec.Encode"/>.</summary>
    /// <param name="raster">The picture.</param>
    /// <param name="quality">1 to 100.</param>
    /// <returns>The file.</returns>
    /// <exception cref="DlsException">Kind Failed: a side is too long for a JPEG.</exception>
    public static byte[] Encode(Raster raster, int quality = 95)
    {
        using JpegCodec codec = new();
        return codec.Encode(raster, quality).ToArray();
    }

    // A version alone does not tell how a distribution has built the library; what it does, does.
    private static string Probe()
    {
        Raster raster = new(ProbeWidth, ProbeHeight);
        uint state = 1;
        for (int i = 0; i < raster.Pixels.Length; i++)
        {
            state = (state * 1_664_525) + 1_013_904_223;
            raster.Pixels[i] = (byte)(((i * 3) & 0xFF) ^ (int)(state >> 28));
        }

        using JpegCodec codec = new();
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (int quality in (ReadOnlySpan<int>)[50, 95])
        {
            ReadOnlySpan<byte> encoded = codec.Encode(raster, quality);
            hash.AppendData(encoded);
            hash.AppendData(codec.Decode(encoded, "probe").Pixels);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 8));
    }
}
