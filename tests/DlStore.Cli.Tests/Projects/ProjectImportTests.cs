using System.Text;
using DlStore.TestKit;

namespace DlStore.Cli.Tests.Projects;

/// <summary>Import of trees as the seeds' program leaves them, with pictures of the tests' own.</summary>
public sealed class ProjectImportTests : IDisposable
{
    private static readonly string[] _pairs = ["close", "closea", "closeb", "closec", "closed"];
    private readonly Scene _scene = new();

    public ProjectImportTests()
    {
        _scene.MakeRepo();
        for (int i = 0; i < _pairs.Length; i++)
        {
            byte[] master = Crops.Jpg(32 + i, 32, i + 1);
            WriteProject($"old/projects/{_pairs[i]}", master, _pairs[i], 32 + i, 1, 32 + i);
            WriteProject($"old/projects/ru_{_pairs[i]}", master, _pairs[i], 400, 400 - 31 - i, 400);
            WriteProject($"old/backup_project/{_pairs[i]}", master, _pairs[i], 32 + i, 1, 32 + i);
        }
    }

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void R10_the_ru_name_means_the_right_corner_and_files_come_byte_equal()
    {
        _scene.Write("old/projects/close/build/400x400/close_0.jpg", "not copied");
        Import().Expect(0);

        Assert.Contains(
            "close, at ru, accepted", _scene.Dls("repo", "project", "show", "ru_close").Expect(0).Output, StringComparison.Ordinal);
        TreeSnapshot.AssertEqual(TreeSnapshot.Of(_scene.At("old/projects/ru_close")),
            TreeSnapshot.Of(_scene.At("repo/projects/ru_close"), "master/.gitignore", "master/image.jpg.dls"));
        Assert.False(Directory.Exists(_scene.At("repo/projects/close/build")));
        Assert.Contains(
            "100755", _scene.Git("repo", "ls-files", "-s", "projects/close/data_augmentation/daug.py"), StringComparison.Ordinal);
        Assert.DoesNotContain(
            "allowed      ", _scene.Dls("repo", "trust").Expect(0).Output.Replace("not allowed", ""), StringComparison.Ordinal);
    }

    [Fact]
    public void A_master_that_is_a_png_comes_byte_equal_with_a_jpeg_beside_it()
    {
        _scene.Write("old/projects/shot/master/image.png", DrawnPng.Make(40, 30));

        RunResult imported = Import().Expect(0);

        Assert.Contains("'projects/shot/master/image.png' is a PNG file, written as a JPEG of quality 95; "
            + "what is transparent laid over white; 'master/image.jpg' beside it is that", imported.Error, StringComparison.Ordinal);
        Assert.Equal(DrawnPng.Make(40, 30), File.ReadAllBytes(_scene.At("repo/projects/shot/master/image.png")));
        Assert.Contains("projects/shot/master/image.jpg  40x30",
            _scene.Dls("repo", "project", "show", "shot").Expect(0).Output, StringComparison.Ordinal);
        // The same command again finds all of it there.
        Assert.Contains("shot", _scene.Dls("repo", "project", "import", "../old", "--dry-run").Expect(0).Output, StringComparison.Ordinal);
        Assert.Empty(_scene.Git("repo", "diff", "--name-only"));
    }

    [Fact]
    public void P20_and_P21_the_pairs_with_one_picture_and_the_names_that_disagree_are_reported()
    {
        RunResult imported = Import().Expect(0);
        string lint = _scene.Dls("repo", "project", "lint").Expect(0).Output;

        Assert.Equal(5, imported.Error.Split('\n').Count(static l => l.Contains("have the same picture", StringComparison.Ordinal)));
        Assert.Equal(5, lint.Split('\n').Count(static l => l.StartsWith("CLASS_FILE_VS_XML ", StringComparison.Ordinal)));
        foreach (string pair in _pairs)
        {
            Assert.Contains(
                $"TWIN_LABEL_CONFLICT warning projects/{pair}/master/image.jpg projects {pair}, ru_{pair} have the same picture",
                lint, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void P20_two_labels_of_one_picture_are_an_error()
    {
        Import().Expect(0);
        _scene.Write("repo/projects/ru_close/project.yaml", "label: ru_close\n");

        string lint = _scene.Dls("repo", "project", "lint").Expect(4).Output;

        Assert.Contains("TWIN_LABEL_CONFLICT error projects/close/master/image.jpg projects close, "
            + "ru_close have the same picture under the classes close, ru_close", lint, StringComparison.Ordinal);
        Assert.Contains("CLASS_CONFLICT warning projects/ru_close/master/image_extended.xml:", lint, StringComparison.Ordinal);
    }

    [Fact]
    public void P30_backup_copies_are_there_already_and_add_no_object()
    {
        Import().Expect(0);
        string json = _scene.Dls("repo", "project", "import", "../old/backup_project", "--json").Expect(0).Output;

        Assert.Equal(5, json.Split("\"outcome\":\"AlreadyThere\"").Length - 1);
        Assert.Contains("\"objectsStored\":0", json, StringComparison.Ordinal);
        Assert.Equal(10, Directory.GetDirectories(_scene.At("repo/projects")).Length);
    }

    [Fact]
    public void Other_content_under_a_taken_name_is_refused_and_the_rest_imported()
    {
        _scene.Dls("repo", "project", "new", "close", "--image", "../old/projects/closea/master/image.jpg").Expect(0);
        byte[] mine = File.ReadAllBytes(_scene.At("repo/projects/close/master/image.jpg"));

        RunResult result = Import().Expect(3);

        Assert.Contains(
            "refused projects/close  ('projects/close' has the name and other content", result.Output, StringComparison.Ordinal);
        Assert.Contains("imported closeb", result.Output, StringComparison.Ordinal);
        Assert.Equal(mine, File.ReadAllBytes(_scene.At("repo/projects/close/master/image.jpg")));
        Assert.Contains("imported old_close  from projects/close", Import("--prefix", "old_").Expect(0).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void P30_a_copy_whose_program_differs_is_there_already_and_the_difference_is_told()
    {
        _scene.Write("old/backup_project/closec/data_augmentation/daug.py", "#!/bin/sh\nexit 2\n");

        Assert.Contains("already there closec  backup_project/closec  (what is there was kept; different "
            + "or missing in 'projects/closec': data_augmentation/daug.py)", Import().Expect(0).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void R20_and_R18_sets_become_data_sets_with_their_merge_and_canvas()
    {
        Directory.Move(_scene.At("old/projects"), _scene.At("old/rest"));
        Directory.Delete(_scene.At("old/backup_project"), recursive: true);
        foreach ((string name, string set) in ((string, string)[])[("close", "common"),
            ("closea", "common"), ("closeb", "common"), ("ru_close", "ssd"), ("closec", "resnet34")])
        {
            Directory.CreateDirectory(_scene.At($"old/projects_store/{set}"));
            Directory.Move(_scene.At($"old/rest/{name}"), _scene.At($"old/projects_store/{set}/{name}"));
        }

        Directory.Delete(_scene.At("old/rest"), recursive: true);
        _scene.Write("old/config/dl_image_manager_config_ssd.py",
            "# SSD\n#SIZE = (-1,-1)\nFORCING_GLOBAL_BASE_IMAGE_SIZE = (400,400)\nEDGE_MODE = False\n");
        _scene.Write("old/config/dl_image_manager_settings_resnet34.py",
            "import os\nos.system('touch /nonexistent/x')\nBASE_IMAGE_SIZE = (-1,-1)\nINIT = [\"closea\", 'closeb', "
            + "# one\n  'closea', 'close', 'gone']\nMERGE_CONFIG=(INIT, \"close\", \"./projects\")\n");
        _scene.Write("old/config/additional_merge_target_src_prj.txt", "closec\n");

        RunResult result = Import().Expect(0);

        Assert.Contains("include: [common]\nprojects:\n  - \"ru_close\"\ncanvas: 400x400\n", Dataset("ssd"), StringComparison.Ordinal);
        Assert.Contains("include: [common]\nprojects:\n  - \"closec\"\nmerge:\n  \"close\":\n    - "
            + "\"closea\"\n    - \"closeb\"\n    - \"closec\"\ncanvas: own\n", Dataset("resnet34"), StringComparison.Ordinal);
        Assert.EndsWith("projects:\n  - \"close\"\n  - \"closea\"\n  - \"closeb\"\n", Dataset("common"), StringComparison.Ordinal);
        Assert.Contains("lists 'close' as a source of itself", result.Error, StringComparison.Ordinal);
        Assert.Contains("'gone'", result.Error, StringComparison.Ordinal);
        Assert.Contains(
            "data sets   common, resnet34, ssd", _scene.Dls("repo", "project", "show", "close").Expect(0).Output, StringComparison.Ordinal);
        TreeSnapshot before = TreeSnapshot.Of(_scene.At("repo/datasets"));
        Import().Expect(0);
        TreeSnapshot.AssertEqual(before, TreeSnapshot.Of(_scene.At("repo/datasets")));
    }

    [Fact]
    public void C8_the_misspelt_notebook_directory_is_kept_and_a_generator_needs_no_master()
    {
        _scene.Write("old/projects/close/jupyer_notebook/a.ipynb", "{}");
        _scene.Write("old/projects/ja_char_0/data_augmentation/daug2.py", "#!/bin/sh\nexit 1\n");
        _scene.Write("old/projects/ja_char_0/master/image_extended.xml", Xml("ja_char_0", 64, 1, 64));
        _scene.Write("old/projects/ja_char_0/project.yaml", "recipe:\n  program: [data_augmentation/daug2.py]\n");
        _scene.RunProgram("chmod", ["+x", "old/projects/ja_char_0/data_augmentation/daug2.py"], _scene.Root).Expect(0);
        File.CreateSymbolicLink(_scene.At("old/projects/close/link"), "/etc/passwd");

        RunResult result = Import().Expect(0);

        Assert.True(File.Exists(_scene.At("repo/projects/close/jupyer_notebook/a.ipynb")));
        Assert.Contains("left out projects/close/link: it is a symlink", result.Error, StringComparison.Ordinal);
        Assert.False(Path.Exists(_scene.At("repo/projects/close/link")));
        _scene.Dls("repo", "project", "lint", "ja_char_0").Expect(0);
    }

    [Fact]
    public void A_directory_of_projects_and_a_single_project_are_taken_too_and_anything_else_is_refused()
    {
        Assert.Contains("imported ru_closeb",
            _scene.Dls("repo", "project", "import", "../old/projects/ru_closeb").Expect(0).Output, StringComparison.Ordinal);
        Assert.Contains("imported close ", _scene.Dls("repo", "project", "import", "../old/projects", "--dry-run")
            .Expect(0).Output.Replace("would import", "imported"), StringComparison.Ordinal);
        Assert.Single(Directory.GetDirectories(_scene.At("repo/projects")));
        _scene.Write("empty/x", "x");
        _scene.Dls("repo", "project", "import", "../empty").Expect(2);
        _scene.Dls("repo", "project", "import", "../nowhere").Expect(2);
        _scene.Dls("repo", "project", "import", "../old", "--prefix", "-").Expect(2);
    }

    private RunResult Import(params string[] more) => _scene.Dls("repo", ["project", "import", "../old", .. more]);

    private string Dataset(string name) => File.ReadAllText(_scene.At($"repo/datasets/{name}.yaml"));

    private void WriteProject(string directory, byte[] master, string label, int width, int xmin, int xmax)
    {
        _scene.Write($"{directory}/README.md", "");
        _scene.Write($"{directory}/master/image.jpg", master);
        _scene.Write($"{directory}/master/image_extended.xml", Xml(label, width, xmin, xmax));
        _scene.Write($"{directory}/data_augmentation/daug.py", "#!/bin/sh\nexit 1\n");
        _scene.RunProgram("chmod", ["+x", $"{directory}/data_augmentation/daug.py"], _scene.Root).Expect(0);
    }

    private static string Xml(string label, int width, int xmin, int xmax) => new StringBuilder()
        .Append("<annotation>\n<filename>").Append(width == 400 ? "image_extended.jpg" : "image.jpg").Append("</filename>\n<size><width>")
            .Append(width).Append("</width><height>").Append(width == 400 ? 400 : 32).Append("</height><depth>1</depth></size>\n")
        .Append("<object><name>")
            .Append(label).Append("</name><pose>Unspecified</pose><truncated>1</truncated><difficult>0</difficult>\n<bndbox><xmin>")
            .Append(xmin).Append("</xmin><ymin>1</ymin><xmax>")
        .Append(xmax).Append("</xmax><ymax>32</ymax></bndbox></object>\n</annotation>\n").ToString();
}
