using System.Text;
using DlStore.Git;
using DlStore.Io;
using DlStore.TestKit;
using Xunit.Abstractions;

namespace DlStore.Tests.Git;

public sealed class GitIndexFileTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("sha1", 2)]
    [InlineData("sha1", 4)]
    [InlineData("sha256", 2)]
    [InlineData("sha256", 4)]
    public void Entries_agree_with_ls_files(string format, int version)
    {
        using TempRepo temp = new($"--object-format={format}");
        WriteNames(temp);
        temp.Git("add", "-A");
        temp.Git("update-index", "--index-version", $"{version}");

        AssertAgrees(temp, isFromGit: version == 4);
    }

    [Fact]
    public void Version_3_tells_intent_to_add()
    {
        using TempRepo temp = new();
        WriteNames(temp);
        temp.Git("add", "-A");
        temp.Write("later.dls", "later");
        temp.Git("add", "-N", "later.dls");
        Assert.Equal(3, File.ReadAllBytes(temp.At(".git/index"))[7]);

        GitIndexFile index = AssertAgrees(temp, isFromGit: false);

        Assert.Equal(["later"], index.ListPointers().Where(p => p.IsIntentToAdd).Select(p => p.Path.Value));
    }

    [Fact]
    public void Path_that_is_longer_than_its_length_field_is_read()
    {
        using TempRepo temp = new();
        WriteNames(temp);
        temp.Git("add", "-A");
        string id = temp.Git("hash-object", "-w", "a.dls");
        string[] paths = [.. new[] { 4_094, 4_095, 4_096, 5_000 }.Select(length => "p/" + new string('q', length - 2))];
        byte[] lines = Encoding.ASCII.GetBytes(string.Concat(paths.Select(path => $"100644 {id}\t{path}\0")));
        temp.TryGit(temp.Path, ["update-index", "-z", "--index-info"], lines).Expect(0);

        GitIndexFile index = AssertAgrees(temp, isFromGit: false);

        Assert.Equal(paths, index.FindTrackedBelow(RelPath.Parse("p"), 10));
    }

    [Fact]
    public void Split_index_is_read_by_git()
    {
        using TempRepo temp = new();
        WriteNames(temp);
        temp.Git("add", "-A");
        temp.Git("update-index", "--split-index");
        temp.Write("more.dls", "more");
        temp.Git("add", "-A");

        AssertAgrees(temp, isFromGit: true);
    }

    [Fact]
    public void Sparse_index_is_read_by_git()
    {
        using TempRepo temp = new();
        temp.Write("in/a.dls", "a");
        temp.Write("out/b.dls", "b");
        temp.Commit("one");
        temp.Git("sparse-checkout", "init", "--cone", "--sparse-index");
        temp.Git("sparse-checkout", "set", "in");

        GitIndexFile index = AssertAgrees(temp, isFromGit: true);

        Assert.Equal(["in/a", "out/b"], index.ListPointers().Select(p => p.Path.Value));
    }

    [Fact]
    public void Conflict_has_its_stages()
    {
        using TempRepo temp = new();
        temp.Write("a.dls", "base");
        temp.Commit("base");
        temp.Git("checkout", "-q", "-b", "side");
        temp.Write("a.dls", "theirs");
        temp.Commit("theirs");
        temp.Git("checkout", "-q", "main");
        temp.Write("a.dls", "ours");
        temp.Commit("ours");
        temp.TryGit(temp.Path, ["merge", "-q", "side"]).Expect(1);

        GitIndexFile index = AssertAgrees(temp, isFromGit: false);

        Assert.Equal([1, 2, 3], index.ListPointers().Select(p => p.Stage));
        Assert.Equal(["a.dls"], index.FindTrackedBelow(RelPath.Parse("a.dls"), 10));
        Assert.Equal(["a.dls"], index.FindTrackedBelow(default, 10));
    }

    [Fact]
    public void No_index_is_empty()
    {
        using TempRepo temp = new();
        using GitRepo repo = GitRepo.Discover(temp.Path, temp.Environment);

        GitIndexFile index = GitIndexFile.Read(repo);

        Assert.Equal(0, index.Count);
        Assert.Empty(index.FindTrackedBelow(RelPath.Parse("a"), 1));
        Assert.Empty(index.ListPointers());
    }

    [Fact]
    public void Work_tree_has_its_own_index()
    {
        using TempRepo temp = new();
        temp.Write("a.dls", "a");
        temp.Commit("one");
        temp.Git("worktree", "add", "-q", "-b", "other", temp.Beside("other"));
        File.WriteAllText(Path.Combine(temp.Beside("other"), "b.dls"), "b");
        temp.GitIn(temp.Beside("other"), "add", "-A");
        using GitRepo repo = GitRepo.Discover(temp.Beside("other"), temp.Environment);

        Assert.Equal(["a", "b"], GitIndexFile.Read(repo).ListPointers().Select(p => p.Path.Value));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void Tracked_files_are_found_at_and_below(int version)
    {
        using TempRepo temp = new();
        foreach (string name in new[] { "a", "data-1/x", "data.dls", "data/1", "data/2/3", "data0", "z" })
        {
            temp.Write(name, name);
        }

        temp.Git("add", "-A");
        temp.Git("update-index", "--index-version", $"{version}");
        using GitRepo repo = GitRepo.Discover(temp.Path, temp.Environment);
        GitIndexFile index = GitIndexFile.Read(repo);

        Assert.Equal(["data/1", "data/2/3"], index.FindTrackedBelow(RelPath.Parse("data"), 10));
        Assert.Equal(["data/1"], index.FindTrackedBelow(RelPath.Parse("data"), 1));
        Assert.Equal(["data/2/3"], index.FindTrackedBelow(RelPath.Parse("data/2"), 10));
        Assert.Equal(["data.dls"], index.FindTrackedBelow(RelPath.Parse("data.dls"), 10));
        Assert.Equal(7, index.FindTrackedBelow(default, 10).Count);
        Assert.All(["dat", "data/1/x", "data/3", "zz", "A"], path => Assert.Empty(index.FindTrackedBelow(RelPath.Parse(path), 1)));
    }

    [Fact]
    public void Changed_bytes_never_crash_the_reader()
    {
        using TempRepo temp = new();
        WriteNames(temp);
        temp.Git("add", "-A");
        temp.Write("later.dls", "later");
        temp.Git("add", "-N", "later.dls");
        byte[] whole = File.ReadAllBytes(temp.At(".git/index"));
        Random random = Seeded.Start(output);

        for (int round = 0; round < 20_000; round++)
        {
            byte[] bytes = random.Next(4) == 0 ? whole[..random.Next(whole.Length)] : [.. whole];
            for (int change = random.Next(4); change > 0 && bytes.Length > 0; change--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            if (IndexBytes.TryParse(bytes, 20, out IndexBytes? index) is null && index is not null)
            {
                for (int i = 0; i < index.Count; i++)
                {
                    _ = (index.Path(i).Length, index.Mode(i), index.BlobId(i), index.Stage(i), index.IsIntentToAdd(i));
                }
            }
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(11)]
    [InlineData(40)]
    [InlineData(200)]
    public void Cut_file_is_corrupt_and_named(int length)
    {
        using TempRepo temp = new();
        WriteNames(temp);
        temp.Git("add", "-A");
        string file = temp.At(".git/index");
        File.WriteAllBytes(file, File.ReadAllBytes(file)[..length]);
        using GitRepo repo = GitRepo.Discover(temp.Path, temp.Environment);

        DlsException e = Assert.Throws<DlsException>(() => GitIndexFile.Read(repo));

        Assert.Equal(ErrorKind.Corrupt, e.Kind);
        Assert.Contains(file, e.Message);
    }

    private static void WriteNames(TempRepo temp)
    {
        foreach (string name in new[] { "a.dls",
            "a b/c d.dls", "日本/猫.txt.dls", "new\nline", "-x", "sub/.dlsx", new string('n', 250) + ".dls" })
        {
            temp.Write(name, name);
        }

        temp.Write("1234567", "every padding");
        temp.Write("12345678", "every padding");
        File.CreateSymbolicLink(temp.At("link.dls"), "a.dls");
        File.SetUnixFileMode(temp.At("a.dls"), (UnixFileMode)0x1ED);
    }

    private static GitIndexFile AssertAgrees(TempRepo temp, bool isFromGit)
    {
        using GitRepo repo = GitRepo.Discover(temp.Path, temp.Environment);
        GitIndexFile index = GitIndexFile.Read(repo);
        Assert.Equal(isFromGit, index.IsFromGit);
        string[] expected = Encoding.UTF8.GetString(temp.TryGit(temp.Path, ["ls-files", "-s", "-z"]).Expect(0).OutputBytes)
            .Split('\0', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(expected, index.ListEntries().Select(e => $"{Convert.ToString(e.Mode, 8)} {e.BlobId} {e.Stage}\t{e.Path}"));
        Assert.Equal(
            expected.Where(line => line.EndsWith(".dls", StringComparison.Ordinal) && line.StartsWith("100", StringComparison.Ordinal)),
            index.ListPointers()
                .Select(p => expected.First(line => line.EndsWith($"{p.BlobId} {p.Stage}\t{p.Path}.dls", StringComparison.Ordinal))));
        return index;
    }
}
