using System.Globalization;
using DlStore.Data.Annotations;

namespace DlStore.Tests.Data;

/// <summary>By which conversion fractions were written is told from the boxes where it can be.</summary>
public sealed class BoxRuleTests
{
    private static readonly PixelBox[] _atEdges = [
        new(1, 1, 32, 32), new(1, 20, 40, 80), new(30, 1, 100, 60), new(5, 5, 100, 80), new(1, 1, 100, 80)];

    [Theory]
    [InlineData(BoxConversion.Voc, "which only voc writes")]
    [InlineData(BoxConversion.LabelImg, "as labelImg writes them")]
    public void Boxes_at_the_edges_tell_the_conversion(BoxConversion conversion, string why)
    {
        Assert.Equal(conversion, Tell(_atEdges, conversion, false, out string said));
        Assert.Contains(why, said, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_beside_the_labels_tell_labelImg_unless_a_box_begins_at_zero()
    {
        PixelBox[] inside = [new(11, 11, 40, 40)];
        Assert.Equal(BoxConversion.LabelImg, Tell(inside, BoxConversion.LabelImg, true, out string said));
        Assert.Contains("classes.txt", said, StringComparison.Ordinal);
        Assert.Equal(BoxConversion.Voc, Tell(_atEdges, BoxConversion.Voc, true, out _));
    }

    [Fact]
    public void Boxes_within_the_image_tell_nothing_and_that_is_said_with_the_option()
    {
        Assert.Equal(BoxConversion.Voc, Tell([new(11, 11, 40, 40)], BoxConversion.LabelImg, false, out string said));
        Assert.Contains("--boxes labelimg", said, StringComparison.Ordinal);
    }

    [Fact]
    public void Boxes_on_fractions_of_pixels_were_written_as_they_are()
    {
        BoxRule rule = new();
        rule.Add(0.50123, 0.40456, 0.1119, 0.2227, 100, 80);

        Assert.Equal(BoxConversion.Voc, rule.Tell(true, out string said));
        Assert.Contains("do not lie on whole pixels", said, StringComparison.Ordinal);
    }

    private static BoxConversion Tell(PixelBox[] boxes, BoxConversion written, bool isLabelImg, out string why)
    {
        BoxRule rule = new();
        foreach (PixelBox box in boxes)
        {
            double[] values = [.. FractionBox.Format(0, box, 100, 80, written)!.Trim().Split(' ')[1..].Select(
                static v => double.Parse(v, CultureInfo.InvariantCulture))];
            rule.Add(values[0], values[1], values[2], values[3], 100, 80);
        }

        return rule.Tell(isLabelImg, out why);
    }
}
