using System.Xml.Linq;
using DlStore.Cli.Tests.Store;
using DlStore.Data.Sets;
using DlStore.TestKit;

using static DlStore.Cli.Tests.Datasets.DatasetFacts;

namespace DlStore.Cli.Tests.Datasets;

/// <summary>
/// The author's own data, where it lies beside the checkout: blood cells, the lists that cost days, the book behind ja_char.
/// </summary>
public sealed class RealDataTests : IDisposable
{
    private readonly Scene _scene = new();

    public RealDataTests() => _scene.MakeRepo();

    public void Dispose() => _scene.Dispose();

    [SkippableBccdFact]
    public void The_blood_cells_are_imported_linted_and_go_through_every_layout_without_losing_a_box()
    {
        RunResult imported = _scene.Dls("repo", "dataset", "import", "voc", SkippableBccdFactAttribute.Find()!, "bccd").Expect(0);
        string[] lint = _scene.Dls("repo", "dataset", "lint", "bccd").Expect(4).Output.Split('\n');
        _scene.Commit("repo", "bccd");

        Assert.Contains("364 images: train 205, val 87, test 72", imported.Output, StringComparison.Ordinal);
        Assert.Equal(2, lint.Count(static l => l.StartsWith("BOX_EMPTY error", StringComparison.Ordinal)));
        Assert.Equal(3, lint.Count(static l => l.StartsWith("XML_FILENAME error", StringComparison.Ordinal)));
        Assert.Equal(5, Lock(_scene, "bccd").Lint.Errors);
        string before = Boxes("bccd");
        foreach (string layout in (string[])["darknet", "coco", "ultralytics", "voc"])
        {
            Assert.Contains("364 images, 4,888 boxes",
                Dls("dataset", "export", layout, "bccd", $"../{layout}").Expect(0).Output, StringComparison.Ordinal);
            Dls("dataset", "import", layout, $"../{layout}", $"from-{layout}").Expect(0);
            LockedCanvas locked = Lock(_scene, $"from-{layout}");
            Assert.Equal([205, 87, 72], locked.Sides);
            Assert.Equal(["Platelets 361", "RBC 4155", "WBC 372"],
                locked.Classes.Select(static c => $"{c.Name} {c.Boxes}").Order(StringComparer.Ordinal));
            Assert.True(before == Boxes($"from-{layout}"), $"boxes changed on the way through {layout}");
        }

        Assert.Equal(4888, before.Split('\n').Length);
    }

    [SkippableBccdFact]
    public void The_lists_that_cost_days_are_refused_with_their_lines()
    {
        string lists = Path.Combine(Path.GetDirectoryName(SkippableBccdFactAttribute.Find())!, "lists");
        foreach ((string file, string code, string line) in ((string, string, string)[])[("ds2_valid.txt", "LIST_NOT_IMAGE", "valid.txt:7"),
            ("ds4_valid_tail.txt", "LIST_BLANK", "valid.txt:")])
        {
            string set = _scene.At(Path.GetFileNameWithoutExtension(file));
            Directory.CreateDirectory(set);
            string[] lines = File.ReadAllLines(Path.Combine(lists, file));
            foreach (string image in lines.Where(static l => l.Trim().Length > 0))
            {
                string at = Path.Combine(set, image.TrimStart('.', '/'));
                Directory.CreateDirectory(Path.GetDirectoryName(at)!);
                File.WriteAllBytes(Path.ChangeExtension(at, ".jpg"), Drawn.Jpeg(seed: image.Length));
                File.WriteAllText(Path.ChangeExtension(at, ".txt"), "0 0.5 0.5 0.5 0.5\n");
            }

            File.Copy(Path.Combine(lists, file), Path.Combine(set, "valid.txt"));
            File.WriteAllText(Path.Combine(set, "train.txt"), "");
            File.WriteAllText(Path.Combine(set, "obj.names"), "close\n");
            File.WriteAllText(
                Path.Combine(set, "obj.data"), "classes = 1\ntrain = train.txt\nvalid = valid.txt\nnames = obj.names\nbackup = backup\n");
            string named = code == "LIST_BLANK" ? line + (Array.FindIndex(lines, static l => l.Trim().Length == 0) + 1) : line;
            Assert.Contains($"{code} {named}", Dls("dataset", "import", "darknet", set, "ds").Expect(1).Error, StringComparison.Ordinal);
            Assert.Contains($"{code} error {named}", Dls("dataset", "lint", set).Expect(4).Output, StringComparison.Ordinal);
        }
    }

    [SkippableBccdFact]
    public void The_book_gives_a_thousand_characters_the_same_bytes_and_ids_in_two_processes()
    {
        using Scene other = new();
        other.MakeRepo();
        foreach ((Scene scene, string locale) in ((Scene, string)[])[(_scene, "C"), (other, "ja_JP.UTF-8")])
        {
            Directory.CreateDirectory(scene.At("repo/corpus"));
            File.Copy(Path.Combine(Path.GetDirectoryName(SkippableBccdFactAttribute.Find())!, "aozora", "gingatetsudono_yoru.txt"),
                scene.At("repo/corpus/book.txt"));
            scene.Write("repo/projects/ja_char/project.yaml",
                "recipe:\n  glyphs: {corpus: corpus/book.txt, size: 32, characters: 1000}\n  steps: [{rotation: 5, count: 1}]\n");
            scene.Write("repo/datasets/chars.yaml", "projects: [ja_char]\n");
            DlsProcess.Run(
                scene.At("repo"), DlsProcess.With(scene.Environment, ("LC_ALL", locale)), ["dataset", "build", "chars"]).Expect(0);
        }

        string[] classes = Lines(_scene.At("repo/classes/chars.txt"));
        Assert.Equal(1000, classes.Distinct().Count());
        Assert.Equal(classes, Lines(other.At("repo/classes/chars.txt")));
        Assert.Equal(File.ReadAllText(_scene.At("repo/datasets/chars.lock")), File.ReadAllText(other.At("repo/datasets/chars.lock")));
        Assert.Equal(1000, Lock(_scene, "chars").Images);
    }

    private string Boxes(string name)
    {
        IEnumerable<string> boxes = Directory.GetFiles(
            _scene.At($"repo/datasets/{name}/own/data_set/Annotations")).SelectMany(static file => XElement.Load(file).Elements("object")
            .Select(o => $"{Path.GetFileNameWithoutExtension(file)} {o.Element("name")!.Value} "
                + $"{string.Join(' ', ((string[])["xmin", "ymin", "xmax", "ymax"]).Select(s => o.Element("bndbox")!.Element(s)!.Value))}"));
        return string.Join('\n', boxes.Order(StringComparer.Ordinal));
    }

    private RunResult Dls(params string[] arguments) => InProcess.Dls(_scene, "repo", arguments);
}
