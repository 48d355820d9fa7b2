using DlStore.TestKit;

namespace DlStore.Cli.Tests.Store;

/// <summary>One test for each requirement of the store, named after it.</summary>
public sealed class RequirementTests : IDisposable
{
    private readonly Scene _scene = new();

    public RequirementTests() => _scene.MakeRepo();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void R02_a_fresh_clone_and_pull_gives_masters_notebooks_and_programs_byte_equal()
    {
        _scene.Write("repo/projects/close/master/image.jpg", Scene.Pattern(30_000, 1));
        _scene.Write("repo/projects/close/master/image.xml", "<annotation/>\n");
        _scene.Write("repo/projects/close/jupyter_notebook/a.ipynb", "{}\n");
        _scene.Write("repo/projects/close/data_augmentation/daug.py", "print(1)\n");
        _scene.Dls("repo", "add", "projects/close/master/image.jpg").Expect(0);
        _scene.Commit("repo", "close");
        _scene.Dls("repo", "push").Expect(0);

        _scene.Clone("repo", "clone");
        _scene.Dls("clone", "pull").Expect(0);

        TreeSnapshot.AssertEqual(TreeSnapshot.Of(_scene.At("repo"), ".git"), TreeSnapshot.Of(_scene.At("clone"), ".git"));
    }

    [Fact]
    public void R03_stored_images_are_never_in_git()
    {
        for (int i = 0; i < 99; i++)
        {
            _scene.Write($"repo/projects/close/images/close_{i}.jpg", Scene.Pattern(2_000, i));
        }

        _scene.Dls("repo", "add", "projects/close/images").Expect(0);
        _scene.Commit("repo", "images");

        Assert.Equal("", _scene.Git("repo", "status", "--porcelain"));
        Assert.DoesNotContain(".jpg", _scene.Git("repo", "ls-files"), StringComparison.Ordinal);
        Assert.True(long.Parse(_scene.Git("repo", "count-objects", "-v").Split("size: ")[1].Split('\n')[0]) < 100);
    }

    [Fact]
    public void R37_a_hundred_thousand_small_files_in_bounded_time()
    {
        const int Files = 101_871;
        byte[] bytes = new byte[64];
        for (int i = 0; i < Files; i++)
        {
            BitConverter.TryWriteBytes(bytes, i);
            string directory = _scene.At($"repo/set/{i / 2000:00}");
            if (i % 2000 == 0)
            {
                Directory.CreateDirectory(directory);
            }

            File.WriteAllBytes($"{directory}/{i}.png", bytes);
        }

        // Against hangs; how fast it is stands in docs/performance.md.
        TimeSpan limit = TimeSpan.FromMinutes(10);
        Run(limit, "add", "set").Expect(0);
        RunResult again = Run(limit, "add", "set", "--json").Expect(0);
        Assert.Contains("\"objectsStored\":0", again.Output, StringComparison.Ordinal);
        Assert.Contains("101,871 files", Run(limit, "status").Expect(0).Output, StringComparison.Ordinal);
        Directory.Delete(_scene.At("repo/set"), recursive: true);
        Run(limit, "checkout", "set").Expect(0);
        Assert.Equal(Files, Directory.EnumerateFiles(_scene.At("repo/set"), "*", SearchOption.AllDirectories).Count());
        Assert.Equal(101_870, BitConverter.ToInt32(File.ReadAllBytes(_scene.At("repo/set/50/101870.png"))));
        Run(limit, "status", "--exit-code").Expect(0);
    }

    [Fact]
    public void R71_checkout_gives_an_old_state_byte_equal_and_refuses_to_overwrite_local_bytes()
    {
        _scene.WriteSample("repo/data");
        _scene.Write("repo/weights.pth", Scene.Pattern((1 << 20) + 5, 1));
        Record("one", "v1");
        TreeSnapshot old = TreeSnapshot.Of(_scene.At("repo"), ".git");
        _scene.Write("repo/weights.pth", Scene.Pattern((1 << 20) + 5, 2));
        _scene.Write("repo/data/run.sh", "#!/bin/bash\n");
        Record("two", "v2");

        _scene.Git("repo", "checkout", "-q", "v1");
        _scene.Dls("repo", "checkout").Expect(0);
        TreeSnapshot.AssertEqual(old, TreeSnapshot.Of(_scene.At("repo"), ".git"));

        _scene.Write("repo/data/run.sh", "not stored\n");
        _scene.Git("repo", "checkout", "-q", "v2");
        RunResult refused = _scene.Dls("repo", "checkout").Expect(1);
        Assert.Contains("data/run.sh", refused.Error, StringComparison.Ordinal);
        Assert.Equal("not stored\n", File.ReadAllText(_scene.At("repo/data/run.sh")));
    }

    [Fact]
    public void R73_a_killed_push_resumes_and_moves_only_what_is_left()
    {
        for (int i = 0; i < 3; i++)
        {
            _scene.Write($"repo/data/w{i}.pth", Scene.Pattern(2 << 20, i));
        }

        _scene.Dls("repo", "add", "data").Expect(0);
        _scene.Commit("repo", "one");
        _scene.Crash("repo", "remote.copied:3", "push", "-j", "1").Expect(137);
        long there = Directory.EnumerateFiles(_scene.At("remote/blobs"), "*", SearchOption.AllDirectories).Sum(f => new FileInfo(f).Length)
            + Directory.EnumerateFiles(_scene.At("remote/packs"), "*", SearchOption.AllDirectories).Sum(f => new FileInfo(f).Length);
        Assert.True(there >= 2 << 20, Listing.Of(_scene.At("remote")));

        string json = _scene.Dls("repo", "push", "--json").Expect(0).Output;

        long sent = long.Parse(json.Split("\"bytesSent\":")[1].Split(',', '}')[0]);
        Assert.InRange(sent, 1, (6 << 20) + 100_000 - there);
        Assert.Contains("nothing new", _scene.Dls("repo", "push").Expect(0).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void R73_a_pull_of_one_path_moves_only_its_bytes()
    {
        _scene.Write("repo/a/small.bin", Scene.Pattern(10_000, 1));
        _scene.Write("repo/b/large.bin", Scene.Pattern(3 << 20, 2));
        _scene.Dls("repo", "add", "a", "b").Expect(0);
        _scene.Commit("repo", "one");
        _scene.Dls("repo", "push").Expect(0);
        _scene.Clone("repo", "clone");

        _scene.Dls("clone", "pull", "a").Expect(0);

        Assert.True(File.Exists(_scene.At("clone/a/small.bin")));
        Assert.False(Directory.Exists(_scene.At("clone/b")));
        Assert.False(Directory.Exists(_scene.At("clone/.git/dls/blobs"))
            && Directory.GetFiles(_scene.At("clone/.git/dls/blobs"), "*", SearchOption.AllDirectories).Length > 0);
    }

    [Fact]
    public void R74_a_flipped_byte_is_named_with_all_that_use_it_and_a_pull_repairs()
    {
        byte[] right = Scene.Pattern((1 << 20) + 1, 3);
        _scene.Write("repo/data/w.pth", right);
        _scene.Write("repo/other/same.pth", right);
        _scene.Dls("repo", "add", "data", "other").Expect(0);
        string commit = _scene.Commit("repo", "one");
        _scene.Dls("repo", "push").Expect(0);
        string blob = Directory.GetFiles(_scene.At("repo/.git/dls/blobs"), "*", SearchOption.AllDirectories).Single();
        File.SetUnixFileMode(blob, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        byte[] wrong = [.. right];
        wrong[1000] ^= 1;
        File.WriteAllBytes(blob, wrong);

        string found = _scene.Dls("repo", "verify").Expect(13).Output;

        Assert.Contains("data/w.pth", found, StringComparison.Ordinal);
        Assert.Contains("other/same.pth", found, StringComparison.Ordinal);
        Assert.Contains(commit[..12], found, StringComparison.Ordinal);
        _scene.Dls("repo", "pull").Expect(0);
        _scene.Dls("repo", "verify").Expect(0);
        Assert.Equal(right, _scene.Dls("repo", "cat", "data/w.pth").Expect(0).OutputBytes);
    }

    [Fact]
    public void P29_where_answers_for_a_path_and_for_a_digest()
    {
        _scene.WriteSample("repo/data");
        _scene.Dls("repo", "add", "data").Expect(0);
        string commit = _scene.Commit("repo", "one");
        _scene.Dls("repo", "push").Expect(0);

        string byPath = _scene.Dls("repo", "where", "data/img/001.txt").Expect(0).Output;
        string digest = byPath.Split('\n')[0];
        string byDigest = _scene.Dls("repo", "where", digest).Expect(0).Output;
        string byPrefix = _scene.Dls("repo", "where", digest["sha256:".Length..][..10]).Expect(0).Output;

        Assert.StartsWith("sha256:", digest, StringComparison.Ordinal);
        Assert.Equal(byPath.Split("read ")[0], byDigest.Split("read ")[0]);
        Assert.Equal(byPath.Split("read ")[0], byPrefix.Split("read ")[0]);
        Assert.Contains($"data/img/001.txt at commit {commit[..12]}", byPath, StringComparison.Ordinal);
        Assert.Contains(".git/dls/packs/", byPath, StringComparison.Ordinal);
        Assert.Contains("lab", byPath, StringComparison.Ordinal);
    }

    [Fact]
    public void P30_five_equal_copies_add_no_new_blobs()
    {
        _scene.WriteSample("repo/master");
        _scene.Write("repo/master/w.pth", Scene.Pattern(2 << 20, 1));
        _scene.Dls("repo", "add", "master").Expect(0);
        long before = StoreBytes();

        for (int i = 0; i < 5; i++)
        {
            _scene.RunProgram("cp", ["-a", "master", $"backup{i}"], _scene.At("repo")).Expect(0);
            Assert.Contains(
                "\"objectsStored\":0", _scene.Dls("repo", "add", $"backup{i}", "--json").Expect(0).Output, StringComparison.Ordinal);
        }

        Assert.Equal(before, StoreBytes());
    }

    private void Record(string message, string tag)
    {
        _scene.Dls("repo", "add", "data", "weights.pth").Expect(0);
        _scene.Commit("repo", message);
        _scene.Git("repo", "tag", tag);
    }

    private RunResult Run(
        TimeSpan limit, params string[] arguments) => DlsProcess.Run(_scene.At("repo"), _scene.Environment, arguments, timeLimit: limit);

    private long StoreBytes() => new[] { "packs", "blobs" }.Sum(
        d => Directory.EnumerateFiles(_scene.At("repo/.git/dls/" + d), "*", SearchOption.AllDirectories).Sum(f => new FileInfo(f).Length));
}
