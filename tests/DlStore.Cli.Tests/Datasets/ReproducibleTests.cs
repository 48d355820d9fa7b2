using System.Security.Cryptography;
using DlStore.TestKit;

using static DlStore.Cli.Tests.Datasets.DatasetFacts;

namespace DlStore.Cli.Tests.Datasets;

/// <summary>Promise 8: the same sources come to the same bytes, whoever builds them, where and in which order (R26, P12).</summary>
public sealed class ReproducibleTests
{
    [Fact]
    public void R26_other_directories_orders_homes_and_locales_come_to_the_same_lock_and_hash()
    {
        using Scene here = new();
        using Scene there = new();
        here.MakeRepo();
        there.MakeRepo();
        Directory.CreateDirectory(there.At("deeper/still"));
        Directory.Move(there.At("repo"), there.At("deeper/still/別の名前"));
        string[] projects = ["adbutton", "close", "ru_close", "letters"];
        Write(here, "repo", projects);
        Write(there, "deeper/still/別の名前", [.. projects.Reverse()]);

        Build(here, "repo", ("LC_ALL", "C"), ("TZ", "UTC"));
        Build(there,
            "deeper/still/別の名前", ("LC_ALL", "ja_JP.UTF-8"), ("TZ", "Asia/Tokyo"), ("HOME", there.At("deeper")), ("USER", "somebody"));

        Assert.Equal(
            File.ReadAllText(here.At("repo/datasets/game.lock")), File.ReadAllText(there.At("deeper/still/別の名前/datasets/game.lock")));
        Assert.Equal(
            File.ReadAllText(here.At("repo/datasets/game.dls")), File.ReadAllText(there.At("deeper/still/別の名前/datasets/game.dls")));
        TreeSnapshot.AssertEqual(TreeSnapshot.Of(here.At("repo/datasets")), TreeSnapshot.Of(there.At("deeper/still/別の名前/datasets")));
        foreach (string canvas in (string[])["own", "64x48"])
        {
            Assert.Equal(Lock(here, "game", canvas).DirHash.ToString(), DirHash(here, here.At($"repo/datasets/game/{canvas}/data_set")));
            Assert.DoesNotContain(
                here.Root, File.ReadAllText(here.At($"repo/datasets/game/{canvas}/items.jsonl")), StringComparison.Ordinal);
        }

        // Neither do the mode bits that a umask or a checkout leaves decide anything.
        here.RunProgram("sh", ["-c", "find projects -name '*.jpg' -exec chmod 600 {} +; find . -name build -prune -exec rm -r {} +"],
            here.At("repo")).Expect(0);
        string before = File.ReadAllText(here.At("repo/datasets/game.lock"));
        here.RunProgram("sh", ["-c", "umask 077; exec \"$@\"", "sh", .. DlsProcess.Command("dataset", "build", "game", "--force")],
            here.At("repo")).Expect(0);
        Assert.Equal(before, File.ReadAllText(here.At("repo/datasets/game.lock")));
    }

    [Fact]
    public void P12_the_archive_has_the_same_bytes_each_time()
    {
        using Scene scene = new();
        scene.MakeRepo();
        ProjectFiles.Write(scene, "repo", "close");
        scene.Write("repo/datasets/game.yaml", "projects: [close]\n");
        InProcess.Dls(scene, "repo", "dataset", "build", "game").Expect(0);

        RunResult one = DlsProcess.Run(scene.At("repo"),
            DlsProcess.With(scene.Environment, ("TZ", "Asia/Tokyo")), ["dataset", "export", "tar", "game", "../one.tar.gz"]).Expect(0);
        scene.RunProgram("sh", ["-c", "find datasets -type f -exec touch -d 2001-01-01 {} +"], scene.At("repo")).Expect(0);
        scene.RunProgram("sh", ["-c", "umask 077; exec \"$@\"",
            "sh", .. DlsProcess.Command("dataset", "export", "tar", "game", "../two.tar.gz")], scene.At("repo")).Expect(0);

        byte[] bytes = File.ReadAllBytes(scene.At("one.tar.gz"));
        Assert.Equal(bytes, File.ReadAllBytes(scene.At("two.tar.gz")));
        Assert.Contains($"sha256:{Convert.ToHexStringLower(SHA256.HashData(bytes))}", one.Output, StringComparison.Ordinal);
        Directory.CreateDirectory(scene.At("unpacked"));
        scene.RunProgram("tar", ["xzf", "../one.tar.gz"], scene.At("unpacked")).Expect(0);
        Assert.Equal(Lock(scene, "game").DirHash.ToString(), DirHash(scene, scene.At("unpacked/data_set")));
        Assert.Contains("it exists",
            InProcess.Dls(scene, "repo", "dataset", "export", "tar", "game", "../one.tar.gz").Expect(1).Error, StringComparison.Ordinal);
    }

    private static void Write(Scene scene, string repo, string[] projects)
    {
        foreach (string project in projects)
        {
            ProjectFiles.Write(scene, repo, project,
                project.Length, "count: 4\nrecipe: [{zoom: 0.3}, {mix: {rotation: 5, shear: 3, channel: 20, flip: both}}]\n", 20, 14);
        }

        ProjectFiles.WriteVoc(scene, $"{repo}/shots", "shot", 5, "close");
        scene.Write($"{repo}/datasets/game.yaml",
            "projects: ['*']\nmerge: {close: [ru_close]}\ncanvas: [64x48, own]\nimages: [{from: shots, split: divide}]\n");
    }

    private static void Build(Scene scene, string repo, params (string, string)[] environment) =>
        DlsProcess.Run(scene.At(repo), DlsProcess.With(scene.Environment, environment), ["dataset", "build", "game"]).Expect(0);
}
