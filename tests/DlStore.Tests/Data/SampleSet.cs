using DlStore.Data.Annotations;
using DlStore.TestKit;

namespace DlStore.Tests.Data;

/// <summary>Labelled sets of made files.</summary>
internal static class SampleSet
{
    /// <summary>Makes a set of random images; every side, class and odd case is likely in it.</summary>
    public static LabelledSet Random(TempDir dir, Random random, int images = 40)
    {
        string[] classes = ["close", "open \"x\"", "閉じる", "a & <b>", "yes", "12"];
        List<LabelledImage> made = [];
        for (int i = 0; i < images; i++)
        {
            int width = random.Next(10, 700);
            int height = random.Next(10, 700);
            string id = i % 7 == 0 ? $"閉じる {i} (2)" : $"close_{i}";
            List<LabelledObject> objects = [];
            for (int n = random.Next(4); n > 0; n--)
            {
                int x = random.Next(1, width - 3);
                int y = random.Next(1, height - 3);
                objects.Add(new LabelledObject(
                    classes[random.Next(classes.Length)], new PixelBox(x, y, random.Next(x + 1, width + 1), random.Next(y + 1, height + 1)))
                {
                    Difficult = random.Next(4) == 0,
                    Truncated = random.Next(4) == 0,
                    Pose = random.Next(4) == 0 ? "Left" : "Unspecified",
                });
            }

            string file = dir.Write($"source/{id}.jpg", SampleJpeg.Make(width, height, $"{i}", i % 9 == 0 ? 1 : 3));
            made.Add(new LabelledImage(id, file, width, height, objects) { Side = (SplitSide)(i % 4), Channels = i % 9 == 0 ? 1 : 3 });
        }

        return new LabelledSet(classes, [.. made.OrderBy(static i => i.Id, StringComparer.Ordinal)]);
    }

    /// <summary>Says all of a set but where its files are, for comparing.</summary>
    public static string Show(LabelledSet set, bool withFlags) => string.Join('\n',
        [string.Join('|', set.Classes), .. set.Images.Select(i => $"{i.Id} {i.Width}x{i.Height}x{i.Channels} {i.Side} " + string.Join(
            "; ", i.Objects.Select(o => $"{o.Label} {o.Box}{(withFlags ? $" {o.Difficult} {o.Truncated} {o.Pose}" : "")}")))]);
}
