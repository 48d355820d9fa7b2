using DlStore.Data.Annotations;
using DlStore.TestKit;
using Xunit.Abstractions;

namespace DlStore.Tests.Data;

public sealed class FractionBoxTests(ITestOutputHelper output)
{
    [Fact]
    public void Every_box_comes_back_exactly_up_to_the_largest_jpeg()
    {
        Random random = Seeded.Start(output);
        int written = 0;
        for (int n = 0; n < 200_000; n++)
        {
            int width = Side(random);
            int height = Side(random);
            int x = random.Next(1, width + 1);
            int y = random.Next(1, height + 1);
            PixelBox box = n % 5 == 0
                ? new PixelBox(width, height, width, height) : new PixelBox(x, y, random.Next(x, width + 1), random.Next(y, height + 1));
            BoxConversion conversion = (BoxConversion)(n % 3);
            if (FractionBox.Format(7, box, width, height, conversion) is not { } line)
            {
                // Conversions without the last column have no box of one.
                Assert.True(conversion != BoxConversion.Voc && (box.Width == 1 || box.Height == 1));
                continue;
            }

            string[] fields = line.TrimEnd('\n').Split(' ');
            double[] values = [.. fields[1..].Select(double.Parse)];
            (PixelBox read, double off) = FractionBox.ToPixels(values[0], values[1], values[2], values[3], width, height, conversion);

            Assert.Equal((box, false), (read, off > FractionBox.OffMax));
            Assert.All(fields[1..], static f => Assert.Matches(@"^[01]\.[0-9]{6}$", f));
            written++;
        }

        Assert.True(written > 100_000);
    }

    [Theory]
    [InlineData(416, 416, BoxConversion.LabelImg, "0 0.039663 0.039663 0.074519 0.074519\n")]
    [InlineData(1080, 2400, BoxConversion.LabelImg, "0 0.015278 0.006875 0.028704 0.012917\n")]
    [InlineData(416, 416, BoxConversion.Voc, "0 0.038462 0.038462 0.076923 0.076923\n")]
    [InlineData(416, 416, BoxConversion.AlexeyAb, "0 0.037260 0.037260 0.074519 0.074519\n")]
    [InlineData(32, 32, BoxConversion.Voc, "0 0.500000 0.500000 1.000000 1.000000\n")]
    public void Known_lines_come_out(int width, int height, BoxConversion conversion, string line)
    {
        Assert.Equal(line, FractionBox.Format(0, new PixelBox(1, 1, 32, 32), width, height, conversion));
    }

    [Fact]
    public void The_page_has_the_line_of_each_conversion()
    {
        string lines = string.Concat(
            Enum.GetValues<BoxConversion>().Select(static c => FractionBox.Format(0, new PixelBox(1, 1, 32, 32), 416, 416, c)));

        Assert.Equal(FormatPage.Read("labelled-sets").Text("0 0.038462"), lines);
    }

    private static int Side(Random random) => random.Next(
        4) switch
    { 0 => 65_535, 1 => random.Next(1, 50), 2 => random.Next(1, 3000), _ => random.Next(1, 65_536) };
}
