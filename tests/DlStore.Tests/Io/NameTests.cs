using System.Text;
using DlStore.Io;

namespace DlStore.Tests.Io;

public sealed class NameTests
{
    public static TheoryData<byte[]> Refused() =>
    [
        [], "."u8.ToArray(),
            ".."u8.ToArray(), ".git"u8.ToArray(), ".GIT"u8.ToArray(), ".Git"u8.ToArray(), ".dlstore"u8.ToArray(), ".DlStore"u8.ToArray(),
        "a/b"u8.ToArray(),
            "/"u8.ToArray(), "a\0"u8.ToArray(), "\0"u8.ToArray(), [0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [(byte)'a', 0xE7, 0x8C],
        Encoding.UTF8.GetBytes(new string('a', 256)), Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("猫", 86))),
    ];

    [Theory]
    [MemberData(nameof(Refused))]
    public void Entry_names_that_are_unsafe_are_refused(byte[] name) => Assert.NotNull(EntryName.WhyRefused(name));

    [Theory]
    [InlineData("a")]
    [InlineData("...")]
    [InlineData(".gitignore")]
    [InlineData(".git ")]
    [InlineData("git")]
    [InlineData(" ")]
    [InlineData("new\nline")]
    [InlineData("日本 猫 😀")]
    [InlineData("-rf")]
    [InlineData("a\\b")]
    public void Other_entry_names_are_taken(string name) => Assert.Null(EntryName.WhyRefused(Encoding.UTF8.GetBytes(name)));

    [Fact]
    public void Names_of_255_bytes_are_taken() => Assert.Null(
        EntryName.WhyRefused(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("猫", 85)))));

    [Theory]
    [InlineData("a\nb", "a\\x0ab")]
    [InlineData("\u001b[2J", "\\x1b[2J")]
    [InlineData("a\\x0ab", "a\\\\x0ab")]
    [InlineData("日本", "日本")]
    [InlineData("\u0085", "\\xc2\\x85")]
    public void Names_are_shown_without_control_characters(
        string name, string shown) => Assert.Equal(shown, EntryName.Show(Encoding.UTF8.GetBytes(name)));

    [Fact]
    public void Broken_utf8_is_shown_byte_by_byte() => Assert.Equal("a\\xff\\xe7\\x8c", EntryName.Show([(byte)'a', 0xFF, 0xE7, 0x8C]));

    [Theory]
    [InlineData("")]
    [InlineData("/a")]
    [InlineData("a/")]
    [InlineData("a//b")]
    [InlineData("../a")]
    [InlineData("a/../b")]
    [InlineData("./a")]
    [InlineData("a/.GIT/config")]
    [InlineData(".dlstore/config")]
    [InlineData("a/.DLSTORE")]
    [InlineData("a\nb")]
    [InlineData("a\0b")]
    [InlineData("a\u007f")]
    [InlineData("a\u0085")]
    public void Paths_that_are_unsafe_are_refused(string text)
    {
        Assert.False(RelPath.TryParse(text, out RelPath path, out string? reason));
        Assert.Equal("", path.Value);
        Assert.NotEmpty(reason);
        Assert.Equal(ErrorKind.Corrupt, Assert.Throws<DlsException>(() => RelPath.Parse(text)).Kind);
    }

    [Fact]
    public void Broken_unicode_in_paths_is_refused()
    {
        // Not as inline data: attributes are kept as UTF-8, which cannot hold it.
        Assert.All((string[])["a\uD800", "\uDC00\uD800", "\uD83D", "\uDE00x"], p => Assert.False(RelPath.TryParse(p, out _, out _)));
    }

    [Fact]
    public void Long_names_and_paths_are_refused()
    {
        Assert.False(RelPath.TryParse("a/" + new string('b', 256), out _, out _));
        Assert.True(RelPath.TryParse("a/" + new string('b', 255), out _, out _));
        Assert.True(RelPath.TryParse(string.Join('/', Enumerable.Repeat("abc", 1024)), out _, out _));
        Assert.False(RelPath.TryParse(string.Join('/', Enumerable.Repeat("abc", 1025)), out _, out _));
    }

    [Fact]
    public void Paths_know_what_lies_below_them()
    {
        RelPath data = RelPath.Parse("data");

        Assert.True(RelPath.Parse("data/a").IsAtOrBelow(data));
        Assert.True(data.IsAtOrBelow(data));
        Assert.True(data.IsAtOrBelow(default));
        Assert.False(RelPath.Parse("data2/a").IsAtOrBelow(data));
        Assert.False(data.IsAtOrBelow(RelPath.Parse("data/a")));
        Assert.Equal("data/a", data.Append(RelPath.Parse("a")).Value);
        Assert.Equal(("data", "a"), (RelPath.Parse("data/a").Directory, RelPath.Parse("data/a").Name));
    }
}
