using System.Text.Json;
using System.Text.RegularExpressions;
using DlStore.Io;
using DlStore.TestKit;

namespace DlStore.Tests;

/// <summary>The words that a user reads: the right form of what is counted, and nothing of a library's own way of talking.</summary>
public sealed class WordsTests
{
    [Theory]
    [InlineData(0, "0 boxes")]
    [InlineData(1, "1 box")]
    [InlineData(12345, "12345 boxes")]
    public void A_count_takes_the_form_of_its_noun(long count, string text)
    {
        Assert.Equal(text, CountWords.Of(count, "box", "boxes"));
        Assert.Equal(count == 1 ? "1 file" : $"{count} files", CountWords.Of(count, "file"));
    }

    [Fact]
    public void No_text_leaves_the_number_open()
    {
        string[] wrong = [.. Directory.EnumerateFiles(SourceTree.At("src"), "*.cs", SearchOption.AllDirectories)
            .Where(static f => !f.Contains("/obj/", StringComparison.Ordinal) && !f.Contains("/bin/", StringComparison.Ordinal))
            .SelectMany(static f => File.ReadLines(f).Where(static l => Regex.IsMatch(l, @"[\}0-9] [a-z]+\((s|es|ies)\)"))
                .Select(l => $"{Path.GetFileName(f)}: {l.Trim()}"))];

        Assert.True(wrong.Length == 0, "use CountWords:\n" + string.Join('\n', wrong));
    }

    [Theory]
    [InlineData("{\"a\": [ }", "'}' is an invalid start of a value")]
    [InlineData("{\"a\": \"\u0001\"}", "'0x01' is invalid within a JSON string. The string should be correctly escaped")]
    [InlineData("{'a': 1}", "''' is an invalid start of a property name. Expected a '\"'")]
    public void What_is_wrong_with_JSON_is_told_without_counting_bytes(string json, string said)
    {
        JsonException thrown = Assert.ThrowsAny<JsonException>(() => JsonDocument.Parse(json).Dispose());

        Assert.Contains("LineNumber", thrown.Message, StringComparison.Ordinal);
        Assert.Equal(said, LibraryWords.Of(thrown));
    }

    [Fact]
    public void The_place_in_XML_and_in_a_pattern_is_told_once()
    {
        System.Xml.XmlException xml = Assert.Throws<System.Xml.XmlException>(static () => System.Xml.Linq.XDocument.Parse("<a><b></a>"));
        RegexParseException pattern = Assert.Throws<RegexParseException>(static () => new Regex("a[b"));

        Assert.Equal("the 'b' start tag on line 1 position 5 does not match the end tag of 'a'", LibraryWords.Of(xml));
        Assert.Equal("at character 3: unterminated [] set", LibraryWords.Of(pattern));
    }
}
