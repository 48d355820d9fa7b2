using DlStore.Images;

namespace DlStore.Tests.Images;

public sealed class ImageRandomTests
{
    [Fact]
    public void Numbers_are_those_of_the_format_page()
    {
        string[] lines = FormatPage.Read("augmentation").Text("vectors").Split('\n', StringSplitOptions.RemoveEmptyEntries)[1..];
        Assert.Equal(4, lines.Length);
        foreach (string line in lines)
        {
            string[] words = line.Split(' ');
            string[] start = words[0].Split('|');
            ImageRandom bits = new(long.Parse(start[0]), start[1], start[2], long.Parse(start[3]));
            ImageRandom numbers = new(long.Parse(start[0]), start[1], start[2], long.Parse(start[3]));
            Assert.Equal($"{words[1]} {words[2]}", $"{bits.NextBits():x16} {bits.NextBits():x16}");
            Assert.Equal($"{words[3]} {words[4]} {words[5]}",
                $"{numbers.Next(-20_000, 20_000)} {numbers.Next(-20_000, 20_000)} {numbers.Next(-20_000, 20_000)}");
        }
    }

    [Fact]
    public void The_examples_of_the_format_page_are_in_the_one_valid_form()
    {
        string[] lines = FormatPage.Read("augmentation").Text("rotation=").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3, lines.Length);
        Assert.All(lines, static line => Assert.Equal(line, Augmentation.Parse(line).ToText()));
    }

    [Fact]
    public void Ranges_are_filled_evenly_and_kept()
    {
        ImageRandom random = new(1, "p", "s", 0);
        int[] counts = new int[7];
        for (int i = 0; i < 70_000; i++)
        {
            counts[random.Next(-3, 3) + 3]++;
        }

        Assert.All(counts, static n => Assert.InRange(n, 9_600, 10_400));
        Assert.Equal(5, random.Next(5, 5));
        Assert.NotEqual(random.Next(long.MinValue, long.MaxValue), random.Next(long.MinValue, long.MaxValue));
        Assert.InRange(random.Next(0, long.MaxValue), 0, long.MaxValue);
        Assert.Throws<ArgumentOutOfRangeException>(() => new ImageRandom(1, "p", "s", 0).Next(1, 0));
    }

    [Fact]
    public void Names_do_not_run_into_each_other()
    {
        HashSet<ulong> first = [];
        foreach ((long seed, string project, string step, long image) in ((long, string, string, long)[])
            [(1, "ab", "c", 0), (1, "a", "bc", 0), (2, "ab", "c", 0), (1, "ab", "c", 1), (1, "abc", "", 0), (1, "", "abc", 0)])
        {
            Assert.True(first.Add(new ImageRandom(seed, project, step, image).NextBits()));
        }
    }
}
