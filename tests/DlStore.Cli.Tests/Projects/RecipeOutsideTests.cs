using System.Text.Json;
using DlStore.TestKit;

namespace DlStore.Cli.Tests.Projects;

/// <summary>What a recipe's program writes outside of its private copy is seen, named, and touches nobody's files.</summary>
public sealed class RecipeOutsideTests : IDisposable
{
    private const string Image = "cp master/image.jpg build/$1_0.jpg\n";
    private readonly Scene _scene = new();

    public RecipeOutsideTests() => _scene.MakeRepo();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void What_it_writes_changes_and_removes_outside_is_named_and_nothing_of_it_reaches_the_disk()
    {
        string mine = _scene.Write("mine/keep.txt", "kept\n");
        _scene.Write("mine/gone.txt", "kept too\n");
        Program($"{Image}echo x >{mine}; rm {_scene.At("mine/gone.txt")}; echo y >{_scene.At("mine/new.txt")}\n");
        TreeSnapshot before = TreeSnapshot.Of(_scene.At("mine"));

        string error = Dls("build").Expect(1).Error;

        Assert.Contains("its program wrote 3 files outside its private copy; it had a file system of its own, and none of them reached the disk",
            error, StringComparison.Ordinal);
        Assert.Contains($"{mine}\n", error, StringComparison.Ordinal);
        Assert.Contains($"{_scene.At("mine/gone.txt")} (removed)", error, StringComparison.Ordinal);
        TreeSnapshot.AssertEqual(before, TreeSnapshot.Of(_scene.At("mine")));
    }

    [Fact]
    public void Ninety_nine_files_in_the_real_project_are_named_with_a_count()
    {
        string project = _scene.At("repo/projects/close");
        Program($"{Image}for n in $(seq 0 98); do cp master/image.jpg {project}/$1_$n.jpg; done; exit 4\n");

        string error = Dls("build").Expect(1).Error;

        Assert.Contains("ended with exit code 4; it wrote 99 files outside", error, StringComparison.Ordinal);
        Assert.Contains("... and 94 more (99 in all; --json lists them)", error, StringComparison.Ordinal);
        Assert.False(File.Exists($"{project}/close_0.jpg"));
    }

    [Fact]
    public void The_home_of_the_password_file_is_the_private_one()
    {
        Program(Image + "home=$(getent passwd $(id -u) | cut -d: -f6)\ntest \"$home\" = \"$HOME\" && echo x >$home/cache && "
            + "test -f \"$home/repo/projects/close/master/image.jpg\"\n");

        Dls("build").Expect(0);
    }

    [Fact]
    public void A_program_may_ask_for_the_top_and_for_the_name_of_its_copy()
    {
        Program("cp projects/$1/master/image.jpg \"$HOME/seeds/projects/$1/build/$1_0.jpg\" && test -f lib/words.txt\n",
            "inputs: [lib/words.txt]\ncwd: top\ntree: seeds\n");
        _scene.Write("repo/lib/words.txt", "x\n");
        Dls("trust", "close").Expect(0);

        Dls("build").Expect(0);

        // Both decide what the program does: another value is another program, which nobody has allowed.
        _scene.Write("repo/projects/close/project.yaml",
            "recipe:\n  program: [data_augmentation/daug.sh]\ninputs: [lib/words.txt]\ncwd: project\ntree: seeds\n");
        Dls("build").Expect(14);
        _scene.Write("repo/projects/close/project.yaml", "recipe:\n  program: [data_augmentation/daug.sh]\ncwd: home\n");
        Assert.Contains("cwd 'home' is neither project nor top", Dls("build").Expect(1).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_file_system_of_its_own_the_known_places_are_compared_and_that_is_said()
    {
        ProjectFiles.RefuseUnshare(_scene);
        string project = _scene.At("repo/projects/close");
        Program(Image);
        string good = Dls("build").Expect(0).Error;
        Assert.Contains("this system gives the programs of close no file system of their own", good, StringComparison.Ordinal);

        Program($"{Image}echo x >{project}/stray.txt; echo y >{_scene.Environment["HOME"]}/close.txt; echo z >{_scene.Environment["HOME"]}/_0.jpg\n");
        string error = Dls("build").Expect(1).Error;

        Assert.Contains("wrote 3 files outside its private copy, and they are on the disk", error, StringComparison.Ordinal);
        Assert.Contains($"{project}/stray.txt", error, StringComparison.Ordinal);
        Assert.Contains("/close.txt", error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_json_of_a_build_says_how_it_was_watched()
    {
        Program(Image);
        using JsonDocument json = JsonDocument.Parse(Dls("build", "--json").Expect(0).Output);

        Assert.Equal("OwnFileSystem", json.RootElement.GetProperty("builds")[0].GetProperty("watch").GetString());
    }

    [Fact]
    public void The_log_of_a_failed_recipe_is_kept_until_it_succeeds_and_its_path_is_printed()
    {
        Program("seq 1 1000; exit 3\n");
        string error = Dls("build").Expect(1).Error;

        Assert.Contains("all that it printed is in .git/dls/logs/close-own.log", error, StringComparison.Ordinal);
        string log = _scene.At("repo/.git/dls/logs/close-own.log");
        Assert.Equal(1000, File.ReadAllLines(log).Length);

        Program("echo first; exit 0\n");
        Assert.Contains("made 0 images", Dls("build").Expect(1).Error, StringComparison.Ordinal);
        Assert.Equal("first\n", File.ReadAllText(log));

        Program(Image);
        Dls("build").Expect(0);
        Assert.False(File.Exists(log));
    }

    [Fact]
    public void Expected_counts_for_a_build_that_is_up_to_date()
    {
        ProjectFiles.Write(_scene, "repo", "small");
        Dls("build").Expect(0);
        _scene.Write("repo/projects/small/project.yaml", ProjectFiles.Small + "expected: 4\n");

        Assert.Contains("project.yaml expects 4", Dls("build", "--dry-run").Expect(0).Output, StringComparison.Ordinal);
        Assert.Contains("made 3 images, project.yaml expects 4", Dls("build").Expect(1).Error, StringComparison.Ordinal);
        _scene.Write("repo/projects/small/project.yaml", ProjectFiles.Small + "expected: 3\n");
        Assert.Contains("up to date", Dls("build").Expect(0).Error, StringComparison.Ordinal);
    }

    private void Program(string script, string more = "")
    {
        ProjectFiles.WriteProgram(_scene, "repo", "close", script, more);
        if (more.Length == 0)
        {
            Dls("trust", "close").Expect(0);
        }
    }

    private RunResult Dls(params string[] arguments) => _scene.Dls("repo", arguments);
}
