using DlStore.Images;
using Xunit.Abstractions;

namespace DlStore.Tests.Images;

public sealed class JpegCodecTests(ITestOutputHelper output)
{
    private static readonly Raster Scene = Pictures.Scene(90, 70);
    private static readonly byte[] Sample = Jpeg.Encode(Scene);

    [Fact]
    public void A_picture_goes_round()
    {
        Raster back = Jpeg.Decode(Sample, "a.jpg");
        Assert.InRange(Pictures.Difference(Scene, back), 0, 6);
        Assert.InRange(Pictures.Difference(
            Pictures.Plain(33, 17, 10, 200, 90), Jpeg.Decode(Jpeg.Encode(Pictures.Plain(33, 17, 10, 200, 90)), "b.jpg")), 0, 1);
    }

    [Theory]
    [InlineData(1, "abcdef", 3)]
    [InlineData(2, "cbafed", 3)]
    [InlineData(3, "fedcba", 3)]
    [InlineData(4, "defabc", 3)]
    [InlineData(5, "adbecf", 2)]
    [InlineData(6, "daebfc", 2)]
    [InlineData(7, "fcebda", 2)]
    [InlineData(8, "cfbead", 2)]
    public void Each_exif_orientation_is_turned_upright(int orientation, string expected, int columns)
    {
        // Six tiles of 16 pixels, "abc" above "def", each of its own grey.
        Raster stored = new(48, 32);
        for (int i = 0; i < 6; i++)
        {
            byte grey = (byte)(20 + (40 * i));
            Pictures.Paint(stored, 16 * (i % 3), 16 * (i / 3), (16 * (i % 3)) + 15, (16 * (i / 3)) + 15, grey, grey, grey);
        }

        foreach (bool isBigEndian in (bool[])[false, true])
        {
            Raster upright = Jpeg.Decode(Pictures.WithOrientation(Jpeg.Encode(stored), orientation, isBigEndian), "a.jpg");
            Assert.Equal((16 * columns, 16 * (6 / columns)), (upright.Width, upright.Height));
            string found = string.Concat(Enumerable.Range(0, 6).Select(i =>
                (char)('a' + ((upright.Row((16 * (i / columns)) + 8)[3 * ((16 * (i % columns)) + 8)] - 10) / 40))));
            Assert.Equal(expected, found);
        }
    }

    [Fact]
    public void Inks_become_the_right_colours_with_and_without_adobes_marker()
    {
        Near((200, 60, 20), Jpeg.Decode(Pictures.Ycck, "ink.jpg"));

        // The same four components stored plainly, as CMYK without a marker: 255 is then full ink.
        byte[] inks = [.. Enumerable.Range(0, 256).SelectMany(static _ => (byte[])[10, 180, 220, 40])];
        byte[] rgb = new byte[3 * 256];
        InkPixels.ToRgb(inks, rgb, isInverted: false);
        Assert.Equal([207, 63, 30], rgb[..3]);
        InkPixels.ToRgb([.. inks.Select(static v => (byte)(255 - v))], rgb, isInverted: true);
        Assert.Equal([207, 63, 30], rgb[^3..]);
    }

    [Fact]
    public void A_declared_size_that_cannot_be_is_refused_before_anything_is_allocated()
    {
        foreach ((int width, int height, string words) in ((int, int, string)[])
            [(65535, 65535, "more than the 100000000 that are decoded"),
                (9000, 9000, "cannot hold"), (0, 16, "its size is 0x16"), (16, 0, "its size is 16x0")])
        {
            byte[] bytes = Pictures.WithSize(Sample, width, height);
            long before = GC.GetAllocatedBytesForCurrentThread();
            DlsException refused = Assert.Throws<DlsException>(() => Jpeg.Decode(bytes, "big.jpg"));
            Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1 << 20);
            Assert.Contains(words, refused.Message, StringComparison.Ordinal);
            Assert.Contains("'big.jpg'", refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_file_cut_off_anywhere_is_refused_by_name()
    {
        for (int length = 0; length < Sample.Length; length += 7)
        {
            DlsException refused = Assert.Throws<DlsException>(() => Jpeg.Decode(Sample.AsSpan(0, length), "cut.jpg"));
            Assert.Contains("'cut.jpg'", refused.Message, StringComparison.Ordinal);
        }

        Assert.Throws<DlsException>(() => Jpeg.Decode(Sample.AsSpan(0, Sample.Length - 2), "cut.jpg"));
    }

    [Fact]
    public void Damaged_files_never_crash_nor_give_another_size_than_they_declare()
    {
        using JpegCodec codec = new();
        new Hostile(output).Attack(Sample, bytes =>
        {
            Raster raster = codec.Decode(bytes, "damaged.jpg");
            JpegHeader header = JpegHeader.TryRead(bytes, out _)!;
            Assert.Equal((header.UprightWidth, header.UprightHeight), (raster.Width, raster.Height));
        });
        Assert.InRange(Pictures.Difference(Scene, codec.Decode(Sample, "a.jpg")), 0, 6);
    }

    [Fact]
    public void Four_threads_write_the_same_bytes()
    {
        byte[][] all = new byte[16][];
        Parallel.For(0, all.Length, new ParallelOptions { MaxDegreeOfParallelism = 4 }, i =>
        {
            using JpegCodec codec = new();
            codec.Encode(Pictures.Scene(200, 100 + i), 60);
            all[i] = codec.Encode(Scene).ToArray();
        });
        Assert.All(all, bytes => Assert.Equal(Sample, bytes));
    }

    [Fact]
    public void Encoding_in_a_loop_allocates_nothing()
    {
        using JpegCodec codec = new();
        codec.Encode(Scene);
        long before = GC.GetAllocatedBytesForCurrentThread();
        int length = 0;
        for (int i = 0; i < 20; i++)
        {
            length += codec.Encode(Scene).Length;
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(20 * Sample.Length, length);
    }

    [Fact]
    public void The_library_names_its_version_and_what_it_does()
    {
        Assert.Matches("^libjpeg-turbo [0-9][0-9.]* probe [0-9a-f]{16}$", Jpeg.LibraryVersion);
        Assert.Equal(Jpeg.LibraryVersion, Jpeg.LibraryVersion);
        output.WriteLine(Jpeg.LibraryVersion);
    }

    [Fact]
    public void A_missing_library_names_its_package()
    {
        DlsException refused = Assert.Throws<DlsException>(
            () => NativeCode.Load("libturbojpeg-of-nobody.so.9", "libturbojpeg0", "reading and writing images"));
        Assert.Equal("load 'libturbojpeg-of-nobody.so.9': it is not installed, and reading and writing images needs it", refused.Message);
        Assert.Equal("apt-get install libturbojpeg0", refused.Hint);
    }

    private static void Near((int R, int G, int B) expected, Raster raster)
    {
        for (int i = 0; i < raster.Pixels.Length; i += 3)
        {
            Assert.InRange(raster.Pixels[i], expected.R - 3, expected.R + 3);
            Assert.InRange(raster.Pixels[i + 1], expected.G - 3, expected.G + 3);
            Assert.InRange(raster.Pixels[i + 2], expected.B - 3, expected.B + 3);
        }
    }
}
