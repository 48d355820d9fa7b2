using System.Globalization;
using System.Text;
using DlStore.Git;
using DlStore.TestKit;

namespace DlStore.Tests.Git;

public sealed class PointerWalkTests
{
    [Theory]
    [InlineData("sha1")]
    [InlineData("sha256")]
    public void Pointers_of_a_commit_are_listed(string format)
    {
        using TempRepo temp = new($"--object-format={format}");
        string[] pointers = ["a.dls", "a b/日本 猫.dls", "deep/1/2/3/4/x.dls", "deep/1/2/3/5/x.dls", "exec.dls"];
        foreach (string pointer in pointers)
        {
            temp.Write(pointer, $"text of {pointer}");
        }

        File.SetUnixFileMode(temp.At("exec.dls"), (UnixFileMode)0x1ED);
        temp.Write("other/readme.md", "none");
        temp.Write("a.dlsx", "none");
        File.CreateSymbolicLink(temp.At("link.dls"), "a.dls");
        CommitId head = CommitId.Parse(temp.Commit("one"));
        using GitRepo repo = GitRepo.Discover(temp.Path, temp.Environment);
        PointerWalk walk = new(repo.CatFile);

        IReadOnlyList<CommittedPointer> found = walk.ListPointers(head);

        Assert.Equal(pointers.Order(StringComparer.Ordinal), found.Select(p => p.Path.Value + ".dls").Order(StringComparer.Ordinal));
        Assert.Empty(walk.Refused);
        walk.Prefetch(found);
        Assert.All(found, p => Assert.Equal($"text of {p.Path}.dls", Encoding.UTF8.GetString(walk.ReadPointerBytes(p.BlobId))));
    }

    [Fact]
    public void Names_that_are_refused_are_reported()
    {
        using TempRepo temp = new();
        temp.Write("new\nline.dls", "1");
        temp.Write("dir/.dls", "2");
        temp.Write(".dlstore/x.dls", "3");
        temp.Write("fine.dls", "4");
        byte[] tree = temp.TryGit(temp.Path, ["hash-object", "-w", "--stdin"], "5"u8.ToArray()).Expect(0).OutputBytes;
        string blob = Encoding.ASCII.GetString(tree).Trim();
        byte[] line = [.. Encoding.ASCII.GetBytes($"100644 {blob}\t"), 0xFF, 0xFE, .. ".dls\0"u8];
        temp.Git("add", "-A");
        temp.TryGit(temp.Path, ["update-index", "-z", "--index-info"], line).Expect(0);
        temp.Git("commit", "-q", "-m", "odd names");
        using GitRepo repo = GitRepo.Discover(temp.Path, temp.Environment);
        PointerWalk walk = new(repo.CatFile);

        IReadOnlyList<CommittedPointer> found = walk.ListPointers(repo.Head()!.Value);

        Assert.Equal(["fine"], found.Select(p => p.Path.Value));
        Assert.Equal(
            [".dlstore/x.dls", "\\xff\\xfe.dls", "dir/.dls", "new\\x0aline.dls"],
            walk.Refused.Select(r => r.Path).Order(StringComparer.Ordinal));
        List<RefusedName> staged = [];
        Assert.Equal(["fine"], GitIndexFile.Read(repo).ListPointers(staged).Select(p => p.Path.Value));
        Assert.Equal(4, staged.Count);
    }

    [Fact]
    public void Submodules_named_like_pointers_are_left_out()
    {
        using TempRepo inner = new();
        inner.Commit("inner");
        using TempRepo temp = new();
        temp.Git("submodule", "add", "-q", inner.Path, "sub.dls");
        CommitId head = CommitId.Parse(temp.Commit("one"));
        using GitRepo repo = GitRepo.Discover(temp.Path, temp.Environment);

        Assert.Empty(new PointerWalk(repo.CatFile).ListPointers(head));
    }

    [Fact]
    public void A_thousand_commits_agree_with_ls_tree_and_share_what_is_equal()
    {
        using TempRepo temp = new();
        StringBuilder import = new();
        for (int commit = 0; commit < 1_000; commit++)
        {
            import.Append("commit refs/heads/main\ncommitter a <a> ").Append(1_700_000_000 + commit).Append(" +0000\ndata 1\nx\n");
            for (int i = commit == 0 ? 0 : 999; i < 1_000; i++)
            {
                string path = $"dir{(i + commit) % 20}/f{(i + (7 * commit)) % 1_000}.dls";
                string text = $"{i} {commit}";
                import.Append("M 644 inline ").Append(path).Append("\ndata ").Append(text.Length).Append('\n').Append(text).Append('\n');
            }
        }

        temp.TryGit(temp.Path, ["fast-import", "--quiet"], Encoding.ASCII.GetBytes(import.ToString())).Expect(0);
        using GitRepo repo = GitRepo.Discover(temp.Path, temp.Environment);
        PointerWalk walk = new(repo.CatFile);
        IReadOnlyList<CommitId> commits = repo.Pointers.List([repo.Head()!.Value], []);
        HashSet<CommittedPointer> distinct = new(ReferenceEqualityComparer.Instance);

        foreach (CommitId commit in commits)
        {
            distinct.UnionWith(walk.ListPointers(commit));
        }

        Assert.Equal(1_000, commits.Count);
        Assert.True(
            distinct.Count < 100_000, $"{distinct.Count.ToString(CultureInfo.InvariantCulture)} entries for 1000 commits of 1000 pointers");
        foreach (int i in new[] { 0, 1, 500, 999 })
        {
            string[] expected = temp.Git("ls-tree", "-r", "-z", commits[i].Hex).Split('\0', StringSplitOptions.RemoveEmptyEntries);
            Assert.Equal(expected, walk.ListPointers(commits[i]).Select(p => $"100644 blob {p.BlobId}\t{p.Path}.dls"));
        }
    }

    [Fact]
    public void Huge_blob_is_no_pointer()
    {
        using TempRepo temp = new();
        temp.Write("a.dls", new byte[PointerWalk.PointerBytesMax + 1]);
        CommitId head = CommitId.Parse(temp.Commit("one"));
        using GitRepo repo = GitRepo.Discover(temp.Path, temp.Environment);
        PointerWalk walk = new(repo.CatFile);

        string blob = walk.ListPointers(head)[0].BlobId;

        Assert.Equal(ErrorKind.Corrupt, Assert.Throws<DlsException>(() => walk.ReadPointerBytes(blob)).Kind);
    }

    [Fact]
    public void Missing_objects_are_named()
    {
        using TempRepo temp = new();
        temp.Write("dir/a.dls", "a");
        CommitId head = CommitId.Parse(temp.Commit("one"));
        string tree = temp.Git("rev-parse", "HEAD:dir");
        using GitRepo repo = GitRepo.Discover(temp.Path, temp.Environment);
        PointerWalk walk = new(repo.CatFile);
        string file = temp.At($".git/objects/{tree[..2]}/{tree[2..]}");
        File.Move(file, temp.Beside("kept"));

        DlsException e = Assert.Throws<DlsException>(() => walk.ListPointers(head));
        File.Move(temp.Beside("kept"), file);

        Assert.Equal(ErrorKind.Missing, e.Kind);
        Assert.Contains(tree, e.Message);
        Assert.Single(walk.ListPointers(head));
        Assert.Equal(ErrorKind.Missing, Assert.Throws<DlsException>(() => walk.ListPointers(CommitId.Parse(new string('1', 40)))).Kind);
        Assert.Equal(ErrorKind.Missing, Assert.Throws<DlsException>(() => walk.ReadPointerBytes(new string('1', 40))).Kind);
    }

    [Fact]
    public void Cut_tree_is_corrupt()
    {
        byte[] whole = [.. "100644 a.dls\0"u8, .. new byte[20], .. "40000 dir\0"u8, .. new byte[20]];
        Assert.Equal(2, TreeEntry.ReadAll(Tree(whole)).Count);

        for (int length = 1; length < whole.Length; length++)
        {
            if (length != 33) // the end of the first entry
            {
                Assert.Equal(ErrorKind.Corrupt, Assert.Throws<DlsException>(() => TreeEntry.ReadAll(Tree(whole[..length]))).Kind);
            }
        }
    }

    private static GitObject Tree(byte[] bytes) => new("tree", new string('a', 40), bytes.Length, bytes);
}
