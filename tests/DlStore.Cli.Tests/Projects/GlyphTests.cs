using DlStore.Data.Recipes;
using DlStore.TestKit;

namespace DlStore.Cli.Tests.Projects;

/// <summary>Projects without a master: the characters of a text (R13, R14, P13).</summary>
public sealed class GlyphTests : IDisposable
{
    private const string Text = "銀河鉄道の夜　カムパネルラ《かむぱねるら》が少し伸びあがるようにして、銀河の青白い光の帯を指さしました。ABC abc\n";
    private readonly Scene _scene = new();

    public GlyphTests() => Prepare(_scene);

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void R13_a_project_without_a_master_makes_images_of_a_corpus_that_the_store_keeps()
    {
        _scene.Dls("repo", "add", "corpus/text.txt").Expect(0);
        _scene.Commit("repo", "ja_char");

        _scene.Dls("repo", "dataset", "build", "chars").Expect(0);

        BuildRecord record = BuildRecord.Find(_scene.At("repo/projects/ja_char/build/own"), "ja_char")!;
        Assert.Equal(2 * 12, record.Images.Count);
        Assert.All(record.Images, i => Assert.Equal((32, 32), (i.Width, i.Height)));
        Assert.All(record.Images, i => Assert.Equal($"ja_char_u{char.ConvertToUtf32(i.Source, 0):x4}", i.Objects.Single().Label));
        Assert.DoesNotContain("《", record.Images.Select(i => i.Source));
        _scene.Dls("repo", "dataset", "lint", "chars", "--for", "ssd,resnet34").Expect(0);
        _scene.Clone("repo", "clone");
        Assert.Contains("dls pull corpus/text.txt", _scene.Dls("clone", "build", "ja_char").Expect(12).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void R14_two_processes_with_other_locales_give_each_character_the_same_id_and_the_same_bytes()
    {
        using Scene other = new();
        Prepare(other);

        Build(_scene, "C");
        Build(other, "ja_JP.UTF-8");

        string classes = File.ReadAllText(_scene.At("repo/classes/chars.txt"));
        Assert.Equal(12, classes.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Equal(classes, File.ReadAllText(other.At("repo/classes/chars.txt")));
        Assert.Equal(classes, File.ReadAllText(_scene.At("repo/datasets/chars/own/data_set/classes.txt")));
        Assert.Equal(File.ReadAllText(_scene.At("repo/datasets/chars.lock")), File.ReadAllText(other.At("repo/datasets/chars.lock")));
        TreeSnapshot.AssertEqual(TreeSnapshot.Of(_scene.At("repo/datasets/chars")), TreeSnapshot.Of(other.At("repo/datasets/chars")));
        TreeSnapshot.AssertEqual(
            TreeSnapshot.Of(_scene.At("repo/projects/ja_char/build")), TreeSnapshot.Of(other.At("repo/projects/ja_char/build")));
    }

    [Fact]
    public void R14_a_longer_text_keeps_every_id_and_appends_new_characters()
    {
        Build(_scene, "C");
        string before = File.ReadAllText(_scene.At("repo/classes/chars.txt"));
        _scene.Write("repo/projects/ja_char/project.yaml", Yaml(14));

        string refused = _scene.Dls("repo", "dataset", "build", "chars").Expect(1).Error;
        _scene.Dls("repo", "dataset", "build", "chars", "--add-classes").Expect(0);

        Assert.Contains("--add-classes", refused, StringComparison.Ordinal);
        string after = File.ReadAllText(_scene.At("repo/classes/chars.txt"));
        Assert.StartsWith(before, after, StringComparison.Ordinal);
        Assert.Equal(14, after.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public void A_character_that_the_font_lacks_is_named()
    {
        _scene.Write("repo/corpus/text.txt", "A\U0001F600");

        string refused = _scene.Dls("repo", "build", "ja_char").Expect(1).Error;

        Assert.Contains("U+1F600", refused, StringComparison.Ordinal);
    }

    private static string Yaml(int characters) =>
        $"recipe:\n  glyphs: {{corpus: corpus/text.txt, size: 32, characters: {characters}}}\n  steps: [{{rotation: 5, count: 2}}]\n";

    private static void Prepare(Scene scene)
    {
        scene.MakeRepo();
        scene.Write("repo/corpus/text.txt", Text);
        scene.Write("repo/projects/ja_char/project.yaml", Yaml(12));
        scene.Write("repo/datasets/chars.yaml", "projects: [ja_char]\n");
    }

    private static void Build(Scene scene, string locale) =>
        DlsProcess.Run(scene.At("repo"),
            DlsProcess.With(scene.Environment, ("LC_ALL", locale), ("LANG", locale)), ["dataset", "build", "chars"]).Expect(0);
}
