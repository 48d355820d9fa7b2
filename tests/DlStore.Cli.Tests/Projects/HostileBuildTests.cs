using System.IO.Compression;
using System.Text;
using DlStore.TestKit;

namespace DlStore.Cli.Tests.Projects;

/// <summary>
/// What a hostile or careless repository may hold in projects: each is refused with its place, nothing is written, and it is never an
/// internal error.
/// </summary>
public sealed class HostileBuildTests : IDisposable
{
    private readonly Scene _scene = new();

    public HostileBuildTests()
    {
        _scene.MakeRepo();
        ProjectFiles.Write(_scene, "repo", "close");
        _scene.Write("repo/corpus/text.txt", "あいう\n");
        _scene.Write("secret.jpg", Drawn.Jpeg(seed: 9));
        _scene.Write("secret.txt", "secret");
        _scene.Commit("repo", "close");
    }

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void Hostile_project_files_are_refused_with_their_line()
    {
        (string Yaml, string Named)[] files =
        [
            ("a: &a [x, x]\nlabel: *a\n", "anchors"),
            ("label: *a\n", "anchors"),
            ("label: !!python/object:os.system x\n", "tags"),
            ("label: !x y\n", "tags"),
            ("label: a\nlabel: b\n", "line 2: key 'label' stands here twice"),
            ("label: a\n---\nlabel: b\n", "a second document"),
            ("labell: a\n", "key 'labell' is not known"),
            ("label: [a\n", "line"),
            ("label: \"a\n", "line"),
            ("? [a]\n: b\n", "a key is not a text"),
            (new string('[', 5000), "nested"),
            ("label: " + string.Concat(Enumerable.Repeat("{a: ", 5000)), "nested"),
            ("label: " + new string('a', 10 << 20), "larger than"),
            ("label: a\0b\n", "line"),
            ("masters: [../../../secret.jpg]\n", "'../../../secret.jpg' is refused"),
            ($"masters: [{_scene.At("secret.jpg")}]\n", "is refused"),
            ("masters: [{image: master/image.jpg, annotation: ../../../secret.txt}]\n", "is refused"),
            ("masters: [.git/x.jpg]\n", "is refused"),
            ("annotation: /etc/passwd\n", "is refused"),
            ("recipe: {program: [../../../bin/sh]}\n", "is refused"),
            ("recipe: {program: [/bin/sh]}\n", "is refused"),
            ("recipe: {program: []}\n", "the program is missing"),
            ("recipe: {program: [daug.sh]}\ninputs: [../x]\n", "is refused"),
            ("recipe: {program: [daug.sh]}\ninputs: [.git/config]\n", "is refused"),
            ("recipe: {glyphs: {corpus: ../secret.txt}}\n", "is refused"),
            ("recipe: {glyphs: {corpus: /etc/passwd}}\n", "is refused"),
            ("recipe: {glyphs: {corpus: corpus/text.txt, font: ../x.ttf}}\n", "is refused"),
            ("recipe: {glyphs: {corpus: corpus/text.txt, size: 99999}}\n", "from 8 to 1024"),
            ("count: 999999999999\n", "is not a whole number"),
            ("count: 0\n", "is not a whole number"),
            ("count: yes\n", "is not a whole number"),
            ("recipe: [{zoom: 99}]\n", "is not"),
            ("recipe: [{zoom: 1e3}]\n", "is not a number"),
            ("recipe: [{explode: 1}]\n", "key 'explode' is not known"),
            ("recipe: []\n", "1 to 1000 steps"),
            ("fill: [1, 2]\n", "a colour"),
            ("timeout: 99999999\n", "is not a whole number"),
            ("placements: [lu, lu]\n", "each once"),
            ("review: perhaps\n", "none of accepted"),
            ("- a\n- b\n", "expected a mapping"),
        ];
        TreeSnapshot before = Snapshot();

        foreach ((string yaml, string named) in files)
        {
            File.WriteAllText(_scene.At("repo/projects/close/project.yaml"), yaml);
            RunResult refused = Dls("build");
            Assert.True(refused.ExitCode == 1, $"{Short(yaml)}\n{refused}");
            Assert.True(refused.Error.Contains(named, StringComparison.Ordinal)
                && refused.Error.Contains("project.yaml", StringComparison.Ordinal), $"{Short(yaml)}\n{refused}");
            Assert.True(refused.Error.Length < 2000, refused.Error);
        }

        AssertOnlyChanged(before, "repo/projects/close/project.yaml");
    }

    [Fact]
    public void A_project_file_that_is_no_text_is_refused()
    {
        File.WriteAllBytes(_scene.At("repo/projects/close/project.yaml"), [(byte)'l', 0xFF, 0xFE]);

        Assert.Contains("project.yaml': it is not UTF-8", Dls("build").Expect(1).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Hostile_annotations_are_refused_with_their_line()
    {
        string bomb = "<!DOCTYPE lolz [<!ENTITY a \"aaaaaaaaaa\">" + string.Concat(Enumerable.Range(
            0, 9).Select(i => $"<!ENTITY {(char)('b' + i)} \"{string.Concat(Enumerable.Repeat($"&{(char)('a' + i)};", 10))}\">")) + "]>";
        string whole = ProjectFiles.Annotation("image.jpg", 16, 16, ("close", 1, 1, 16, 16));
        (string Xml, string Named)[] files =
        [
            (bomb + "\n<annotation><filename>&j;</filename></annotation>", "a document type is refused"),
            ($"<!DOCTYPE a [<!ENTITY x SYSTEM \"file://{_scene.At("secret.txt")}\">]><annotation><filename>&x;</filename></annotation>",
                "a document type is refused"),
            ("<!DOCTYPE annotation SYSTEM \"http://127.0.0.1:1/x.dtd\"><annotation/>", "a document type is refused"),
            ("<annotation>&x;</annotation>", "not well-formed"),
            ("<annotation>", "not well-formed"),
            ("", "it is empty"),
            ("<x/>", "the outermost element is not 'annotation'"),
            (whole + whole, "not well-formed"),
            (whole.Replace("<xmin>1<", "<xmin>one<"), "xmin is 'one'"),
            (whole.Replace("<xmin>1<", "<xmin>99999999999999<"), "xmin is"),
            (whole.Replace("<xmax>16<", "<xmax>300<"), "lies outside the master"),
            (whole.Replace("<xmax>16<", "<xmax>1<").Replace("<xmin>1<", "<xmin>9<"), "lies outside the master"),
            (whole.Replace("<name>close</name>", ""), "an object has no name"),
            (whole.Replace("</annotation>", string.Concat(
                Enumerable.Repeat("<a>", 100)) + string.Concat(Enumerable.Repeat("</a>", 100)) + "</annotation>"), "nested deeper"),
        ];
        _scene.Write("repo/projects/close/master/image.xml", "");
        TreeSnapshot before = Snapshot();

        foreach ((string xml, string named) in files)
        {
            File.WriteAllText(_scene.At("repo/projects/close/master/image.xml"), xml);
            RunResult refused = Dls("build");
            Assert.True(refused.ExitCode == 1, $"{Short(xml)}\n{refused}");
            Assert.True(refused.Error.Contains(named, StringComparison.Ordinal)
                && refused.Error.Contains("projects/close/master/image.xml", StringComparison.Ordinal), $"{Short(xml)}\n{refused}");
            Assert.DoesNotContain("secret\n", refused.Error, StringComparison.Ordinal);
        }

        AssertOnlyChanged(before, "repo/projects/close/master/image.xml");
    }

    [Fact]
    public void A_file_name_in_an_annotation_that_leads_outside_names_nothing()
    {
        _scene.Write(
            "repo/projects/close/master/image.xml", ProjectFiles.Annotation("../../../../secret.jpg", 16, 16, ("close", 1, 1, 16, 16)));

        Dls("build").Expect(0);

        Assert.Contains("<filename>close_0.jpg</filename>",
            File.ReadAllText(_scene.At("repo/projects/close/build/own/close_0.xml")), StringComparison.Ordinal);
        Assert.DoesNotContain("secret", File.ReadAllText(_scene.At("repo/projects/close/build/own/build.jsonl")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../../x")]
    [InlineData("a/b")]
    [InlineData("con\u0007trol")]
    [InlineData("")]
    [InlineData(".")]
    public void A_label_that_leads_outside_becomes_no_path(string label)
    {
        _scene.Write("repo/projects/close/project.yaml",
            $"count: 2\nrecipe: [{{brightness: 0.4}}]\nlabel: \"{label.Replace("\u0007", "\\a", StringComparison.Ordinal)}\"\n");
        _scene.Write("repo/datasets/game.yaml", "projects: [close]\n");
        TreeSnapshot before = TreeSnapshot.Of(_scene.Root, "repo");

        RunResult built = Dls("dataset", "build", "game");

        Assert.True(built.ExitCode is 0 or 1 or 2, built.ToString());
        TreeSnapshot.AssertEqual(before, TreeSnapshot.Of(_scene.Root, "repo"));
        string data = _scene.At("repo/datasets/game/own/data_set/JPEGImages");
        string[] names = Directory.Exists(data) ? [.. Directory.GetFiles(data).Select(f => Path.GetFileName(f)!)] : [];
        Assert.All(names, n => Assert.StartsWith("close_", n, StringComparison.Ordinal));
        Assert.Equal(names.Length > 0, built.ExitCode == 0);
    }

    [Fact]
    public void Images_that_readers_would_not_see_alike_are_refused_by_name()
    {
        byte[] good = Drawn.Jpeg();
        (byte[] Bytes, string Named)[] images =
        [
            ([], "image.jpg"),
            (Drawn.Png, "PNG"),
            (Encoding.ASCII.GetBytes("GIF89a........"), "GIF"),
            (good[..^2], "it is cut off"),
            (good[..(good.Length / 2)], "cut off"),
            ([.. good[..^60], 0xFF, 0xD9], "image.jpg"),
            (Drawn.Ycck, "CMYK"),
            (Drawn.Turned(good, 6), "orientation 6"),
            (Drawn.Claiming(good, 65535, 65535), "65535x65535"),
            (Drawn.Claiming(good, 0, 16), "image.jpg"),
            (Drawn.Claiming(good, 160, 160), "image.jpg"),
            ([0xFF, 0xD8, 0xFF, 0xD9], "image.jpg"),
            ([0xFF, 0xD8, 0xFF, 0xE1, 0xFF, 0xFF], "image.jpg"),
        ];
        TreeSnapshot before = Snapshot();

        foreach ((byte[] bytes, string named) in images)
        {
            File.WriteAllBytes(_scene.At("repo/projects/close/master/image.jpg"), bytes);
            RunResult refused = Dls("build");
            Assert.True(refused.ExitCode == 1, $"{named}\n{refused}");
            Assert.True(refused.Error.Contains(named, StringComparison.Ordinal)
                && refused.Error.Contains("projects/close/master/image.jpg", StringComparison.Ordinal), $"{named}\n{refused}");
        }

        AssertOnlyChanged(before, "repo/projects/close/master/image.jpg");
    }

    [Fact]
    public void Corpora_that_are_bombs_or_rubbish_are_refused()
    {
        _scene.Write("repo/projects/close/project.yaml",
            "recipe: {glyphs: {corpus: corpus/text.txt, size: 16, characters: 3}, steps: [{brightness: 0.2, count: 1}]}\n");
        (byte[] Bytes, string Named)[] corpora =
        [
            (Zip(("a.txt", 70 << 20)), "larger than"),
            (Zip(("a.txt", 10), ("b.txt", 10)), "holds 2 text files"),
            (Zip(("../../a.exe", 10)), "holds 0 text files"),
            ([.. Zip(("a.txt", 1000))[..60]], "damaged"),
            ([], "no text"),
            (Encoding.UTF8.GetBytes(" \n\u3000"), "no text"),
        ];

        foreach ((byte[] bytes, string named) in corpora)
        {
            File.WriteAllBytes(_scene.At("repo/corpus/text.txt"), bytes);
            RunResult refused = Dls("build");
            Assert.True(refused.ExitCode == 1 && refused.Error.Contains(named, StringComparison.Ordinal)
                && refused.Error.Contains("corpus/text.txt", StringComparison.Ordinal), $"{named}\n{refused}");
        }

        Assert.False(Directory.Exists(_scene.At("repo/projects/close/build/own")));
    }

    [Theory]
    [InlineData("projects/close/build")]
    [InlineData("projects/close")]
    [InlineData("projects")]
    public void A_symlinked_directory_leads_no_build_outside(string path)
    {
        _scene.RunProgram("cp", ["-a", "repo/projects/close", "outside"], _scene.Root).Expect(0);
        _scene.RunProgram("cp", ["-a", "repo/projects/close", "outside/close"], _scene.Root).Expect(0);
        if (path != "projects/close/build")
        {
            Directory.Delete(_scene.At($"repo/{path}"), recursive: true);
        }

        Directory.CreateSymbolicLink(_scene.At($"repo/{path}"), _scene.At("outside"));
        TreeSnapshot before = Snapshot();

        RunResult refused = Dls("build", "close").Expect(1);

        Assert.Contains($"'{path}' is a symlink", refused.Error, StringComparison.Ordinal);
        AssertOnlyChanged(before, "");
    }

    [Fact]
    public void A_link_inside_a_build_is_a_stranger_and_its_target_stays()
    {
        Dls("build").Expect(0);
        File.Delete(_scene.At("repo/projects/close/build/own/close_0.jpg"));
        File.CreateSymbolicLink(_scene.At("repo/projects/close/build/own/close_0.jpg"), _scene.At("secret.jpg"));
        Directory.CreateSymbolicLink(_scene.At("repo/projects/close/build/.dls-staging-1"), _scene.At("."));
        byte[] secret = File.ReadAllBytes(_scene.At("secret.jpg"));

        RunResult refused = Dls("build", "--force").Expect(1);

        Assert.Contains("close_0.jpg", refused.Error, StringComparison.Ordinal);
        Assert.Equal(secret, File.ReadAllBytes(_scene.At("secret.jpg")));
    }

    [Fact]
    public void A_hostile_record_of_a_build_names_no_path_outside()
    {
        Dls("build").Expect(0);
        string record = _scene.At("repo/projects/close/build/own/build.jsonl");
        string text = File.ReadAllText(record).Replace("\"close_0\"", "\"../../../../../secret\"", StringComparison.Ordinal);
        _scene.Write("repo/datasets/game.yaml", "projects: [close]\n");
        foreach (string hostile in (string[])[text, "{", new string('[', 100_000), "{\"format\":1}\n{\"id\":5}", "\0\0\0"])
        {
            File.WriteAllText(record, hostile);
            RunResult built = Dls("dataset", "build", "game");
            Assert.True(built.ExitCode is 0 or 1, built.ToString());
            Assert.Equal("secret", File.ReadAllText(_scene.At("secret.txt")));
        }
    }

    private static byte[] Zip(params (string Name, int Length)[] entries)
    {
        using MemoryStream bytes = new();
        using (ZipArchive zip = new(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach ((string name, int length) in entries)
            {
                using Stream entry = zip.CreateEntry(name, CompressionLevel.Fastest).Open();
                entry.Write(new byte[length].AsSpan());
            }
        }

        return bytes.ToArray();
    }

    private static string Short(string text) => text.Length > 200 ? text[..200] : text;

    private RunResult Dls(params string[] arguments) => InProcess.Dls(_scene, "repo", arguments);

    private TreeSnapshot Snapshot() => TreeSnapshot.Of(_scene.Root, "repo/.git");

    private void AssertOnlyChanged(TreeSnapshot before, string path)
    {
        string[] lines = before.Difference(Snapshot()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        string[] allowed = [path, "repo/projects/close/build", "repo/projects/close/build/.gitignore"];
        Assert.DoesNotContain(lines, l => !allowed.Contains(l.Split(' ')[^1]));
    }
}
