using DlStore.TestKit;

namespace DlStore.Cli.Tests.Projects;

/// <summary>Recipes of a checkout of the seeds' program: what they import comes with them, or dls's own engine takes their place.</summary>
public sealed class RecipeImportTests : IDisposable
{
    private const string Program = """
        #!/usr/bin/env python3
        import sys
        sys.path.append("./lib/")

        from home import *
        from data_aug import *
        import argparse

        project_name = sys.argv[1]
        gen = DataAugmentationGenerator(image_file_path=home() + IMAGE % (project_name), save_dir=home() + BUILD % (project_name), save_file_prefix=project_name, base_img_size=(64,64), mode="ru", cval=255)

        #gen.suite()
        gen.height()
        gen.mix6()

        """;

    private const string Library = """
        import shutil
        import imaging.draw
        from constants import *

        class DataAugmentationGenerator:
            def __init__(self, image_file_path, save_dir, save_file_prefix, **more):
                self.image, self.prefix, self.count, self.cval = image_file_path, save_dir + save_file_prefix, 0, 255

            def height(self):
                #datagen = ImageDataGenerator(height_shift_range = 10)
                datagen = ImageDataGenerator(height_shift_range = 5,fill_mode="constant", cval=self.cval)
                self.save(datagen)

            def mix(self):
                datagen = ImageDataGenerator(rotation_range = 0.5,width_shift_range = 0.1,zoom_range = [0.7, 1.3],fill_mode="constant", cval=self.cval)
                self.save(datagen)

            def mix6(self):
                for i in range(6):
                    self.mix()

            def save(self, datagen, count_max=9):
                shutil.copyfile(self.image, "%s_%d.jpg" % (self.prefix, self.count))
                self.count += 1

        def ImageDataGenerator(**more):
            return None

        """;

    private readonly Scene _scene = new();

    public RecipeImportTests()
    {
        _scene.MakeRepo();
        _scene.Write("old/lib/home.py", "import os, pwd\ndef home():\n    return pwd.getpwuid(os.getuid())[5]\n");
        _scene.Write("old/lib/data_aug.py", Library);
        _scene.Write("old/lib/constants.py", "IMAGE = \"/seeds/projects/%s/master/image.jpg\"\nBUILD = \"/seeds/projects/%s/build/\"\n");
        _scene.Write("old/lib/unused.py", "x = 1\n");
        WriteProject("close", Program);
    }

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void A_recipe_comes_with_what_it_imports_and_a_project_file_that_says_so()
    {
        RunResult imported = Import().Expect(0);

        Assert.Contains("wrote lib/constants.py\nwrote lib/data_aug.py\nwrote lib/home.py\n", imported.Output, StringComparison.Ordinal);
        Assert.Contains("close: the program needs packages of Python that dls does not bring: imaging", imported.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_scene.At("repo/lib/unused.py")));
        Assert.EndsWith("recipe:\n  program: [\"data_augmentation/daug.py\"]\ninputs:\n  - \"lib/constants.py\"\n  - \"lib/data_aug.py\"\n"
            + "  - \"lib/home.py\"\ncwd: top\ntree: \"seeds\"\n", File.ReadAllText(_scene.At("repo/projects/close/project.yaml")),
            StringComparison.Ordinal);
        Assert.Contains("lib/home.py", _scene.Git("repo", "ls-files"), StringComparison.Ordinal);
        // The same again finds it all there.
        string again = Import().Expect(0).Output;
        Assert.Contains("already there close", again, StringComparison.Ordinal);
        Assert.DoesNotContain("differ", again, StringComparison.Ordinal);
    }

    [Fact]
    public void It_runs_as_it_stands_although_it_takes_its_home_from_the_password_file()
    {
        _scene.Write("old/lib/imaging/draw.py", "\n");
        Import().Expect(0);
        _scene.Dls("repo", "trust", "close").Expect(0);

        Assert.Contains("built close own  7 images", _scene.Dls("repo", "build", "close").Expect(0).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_module_of_that_name_with_other_content_refuses_the_project_and_stays()
    {
        _scene.Write("repo/lib/home.py", "mine = 1\n");

        RunResult refused = Import().Expect(3);

        Assert.Contains("its program imports 'lib/home.py', and another file of that name is here", refused.Output, StringComparison.Ordinal);
        Assert.Equal("mine = 1\n", File.ReadAllText(_scene.At("repo/lib/home.py")));
        Assert.False(Directory.Exists(_scene.At("repo/projects/close")));
    }

    [Fact]
    public void The_builtin_recipe_has_the_mode_the_fill_and_the_numbers_of_both_files()
    {
        RunResult imported = Import("--recipe", "builtin").Expect(0);

        Assert.EndsWith("placements: [ru]\nfill: 255\nbackground: 255\nseed: 0\nrecipe:\n  - height: 5\n    count: 10\n"
            + "  - mix: {rotation: 0.5, width: 0.1, zoom: [0.7, 1.3]}\n    count: 60\n",
            File.ReadAllText(_scene.At("repo/projects/close/project.yaml")), StringComparison.Ordinal);
        Assert.False(Directory.Exists(_scene.At("repo/lib")));
        foreach (string difference in (string[])[
            "close: height 5: there whole pixels from -4 to 4", "'mix' 6 times: there each begins at seed 0 and makes the same 10 images",
            "base_img_size is not used", "JPEG quality 95"])
        {
            Assert.Contains(difference, imported.Error, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("dls trust", imported.Error, StringComparison.Ordinal);
        Assert.Contains("built close own  70 images", _scene.Dls("repo", "build", "close").Expect(0).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_program_without_counterpart_is_refused_by_name()
    {
        WriteProject("odd", Program.Replace("gen.mix6()", "gen.blur()", StringComparison.Ordinal));
        WriteProject("looped", Program.Replace("gen.mix6()", "for i in range(3):\n    gen.mix6()", StringComparison.Ordinal));

        string output = Import("--recipe", "builtin").Expect(3).Output;

        Assert.Contains("refused projects/odd  (its program calls 'gen.blur()', which has no counterpart", output, StringComparison.Ordinal);
        Assert.Contains("refused projects/looped", output, StringComparison.Ordinal);
        Assert.Contains("imported close", output, StringComparison.Ordinal);
        Assert.Contains("it is neither program nor builtin", Import("--recipe", "keras").Expect(2).Error, StringComparison.Ordinal);
    }

    private void WriteProject(string name, string program)
    {
        _scene.Write($"old/projects/{name}/master/image.jpg", Drawn.Jpeg(seed: name.Length));
        File.SetUnixFileMode(_scene.Write($"old/projects/{name}/data_augmentation/daug.py", program), (UnixFileMode)0x1ED);
    }

    private RunResult Import(params string[] more) => _scene.Dls("repo", ["project", "import", "../old", .. more]);
}
