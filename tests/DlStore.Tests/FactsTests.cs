using System.Text.RegularExpressions;
using DlStore.TestKit;

namespace DlStore.Tests;

/// <summary>Facts are typed, and stay so: what src may not fall back to (CONTRIBUTING.md).</summary>
public sealed class FactsTests
{
    private const int ParametersMax = 8;
    private static readonly string Root = SourceTree.Root;

    [Fact]
    public void Nobody_takes_a_message_apart()
    {
        // ErrorReport prints, and the runtime's own messages are all that it has of a file that is not there.
        Assert.All(Sources().Where(static f => Path.GetFileName(f) != "ErrorReport.cs"), static file =>
        {
            Match bad = Regex.Match(Code(file), @"\.Message(?:\[|\s*\.(?:IndexOf|LastIndexOf|Split|Contains|StartsWith|EndsWith|Substring|AsSpan|Replace|Remove)\b)|Match(?:es)?\([\w.]*\.Message\b");
            Assert.False(bad.Success, $"{file}: '{bad.Value}' reads a message; DlsException has File, Line and Reason");
        });
    }

    [Fact]
    public void Nobody_parses_a_digest_that_a_record_holds()
    {
        // JSON is read by OidJson; files of a form of their own and typed words ask with TryParse and say themselves what is wrong.
        Assert.All(Sources(), static file => Assert.False(
            Regex.IsMatch(Code(file), @"\bOid\.Parse\("), $"{file}: a digest that is still text here; let the record hold an Oid"));
    }

    [Fact]
    public void A_record_names_its_values_where_it_has_many()
    {
        Assert.All(Sources(), static file =>
        {
            string code = Code(file);
            foreach (Match record in Regex.Matches(code, @"\brecord\s+(?:struct\s+|class\s+)?(\w+)(?:<[^>]*>)?\("))
            {
                int count = CountParameters(code, record.Index + record.Length);
                Assert.True(count <= ParametersMax, $"{file}: record {record.Groups[1].Value} has {count} positional parameters, "
                    + $"more than {ParametersMax}; use 'required ... init' properties");
            }
        });
    }

    [Theory]
    [InlineData("int A)", 1)]
    [InlineData("int A, IReadOnlyDictionary<string, string> B, (int C, int D) E, [property: X(typeof(F), G = 1)] string? H);", 4)]
    public void Parameters_are_counted_at_the_top_only(string text, int expected) => Assert.Equal(expected, CountParameters(text, 0));

    /// <summary>Counts what stands between commas up to the bracket that ends a list.</summary>
    private static int CountParameters(string code, int at)
    {
        int depth = 0, count = 1;
        for (; depth >= 0; at++)
        {
            depth += code[at] is '(' or '[' or '<' or '{' ? 1 : code[at] is ')' or ']' or '>' or '}' ? -1 : 0;
            count += code[at] == ',' && depth == 0 ? 1 : 0;
        }

        return count;
    }

    /// <summary>A file without comments and strings of one line.</summary>
    private static string Code(string file) => Regex.Replace(File.ReadAllText(file), @"//.*|""(?:\\.|[^""\\\n])*""", "");

    private static IEnumerable<string> Sources() => Directory.EnumerateFiles(Path.Combine(Root, "src"), "*.cs", SearchOption.AllDirectories)
        .Where(static file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal));
}
