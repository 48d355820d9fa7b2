using DlStore.TestKit;

namespace DlStore.Cli.Tests.Projects;

public sealed class ProjectLintTests : IDisposable
{
    private readonly Scene _scene = new();

    public ProjectLintTests()
    {
        _scene.MakeRepo();
        _scene.Write("crop.jpg", Crops.Jpg(60, 40));
        _scene.Dls("repo", "project", "new", "close", "--image", "../crop.jpg").Expect(0);
    }

    public void Dispose() => _scene.Dispose();

    [Theory]
    [InlineData("png", "IMG_NOT_JPEG error projects/close/master/image.jpg it is a PNG file, not a JPEG")]
    [InlineData("empty", "IMG_SIZE_ZERO error projects/close/master/image.jpg ")]
    [InlineData("cut", "IMG_TRUNCATED error projects/close/master/image.jpg the end marker")]
    [InlineData("hole", "IMG_TRUNCATED error projects/close/master/image.jpg ")]
    [InlineData("turned", "IMG_ROTATED error projects/close/master/image.jpg its EXIF tag turns it (orientation 6)")]
    [InlineData("gone", "MASTER_MISSING error projects/close")]
    public void R04_a_master_that_no_build_can_use_is_named(string kind, string finding)
    {
        string file = _scene.At("repo/projects/close/master/image.jpg");
        byte[] jpeg = File.ReadAllBytes(file);
        File.Delete(file);
        if (kind == "gone")
        {
            File.Delete(file + ".dls");
        }
        else
        {
            byte[] hole = [.. jpeg[..(jpeg.Length * 2 / 3)], 0xFF, 0xD9];
            File.WriteAllBytes(
                file, kind switch { "png" => Crops.Png, "empty" => [], "cut" => jpeg[..^30], "hole" => hole, _ => Crops.Turned(jpeg) });
        }

        Assert.Contains("\n" + finding, "\n" + Lint(4), StringComparison.Ordinal);
        Assert.NotEqual(0, _scene.Dls("repo", "build", "close").ExitCode);
    }

    [Theory]
    [InlineData("image.jpeg")]
    [InlineData("image.JPG")]
    [InlineData("image.png")]
    public void R04_other_endings_are_named(string name)
    {
        _scene.Write($"repo/projects/other/master/{name}", Crops.Jpg(20, 20, 3));

        string lint = Lint(4);

        Assert.Contains($"IMG_EXTENSION error projects/other/master/{name} ", lint, StringComparison.Ordinal);
        _scene.Dls("repo", "build", "other").Expect(1);
    }

    [Fact]
    public void Advice_for_an_annotation_of_an_aid_that_is_not_there_makes_no_new_error()
    {
        string file = _scene.At("repo/projects/close/master/image.xml");
        File.WriteAllText(file, File.ReadAllText(file).Replace("<filename>image.jpg<", "<filename>ru_close.jpg<", StringComparison.Ordinal)
            .Replace("<width>60<", "<width>416<", StringComparison.Ordinal));

        string lint = Lint(0);

        Assert.Contains("XML_FILENAME note projects/close/master/image.xml:3 ", lint, StringComparison.Ordinal);
        // Writing the master's name would claim that it is 416 pixels wide.
        Assert.DoesNotContain("write 'image.jpg'", lint, StringComparison.Ordinal);
        Assert.Contains("`dls project annotate close --force`", lint, StringComparison.Ordinal);
        _scene.Dls("repo", "project", "annotate", "close", "--force").Expect(0);
        Assert.DoesNotContain("XML_", Lint(0), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<xmax>60<",
        "<xmax>200<", "BOX_OUT error projects/close/master/image.xml:14 box 1,1,200,40 of 'close' lies outside the master of 60x40", 4)]
    [InlineData("<xmax>60<",
        "<xmax>70<", "BOX_LOOSE warning projects/close/master/image.xml:14 box 1,1,70,40 of 'close' sticks out of the master by 14 %", 0)]
    [InlineData("<xmax>60<",
        "<xmax>62<", "BOX_LOOSE warning projects/close/master/image.xml:14 box 1,1,62,40 of 'close' sticks out of the master by 3 %", 0)]
    [InlineData("<xmax>60<", "<xmax>20<", "BOX_TIGHT warning projects/close/master/image.xml:14 its boxes cover 33 % of the master", 0)]
    [InlineData("<xmax>60<", "<xmax>1<", "BOX_EMPTY error projects/close/master/image.xml:14 ", 4)]
    [InlineData(
        "<width>60<", "<width>416<", "XML_SIZE error projects/close/master/image.xml:8 it says 416x40, and 'image.jpg' is 60x40", 4)]
    [InlineData("<filename>image.jpg<", "<filename>other.jpg<", "XML_FILENAME note projects/close/master/image.xml:3 ", 0)]
    [InlineData("<name>close<",
        "<name>WBC<", "CLASS_CONFLICT warning projects/close/master/image.xml:14 project.yaml says 'close', the annotation 'WBC'", 0)]
    [InlineData("</annotation>", "", "XML_BAD error projects/close/master/image.xml:", 4)]
    [InlineData("<annotation>", "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><annotation>",
        "XML_BAD error projects/close/master/image.xml:1 a document type is refused", 4)]
    public void P03_boxes_that_do_not_fit_are_named_with_their_line(string from, string to, string finding, int code)
    {
        string file = _scene.At("repo/projects/close/master/image.xml");
        string text = File.ReadAllText(file);
        Assert.Contains(from, text, StringComparison.Ordinal);
        File.WriteAllText(file, text.Replace(from, to));

        Assert.Contains("\n" + finding, "\n" + Lint(code), StringComparison.Ordinal);
    }

    [Fact]
    public void P35_a_program_that_waits_for_a_keyboard_or_cannot_start_is_named_and_never_run()
    {
        _scene.Write("repo/projects/p/data_augmentation/daug.py",
            "#!/bin/sh\ntouch ran\n# pdb.set_trace()\nimport pdb; pdb.set_trace()\nx = input('?')\nraw_input(1)\n");

        string lint = Lint(4);

        Assert.Contains("PROGRAM_BAD error projects/p/data_augmentation/daug.py it is not executable", lint, StringComparison.Ordinal);
        Assert.Equal(2, lint.Split("PROGRAM_WAITS warning").Length - 1);
        Assert.Contains("daug.py:4 'pdb.set_trace('", lint, StringComparison.Ordinal);
        Assert.Contains("daug.py:5 'input('", lint, StringComparison.Ordinal);
        Assert.False(File.Exists(_scene.At("repo/projects/p/ran")));
    }

    [Fact]
    public void P07_files_that_belong_to_no_build_and_builds_that_are_out_of_date_are_named()
    {
        _scene.Dls("repo", "build", "close").Expect(0);
        Assert.DoesNotContain("BUILD", Lint(0), StringComparison.Ordinal);
        _scene.Write("repo/projects/close/build/close_0.xml", "<annotation/>");
        _scene.Write("repo/projects/close/build/own/close_9999.xml", "<annotation/>");
        File.AppendAllText(_scene.At("repo/projects/close/project.yaml"), "quality: 90\n");

        string lint = Lint(0);

        Assert.Contains("BUILD_STRANGE warning projects/close/build/close_0.xml 1 file lies in build/", lint, StringComparison.Ordinal);
        Assert.Contains("BUILD_STRANGE warning projects/close/build/own/close_9999.xml 1 annotation has no image", lint, StringComparison.Ordinal);
        Assert.Contains("BUILD_STALE note projects/close/build/own its sources or its recipe changed", lint, StringComparison.Ordinal);
        Assert.Contains("own 891*", _scene.Dls("repo", "project", "list").Expect(0).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("label: &a close\nmasters: *a\n", ":1 anchors and aliases are refused")]
    [InlineData("label: a\nlabel: b\n", ":2 key 'label' stands here twice")]
    [InlineData("masters: [../../../etc/passwd]\n", ":1 path '../../../etc/passwd' is refused")]
    [InlineData("recipe:\n  - turn: 5\n", ":2 ")]
    [InlineData("recipe: [{zoom: 30}]\n", ":1 ")]
    [InlineData("lable: a\n", ":1 key 'lable' is not known here")]
    [InlineData("big", " read 'projects/close/project.yaml': it is larger than 1048576 bytes")]
    public void A_hostile_project_yaml_is_a_finding_and_the_others_are_still_looked_at(string yaml, string finding)
    {
        _scene.Write("repo/projects/close/project.yaml", yaml == "big" ? new string('#', 10 << 20) : yaml);
        _scene.Write("repo/projects/other/master/image.jpg", Crops.Jpg(20, 20, 3));

        string lint = Lint(4);

        Assert.Contains($"PROJECT_BAD error projects/close/project.yaml{finding}".Replace(
            "project.yaml read", " read").Replace("close/ read", "close read"), lint, StringComparison.Ordinal);
        Assert.Contains("MASTER_NO_XML note projects/other/master/image.jpg", lint, StringComparison.Ordinal);
        Assert.Contains("close cannot be read", _scene.Dls("repo", "project", "list").Expect(0).Error, StringComparison.Ordinal);
        _scene.Dls("repo", "project", "show", "close").Expect(1);
        _scene.Dls("repo", "project", "new", "fresh", "--image", "../crop.jpg").Expect(0);
    }

    [Fact]
    public void Symlinks_on_the_way_to_a_project_are_refused_by_every_verb()
    {
        _scene.Write("outside/close/master/image.jpg", Crops.Jpg(20, 20));
        Directory.Move(_scene.At("repo/projects"), _scene.At("kept"));
        File.CreateSymbolicLink(_scene.At("repo/projects"), _scene.At("outside"));
        TreeSnapshot before = TreeSnapshot.Of(_scene.At("outside"));

        foreach (string[] verb in (string[][])[["lint"], ["list"], ["show", "close"],
            ["rm", "close"], ["annotate", "close", "--force"], ["extend", "close"], ["new", "x", "--image", "../crop.jpg"],
            ["review", "close", "--reject"], ["import", "../kept"], ["harvest", "../kept/close/master", "--prefix", "x", "--label", "x"]])
        {
            RunResult result = _scene.Dls("repo", ["project", .. verb]).Expect(1);
            Assert.Contains("'projects' is a symlink", result.Error, StringComparison.Ordinal);
        }

        TreeSnapshot.AssertEqual(before, TreeSnapshot.Of(_scene.At("outside")));
        File.Delete(_scene.At("repo/projects"));
        Directory.Move(_scene.At("kept"), _scene.At("repo/projects"));
        File.CreateSymbolicLink(_scene.At("repo/projects/evil"), _scene.At("outside/close"));
        Assert.Contains("PROJECT_BAD error projects/evil", Lint(4), StringComparison.Ordinal);
    }

    [Fact]
    public void The_result_is_one_json_document()
    {
        string json = _scene.Dls("repo", "project", "lint", "--json").Expect(0).Output;

        Assert.StartsWith("{\"projects\":1,\"findings\":[", json, StringComparison.Ordinal);
        Assert.Contains("\"errors\":0", json, StringComparison.Ordinal);
        _scene.Dls("repo", "project", "lint", "nowhere").Expect(2);
    }

    private string Lint(int code) => _scene.Dls("repo", "project", "lint").Expect(code).Output;
}
