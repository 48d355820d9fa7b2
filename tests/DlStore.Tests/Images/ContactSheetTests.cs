using DlStore.Images;
using DlStore.Images.Sheets;

namespace DlStore.Tests.Images;

public sealed class ContactSheetTests
{
    private static readonly SheetClass[] Classes = [new("close", 12), new("閉じる", 3)];

    [Fact]
    public void A_sheet_has_its_pictures_boxes_and_flags_in_their_places()
    {
        // One plain picture fills its square, so that every pixel of it is known.
        SheetCell cell = new(Pictures.Plain(100, 100, 10, 200, 30), 1000, 1000, [new(101, 201, 500, 600, 0)], "a.jpg", "train", "BOX_OUT");
        Raster sheet = ContactSheet.Draw(new Sheet("Title", "", Classes, [new("suspicious", [cell])]), columns: 1, side: 100);
        (int x, int y) = Find(sheet, new Colour(10, 200, 30));
        Assert.Equal(SheetStyle.Margin + SheetStyle.Padding, x);
        Colour red = SheetStyle.OfClass(0, 2);

        // Columns 101 to 500 of 1000 are columns 10 to 49 of 100, counted from 0; rows likewise.
        Assert.Equal(red, At(sheet, x + 10, y + 40));
        Assert.Equal(red, At(sheet, x + 49, y + 40));
        Assert.Equal(red, At(sheet, x + 30, y + 59));
        Assert.Equal(new Colour(10, 200, 30), At(sheet, x + 9, y + 40));
        Assert.Equal(new Colour(10, 200, 30), At(sheet, x + 50, y + 40));
        Assert.Equal(new Colour(10, 200, 30), At(sheet, x + 30, y + 40));
        Assert.Equal(SheetStyle.Alarm, At(sheet, SheetStyle.Margin, y));
        Find(sheet, SheetStyle.AlarmPaper);
        Assert.Equal(100 + (2 * (SheetStyle.Margin + SheetStyle.Padding)), sheet.Width);
    }

    [Fact]
    public void The_same_input_gives_the_same_pixels_and_each_word_changes_them()
    {
        SheetCell Cell(string caption, string detail, string? flag) => new(Pictures.Scene(64, 48), 64, 48, [], caption, detail, flag);
        Sheet one = new("Title", "sub", Classes, [new("train", [Cell("a", "b", "C"), Cell("a", "b", null)])]);
        byte[] first = ContactSheet.Draw(one).Pixels;
        Assert.Equal(first, ContactSheet.Draw(one).Pixels);
        foreach (Sheet other in (Sheet[])
            [
                one with { Title = "Titel" },
                one with { Subtitle = "sup" },
                one with { Classes = [new("close", 13), Classes[1]] },
                one with { Sections = [new("trail", one.Sections[0].Cells)] },
                one with { Sections = [new("train", [Cell("x", "b", "C"), Cell("a", "b", null)])] },
                one with { Sections = [new("train", [Cell("a", "x", "C"), Cell("a", "b", null)])] },
                one with { Sections = [new("train", [Cell("a", "b", "X"), Cell("a", "b", null)])] },
            ])
        {
            byte[] pixels = ContactSheet.Draw(other).Pixels;
            Assert.True(pixels.Length != first.Length || !pixels.AsSpan().SequenceEqual(first), other.ToString());
        }
    }

    [Fact]
    public void Hostile_boxes_and_names_are_drawn_or_left_out()
    {
        SheetBox[] boxes =
        [
            new(0, 0, 0, 0, 0), new(-5, -5, 10_000, 10_000, 1),
                new(50, 50, 10, 10, 7), new(int.MinValue, int.MinValue, int.MaxValue, int.MaxValue, -1), new(30, 30, 30, 30, 0),
        ];
        string longName = new('x', 5000);
        for (int count = 0; count <= boxes.Length; count++)
        {
            foreach ((int w, int h) in ((int, int)[])[(1, 1), (1, 500), (500, 1), (180, 180), (3000, 40)])
            {
                SheetCell cell = new(
                    Pictures.Plain(w, h, 9, 9, 9), w, h, boxes[..count], longName + "\n\t\u0001\uD83D\uDE00é", longName, longName);
                Raster sheet = ContactSheet.Draw(
                    new Sheet(longName, longName, [new(longName, long.MaxValue)], [new(longName, [cell, cell]), new("empty", [])]), 2, 90);
                Assert.Equal((2 * (90 + (2 * SheetStyle.Padding))) + SheetStyle.Gap + (2 * SheetStyle.Margin), sheet.Width);
                Assert.Equal(SheetStyle.Paper, At(sheet, sheet.Width - 1, sheet.Height - 1));
            }
        }
    }

    [Fact]
    public void Characters_beyond_ascii_come_from_the_font_and_are_question_marks_without_one()
    {
        Sheet Of(string title) => new(title, "", [], []);
        using GlyphFont font = GlyphFont.Open();
        Assert.Equal(ContactSheet.Draw(Of("??")).Pixels, ContactSheet.Draw(Of("漢字")).Pixels);
        Assert.NotEqual(ContactSheet.Draw(Of("??"), font: font).Pixels, ContactSheet.Draw(Of("漢字"), font: font).Pixels);
        Assert.Equal(ContactSheet.Draw(Of("?\u0007"), font: font).Pixels, ContactSheet.Draw(Of("??"), font: font).Pixels);
    }

    [Fact]
    public void A_sheet_that_no_jpeg_can_hold_is_refused()
    {
        SheetCell cell = new(Pictures.Plain(1, 1, 0, 0, 0), 1, 1, [], "a", "", null);
        Sheet sheet = new("many", "", [], [new("all", [.. Enumerable.Repeat(cell, 1000)])]);
        Assert.Contains("'many'", Assert.Throws<DlsException>(() => ContactSheet.Draw(sheet, 1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Small_pictures_are_averages_of_areas()
    {
        Raster halves = Pictures.Plain(300, 200, 0, 0, 0);
        Pictures.Paint(halves, 150, 0, 299, 199, 255, 255, 255);
        Raster small = Thumbnail.Fit(halves, 3);
        Assert.Equal((3, 2), (small.Width, small.Height));
        Assert.Equal([0, 0, 0, 128, 128, 128, 255, 255, 255], small.Row(0).ToArray());
        Assert.Equal(small.Row(0).ToArray(), small.Row(1).ToArray());

        Raster scene = Pictures.Scene(101, 67);
        Raster third = Thumbnail.Fit(scene, 37);
        Assert.Equal((37, 25), (third.Width, third.Height));
        Assert.Equal(scene.Pixels.Average(static b => (double)b), third.Pixels.Average(static b => (double)b), 0.5);
        Assert.Same(scene, Thumbnail.Fit(scene, 150));
        Assert.Equal((202, 134), (Thumbnail.Fit(scene, 202).Width, Thumbnail.Fit(scene, 202).Height));
        Assert.Equal((1, 10),
            (Thumbnail.Fit(Pictures.Plain(2, 4000, 1, 1, 1), 10).Width, Thumbnail.Fit(Pictures.Plain(2, 4000, 1, 1, 1), 10).Height));
    }

    private static Colour At(Raster raster, int x, int y)
    {
        ReadOnlySpan<byte> pixel = raster.Row(y).Slice(3 * x, 3);
        return new Colour(pixel[0], pixel[1], pixel[2]);
    }

    private static (int X, int Y) Find(Raster raster, Colour colour)
    {
        for (int y = 0; y < raster.Height; y++)
        {
            for (int x = 0; x < raster.Width; x++)
            {
                if (At(raster, x, y) == colour)
                {
                    return (x, y);
                }
            }
        }

        throw new InvalidOperationException($"no pixel is {colour}");
    }
}
