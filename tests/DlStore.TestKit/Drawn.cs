using DlStore.Images;

namespace DlStore.TestKit;

/// <summary>Pictures that tests draw themselves, and what a hostile or careless file looks like.</summary>
public static class Drawn
{
    /// <summary>A 16x16 picture of one colour as ImageMagick stores it in printing inks: YCCK with an Adobe marker.</summary>
    public static byte[] Ycck { get; } = Convert.FromBase64String(
        "/9j/7gAOQWRvYmUAZAAAAAAC/9sAQwACAQEBAQECAQEBAgICAgIEAwICAgIFBAQDBAYFBgYGBQYGBgcJCAYHCQcGBggLCAkKCgoKCgYICwwLCgwJCgoK/9sAQwECAgICAgIFAwMFCgcGBwoKCgoKCgoKCgoK" +
        "CgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoK/8AAFAgAEAAQBAERAAIRAQMRAQQRAP/EABYAAQEBAAAAAAAAAAAAAAAAAAAECf/EABQQAQAAAAAAAAAAAAAAAAAAAAD/xAAWAQEBAQAA" +
        "AAAAAAAAAAAAAAAACAn/xAAUEQEAAAAAAAAAAAAAAAAAAAAA/9oADgQBAAIRAxEEAAA/ALFwMi2kAAAAD//Z");

    /// <summary>The first bytes of a PNG file: what somebody has who renamed one.</summary>
    public static byte[] Png { get; } = Convert.FromBase64String(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==");

    /// <summary>Draws slopes with grain, so that no two parameters of a recipe make the same bytes of it.</summary>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    /// <param name="seed">Another number is another picture.</param>
    public static Raster Picture(int width, int height, int seed)
    {
        Raster raster = new(width, height);
        uint grain = ((uint)seed * 2_654_435_761u) | 1;
        for (int y = 0; y < height; y++)
        {
            Span<byte> row = raster.Row(y);
            for (int x = 0; x < row.Length; x++)
            {
                grain ^= grain << 13;
                grain ^= grain >> 17;
                grain ^= grain << 5;
                row[x] = (byte)((40 * (seed % 5)) + (60 * y / height) + (grain % 32));
            }
        }

        return raster;
    }

    /// <summary>Draws a picture and encodes it.</summary>
    public static byte[] Jpeg(int width = 16, int height = 16, int seed = 1) => Images.Jpeg.Encode(Picture(width, height, seed));

    /// <summary>Puts an EXIF tag in that turns the picture, as a telephone does.</summary>
    public static byte[] Turned(byte[] jpeg, byte orientation) =>
        [.. jpeg[..2], 0xFF, 0xE1,
            0, 34, .. "Exif\0\0MM"u8, 0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0, .. jpeg[2..]];

    /// <summary>Lets the header claim another size.</summary>
    public static byte[] Claiming(byte[] jpeg, int width, int height)
    {
        byte[] copy = [.. jpeg];
        int at = 2;
        while (copy[at + 1] != 0xC0)
        {
            at += 2 + (copy[at + 2] << 8) + copy[at + 3];
        }

        (copy[at + 5], copy[at + 6], copy[at + 7], copy[at + 8]) = ((byte)(height >> 8), (byte)height, (byte)(width >> 8), (byte)width);
        return copy;
    }

    /// <summary>Reads the size of a JPEG file.</summary>
    public static (int Width, int Height) SizeOf(string file)
    {
        JpegHeader header = JpegHeader.ReadFile(file, file);
        return (header.Width, header.Height);
    }
}
