using DlStore.Images;
using DlStore.TestKit;
using Xunit.Abstractions;

namespace DlStore.Tests.Images;

public sealed class JpegHeaderTests(ITestOutputHelper output)
{
    private static readonly byte[] Sample = Jpeg.Encode(Pictures.Scene(70, 50));

    [Fact]
    public void A_baseline_file_gives_its_size_and_end()
    {
        JpegHeader header = Read(Sample);
        Assert.Equal((70, 50, 3, 1), (header.Width, header.Height, header.Channels, header.Orientation));
        Assert.True(header.HasEnd);
        Assert.False(header.IsProgressive);
        Assert.False(header.IsCmyk);
        Assert.False(Read(Sample[..^1]).HasEnd);
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("\0\0\0\0")]
    [InlineData("SEFT of a telephone")]
    public void Bytes_behind_the_end_of_a_whole_picture_are_counted_and_do_not_cut_it(string tail)
    {
        using TempDir directory = new();
        byte[] longer = [.. Sample, .. System.Text.Encoding.Latin1.GetBytes(tail)];

        Assert.Equal((true, tail.Length), (Read(longer).HasEnd, Read(longer).TrailingBytes));
        Assert.Equal(Read(longer), JpegHeader.ReadFile(directory.Write("a.jpg", longer), "a.jpg"));
        Assert.Equal(Jpeg.Decode(Sample, "a").Pixels, Jpeg.Decode(longer, "a").Pixels);
        // A picture that was cut off has nothing behind its end, whatever stands there.
        Assert.Equal((false, 0), (Read(Sample[..^1]).HasEnd, Read(Sample[..^1]).TrailingBytes));
        Assert.Equal((false, 0), (Read([.. Sample[..^2], .. "zeros"u8]).HasEnd, Read([.. Sample[..^2], .. "zeros"u8]).TrailingBytes));
        // Several scans with a table between them, whose bytes happen to be an end marker.
        byte[] scans = [.. Sample[..^2], 0xFF, 0xC4, 0, 4, 0xFF, 0xD9, 0xFF, 0xDA, 0, 2, 1, 0xFF, 0, 0xFF, 0xD0, 2, 0xFF, 0xD9, 7, 7, 7];
        Assert.Equal((true, 3), (Read(scans).HasEnd, Read(scans).TrailingBytes));
    }

    [Fact]
    public void A_file_on_disk_gives_the_same_header_also_behind_large_segments()
    {
        using TempDir directory = new();
        byte[] large = Sample;
        for (int i = 0; i < 5; i++)
        {
            large = Pictures.WithSegment(large, 0xE2, new byte[60_000]);
        }

        large = Pictures.WithOrientation(large, 6, isBigEndian: false);
        Assert.Equal(Read(large), JpegHeader.ReadFile(directory.Write("large.jpg", large), "large.jpg"));
        Assert.Equal(Read(Sample), JpegHeader.ReadFile(directory.Write("small.jpg", Sample), "small.jpg"));
        Assert.Equal(6, Read(large).Orientation);
        Assert.Equal((50, 70), (Read(large).UprightWidth, Read(large).UprightHeight));
    }

    [Theory]
    [InlineData("89504E470D0A1A0A0000000D49484452", "it is a PNG file, not a JPEG")]
    [InlineData("474946383961", "it is a GIF file, not a JPEG")]
    [InlineData("424D00000000", "it is a BMP file, not a JPEG")]
    [InlineData("52494646000000005745425056503820", "it is a WebP file, not a JPEG")]
    [InlineData("49492A0008000000", "it is a TIFF file, not a JPEG")]
    [InlineData("4D4D002A00000008", "it is a TIFF file, not a JPEG")]
    [InlineData("0000001C6674797068656963", "it is a HEIC, AVIF or MP4 file, not a JPEG")]
    [InlineData("3C68746D6C3E0A", "it is a text file, not a JPEG")]
    [InlineData("", "it is empty")]
    [InlineData("00010203", "it is not a JPEG")]
    [InlineData("FFD8", "it is not a JPEG")]
    [InlineData("FFD8FFD9", "it ends before the picture begins")]
    [InlineData("FFD8FFE0", "its header is cut off")]
    [InlineData("FFD8FFE00001", "its header is damaged: a segment is shorter than its own length field")]
    [InlineData("FFD8FFDA0002", "its header is damaged: the picture begins before its size is given")]
    [InlineData("FFD8FFC000110800000010", "its header is cut off")]
    [InlineData("FFD8FFC0000808000000100300", "its size is 16x0")]
    [InlineData("FFD8FFC0000808001000000300", "its size is 0x16")]
    [InlineData("FFD8FFC100080C001000100300", "it has 12 bits a sample, and only 8 are decoded")]
    [InlineData("FFD8FFC3000808001000100300", "it is a lossless JPEG, which few programs read; save it as a baseline JPEG")]
    [InlineData("FFD8FFC5000808001000100300", "it is a hierarchical JPEG, which few programs read; save it as a baseline JPEG")]
    [InlineData("FFD8FFC0000808001000100200", "it has 2 components, and only 1, 3 or 4 are known")]
    public void What_is_no_jpeg_is_named(string hex, string expected)
    {
        byte[] bytes = Convert.FromHexString(hex);
        Assert.Null(JpegHeader.TryRead(bytes, out string? problem));
        Assert.Equal(expected, problem);
        using TempDir directory = new();
        DlsException refused = Assert.Throws<DlsException>(() => JpegHeader.ReadFile(directory.Write("a.jpg", bytes), "a.jpg"));
        Assert.Equal($"read image 'a.jpg': {expected}", refused.Message);
    }

    [Fact]
    public void A_directory_and_a_missing_file_are_refused_by_name()
    {
        using TempDir directory = new();
        Assert.Contains("'d'",
            Assert.Throws<DlsException>(() => JpegHeader.ReadFile(directory.MakeDirectory("d"), "d")).Message, StringComparison.Ordinal);
        Assert.Contains("'no.jpg'",
            Assert.Throws<DlsException>(() => JpegHeader.ReadFile(directory.At("no.jpg"), "no.jpg")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_headers_and_hostile_exif_are_read_or_refused_in_words()
    {
        byte[] sample = Pictures.WithOrientation(Sample, 8, isBigEndian: true)[..700];
        int read = 0, refused = 0;
        new Hostile(output).Attack(sample, bytes =>
        {
            if (JpegHeader.TryRead(bytes, out string? problem) is { } header)
            {
                Assert.InRange(header.Orientation, 1, 8);
                Assert.InRange(header.Width, 1, Raster.SideMax);
                Assert.InRange(header.Height, 1, Raster.SideMax);
                read++;
            }
            else
            {
                Assert.NotEmpty(problem!);
                refused++;
            }
        });
        Assert.True(read > 100 && refused > 100, $"{read} were read, {refused} refused");
    }

    private static JpegHeader Read(byte[] bytes) => JpegHeader.TryRead(bytes, out string? problem)
        ?? throw new InvalidOperationException(problem);
}
