using System.Text.Json;
using DlStore.Data.Names;
using DlStore.Data.Sets;
using DlStore.TestKit;

namespace DlStore.Cli.Tests.Projects;

/// <summary>Projects whose images a program of their own makes: the contract of the seeds, and every way to break it.</summary>
public sealed class BuildProgramTests : IDisposable
{
    private const string ThreeImages = "for n in 0 1 2; do cp master/image.jpg build/$1_$n.jpg; done\n";
    private const string Varying =
        "{ head -c 2 master/image.jpg; printf '\\377\\376\\000\\014%10s' \"$TEXT\"; tail -c +3 master/image.jpg; } >build/$1_0.jpg\n";
    /// <summary>Seconds that no other program sleeps: what the recipe starts is found by them.</summary>
    private static readonly string Unlike = $"{10_000 + Environment.ProcessId}.{Environment.TickCount64}";
    private readonly Scene _scene = new();

    public BuildProgramTests() => _scene.MakeRepo();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void R08_a_program_that_keeps_the_contract_makes_the_build()
    {
        ProjectFiles.WriteProgram(_scene, "repo", "close",
            ThreeImages + "test -z \"$(ls build | grep -v jpg)\" && test \"$DLS_CANVAS\" = own && test \"$DLS_PROJECT\" = close\n");
        _scene.Commit("repo", "close");

        Trust();
        RunResult built = _scene.Dls("repo", "build").Expect(0);

        Assert.Contains("built close own  3 images", built.Output, StringComparison.Ordinal);
        byte[] master = File.ReadAllBytes(_scene.At("repo/projects/close/master/image.jpg"));
        for (int n = 0; n < 3; n++)
        {
            Assert.Equal(master, File.ReadAllBytes(_scene.At($"repo/projects/close/build/own/close_{n}.jpg")));
            Assert.Contains($"<filename>close_{n}.jpg</filename>",
                File.ReadAllText(_scene.At($"repo/projects/close/build/own/close_{n}.xml")), StringComparison.Ordinal);
        }

        Assert.Equal("", _scene.Git("repo", "status", "--porcelain"));
        Assert.Contains("up to date", _scene.Dls("repo", "build").Expect(0).Error, StringComparison.Ordinal);
        AssertNothingLeft();
    }

    [Fact]
    public void R08_a_program_that_breaks_the_contract_stops_the_build_and_the_old_one_stays()
    {
        (string Fault, string Named)[] faults =
        [
            ("cp master/image.jpg build/stray.jpg", "stray.jpg"),
            ("cp master/image.jpg build/$1_007.jpg", "close_007.jpg"),
            ("cp master/image.jpg build/$1_1.JPG", "close_1.JPG"),
            ("echo nothing >build/$1_3.jpg", "close_3.jpg"),
            ("ln -s ../master/image.jpg build/$1_3.jpg", "close_3.jpg"),
            ("mkdir build/$1_3.jpg", "close_3.jpg"),
            ("mkfifo build/$1_3.jpg", "close_3.jpg"),
            ("head -c 300 master/image.jpg >build/$1_3.jpg", "close_3.jpg"),
            ("echo no such module >&2; exit 3", "no such module"),
            ("kill -SEGV $$", "139"),
            ("rm build/*", "0 images"),
            ("rm -r build", "build"),
            ("rm -r build; ln -s master build", "build"),
            ("rm build/$1_2.jpg", "expects 3"),
        ];
        ProjectFiles.WriteProgram(_scene, "repo", "close", ThreeImages, "expected: 3\n");
        Trust();
        Dls("build").Expect(0);
        TreeSnapshot before = TreeSnapshot.Of(_scene.At("repo/projects/close/build"));

        foreach ((string fault, string named) in faults)
        {
            ProjectFiles.WriteScript(_scene, "repo", "close", $"{ThreeImages}{fault}\n");
            Trust();
            RunResult refused = Dls("build").Expect(1);
            Assert.True(refused.Error.Contains(named, StringComparison.Ordinal), $"{fault}\n{refused}");
            Assert.DoesNotContain(_scene.Root, refused.Error, StringComparison.Ordinal);
            TreeSnapshot.AssertEqual(before, TreeSnapshot.Of(_scene.At("repo/projects/close/build")));
            AssertNothingLeft();
        }
    }

    [Fact]
    public void R08_images_of_another_size_than_the_canvas_are_refused()
    {
        ProjectFiles.WriteProgram(_scene, "repo", "close", ThreeImages);
        Trust();

        RunResult refused = Dls("build", "--canvas", "32x32").Expect(1);

        Assert.Contains("'close_0.jpg' of 16x16 for canvas 32x32", refused.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_scene.At("repo/projects/close/build/32x32")));
    }

    [Fact]
    public void Whatever_the_program_could_read_in_master_makes_the_build_stale()
    {
        ProjectFiles.WriteProgram(_scene, "repo", "close", "cp \"$(cat master/which.txt)\" build/$1_0.jpg\n");
        _scene.Write("repo/projects/close/master/other.jpg", Drawn.Jpeg(seed: 2));
        _scene.Write("repo/projects/close/master/which.txt", "master/image.jpg");
        Trust();
        Dls("build").Expect(0);

        _scene.Write("repo/projects/close/master/which.txt", "master/other.jpg");
        Assert.Contains("its sources or its recipe changed", Dls("build").Expect(0).Output, StringComparison.Ordinal);

        Assert.Equal(Drawn.Jpeg(seed: 2), File.ReadAllBytes(_scene.At("repo/projects/close/build/own/close_0.jpg")));
    }

    [Fact]
    public void P10_six_equal_copies_are_counted_as_twins_and_stay_on_one_side()
    {
        string[] masters = ["a", "b", "c", "d", "e", "f", "g", "h"];
        ProjectFiles.WriteProgram(
            _scene,
                "repo", "close", "n=0; for m in master/?.jpg; do for i in 1 2 3 4 5 6; do cp $m build/$1_$n.jpg; n=$((n+1)); done; done\n",
                $"label: close\nmasters: [{string.Join(", ", masters.Select(m => $"master/{m}.jpg"))}]\n");
        File.Delete(_scene.At("repo/projects/close/master/image.jpg"));
        for (int i = 0; i < masters.Length; i++)
        {
            _scene.Write($"repo/projects/close/master/{masters[i]}.jpg", Drawn.Jpeg(seed: 10 + i));
        }

        _scene.Write("repo/datasets/game.yaml", "projects: [close]\n");
        Trust();

        RunResult built = _scene.Dls("repo", "dataset", "build", "game").Expect(0);

        Assert.Contains("40 of 48 images are copies", built.Error, StringComparison.Ordinal);
        Assert.Contains("twins: 48 images in 8 groups of equal bytes", built.Output, StringComparison.Ordinal);
        LockedCanvas locked = DatasetLock.Find(_scene.At("repo"), PortableName.Parse("game", ""))!.Canvases["own"];
        Assert.Equal(8, locked.Sources.Single().Distinct);
        Assert.Equal((8, 48), (locked.Twins.Groups, locked.Twins.Images));
        Assert.True(locked.Sides[0] > 0 && locked.Sides[1] > 0, string.Join('/', locked.Sides));
        IReadOnlyList<DatasetItemLine> items = DatasetItemLine.Parse(
            File.ReadAllBytes(_scene.At("repo/datasets/game/own/items.jsonl")), "items");
        Assert.All(items.GroupBy(i => i.Oid), g => Assert.Single(g.Select(i => i.Side).Distinct()));
        Assert.DoesNotContain("SPLIT_LEAK", _scene.Dls("repo", "dataset", "lint", "game").Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("#!/bin/sh\nTEXT=$(date +%N)\n")]
    [InlineData("#!/bin/bash\nTEXT=$RANDOM$RANDOM\n")]
    public void P13_a_program_that_makes_other_images_the_second_time_is_reported(string first)
    {
        ProjectFiles.WriteProgram(_scene, "repo", "close", "#!/bin/sh\nTEXT=fixed\n" + Varying);
        Trust();
        Dls("build", "--check-deterministic").Expect(0);
        TreeSnapshot before = TreeSnapshot.Of(_scene.At("repo/projects/close/build"));
        ProjectFiles.WriteScript(_scene, "repo", "close", first + Varying);
        Trust();

        RunResult refused = Dls("build", "--check-deterministic").Expect(1);

        Assert.Contains("two runs of its recipe made different images", refused.Error, StringComparison.Ordinal);
        Assert.Contains("close_0.jpg", refused.Error, StringComparison.Ordinal);
        TreeSnapshot.AssertEqual(before, TreeSnapshot.Of(_scene.At("repo/projects/close/build")));
        AssertNothingLeft();
    }

    [Fact]
    public void P35_a_program_that_asks_for_input_fails_at_once()
    {
        foreach ((string script, string named) in ((string, string)[])
            [("read answer || exit 7\n", "exit code 7"),
                ("read answer </dev/tty || exit 8\n", "exit code 8"), ("cat; test -t 0 && exit 0; exit 9\n", "exit code 9")])
        {
            ProjectFiles.WriteProgram(_scene, "repo", "close", ThreeImages + script, "timeout: 60\n");
            Trust();
            RunResult refused = DlsProcess.Run(_scene.At("repo"), _scene.Environment, ["build"], input: "y\n").Expect(1);
            // Its own exit code: it did not wait until the time limit killed it.
            Assert.Contains(named, refused.Error, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("wait", "its time limit")]
    [InlineData("trap '' TERM INT HUP; sleep 600", "its time limit")]
    [InlineData("exit 5", "exit code 5")]
    public void P35_a_program_that_hangs_ends_at_its_time_limit_with_all_it_started(string ending, string named)
    {
        string limit = ending == "exit 5" ? "timeout: 60\n" : "timeout: 2\n";
        ProjectFiles.WriteProgram(_scene, "repo", "close", $"sleep {Unlike} &\n{ThreeImages}{ending}\n", limit);
        Trust();

        RunResult refused = _scene.Dls("repo", "build").Expect(1);

        Assert.Contains(named, refused.Error, StringComparison.Ordinal);
        AssertEnds($"sleep\0{Unlike}\0");
        AssertNothingLeft();
    }

    [Fact]
    public void A_child_that_a_good_program_leaves_behind_ends_with_it()
    {
        ProjectFiles.WriteProgram(_scene, "repo", "close", $"sleep {Unlike} &\n{ThreeImages}");
        Trust();

        Dls("build").Expect(0);

        AssertEnds($"sleep\0{Unlike}\0");
    }

    [Fact]
    public void A_program_sees_a_private_copy_and_cannot_reach_the_work_tree_by_relative_paths()
    {
        ProjectFiles.WriteProgram(
            _scene, "repo", "close", ThreeImages + "echo changed >master/image.jpg; echo changed >data_augmentation/daug.sh; echo x "
                + ">../../README.md; test ! -e ../other && test -f ../../shared/lib.sh\n",
            "inputs: [shared/lib.sh]\n");
        ProjectFiles.Write(_scene, "repo", "other", 2);
        _scene.Write("repo/shared/lib.sh", "x=1\n");
        _scene.Commit("repo", "close");
        Trust();

        Dls("build", "close").Expect(0);

        Assert.Equal("", _scene.Git("repo", "status", "--porcelain"));
    }

    [Fact]
    public void A_program_that_cannot_be_executed_is_told_apart_from_one_that_fails()
    {
        ProjectFiles.WriteProgram(_scene, "repo", "close", ThreeImages);
        File.SetUnixFileMode(_scene.At("repo/projects/close/data_augmentation/daug.sh"), (UnixFileMode)0x1A4);
        Trust();

        RunResult refused = Dls("build").Expect(1);

        Assert.Contains("it is not executable", refused.Error, StringComparison.Ordinal);
        Assert.Contains("chmod +x", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_json_of_a_failed_build_is_one_document_with_the_end_of_the_programs_output()
    {
        ProjectFiles.WriteProgram(_scene, "repo", "close", "echo first; echo second >&2; exit 3\n");
        Trust();

        using JsonDocument json = JsonDocument.Parse(Dls("build", "--json").Expect(1).Output);

        string[] items = [.. json.RootElement.GetProperty("error").GetProperty("items").EnumerateArray().Select(i => i.GetString()!)];
        Assert.Equal(["first", "second"], items);
    }

    private void Trust() => Dls("trust", "close").Expect(0);

    private RunResult Dls(params string[] arguments) => InProcess.Dls(_scene, "repo", arguments);

    private void AssertNothingLeft()
    {
        Assert.Empty(Directory.GetDirectories(_scene.At("repo/projects/close/build"), ".dls-staging-*"));
        Assert.Empty(Directory.GetDirectories(_scene.At("repo/.git/dls"), "private-*"));
    }

    /// <summary>A killed process may still be there for a moment, and as a zombie it has no command line.</summary>
    private static void AssertEnds(string commandLine)
    {
        for (int i = 0; i < 1200; i++)
        {
            if (!Directory.EnumerateDirectories("/proc").Any(d => LineOf(d) == commandLine))
            {
                return;
            }

            Thread.Sleep(50);
        }

        Assert.Fail($"'{commandLine}' is still there");
    }

    private static string LineOf(string process)
    {
        try
        {
            return File.ReadAllText($"{process}/cmdline");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
