using System.Security.Cryptography;
using DlStore.TestKit;

namespace DlStore.Cli.Tests.Imports;

/// <summary>What users of git-lfs rarely have, and what <c>dls import lfs</c> makes of it.</summary>
public sealed class LfsEdgeTests : IDisposable
{
    private readonly LfsScene _lfs = new();

    private Scene Scene => _lfs.Scene;

    public void Dispose() => _lfs.Dispose();

    [Fact]
    public void What_is_malformed_or_was_changed_by_extensions_is_never_guessed()
    {
        byte[] own = "what the user sees\n"u8.ToArray();
        string pointer = LfsScene.PointerOf("what the extension made\n"u8.ToArray());
        string extended = pointer.Replace("\noid ", $"\next-0-rot13 sha256:{Convert.ToHexStringLower(SHA256.HashData(own))}\noid ", StringComparison.Ordinal);
        Stage("bad.bin", pointer.Replace("sha256:", "md5:", StringComparison.Ordinal));
        Stage("ext.bin", extended);
        Stage("odd.bin.dls", pointer);
        Scene.Write("repo/ext.bin", own);
        _lfs.Init();

        RunResult run = Scene.Dls("repo", "import", "lfs").Expect(3);

        Assert.Contains("stays with git-lfs bad.bin: it begins like a pointer of git-lfs and is malformed", run.Output, StringComparison.Ordinal);
        Assert.Contains("stays with git-lfs odd.bin.dls: its name ends like a pointer's of dls", run.Output, StringComparison.Ordinal);
        Assert.Contains($"size {own.Length}", Scene.Git("repo", "cat-file", "-p", ":ext.bin.dls"), StringComparison.Ordinal);
        Assert.Contains("*.bin filter=lfs", File.ReadAllText(Scene.At("repo/.gitattributes")), StringComparison.Ordinal);
        Assert.DoesNotContain("*.pth", File.ReadAllText(Scene.At("repo/.gitattributes")), StringComparison.Ordinal);

        RunResult history = Scene.Dls("repo", "import", "lfs", "--history").Expect(3);
        Assert.Contains("stays with git-lfs ext.bin in ", history.Output, StringComparison.Ordinal);
        string attributes = Scene.Git("repo", "show", "dls/main:.gitattributes");
        Assert.Contains("*.bin filter=lfs", attributes, StringComparison.Ordinal);
        Assert.Contains("*.dls text eol=lf -filter merge=dls diff=dls\n.gitignore -filter merge=union", attributes, StringComparison.Ordinal);
        Assert.StartsWith("dls-pointer 1", Scene.Git("repo", "show", "dls/main:big.bin.dls"), StringComparison.Ordinal);
    }

    [Fact]
    public void Extensions_that_nobody_has_run_here_leave_the_file()
    {
        string pointer = LfsScene.PointerOf("made\n"u8.ToArray());
        string extended = pointer.Replace("\noid ", $"\next-0-rot13 sha256:{new string('a', 64)}\noid ", StringComparison.Ordinal);
        Stage("ext.bin", extended);
        Scene.Write("repo/ext.bin", extended);
        _lfs.Init();

        Assert.Contains("stays with git-lfs ext.bin: extensions", Scene.Dls("repo", "import", "lfs").Expect(3).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Submodules_and_managed_directories_are_left_alone()
    {
        Scene.Git(".", "init", "-q", "-b", "main", Scene.At("inner"));
        Scene.Commit("inner", "inner");
        Scene.Git("repo", "submodule", "add", "-q", Scene.At("inner"), "data/inner");
        Scene.Commit("repo", "a submodule");
        _lfs.Init();
        Assert.Contains("data/inner: it is a submodule", Scene.Dls("repo", "import", "lfs", "--dir", "data").Expect(1).Error, StringComparison.Ordinal);
        Scene.Write("repo/m/a.txt", "a\n");
        Scene.Dls("repo", "add", "m", "--quiet").Expect(0);
        Scene.Write("repo/m/x.bin", "x\n");
        Scene.Git("repo", "add", "-f", "m/x.bin");
        Scene.Git("repo", "commit", "-q", "-m", "both");
        Assert.Contains("m/x.bin: it lies inside 'm', which dls manages", Scene.Dls("repo", "import", "lfs").Expect(1).Error, StringComparison.Ordinal);

        Scene.Dls("repo", "import", "lfs", "--exclude", "m").Expect(0);

        Assert.Equal("160000", Scene.Git("repo", "ls-files", "--stage", "data/inner").Split(' ')[0]);
        Assert.Equal("", Scene.Git("inner", "status", "--porcelain"));
        Assert.Equal("", _lfs.Differences("repo", 2));
    }

    [Fact]
    public void A_damaged_object_is_named_and_nothing_is_pointed_at()
    {
        _lfs.CloneBare("bare");
        _lfs.Init("bare");
        Scene.Git("bare", "lfs", "fetch");
        string hex = Convert.ToHexStringLower(SHA256.HashData(_lfs.Last["data/a b.bin"]));
        string file = Scene.At($"bare/.git/lfs/objects/{hex[..2]}/{hex[2..4]}/{hex}");
        File.SetUnixFileMode(file, (UnixFileMode)0x1A4);
        byte[] bytes = File.ReadAllBytes(file);
        bytes[0]++;
        File.WriteAllBytes(file, bytes);

        Assert.Contains(hex, Scene.Dls("bare", "import", "lfs").Expect(13).Error, StringComparison.Ordinal);
        Assert.Equal("", Scene.Git("bare", "diff", "--cached", "--name-only"));
        RunResult history = Scene.Dls("bare", "import", "lfs", "--history", "--no-fetch").Expect(3);
        Assert.Contains("data/a b.bin", history.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_that_contradict_each_other_are_errors()
    {
        _lfs.Init();
        Scene.Dls("repo", "import", "lfs", "--branch", "x").Expect(2);
        Scene.Dls("repo", "import", "lfs", "--history", "data").Expect(2);
        Scene.Dls("repo", "import", "lfs", "--history", "--commit").Expect(2);
        Scene.Dls("repo", "import", "lfs", "--history", "--branch", "a..b").Expect(2);
        Scene.Dls("repo", "import", "lfs", "--dir", "data,data").Expect(2);
        Scene.Dls("repo", "export", "lfs", "--to", "x", "--branch", "y").Expect(2);
        Assert.Contains("has no pointers of dls", Scene.Dls("repo", "export", "lfs", "--branch", "y").Expect(1).Error, StringComparison.Ordinal);
    }

    /// <summary>Gets a text into git as it is.</summary>
    private void Stage(string path, string text)
    {
        Scene.Write($"repo/{path}", text);
        string blob = Scene.Git("repo", "hash-object", "-w", "--no-filters", path);
        Scene.Git("repo", "update-index", "--add", "--cacheinfo", $"100644,{blob},{path}");
        Scene.Git("repo", "commit", "-q", "--no-verify", "-m", path);
    }
}
