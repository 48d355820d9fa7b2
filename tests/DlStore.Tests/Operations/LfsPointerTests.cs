using System.Text;
using DlStore.Operations.Lfs;
using DlStore.TestKit;

namespace DlStore.Tests.Operations;

/// <summary>What dls takes for a pointer of git-lfs is what git-lfs takes for one; docs/formats/lfs-pointer.md.</summary>
public sealed class LfsPointerTests
{
    private const string Version = "version https://git-lfs.github.com/spec/v1\n";
    private const string Hex = "8f434346648f6b96df89dda901c5176b10a6d83961dd3c1ac88b59b2dc327aa4";
    private const string Oid = $"oid sha256:{Hex}\n";
    private const string Ext = $"ext-0-foo sha256:{Hex}\n";

    public static TheoryData<string> Texts => [
        $"{Version}{Oid}size 2\n", $"{Version}{Oid}size 2", $"\n {Version}{Oid}size 2\n\n\n", $"{Version}\n{Oid}size 2\n",
        $"{Version}{Oid}size 2 \n", $"{Version}{Oid}size 02\n", $"{Version}{Oid}size +2\n", $"{Version}{Oid}size 0\n",
        $"version http://git-media.io/v/2\n{Oid}size 2\n", $"version https://hawser.github.com/spec/v1\n{Oid}size 2\n",
        $"{Version}{Ext}{Oid}size 2\n", $"{Version}ext-1-foo sha256:{Hex}\next-0-bar sha256:{Hex}\n{Oid}size 2\n",
        $"version https://git-lfs.github.com/spec/v1\r\noid sha256:{Hex}\r\nsize 2\r\n",
        $"version https://git-lfs.github.com/spec/v1 \n{Oid}size 2\n", $"{Version}oid sha256:{Hex} \nsize 2\n", $"{Version}{Oid}size  2\n",
        $"{Version}size 2\n{Oid}", $"{Version}foo bar\n{Oid}size 2\n", $"{Version}{Oid}size 2\n{Ext}", $"{Version}{Oid}size 2\nfoo bar\n",
        $"{Version}oid sha256:{Hex.ToUpperInvariant()}\nsize 2\n", $"{Version}oid sha256:{Hex}00\nsize 2\n", $"{Version}oid {Hex}\nsize 2\n",
        $"version https://git-lfs.github.com/spec/v2\n{Oid}size 2\n", $"{Version}{Oid}size -2\n", $"{Version}{Oid}size 2.0\n", $"{Version}{Oid}",
        $"{Version}oid sha256:zz{Hex[2..]}\nsize 2\n", $"{Version}{Ext}ext-0-bar sha256:{Hex}\n{Oid}size 2\n",
        $"{Version}ext-10-foo sha256:{Hex}\n{Oid}size 2\n", $"{Version}ext-0-foo md5:{Hex}\n{Oid}size 2\n", $"\uFEFF{Version}{Oid}size 2\n",
        $"{Version} {Oid}size 2\n", $"{Version}size 2\n", "hello\n", "version 2\n", $"{Version}ext-0-f-o sha256:{Hex}\n{Oid}size 2\n",
        $"{Version}ext-0- sha256:{Hex}\n{Oid}size 2\n", $"{Version}{Oid}size 9223372036854775808\n",
    ];

    [Theory]
    [MemberData(nameof(Texts))]
    public void What_git_lfs_takes_for_a_pointer_is_taken_for_one(string text)
    {
        using TempRepo repo = new();
        repo.Write("p", text);

        bool theirs = repo.TryGit(repo.Path, ["lfs", "pointer", "--check", "--file", "p"]).ExitCode == 0;
        LfsPointer? ours = LfsPointer.Find(Encoding.UTF8.GetBytes(text));

        Assert.Equal(theirs, ours is not null);
        Assert.Equal(ours is not null && text.Contains("ext-", StringComparison.Ordinal), ours?.Original is not null);
    }

    [Fact]
    public void What_is_written_is_the_form_of_git_lfs()
    {
        using TempRepo repo = new();
        repo.Write("hi", "hi");

        byte[] ours = new LfsPointer(DlStore.Objects.Oid.Of("hi"u8), 2).ToBytes();

        Assert.Equal(repo.TryGit(repo.Path, ["lfs", "pointer", "--file", "hi"]).Output, Encoding.UTF8.GetString(ours));
    }

    [Theory]
    [InlineData("*.bin filter=lfs diff=lfs merge=lfs -text\n*.txt text\n", "*.txt text\n")]
    [InlineData("# c\n\n*.bin filter=lfs diff=lfs merge=lfs -text lockable\n", "# c\n\n")]
    [InlineData("*.bin filter=lfs diff=lfs merge=lfs -text linguist-vendored\n", "*.bin linguist-vendored\n")]
    [InlineData("[attr]big filter=lfs diff=lfs merge=lfs -text\n*.bin big\n*.o binary\n", "*.o binary\n")]
    [InlineData("\"a b.bin\" filter=lfs x\n*.bin -filter\n", "\"a b.bin\" x\n*.bin -filter\n")]
    [InlineData("*.bin filter=lfs\r\n*.txt text\r\n", "*.txt text\r\n")]
    [InlineData("*.keep filter=lfs diff=lfs merge=lfs -text\n", "*.keep filter=lfs diff=lfs merge=lfs -text\n")]
    public void Lines_of_git_lfs_go_and_others_stay(string before, string after) =>
        Assert.Equal(after, new LfsAttributes(before).Without(static matches => matches("a/b.keep")));

    [Theory]
    [InlineData("a b.bin", "/a[[:space:]]b.bin filter=lfs diff=lfs merge=lfs -text")]
    [InlineData("[x]*#?\\.bin", @"/\[x\]\*\#\?\\.bin filter=lfs diff=lfs merge=lfs -text")]
    public void A_line_names_exactly_one_path_for_git(string path, string line)
    {
        using TempRepo repo = new();
        Assert.Equal(line, LfsAttributes.LineOf(path, isDirectory: false));
        repo.Write(".gitattributes", line + "\n");

        Assert.EndsWith(": lfs", repo.Git("check-attr", "filter", "--", path), StringComparison.Ordinal);
        Assert.EndsWith(": unspecified", repo.Git("check-attr", "filter", "--", path + "x"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("plain/name")]
    [InlineData("tab\tand\"quote\\and\nline")]
    [InlineData("\u00e5\u00ad\u00a6\u0001")]
    public void Names_in_streams_come_back(string name)
    {
        string text = QuotedPath.Write(name);

        Assert.DoesNotContain('\n', text);
        Assert.Equal(name, text.StartsWith('"') ? QuotedPath.Read(text, out _) : text);
    }
}
