using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using DlStore.Images;
using DlStore.Images.Pictures;
using Xunit.Abstractions;

namespace DlStore.Tests.Images;

/// <summary>PNG, GIF, BMP and WebP become JPEG files, and what of them does not is said.</summary>
public sealed class PictureTests(PictureSamples samples, ITestOutputHelper output) : IClassFixture<PictureSamples>
{
    private static readonly (int, int, int) Red = (200, 40, 30), Blue = (40, 30, 200), Green = (20, 180, 60), White = (255, 255, 255);

    [Theory]
    [InlineData("rgb.png", "a PNG file, written as a JPEG of quality 95")]
    [InlineData("palette.png", "a PNG file, written as a JPEG of quality 95")]
    [InlineData("rgb.bmp", "a BMP file, written as a JPEG of quality 95")]
    [InlineData("palette.bmp", "a BMP file, written as a JPEG of quality 95")]
    [InlineData("rgb.webp", "a WebP file, written as a JPEG of quality 95")]
    [InlineData("lossy.webp", "a WebP file, written as a JPEG of quality 95")]
    [InlineData("palette.gif", "a GIF file, written as a JPEG of quality 95")]
    [InlineData("film.png", "a PNG file, written as a JPEG of quality 95; the first of its 3 pictures")]
    [InlineData("film.webp", "a WebP file, written as a JPEG of quality 95; the first of its 3 pictures")]
    [InlineData("film.gif", "a GIF file, written as a JPEG of quality 95; the first of its 3 pictures")]
    public void Each_kind_is_read_and_told(string name, string changes)
    {
        PictureAsJpeg made = PictureAsJpeg.Make(samples[name], name);

        Assert.Equal(changes, made.Changes);
        Assert.Equal((40, 24), (made.Width, made.Height));
        Raster raster = Jpeg.Decode(made.Bytes, "x.jpg");
        // A palette of the web's colours is off by up to half a step of 51.
        int far = name.StartsWith("palette", StringComparison.Ordinal) || name == "film.gif" ? 34 : 14;
        Near(Red, raster, 12, 18, far);
        Near(Blue, raster, 32, 18, far);
        Near(Green, raster, 3, 3, far);
    }

    [Theory]
    [InlineData("alpha.png")]
    [InlineData("alpha.webp")]
    [InlineData("alphalossy.webp")]
    [InlineData("alpha.bmp")]
    [InlineData("filmalpha.webp")]
    public void What_is_transparent_lies_over_white(string name)
    {
        PictureAsJpeg made = PictureAsJpeg.Make(samples[name], name);

        Assert.EndsWith("what is transparent laid over white", made.Changes, StringComparison.Ordinal);
        Raster raster = Jpeg.Decode(made.Bytes, "x.jpg");
        Near(White, raster, 12, 12, 16);
        Near((127, 127, 127), raster, 34, 12, 16);
        Near(Red, raster, 12, 20, 16);
    }

    [Theory]
    [InlineData("clear.gif")]
    [InlineData("trns.png")]
    public void A_colour_that_stands_for_nothing_is_white(string name)
    {
        PictureAsJpeg made = PictureAsJpeg.Make(samples[name], name);

        Assert.EndsWith("what is transparent laid over white", made.Changes, StringComparison.Ordinal);
        byte[] bytes = samples[name];
        // Before the JPEG: its halved colours run into such a small square.
        Near(White, PictureDecoder.Decode(bytes, PictureHeader.TryRead(bytes, out _)!, name), 3, 3, 0);
    }

    [Fact]
    public void Sixteen_bits_grey_and_black_and_white_are_read()
    {
        PictureAsJpeg deep = PictureAsJpeg.Make(samples["deep.png"], "deep.png");

        Assert.EndsWith("16 bits a sample rounded to 8", deep.Changes, StringComparison.Ordinal);
        Raster raster = Jpeg.Decode(deep.Bytes, "x.jpg");
        Near((20 * 1638 / 257, 20 * 1638 / 257, 20 * 1638 / 257), raster, 20, 10, 6);
        Near((78, 78, 78), Jpeg.Decode(PictureAsJpeg.Make(samples["grey.png"], "g").Bytes, "x.jpg"), 12, 18, 14);
        Assert.All((string[])["one.png", "one.bmp"], name => Assert.Equal((40, 24), Size(PictureAsJpeg.Make(samples[name], name))));
    }

    [Theory]
    [InlineData("turned.png")]
    [InlineData("turned.webp")]
    public void The_exif_orientation_is_applied_and_told(string name)
    {
        PictureAsJpeg made = PictureAsJpeg.Make(samples[name], name);

        Assert.EndsWith("turned upright as its EXIF tag says (orientation 6)", made.Changes, StringComparison.Ordinal);
        Assert.Equal((24, 40), Size(made));
        // Turned by a quarter to the right: the green corner is at the upper right, the blue half below.
        Raster raster = Jpeg.Decode(made.Bytes, "x.jpg");
        Near(Green, raster, 20, 3, 14);
        Near(Blue, raster, 12, 32, 14);
        Assert.Equal(1, JpegHeader.TryRead(made.Bytes, out _)!.Orientation);
    }

    [Fact]
    public void Interlaced_png_is_read_at_every_size_and_refused_where_the_decoder_would_not_end()
    {
        // Pillow writes none.
        for (int width = 1; width <= 18; width++)
        {
            for (int height = 1; height <= 18; height++)
            {
                Raster scene = Pictures.Scene(width, height);
                byte[] png = Png(width, height, 8, 2, 1, Adam7(scene));
                PictureHeader? header = PictureHeader.TryRead(png, out string? problem);
                if (width < 5)
                {
                    Assert.Equal(
                        $"it is an interlaced PNG file of {CountWords.Of(width, "column")}, which is not read: save it without interlacing", problem);
                    continue;
                }

                Assert.Equal(scene.Pixels, PictureDecoder.Decode(png, header!, "x.png").Pixels);
            }
        }
    }

    [Fact]
    public void Lossless_pictures_come_out_as_another_program_reads_them()
    {
        byte[] bmp = samples["big.bmp"];
        Raster expected = PictureDecoder.Decode(bmp, PictureHeader.TryRead(bmp, out _)!, "x");
        foreach (string name in (string[])["big.png", "big.webp"])
        {
            Assert.Equal(expected.Pixels, PictureDecoder.Decode(samples[name], PictureHeader.TryRead(samples[name], out _)!, name).Pixels);
        }

        Assert.Equal([(byte)((100 * 50) % 256), (byte)150, (byte)100], expected.Row(50).Slice(300, 3).ToArray());
    }

    [Theory]
    [InlineData(30_000, 30_000, "its 30000x30000 pixels are more than the 100000000 that are decoded")]
    [InlineData(int.MaxValue, int.MaxValue, "are more than the 65535 on a side that a JPEG has")]
    [InlineData(0, 5, "it declares 0x5 pixels")]
    [InlineData(9_000, 9_000, "cannot hold the 9000x9000 pixels that it declares")]
    public void Bombs_are_refused_by_their_header(int width, int height, string why)
    {
        byte[] png = Png(width, height, 8, 6, 0, new byte[1000]);
        long before = GC.GetAllocatedBytesForCurrentThread();

        DlsException refused = Assert.Throws<DlsException>(() => PictureAsJpeg.Make(png, "x.png"));

        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void Sizes_of_other_kinds_are_refused_too()
    {
        byte[] gif = samples["palette.gif"], bmp = samples["rgb.bmp"], webp = samples["rgb.webp"];
        BinaryPrimitives.WriteUInt16LittleEndian(gif.AsSpan(6), 60_000);
        BinaryPrimitives.WriteUInt16LittleEndian(gif.AsSpan(8), 60_000);
        BinaryPrimitives.WriteInt32LittleEndian(bmp.AsSpan(18), 60_000);
        BinaryPrimitives.WriteInt32LittleEndian(bmp.AsSpan(22), -60_000);
        BinaryPrimitives.WriteUInt32LittleEndian(webp.AsSpan(21), (1 << 28) - 1);
        foreach (byte[] bytes in (byte[][])[gif, bmp, webp])
        {
            Assert.Contains("are more than the 100000000 that are decoded",
                Assert.Throws<DlsException>(() => PictureAsJpeg.Make(bytes, "x")).Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("rgb.png")]
    [InlineData("palette.png")]
    [InlineData("alpha.bmp")]
    [InlineData("palette.gif")]
    [InlineData("film.gif")]
    [InlineData("rgb.webp")]
    [InlineData("lossy.webp")]
    [InlineData("film.webp")]
    [InlineData("alphalossy.webp")]
    public void No_file_that_is_cut_off_becomes_a_picture(string name)
    {
        byte[] whole = samples[name];
        for (int length = 0; length < whole.Length; length++)
        {
            DlsException refused = Assert.Throws<DlsException>(() => PictureAsJpeg.Make(whole.AsSpan(0, length), "x"));
            Assert.Equal(ErrorKind.Failed, refused.Kind);
        }
    }

    [Fact]
    public void A_png_that_lacks_pixels_or_has_too_many_is_refused_though_every_checksum_is_right()
    {
        Assert.Contains("does not hold all of its pixels", Problem(Png(4, 4, 8, 0, 0, new byte[19])), StringComparison.Ordinal);
        Assert.Contains("more pixels than it declares", Problem(Png(4, 4, 8, 0, 0, new byte[21])), StringComparison.Ordinal);
        Assert.Null(Problem(Png(4, 4, 8, 0, 0, new byte[20])));
        Assert.Contains("without its palette", Problem(Png(4, 4, 8, 3, 0, new byte[20])), StringComparison.Ordinal);
        byte[] wrong = Png(4, 4, 8, 0, 0, new byte[20]);
        wrong[^14] ^= 1;
        Assert.Contains("checksum", Problem(wrong), StringComparison.Ordinal);
    }

    [Fact]
    public void A_gif_whose_codes_end_early_is_refused()
    {
        byte[] gif = samples["big.gif"];
        // The picture's block chain is kept, and ends after its first block.
        int picture = 13 + (3 << ((gif[10] & 7) + 1));
        while (gif[picture] != 0x2C)
        {
            picture += 8;
        }

        int data = picture + 10 + ((gif[picture + 9] & 0x80) != 0 ? 3 << ((gif[picture + 9] & 7) + 1) : 0);
        byte[] shorter = [.. gif[..(data + 2 + gif[data + 1])], 0, 0x3B];

        Assert.Null(Problem(gif));
        Assert.Contains("does not hold all of its pixels", Problem(shorter), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("rgb.png")]
    [InlineData("film.png")]
    [InlineData("palette.bmp")]
    [InlineData("film.gif")]
    [InlineData("film.webp")]
    [InlineData("alphalossy.webp")]
    public void Damage_ends_in_a_picture_or_an_error_of_the_file(string name) => new Hostile(output).Attack(samples[name], bytes =>
    {
        // Only small ones are decoded: a damaged size can be one that is allowed and takes hundreds of megabytes.
        if (PictureHeader.TryRead(bytes, out string? problem) is { } header && (long)header.Width * header.Height < 1_000_000)
        {
            _ = PictureAsJpeg.Make(bytes, "x");
        }
        else if (problem is not null)
        {
            throw new DlsException(ErrorKind.Failed, problem);
        }
    });

    private static (int, int) Size(PictureAsJpeg made) => (made.Width, made.Height);

    private static string? Problem(byte[] bytes)
    {
        _ = PictureHeader.TryRead(bytes, out string? problem);
        return problem;
    }

    private static void Near((int R, int G, int B) expected, Raster raster, int x, int y, int far)
    {
        byte[] p = raster.Row(y).Slice(3 * x, 3).ToArray();
        Assert.True(Math.Abs(p[0] - expected.R) <= far && Math.Abs(p[1] - expected.G) <= far && Math.Abs(p[2] - expected.B) <= far,
            $"({p[0]}, {p[1]}, {p[2]}) at {x},{y}, expected {expected}");
    }

    /// <summary>Gives the rows of the seven passes, each with filter 0 (ISO/IEC 15948, 8.2).</summary>
    private static byte[] Adam7(Raster raster)
    {
        List<byte> rows = [];
        foreach ((int left, int top, int right, int down) in ((int, int, int, int)[])[(0, 0, 8, 8),
            (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)])
        {
            for (int y = top; y < raster.Height && left < raster.Width; y += down)
            {
                rows.Add(0);
                for (int x = left; x < raster.Width; x += right)
                {
                    rows.AddRange(raster.Row(y).Slice(3 * x, 3));
                }
            }
        }

        return [.. rows];
    }

    private static byte[] Png(int width, int height, byte depth, byte colour, byte interlace, byte[] raw)
    {
        using MemoryStream packed = new();
        using (ZLibStream zlib = new(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            zlib.Write(raw);
        }

        byte[] size = new byte[8];
        BinaryPrimitives.WriteInt32BigEndian(size, width);
        BinaryPrimitives.WriteInt32BigEndian(size.AsSpan(4), height);
        return [.. PngFile.Signature,
            .. Chunk("IHDR"u8, [.. size, depth, colour, 0, 0, interlace]), .. Chunk("IDAT"u8, packed.ToArray()), .. Chunk("IEND"u8, [])];
    }

    private static byte[] Chunk(ReadOnlySpan<byte> type, byte[] data)
    {
        byte[] length = new byte[4], crc = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, data.Length);
        BinaryPrimitives.WriteUInt32BigEndian(crc, Crc32.HashToUInt32([.. type, .. data]));
        return [.. length, .. type, .. data, .. crc];
    }
}
