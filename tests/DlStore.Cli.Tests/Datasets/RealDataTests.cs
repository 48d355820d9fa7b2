using DlStore.Cli.Tests.Store;
using DlStore.TestKit;

namespace DlStore.Cli.Tests.Datasets;

/// <summary>Real images, lists and text that lie beside the checkout on some machines; skipped, and so shown, elsewhere.</summary>
public sealed class RealDataTests : IDisposable
{
    private readonly Scene _scene = new();

    public RealDataTests() => _scene.MakeRepo();

    public void Dispose() => _scene.Dispose();

    [SkippableBccdFact]
    public void Bccd_comes_in_whole_and_lint_finds_its_five_faults()
    {
        RunResult imported = _scene.Dls("repo", "dataset", "import", "voc", SkippableBccdFactAttribute.Find()!, "bccd").Expect(0);
        Assert.Contains("364 images: train 205, val 87, test 72", imported.Output, StringComparison.Ordinal);
        Assert.Contains("RBC  4,155 boxes", imported.Output, StringComparison.Ordinal);
        Assert.Contains("WBC  372 boxes", imported.Output, StringComparison.Ordinal);
        Assert.Contains("Platelets  361 boxes", imported.Output, StringComparison.Ordinal);

        string[] errors = [.. _scene.Dls("repo", "dataset", "lint", "bccd").Expect(4).Output.Split('\n').Where(static l => l.Contains(" error ", StringComparison.Ordinal))];

        Assert.Equal(5, errors.Length);
        Assert.Equal(2, errors.Count(static e => e.StartsWith("BOX_EMPTY error Annotations/BloodImage_", StringComparison.Ordinal)));
        Assert.Equal(3, errors.Count(static e => e.StartsWith("XML_FILENAME error Annotations/BloodImage_", StringComparison.Ordinal)));
        foreach (string layout in (string[])["darknet", "coco", "ultralytics", "voc"])
        {
            Assert.Contains("364 images, 4,888 boxes", _scene.Dls("repo", "dataset", "export", layout, "bccd", _scene.At(layout)).Expect(0).Output, StringComparison.Ordinal);
            RunResult back = _scene.Dls("repo", "dataset", "import", layout, _scene.At(layout), "from-" + layout).Expect(0);
            Assert.Contains("RBC  4,155 boxes", back.Output, StringComparison.Ordinal);
        }
    }

    [SkippableBccdFact]
    public void The_two_lists_that_cost_days_are_refused_at_their_lines()
    {
        string lists = Path.Combine(Path.GetDirectoryName(SkippableBccdFactAttribute.Find())!, "lists");

        string refused = _scene.Dls("repo", "dataset", "import", "darknet", lists, "ds2").Expect(1).Error;

        Assert.Contains("LIST_NOT_IMAGE ds2_valid.txt:7", refused, StringComparison.Ordinal);
        Assert.Contains("LIST_BLANK ds4_valid_tail.txt:2", refused, StringComparison.Ordinal);
    }

    [SkippableBccdFact]
    public void R14_a_thousand_characters_are_the_same_in_two_processes_and_two_locales()
    {
        string corpus = Directory.GetFiles(Path.Combine(Path.GetDirectoryName(SkippableBccdFactAttribute.Find())!, "aozora"), "*.txt").Single();
        string[] locales = ["C.UTF-8", "ja_JP.UTF-8"];
        foreach (string locale in locales)
        {
            string repo = "repo-" + locale;
            Directory.CreateDirectory(_scene.At(repo));
            _scene.Git(repo, "init", "-q", "-b", "main");
            Dictionary<string, string> environment = new(_scene.Environment) { ["LC_ALL"] = locale };
            DlsProcess.Run(_scene.At(repo), environment, ["init", "-q"]).Expect(0);
            _scene.Write($"{repo}/projects/ja_char/corpus.txt", File.ReadAllBytes(corpus));
            _scene.Write($"{repo}/projects/ja_char/project.yaml", "recipe:\n  glyphs: {corpus: projects/ja_char/corpus.txt, size: 32}\n  steps: [{rotation: 5, count: 1}]\n");
            _scene.Write($"{repo}/datasets/ja.yaml", "projects: [ja_char]\n");
            DlsProcess.Run(_scene.At(repo), environment, ["dataset", "build", "ja"]).Expect(0);
        }

        string classes = File.ReadAllText(_scene.At($"repo-{locales[0]}/classes/ja.txt"));
        Assert.Equal(1000, classes.Count(static c => c == '\n'));
        Assert.Contains("ja_char_u9280\n", classes, StringComparison.Ordinal); // 銀
        Assert.Equal(classes, File.ReadAllText(_scene.At($"repo-{locales[1]}/classes/ja.txt")));
        Assert.Equal(File.ReadAllText(_scene.At($"repo-{locales[0]}/datasets/ja.lock")), File.ReadAllText(_scene.At($"repo-{locales[1]}/datasets/ja.lock")));
    }
}
