using DlStore.Images;

namespace DlStore.Tests.Images;

/// <summary>Pictures and JPEG files of the tests.</summary>
internal static class Pictures
{
    /// <summary>A 16x16 picture of one colour, about (200, 60, 20), as ImageMagick stores it in CMYK: YCCK with an Adobe marker.</summary>
    public static byte[] Ycck { get; } = Convert.FromBase64String(
        "/9j/7gAOQWRvYmUAZAAAAAAC/9sAQwACAQEBAQECAQEBAgICAgIEAwICAgIFBAQDBAYFBgYGBQYGBgcJCAYHCQcGBggLCAkKCgoKCgYICwwLCgwJCgoK/9sAQwECAgICAgIFAwMFCgcGBwoKCgoKCgoKCgoK" +
        "CgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoK/8AAFAgAEAAQBAERAAIRAQMRAQQRAP/EABYAAQEBAAAAAAAAAAAAAAAAAAAECf/EABQQAQAAAAAAAAAAAAAAAAAAAAD/xAAWAQEBAQAA" +
        "AAAAAAAAAAAAAAAACAn/xAAUEQEAAAAAAAAAAAAAAAAAAAAA/9oADgQBAAIRAxEEAAA/ALFwMi2kAAAAD//Z");

    /// <summary>Makes a picture with slopes, a few edges and no symmetry.</summary>
    public static Raster Scene(int width, int height, int seed = 1)
    {
        Raster raster = new(width, height);
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                Span<byte> pixel = raster.Row(y).Slice(3 * x, 3);
                bool dark = (x * 5 / width) % 2 == 0 && (y * 4 / height) % 2 == 1;
                pixel[0] = (byte)(40 + (180 * x / width));
                pixel[1] = (byte)(dark ? 30 : 60 + (150 * y / height));
                pixel[2] = (byte)(((x * 7 * seed) + (y * 3)) % 97 + (dark ? 20 : 120));
            }
        }

        return raster;
    }

    /// <summary>Makes a picture of one colour.</summary>
    public static Raster Plain(int width, int height, byte r, byte g, byte b)
    {
        Raster raster = new(width, height);
        Paint(raster, 0, 0, width - 1, height - 1, r, g, b);
        return raster;
    }

    /// <summary>Paints a rectangle; counted from 0, the last column and row included.</summary>
    public static void Paint(Raster raster, int x0, int y0, int x1, int y1, byte r, byte g, byte b)
    {
        for (int y = y0; y <= y1; y++)
        {
            for (int x = x0; x <= x1; x++)
            {
                Span<byte> pixel = raster.Row(y).Slice(3 * x, 3);
                (pixel[0], pixel[1], pixel[2]) = (r, g, b);
            }
        }
    }

    /// <summary>Puts an EXIF segment with nothing but an orientation behind the first marker.</summary>
    public static byte[] WithOrientation(byte[] jpeg, int orientation, bool isBigEndian)
    {
        byte o = (byte)orientation;
        byte[] tiff = isBigEndian
            ? [(byte)'M', (byte)'M', 0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, o, 0, 0, 0, 0, 0, 0]
            : [(byte)'I', (byte)'I', 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, o, 0, 0, 0, 0, 0, 0, 0];
        return WithSegment(jpeg, 0xE1, [.. "Exif\0\0"u8, .. tiff]);
    }

    /// <summary>Puts a segment behind the first marker.</summary>
    public static byte[] WithSegment(byte[] jpeg, byte marker, byte[] content) =>
        [.. jpeg[..2], 0xFF, marker, (byte)((content.Length + 2) >> 8), (byte)(content.Length + 2), .. content, .. jpeg[2..]];

    /// <summary>Finds where the first segment of a marker begins (its FF).</summary>
    public static int FindSegment(byte[] jpeg, byte marker)
    {
        int at = 2;
        while (jpeg[at + 1] != marker)
        {
            at += 2 + (jpeg[at + 2] << 8) + jpeg[at + 3];
        }

        return at;
    }

    /// <summary>Gives the file with another size in its header.</summary>
    public static byte[] WithSize(byte[] jpeg, int width, int height)
    {
        byte[] copy = [.. jpeg];
        int at = FindSegment(copy, 0xC0) + 5;
        (copy[at], copy[at + 1], copy[at + 2], copy[at + 3]) = ((byte)(height >> 8), (byte)height, (byte)(width >> 8), (byte)width);
        return copy;
    }

    /// <summary>Gives the mean absolute difference of the bytes of two pictures of one size.</summary>
    public static double Difference(Raster a, Raster b)
    {
        Assert.Equal((a.Width, a.Height), (b.Width, b.Height));
        return a.Pixels.Zip(b.Pixels, static (x, y) => Math.Abs(x - y)).Average();
    }
}
