using System.Security.Cryptography;
using System.Text.Json;
using DlStore.TestKit;

using static DlStore.Cli.Tests.Datasets.DatasetFacts;

namespace DlStore.Cli.Tests.Datasets;

/// <summary>The Croissant description of a data set: the rules of Croissant 1.0, and every fact of the set, with hostile names.</summary>
public sealed class CroissantExportTests : IDisposable
{
    private const string Label = "q\"u\\o<閉>{}%\u202e";
    private readonly Scene _scene = new();

    public CroissantExportTests() => _scene.MakeRepo();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void The_archive_it_names_is_the_one_that_export_tar_writes()
    {
        Build();

        JsonElement all = Describe("--license", "https://example.com/by", "--url", "https://example.com/a?b=1&c", "--creator", Label,
            "--published", "2026-01-31");

        Dls("dataset", "export", "tar", "game", "../data_set.tar.gz").Expect(0);
        byte[] bytes = File.ReadAllBytes(_scene.At("data_set.tar.gz"));
        JsonElement archive = Of(all, "distribution", "data_set.tar.gz");
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes)), Text(archive, "sha256"));
        Assert.Equal($"{bytes.Length} B", Text(archive, "contentSize"));
        Assert.Equal(DirHash(_scene, _scene.At("repo/datasets/game/64x48/data_set")), Text(all, "version"));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(_scene.At("repo/datasets/game/64x48/data_set/classes.txt")))),
            Text(Of(all, "distribution", "classes.txt"), "sha256"));
        Assert.Equal(("https://example.com/by", "https://example.com/a?b=1&c", Label, "2026-01-31"),
            (Text(all, "license"), Text(all, "url"), Text(all.GetProperty("creator"), "name"), Text(all, "datePublished")));
        Assert.Contains("25 images (train 20, val 5, test 0), 25 boxes of 2 classes", Text(all, "description"), StringComparison.Ordinal);
    }

    [Fact]
    public void Records_are_what_lists_and_annotations_say()
    {
        Build();
        JsonElement all = Describe();

        Dls("dataset", "export", "coco", "game", "../coco").Expect(0);
        using JsonDocument train = JsonDocument.Parse(File.ReadAllBytes(_scene.At("coco/annotations/instances_train.json")));
        using JsonDocument val = JsonDocument.Parse(File.ReadAllBytes(_scene.At("coco/annotations/instances_val.json")));
        string[] expected = [.. new[] { train, val }.SelectMany(static d => d.RootElement.GetProperty("annotations").EnumerateArray().Select(
            a => $"{NameOf(d, "images", a, "image_id", "file_name")} {NameOf(d, "categories", a, "category_id", "name")} {a.GetProperty("bbox")}"))];
        string[] boxes = [.. Rows(all, "boxes").Select(static b =>
            $"{Text(b, "boxes/image")} {Text(b, "boxes/label")} {b.GetProperty("boxes/bbox")}")];
        Assert.Equal(expected.Order(StringComparer.Ordinal), boxes.Order(StringComparer.Ordinal));
        Assert.Equal(
            ["0 close", "1 open"], Rows(all, "classes").Select(static c => $"{c.GetProperty("classes/id")} {Text(c, "classes/name")}"));
        foreach (string side in (string[])["train", "val"])
        {
            Assert.Equal(List(_scene.At("repo/datasets/game/64x48/data_set"), side), Rows(all, "image_facts")
                .Where(r => Text(r, "image_facts/split") == side).Select(static r => Path.GetFileNameWithoutExtension(Text(r, "image_facts/name"))));
        }

        Assert.All(Rows(all, "image_facts"), static r => Assert.Equal(
            (64, 48), (r.GetProperty("image_facts/width").GetInt32(), r.GetProperty("image_facts/height").GetInt32())));
    }

    /// <summary>What the specification requires, and what a reader resolves: ids that are unique, references that lead somewhere.</summary>
    [Fact]
    public void It_keeps_the_rules_of_croissant_and_hostile_names_come_back()
    {
        Import();
        JsonElement all = Describe();

        Assert.Equal("sc:Dataset", Text(all, "@type"));
        Assert.Equal("http://mlcommons.org/croissant/1.0", Text(all, "conformsTo"));
        List<string> ids = [];
        List<string> references = [];
        Collect(all, ids, references);
        Assert.Equal(ids.Count, ids.Distinct().Count());
        Assert.All(references, one => Assert.Contains(one, ids));
        Assert.All(all.GetProperty("distribution").EnumerateArray(), static file =>
        {
            Assert.Contains(Text(file, "@type"), (string[])["cr:FileObject", "cr:FileSet"]);
            Assert.True(file.TryGetProperty("encodingFormat", out _));
            Assert.True(file.TryGetProperty(Text(file, "@type") == "cr:FileSet" ? "includes" : "contentUrl", out _));
            Assert.True(Text(file, "@type") == "cr:FileSet" || Text(file, "sha256").Length == 64);
        });
        foreach (JsonElement records in all.GetProperty("recordSet").EnumerateArray())
        {
            string[] fields = [.. records.GetProperty("field").EnumerateArray().Select(static f => Text(f, "@id"))];
            Assert.All(fields, f => Assert.StartsWith(Text(records, "@id") + "/", f, StringComparison.Ordinal));
            Assert.All(records.GetProperty("field").EnumerateArray(), static f => Assert.True(f.TryGetProperty("dataType", out _)));
            Assert.All(records.TryGetProperty("data", out JsonElement data) ? data.EnumerateArray() : [],
                row => Assert.Equal(fields, row.EnumerateObject().Select(static p => p.Name)));
        }

        Assert.Equal([Label], Rows(all, "classes").Select(static c => Text(c, "classes/name")));
        Assert.Equal(["b-é.jpg", "画像 a.jpg", "画像 a.jpg"], Rows(all, "boxes").Select(static b => Text(b, "boxes/image")));
        Assert.All(Rows(all, "boxes"), static b => Assert.Equal(Label, Text(b, "boxes/label")));
        Assert.Equal("[0,0,16,12]", Rows(all, "boxes").First().GetProperty("boxes/bbox").GetRawText());
        Assert.Equal(["b-é.jpg val", "nothing.jpg ", "画像 a.jpg train"], Rows(all, "image_facts").Select(static r =>
            $"{Text(r, "image_facts/name")} {Text(r, "image_facts/split")}"));
        Assert.Equal("unknown", Text(all.GetProperty("license"), "name"));
        Assert.False(all.TryGetProperty("url", out _) || all.TryGetProperty("creator", out _) || all.TryGetProperty("datePublished", out _));
    }

    [Fact]
    public void What_is_not_known_is_told_and_what_is_not_the_version_of_the_lock_is_refused()
    {
        Build();
        RunResult written = Dls("dataset", "export", "croissant", "game", "--out", "../croissant.json").Expect(0);

        Assert.Equal("wrote ../croissant.json  25 images, 25 boxes\n", written.Output);
        Assert.Contains("license, url, creator, datePublished, which dls cannot know", written.Error, StringComparison.Ordinal);
        Assert.Equal(Dls("dataset", "export", "croissant", "game").Expect(0).Output, File.ReadAllText(_scene.At("croissant.json")));
        Dls("dataset", "export", "croissant", "game", "../c2.json").Expect(0);
        Assert.Equal(File.ReadAllText(_scene.At("croissant.json")), File.ReadAllText(_scene.At("c2.json")));
        Dls("dataset", "export", "croissant", "game", "../c3.json", "--out", "../c4.json").Expect(2);
        using JsonDocument json = JsonDocument.Parse(Dls("dataset", "export", "croissant", "game", "--json").Expect(0).Output);
        Assert.Equal(25, json.RootElement.GetProperty("images").GetInt32());
        Assert.Equal("game", Text(json.RootElement.GetProperty("document"), "name"));
        foreach (string[] bad in (string[][])[["--license", "MIT"], ["--url", "file:///x"], ["--published", "31.1.2026"], ["--canvas", "8x8"]])
        {
            RunResult refused = Dls(["dataset", "export", "croissant", "game", .. bad]);
            Assert.Equal(2, refused.ExitCode);
            Assert.Contains("hint:", refused.Error, StringComparison.Ordinal);
        }

        Assert.Contains("and options after that",
            Dls("dataset", "export", "--canvas", "64x48", "croissant", "game", "x").Expect(2).Error, StringComparison.Ordinal);
        string file = Directory.GetFiles(_scene.At("repo/datasets/game/64x48/data_set/Annotations"))[0];
        File.AppendAllText(file, "\n");
        RunResult changed = Dls("dataset", "export", "croissant", "game").Expect(1);
        Assert.Contains("is not the version of its lock", changed.Error, StringComparison.Ordinal);
        Assert.Contains("dls status -v datasets/game", changed.Error, StringComparison.Ordinal);
        Directory.Delete(_scene.At("repo/datasets/game"), recursive: true);
        Assert.Equal(12, Dls("dataset", "export", "croissant", "game").ExitCode);
    }

    private static string Text(JsonElement one, string key) => one.GetProperty(key).GetString() ?? "";

    private static JsonElement Of(JsonElement all, string key, string id) =>
        all.GetProperty(key).EnumerateArray().Single(one => Text(one, "@id") == id);

    private static IEnumerable<JsonElement> Rows(JsonElement all, string id) =>
        Of(all, "recordSet", id).GetProperty("data").EnumerateArray();

    private static string NameOf(JsonDocument coco, string list, JsonElement annotation, string key, string name) =>
        Text(coco.RootElement.GetProperty(list).EnumerateArray().Single(
            one => one.GetProperty("id").GetInt64() == annotation.GetProperty(key).GetInt64()), name);

    /// <summary>An object with an id and nothing else is a reference.</summary>
    private static void Collect(JsonElement one, List<string> ids, List<string> references)
    {
        foreach (JsonElement below in one.ValueKind == JsonValueKind.Array ? one.EnumerateArray()
            : one.ValueKind == JsonValueKind.Object ? one.EnumerateObject().Where(static p => p.Name != "@context").Select(static p => p.Value)
            : (IEnumerable<JsonElement>)[])
        {
            Collect(below, ids, references);
        }

        if (one.ValueKind == JsonValueKind.Object && one.TryGetProperty("@id", out JsonElement id))
        {
            (one.EnumerateObject().Count() == 1 ? references : ids).Add(id.GetString()!);
        }
    }

    private JsonElement Describe(params string[] options) =>
        JsonDocument.Parse(Dls(["dataset", "export", "croissant", "game", .. options]).Expect(0).Output).RootElement;

    private void Build()
    {
        ProjectFiles.Write(_scene, "repo", "ru_close", yaml: "count: 15\nrecipe: [{brightness: 0.4}]\n");
        ProjectFiles.Write(_scene, "repo", "open", 2, "count: 10\nrecipe: [{brightness: 0.4}]\n");
        _scene.Write("repo/datasets/game.yaml", "projects: [ru_close, open]\ncanvas: 64x48\n");
        Dls("dataset", "build", "game").Expect(0);
    }

    /// <summary>A set with a label and image names that have to be written with care, an image without objects, and one of no list.</summary>
    private void Import()
    {
        foreach ((string id, string[] labels) in ((string, string[])[])[("画像 a", [Label, Label]), ("b-é", [Label]), ("nothing", [])])
        {
            _scene.Write($"voc/JPEGImages/{id}.jpg", Drawn.Jpeg(16, 16, id.Length));
            _scene.Write($"voc/Annotations/{id}.xml", ProjectFiles.Annotation(id + ".jpg", 16, 16,
                [.. labels.Select(static (l, i) => (System.Security.SecurityElement.Escape(l), 1 + i, 1, 16, 12))]));
        }

        ProjectFiles.WriteLists(_scene, "voc", ("train", ["画像 a"]), ("val", ["b-é"]));
        Dls("dataset", "import", "voc", "../voc", "game").Expect(0);
    }

    private RunResult Dls(params string[] arguments) => InProcess.Dls(_scene, "repo", arguments);
}
