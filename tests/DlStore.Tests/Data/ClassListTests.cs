using System.Text;
using DlStore.Data.Annotations;

namespace DlStore.Tests.Data;

public sealed class ClassListTests
{
    [Fact]
    public void The_id_is_the_line_and_new_classes_go_behind()
    {
        ClassList list = Parse("close\nopen\n");

        ClassListGrowth grown = list.Append(["zoom", "close", "add", "zoom"]);

        Assert.Equal(["add", "zoom"], grown.Added);
        Assert.Equal(["close", "open", "add", "zoom"], grown.List.Labels);
        Assert.Equal((0, 1, 3), (grown.List.IdOf("close"), grown.List.IdOf("open"), grown.List.IdOf("zoom")));
        Assert.Null(grown.List.IdOf("Close"));
        Assert.Equal("close\nopen\nadd\nzoom\n", Encoding.UTF8.GetString(grown.List.ToBytes()));
        Assert.Same(list, list.Append(["open"]).List);
        Assert.Empty(Parse("").Labels);
    }

    [Fact]
    public void The_page_shows_such_a_file()
    {
        string example = FormatPage.Read("class-list").Text("close\n");

        Assert.Equal(example, Encoding.UTF8.GetString(Parse(example).ToBytes()));
    }

    [Theory]
    [InlineData("a\n\nb\n", "c.txt:2': the line is blank")]
    [InlineData("a\nb\n\n", "c.txt:3': the line is blank")]
    [InlineData("a\nb\na\n", "c.txt:3': class 'a' stands in line 1 already")]
    [InlineData("a\n b\n", "c.txt:2': ' b' cannot name a class: it begins or ends with a blank")]
    [InlineData("a\nb \n", "c.txt:2': 'b ' cannot name a class")]
    [InlineData("a\r\nb\r\n", "c.txt:1': the line ends in CR LF")]
    [InlineData("a\nb", "c.txt:2': the last line has no line end")]
    [InlineData("a\tb\n", "c.txt:1': 'a\\x09b' cannot name a class: it holds a control character")]
    public void A_line_that_readers_would_take_differently_is_refused(string text, string message)
    {
        Assert.Contains(message, Assert.Throws<DlsException>(() => Parse(text)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_have_a_length_and_no_odd_characters()
    {
        Assert.Null(LabelName.WhyRefused(new string('あ', 100)));
        Assert.NotNull(LabelName.WhyRefused(new string('a', 101)));
        Assert.NotNull(LabelName.WhyRefused("\ud800"));
        Assert.NotNull(LabelName.WhyRefused("a\u2028b"));
        Assert.Throws<DlsException>(static () => ClassList.Empty.Append(["a", " b"]));
        Assert.True(LabelName.IsLowerCase("ru_close 閉"));
        Assert.False(LabelName.IsLowerCase("RBC"));
    }

    private static ClassList Parse(string text) => ClassList.Parse(Encoding.UTF8.GetBytes(text), "c.txt");
}
