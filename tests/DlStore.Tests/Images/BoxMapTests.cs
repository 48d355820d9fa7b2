using DlStore.Images;
using DlStore.TestKit;
using Xunit.Abstractions;

namespace DlStore.Tests.Images;

public sealed class BoxMapTests(ITestOutputHelper output)
{
    [Fact]
    public void An_unmoved_box_stays_and_a_whole_shift_moves_it_exactly()
    {
        Random random = Seeded.Start(output);
        for (int round = 0; round < 500; round++)
        {
            int x0 = random.Next(1, 100), y0 = random.Next(1, 60), x1 = random.Next(x0, 101), y1 = random.Next(y0, 61);
            foreach (AffineRule rule in Enum.GetValues<AffineRule>())
            {
                Assert.Equal(new MappedBox(x0, y0, x1, y1, 0),
                    Augmenter.MapBox(new Augmentation { Brightness = 700 }, rule, 100, 60, x0, y0, x1, y1));
            }

            int dx = random.Next(x1 - 100, x0), dy = random.Next(y1 - 60, y0);
            Augmentation shift = new() { ShiftX = 1000 * dx, ShiftY = 1000 * dy };
            Assert.Equal(
                new MappedBox(x0 - dx, y0 - dy, x1 - dx, y1 - dy, 0), Augmenter.MapBox(shift, AffineRule.Fixed, 100, 60, x0, y0, x1, y1));
        }
    }

    [Fact]
    public void What_leaves_the_picture_is_counted()
    {
        MappedBox Map(string text) => Augmenter.MapBox(Augmentation.Parse(text), AffineRule.Fixed, 100, 100, 1, 11, 20, 30);
        Assert.Equal(new MappedBox(1, 11, 15, 30, 250), Map("shift=5.000,0.000"));
        Assert.Equal(new MappedBox(86, 11, 100, 30, 250), Map("shift=5.000,0.000 flip=x"));
        Assert.True(Map("shift=20.000,0.000").IsGone);
        Assert.False(Map("shift=19.900,0.000").IsGone);
        Assert.True(Map("crop=20,0,0,0").IsGone);
        Assert.Equal(500, Map("crop=10,0,0,0 zoom=2.0000,2.0000").CutPermille);
    }

    [Fact]
    public void A_painted_rectangle_is_found_where_its_box_is_said_to_be()
    {
        Random random = Seeded.Start(output);
        int compared = 0, gone = 0;
        Augmenter augmenter = new();
        for (int round = 0; round < 1000; round++)
        {
            int w = random.Next(60, 120), h = random.Next(60, 120);
            Augmentation a = Parameters(random, w, h);
            AffineRule rule = (AffineRule)random.Next(3);
            int x0 = random.Next(w - 12), y0 = random.Next(h - 12), x1 = random.Next(x0 + 8, w), y1 = random.Next(y0 + 8, h);
            Raster source = Pictures.Plain(w, h, 255, 255, 255);
            Pictures.Paint(source, x0, y0, x1, y1, 0, 0, 0);
            Raster target = new(w, h);
            augmenter.Load(source);
            augmenter.Apply(a, rule, Fill.Grey(255), target);
            MappedBox box = Augmenter.MapBox(a, rule, w, h, x0 + 1, y0 + 1, x1 + 1, y1 + 1);
            if (Find(target) is not { } found)
            {
                Assert.True(
                    box.IsGone || Math.Min(box.XMax - box.XMin, box.YMax - box.YMin) <= 2, $"{box} was not found: {w}x{h} {a} {rule}");
                gone++;
                continue;
            }

            // A rectangle cut by the border leaves less than its bounding box; only whole ones can be compared.
            if (box.CutPermille == 0)
            {
                int worst = Math.Max(Math.Max(Math.Abs(found.X0 - box.XMin), Math.Abs(found.Y0 - box.YMin)),
                    Math.Max(Math.Abs(found.X1 - box.XMax), Math.Abs(found.Y1 - box.YMax)));
                Assert.True(worst <= 1, $"{box} was found at {found}: {w}x{h} box {x0 + 1},{y0 + 1},{x1 + 1},{y1 + 1} {a} {rule}");
                compared++;
            }
            else
            {
                Assert.True(found.X0 >= box.XMin - 1 && found.Y0 >= box.YMin - 1 && found.X1 <= box.XMax + 1 && found.Y1 <= box.YMax + 1,
                    $"{found} is outside {box}: {w}x{h} {a} {rule}");
            }
        }

        output.WriteLine($"{compared} compared, {gone} gone");
        Assert.True(compared > 300, $"only {compared} boxes were whole");
    }

    private static Augmentation Parameters(Random random, int w, int h) => new()
    {
        CropLeft = random.Next(4) == 0 ? random.Next(w / 5) : 0,
        CropBottom = random.Next(4) == 0 ? random.Next(h / 5) : 0,
        RotationMilli = random.Next(-20_000, 20_001),
        ShiftX = random.Next(-10_000, 10_001),
        ShiftY = random.Next(-10_000, 10_001),
        ShearMilli = random.Next(3) == 0 ? random.Next(-10_000, 10_001) : 0,
        ZoomX = random.Next(8_000, 14_001),
        ZoomY = random.Next(8_000, 14_001),
        FlipX = random.Next(2) == 0,
        FlipY = random.Next(2) == 0,
    };

    /// <summary>Finds the pixels that are at least a third painted; counted from 1.</summary>
    private static (int X0, int Y0, int X1, int Y1)? Find(Raster raster)
    {
        int x0 = int.MaxValue, y0 = int.MaxValue, x1 = 0, y1 = 0;
        for (int y = 0; y < raster.Height; y++)
        {
            for (int x = 0; x < raster.Width; x++)
            {
                if (raster.Row(y)[3 * x] <= 170)
                {
                    (x0, y0, x1, y1) = (Math.Min(x0, x + 1), Math.Min(y0, y + 1), Math.Max(x1, x + 1), Math.Max(y1, y + 1));
                }
            }
        }

        return x1 == 0 ? null : (x0, y0, x1, y1);
    }
}
