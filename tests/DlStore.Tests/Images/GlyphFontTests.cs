using System.Security.Cryptography;
using System.Text;
using DlStore.Images;
using DlStore.TestKit;
using Xunit.Abstractions;

namespace DlStore.Tests.Images;

public sealed class GlyphFontTests(ITestOutputHelper output)
{
    private static readonly Rune Kanji = new('漢');

    [Fact]
    public void A_character_is_drawn_in_the_middle_the_same_each_time()
    {
        using GlyphFont font = GlyphFont.Open();
        output.WriteLine(font.Fingerprint);
        Assert.Matches("^[0-9a-f]{64} freetype 2[.][0-9]+[.][0-9]+$", font.Fingerprint);
        Raster first = font.Draw(Kanji, 100, 80, Colour.Black, Colour.White);
        (int left, int top, int right, int bottom) = Ink(first);
        Assert.InRange(right - left, 60, 80);
        Assert.InRange(bottom - top, 60, 80);
        Assert.InRange(left + right, 97, 101);
        Assert.InRange(top + bottom, 97, 101);
        font.Draw(new Rune('a'), 30, 20, Colour.Black, Colour.White);
        using GlyphFont again = GlyphFont.Open();
        Assert.Equal(SHA256.HashData(first.Pixels), SHA256.HashData(again.Draw(Kanji, 100, 80, Colour.Black, Colour.White).Pixels));
    }

    [Fact]
    public void Ink_and_paper_have_their_colours_and_what_is_too_large_is_cut_off()
    {
        using GlyphFont font = GlyphFont.Open();
        Raster drawn = font.Draw(new Rune('■'), 64, 200, new Colour(10, 20, 30), new Colour(200, 210, 220));
        Assert.Equal([10, 20, 30], drawn.Row(32).Slice(96, 3).ToArray());
        Assert.Equal([200, 210, 220], font.Draw(new Rune(' '), 9, 9, Colour.Black, new Colour(200, 210, 220)).Pixels[..3]);
    }

    [Fact]
    public void What_the_font_lacks_is_named()
    {
        using GlyphFont font = GlyphFont.Open();
        Assert.True(font.Has(Kanji));
        Assert.False(font.Has(new Rune(0x1F600)));
        DlsException refused = Assert.Throws<DlsException>(() => font.Draw(new Rune(0x1F600), 10, 10, Colour.Black, Colour.White));
        Assert.StartsWith("draw 'U+1F600': font '", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_that_are_no_fonts_are_refused_by_name()
    {
        using TempDir directory = new();
        Assert.Contains(
            "'no.ttf'", Assert.Throws<DlsException>(() => GlyphFont.Open(directory.At("no.ttf"))).Message, StringComparison.Ordinal);
        Assert.Contains("'text.ttf'",
            Assert.Throws<DlsException>(() => GlyphFont.Open(directory.Write("text.ttf", "no font"))).Message, StringComparison.Ordinal);
        Assert.Contains("'empty.ttf'",
            Assert.Throws<DlsException>(() => GlyphFont.Open(directory.Write("empty.ttf", []))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_closed_font_says_so()
    {
        GlyphFont font = GlyphFont.Open();
        font.Dispose();
        font.Dispose();
        Assert.Throws<ObjectDisposedException>(() => font.Has(Kanji));
    }

    private static (int Left, int Top, int Right, int Bottom) Ink(Raster raster)
    {
        int left = int.MaxValue, top = int.MaxValue, right = -1, bottom = -1;
        for (int i = 0; i < raster.Width * raster.Height; i++)
        {
            if (raster.Pixels[3 * i] < 250)
            {
                (int x, int y) = (i % raster.Width, i / raster.Width);
                (left, top, right, bottom) = (Math.Min(left, x), Math.Min(top, y), Math.Max(right, x), Math.Max(bottom, y));
            }
        }

        return (left, top, right, bottom);
    }
}
