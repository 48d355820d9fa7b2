using System.Text;
using DlStore.Data.Texts;

namespace DlStore.Tests.Data;

public sealed class SafeYamlTests
{
    [Fact]
    public void Keys_lists_texts_and_numbers_are_read_with_their_lines()
    {
        YamlNode root = Parse("# a comment\nprojects:\n  - close\n  - 'no'\nsplit: {train: 80, seed: x}\nempty: ~\n");

        Assert.Equal(["close", "no"], root.Find("projects")!.RequireItems().Select(static i => i.RequireText()));
        Assert.Equal(80, root.Find("split")!.Find("train")!.RequireNumber(0, 100));
        Assert.Equal(5, root.Find("split")!.Line);
        Assert.Null(root.Find("empty"));
        Assert.Null(root.Find("absent"));
        Assert.Empty(Parse("").RequireKeys());
        Assert.Empty(Parse("# nothing\n").RequireKeys());
        Assert.Contains("line 5: key 'split' is not known here",
            Assert.Throws<DlsException>(() => root.RequireOnly("projects", "empty")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a: &x 1\nb: *x\n", "line 1: anchors and aliases are refused")]
    [InlineData("b: *x\n", "line 1: ")]
    [InlineData("a: 1\nb: !!python/object:os.system x\n", "line 2: tags are refused")]
    [InlineData("a: !x {b: 1}\n", "line 1: tags are refused")]
    [InlineData("a: 1\nb: 2\na: 3\n", "line 3: key 'a' stands here twice")]
    [InlineData("? [1, 2]\n: x\n", "line 1: a key is not a text")]
    [InlineData("a: 1\n---\nb: 2\n", "a second document begins here")]
    [InlineData("a: [1,\n", "line ")]
    [InlineData("a: 1\n b: 2\n", "line 2")]
    public void What_readers_take_differently_is_refused_with_its_line(string text, string message)
    {
        DlsException e = Assert.Throws<DlsException>(() => Parse(text));

        Assert.Equal(ErrorKind.Failed, e.Kind);
        Assert.Contains("read 'r.yaml' ", e.Message, StringComparison.Ordinal);
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Size_depth_and_encoding_have_limits()
    {
        Assert.Contains("larger than",
            Assert.Throws<DlsException>(static () => SafeYaml.Parse(new byte[10 << 20], "r.yaml")).Message, StringComparison.Ordinal);
        Assert.Contains("not UTF-8",
            Assert.Throws<DlsException>(static () => SafeYaml.Parse([0x61, 0xFF], "r.yaml")).Message, StringComparison.Ordinal);
        Assert.Contains("nested deeper than 32", Assert.Throws<DlsException>(
            static () => Parse(new string('[', 5000) + new string(']', 5000))).Message, StringComparison.Ordinal);
        Assert.Contains("nested deeper than 32", Assert.Throws<DlsException>(static () => Parse(
            string.Concat(Enumerable.Range(0, 400).Select(static i => new string(' ', i) + "a:\n")))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_half_megabyte_of_opening_brackets_does_not_take_the_program_down()
    {
        Assert.Throws<DlsException>(static () => Parse(new string('[', 500_000)));
        Assert.Throws<DlsException>(static () => Parse(new string('{', 500_000)));
        Assert.Throws<DlsException>(static () => Parse(string.Concat(Enumerable.Repeat("- ", 200_000))));
    }

    [Theory]
    [InlineData("1.5")]
    [InlineData("101")]
    [InlineData("1e3")]
    [InlineData("''")]
    public void A_number_must_be_one(string text)
    {
        Assert.Throws<DlsException>(() => Parse($"n: {text}\n").RequireKeys()[0].Value.RequireNumber(0, 100));
    }

    [Fact]
    public void Truth_is_true_or_false_only()
    {
        Assert.True(Parse("n: true\n").Find("n")!.RequireBool());
        Assert.Throws<DlsException>(static () => Parse("n: yes\n").Find("n")!.RequireBool());
        Assert.Equal(0.25m, Parse("n: 0.25\n").Find("n")!.RequireDecimal(0, 1));
        Assert.Throws<DlsException>(static () => Parse("n: 1e-3\n").Find("n")!.RequireDecimal(0, 1));
    }

    private static YamlNode Parse(string text) => SafeYaml.Parse(Encoding.UTF8.GetBytes(text), "r.yaml");
}
