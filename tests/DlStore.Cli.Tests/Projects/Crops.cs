using DlStore.Images;

namespace DlStore.Cli.Tests.Projects;

/// <summary>Small pictures of the tests: JPEG files as a camera or an editor writes them, and broken ones.</summary>
internal static class Crops
{
    /// <summary>A 1x1 PNG file.</summary>
    public static byte[] Png { get; } = Convert.FromBase64String(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==");

    /// <summary>A picture with slopes and a dark square; another seed is another picture.</summary>
    public static Raster Picture(int width, int height, int seed = 1)
    {
        Raster raster = new(width, height);
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                Span<byte> pixel = raster.Row(y).Slice(3 * x, 3);
                bool dark = x > width / 3 && x < width / 2 && y > height / 3;
                pixel[0] = (byte)(40 + (150 * x / width));
                pixel[1] = (byte)(dark ? 20 : 60 + (150 * y / height));
                pixel[2] = (byte)(20 + (37 * seed % 200));
            }
        }

        return raster;
    }

    /// <summary>The same as a file.</summary>
    public static byte[] Jpg(int width, int height, int seed = 1) => Jpeg.Encode(Picture(width, height, seed));

    /// <summary>A file whose EXIF part turns it.</summary>
    public static byte[] Turned(byte[] jpeg)
    {
        byte[] content = [.. "Exif\0\0II*\0\b\0\0\0\u0001\0\u0012\u0001\u0003\0\u0001\0\0\0\u0006\0\0\0\0\0\0\0"u8];
        return [.. jpeg[..2], 0xFF, 0xE1, (byte)((content.Length + 2) >> 8), (byte)(content.Length + 2), .. content, .. jpeg[2..]];
    }
}
