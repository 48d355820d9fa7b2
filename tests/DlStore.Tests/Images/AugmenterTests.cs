using DlStore.Images;
using DlStore.TestKit;
using Xunit.Abstractions;

namespace DlStore.Tests.Images;

public sealed class AugmenterTests(ITestOutputHelper output)
{
    private static readonly Raster Scene = Pictures.Scene(61, 43);

    [Fact]
    public void Nothing_to_do_gives_the_source()
    {
        foreach (AffineRule rule in Enum.GetValues<AffineRule>())
        {
            Assert.Equal(Scene.Pixels, Apply(Scene, default, rule).Pixels);
        }
    }

    [Fact]
    public void Vectors_and_the_plain_loop_give_the_same_bytes()
    {
        Random random = Seeded.Start(output);
        Augmenter fast = new(), plain = new() { UseVectors = false };
        int differ = 0;
        for (int round = 0; round < 300; round++)
        {
            Raster source = Pictures.Scene(random.Next(1, 70), random.Next(1, 70), round + 1);
            (Raster a, Raster b) = (new Raster(source.Width, source.Height), new Raster(source.Width, source.Height));
            Augmentation augmentation = Draw(random, source.Width, source.Height);
            Fill fill = random.Next(2) == 0 ? Fill.Nearest : Fill.Grey(255);
            AffineRule rule = (AffineRule)random.Next(3);
            fast.Load(source);
            plain.Load(source);
            fast.Apply(augmentation, rule, fill, a);
            plain.Apply(augmentation, rule, fill, b);
            Assert.True(a.Pixels.AsSpan().SequenceEqual(b.Pixels), $"{source.Width}x{source.Height} {augmentation} {rule} {fill}");
            differ += a.Pixels.AsSpan().SequenceEqual(source.Pixels) ? 0 : 1;
        }

        Assert.True(differ > 250, $"only {differ} pictures were changed");
    }

    [Theory]
    [InlineData(7000, -4000)]
    [InlineData(-61000, 0)]
    [InlineData(0, 42000)]
    [InlineData(90000, 90000)]
    public void A_shift_by_whole_pixels_copies_them(int shiftX, int shiftY)
    {
        foreach (Fill fill in (Fill[])[Fill.Nearest, Fill.Grey(9)])
        {
            Raster moved = Apply(Scene, new Augmentation { ShiftX = shiftX, ShiftY = shiftY }, AffineRule.Fixed, fill);
            for (int y = 0; y < Scene.Height; y++)
            {
                for (int x = 0; x < Scene.Width; x++)
                {
                    int sx = x + (shiftX / 1000), sy = y + (shiftY / 1000);
                    bool inside = sx >= 0 && sx < Scene.Width && sy >= 0 && sy < Scene.Height;
                    ReadOnlySpan<byte> expected = inside || fill.IsNearest
                        ? Scene.Row(Math.Clamp(sy, 0, Scene.Height - 1)).Slice(3 * Math.Clamp(sx, 0, Scene.Width - 1), 3)
                        : [9, 9, 9];
                    Assert.True(moved.Row(y).Slice(3 * x, 3).SequenceEqual(expected), $"({x}, {y})");
                }
            }
        }
    }

    [Fact]
    public void Flips_and_quarter_turns_are_exact()
    {
        Raster square = Pictures.Scene(40, 40);
        Raster flipped = Apply(square, new Augmentation { FlipX = true });
        Raster turned = Apply(square, new Augmentation { RotationMilli = 90_000 });
        Raster over = Apply(square, new Augmentation { RotationMilli = -180_000 });
        Raster both = Apply(square, new Augmentation { FlipX = true, FlipY = true });
        for (int y = 0; y < 40; y++)
        {
            for (int x = 0; x < 40; x++)
            {
                Assert.True(At(flipped, x, y).SequenceEqual(At(square, 39 - x, y)));

                // Clockwise: what was at the left is at the top.
                Assert.True(At(turned, x, y).SequenceEqual(At(square, y, 39 - x)));
            }
        }

        Assert.Equal(over.Pixels, both.Pixels);
    }

    [Fact]
    public void Colours_are_added_cut_and_multiplied_in_this_order()
    {
        Raster changed = Apply(
            Pictures.Plain(5, 3, 10, 100, 250), new Augmentation { ChannelR = -20, ChannelG = 7, ChannelB = 20, Brightness = 900 });
        Assert.Equal([0, 96, 230], changed.Pixels[..3]);
        Assert.Equal([0, 96, 230], changed.Pixels[^3..]);
        Assert.Equal([15, 150, 255], Apply(Pictures.Plain(2, 1, 10, 100, 250), new Augmentation { Brightness = 1500 }).Pixels[..3]);
    }

    [Fact]
    public void A_crop_stretches_what_is_kept_to_the_borders()
    {
        Raster cropped = Apply(Scene, new Augmentation { CropLeft = 10, CropTop = 5, CropRight = 20, CropBottom = 7 });
        Assert.True(At(cropped, 0, 0).SequenceEqual(At(Scene, 10, 5)));
        Assert.True(At(cropped, 60, 42).SequenceEqual(At(Scene, 40, 35)));
        Assert.True(At(cropped, 30, 0).SequenceEqual(At(Scene, 25, 5)));

        // What was cut away does not come back when the picture is shrunk.
        Raster shrunk = Apply(Pictures.Plain(60, 60, 1, 1, 1),
            new Augmentation { CropLeft = 20, ZoomX = 20_000, ZoomY = 20_000 }, AffineRule.Fixed, Fill.Grey(255));
        Assert.True(At(shrunk, 10, 30).SequenceEqual((ReadOnlySpan<byte>)[255, 255, 255]));
        Assert.True(At(shrunk, 20, 30).SequenceEqual((ReadOnlySpan<byte>)[1, 1, 1]));
        DlsException refused = Assert.Throws<DlsException>(() => Apply(Scene, new Augmentation { CropLeft = 30, CropRight = 30 }));
        Assert.Contains("crop=30,0,30,0", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_edge_picture_has_dark_lines_on_white()
    {
        Raster source = Pictures.Plain(20, 20, 200, 200, 200);
        Pictures.Paint(source, 5, 5, 14, 14, 20, 20, 20);
        Raster edges = Apply(source, new Augmentation { Edge = true });
        Assert.Equal(255, At(edges, 1, 1)[0]);
        Assert.Equal(255, At(edges, 10, 10)[0]);
        Assert.Equal(0, At(edges, 5, 10)[0]);
        Assert.Equal(0, At(edges, 10, 14)[2]);
    }

    [Fact]
    public void Sines_are_those_of_the_library_to_fifteen_digits_and_exact_at_quarters()
    {
        for (int milli = -180_000; milli <= 180_000; milli += 37)
        {
            Assert.Equal(Math.Sin(milli * Math.PI / 180_000), FixedAngle.Sin(milli), 1e-15);
            Assert.Equal(Math.Cos(milli * Math.PI / 180_000), FixedAngle.Cos(milli), 1e-15);
            Assert.Equal(FixedAngle.Sin(milli), FixedAngle.Sin(milli + 360_000));
        }

        Assert.Equal(
            (0.0, 1.0, 0.0, -1.0), (FixedAngle.Cos(90_000), FixedAngle.Sin(90_000), FixedAngle.Sin(180_000), FixedAngle.Sin(-90_000)));
    }

    [Fact]
    public void The_same_picture_comes_out_of_four_threads_and_has_the_recorded_digest()
    {
        Augmentation augmentation = Augmentation.Parse(
            "crop=3,1,0,2 rotation=-2.113 shift=1.250,-3.500 shear=4.200 zoom=0.9213,1.1022 channel=3,-9,0 flip=x brightness=1.100");
        string[] digests = new string[8];
        Parallel.For(0, digests.Length, new ParallelOptions { MaxDegreeOfParallelism = 4 }, i =>
            digests[i] = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Apply(Scene, augmentation).Pixels))[..32]);
        Assert.All(digests, static d => Assert.Equal("8d808f4a2df35780440b75273b3288a2", d));
    }

    internal static Augmentation Draw(Random random, int width, int height)
    {
        int Part(int max) => random.Next(3) == 0 ? 0 : random.Next(-max, max + 1);
        bool crop = random.Next(3) == 0 && width > 4 && height > 4;
        return new Augmentation
        {
            CropLeft = crop ? random.Next(width / 4) : 0,
            CropTop = crop ? random.Next(height / 4) : 0,
            CropRight = crop ? random.Next(width / 4) : 0,
            CropBottom = crop ? random.Next(height / 4) : 0,
            Edge = random.Next(10) == 0,
            RotationMilli = Part(360_000),
            ShiftX = Part(1000 * width),
            ShiftY = Part(1000 * height),
            ShearMilli = Part(30_000),
            ZoomX = 10_000 + Part(6_000),
            ZoomY = 10_000 + Part(6_000),
            ChannelR = Part(30),
            FlipX = random.Next(2) == 0,
            FlipY = random.Next(2) == 0,
            Brightness = 1000 + Part(400),
        };
    }

    private static Raster Apply(Raster source, Augmentation augmentation, AffineRule rule = AffineRule.Fixed, Fill fill = default)
    {
        Augmenter augmenter = new();
        augmenter.Load(source);
        Raster target = new(source.Width, source.Height);
        augmenter.Apply(augmentation, rule, fill, target);
        return target;
    }

    private static ReadOnlySpan<byte> At(Raster raster, int x, int y) => raster.Row(y).Slice(3 * x, 3);
}
