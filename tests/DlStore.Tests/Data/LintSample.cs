using System.Text;
using DlStore.Data.Annotations;
using DlStore.Data.Findings;
using DlStore.Data.Layouts;
using DlStore.Data.Lint;
using DlStore.TestKit;

namespace DlStore.Tests.Data;

/// <summary>A clean data set of two classes, 24 images (16 train, 6 val, 2 test), in which a test plants one fault.</summary>
internal sealed class LintSample : IDisposable
{
    private readonly TempDir _dir = new();

    public LintSample()
    {
        List<LabelledImage> images = [];
        for (int i = 0; i < 24; i++)
        {
            string label = i % 2 == 0 ? "close" : "open";
            string file = _dir.Write($"source/{i}.jpg", SampleJpeg.Make(100, 80, $"{i}"));
            images.Add(
                new LabelledImage($"{label}_{i:00}", file, 100, 80, [new LabelledObject(label, new PixelBox(11 + i, 11, 30 + i, 30))])
                {
                    Side = i < 16 ? SplitSide.Train : i < 22 ? SplitSide.Val : SplitSide.Test,
                });
        }

        VocSet.Write(new LabelledSet(["close", "open"], images), Root);
    }

    public string Root => _dir.At("set");

    public string At(string relative) => Path.Combine(Root, relative);

    /// <summary>Changes a text in a file; it must be there.</summary>
    public void Replace(string file, string from, string to)
    {
        string text = File.ReadAllText(At(file));
        Assert.Contains(from, text, StringComparison.Ordinal);
        File.WriteAllText(At(file), text.Replace(from, to, StringComparison.Ordinal));
    }

    public void Write(string file, string text) => File.WriteAllText(At(file), text);

    public void Write(string file, byte[] bytes) => File.WriteAllBytes(At(file), bytes);

    public void Append(string file, string text) => File.AppendAllText(At(file), text);

    /// <summary>Writes an annotation with one object.</summary>
    public void Annotate(string id, string label, PixelBox box) => Write($"Annotations/{id}.xml",
        new Annotation { FileName = id + ".jpg", Width = 100, Height = 80, Objects = [new LabelledObject(label, box)] }.ToBytes());

    /// <summary>Adds an image of its own bytes, or given ones, to a list.</summary>
    public void Add(string id, string label, string list, byte[]? bytes = null)
    {
        Write($"JPEGImages/{id}.jpg", bytes ?? SampleJpeg.Make(100, 80, id));
        Annotate(id, label, new PixelBox(5, 5, 25, 25));
        Append($"ImageSets/Main/{list}.txt", id + "\n");
        if (list is "train" or "val")
        {
            Append("ImageSets/Main/trainval.txt", id + "\n");
        }
    }

    public LintReport Lint(params LintConsumer[] consumers) => DatasetLint.Run(Root, new LintOptions { Consumers = consumers });

    public static string Show(IEnumerable<Finding> findings)
    {
        StringBuilder text = new();
        foreach (Finding finding in findings)
        {
            text.Append($"{finding.Code} {finding.Severity.ToString().ToLowerInvariant()} {finding.Place}: {finding.Message}\n");
        }

        return text.ToString();
    }

    public void Dispose() => _dir.Dispose();
}
