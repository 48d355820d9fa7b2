using System.Text;
using DlStore.Data.Findings;
using DlStore.Data.Lint;

namespace DlStore.Tests.Data;

public sealed class LintBaselineTests
{
    [Fact]
    public void A_code_is_accepted_for_its_file_whatever_the_line()
    {
        string page = FormatPage.Read("lint-baseline").Text("# the two");
        LintBaseline baseline = Parse(page);

        Assert.True(baseline.Accepts(LintCodes.BoxEmpty.At("Annotations/close_338.xml", 77, "other words")));
        Assert.False(baseline.Accepts(LintCodes.BoxOut.At("Annotations/close_338.xml", 77, "x")));
        Assert.False(baseline.Accepts(LintCodes.BoxEmpty.At("Annotations/close_339.xml", 77, "x")));
        Assert.True(baseline.Accepts(LintCodes.Twin.At("JPEGImages", 0, "x")));
        Assert.Equal(page[(page.IndexOf('\n', StringComparison.Ordinal) + 1)..], Encoding.UTF8.GetString(baseline.ToBytes()));
    }

    [Fact]
    public void What_is_made_of_findings_accepts_them_and_is_read_again()
    {
        Finding[] findings = [LintCodes.Twin.At("", 0, "x"), LintCodes.BoxTiny.At("a b/閉\t\n.xml", 3, "x"),
            LintCodes.BoxTiny.At("a b/閉\t\n.xml", 4, "x"), LintCodes.BoxOut.At("a\\b", 1, "x")];

        LintBaseline made = LintBaseline.Of(findings);
        LintBaseline read = LintBaseline.Parse(made.ToBytes(), "b.lint");

        Assert.Equal(3, read.Count);
        Assert.All(findings, f => Assert.True(read.Accepts(f)));
        Assert.Empty(LintBaseline.Empty.ToBytes());
        Assert.False(LintBaseline.Empty.Accepts(findings[0]));
    }

    [Theory]
    [InlineData("TWIN\ta\nNOPE\tb\n", "b.lint:2': there is no code 'NOPE'")]
    [InlineData("TWIN\tb\nTWIN\ta\n", "b.lint:2': the lines are not sorted")]
    [InlineData("TWIN\ta\nTWIN\ta\n", "b.lint:2': the lines are not sorted, or this one stands there twice")]
    [InlineData("TWIN a\n", "b.lint:1': expected CODE, a tab and a file")]
    [InlineData("\nTWIN\ta\n", "b.lint:1': expected CODE")]
    [InlineData("TWIN\ta\r\n", "b.lint:1': expected CODE")]
    public void A_line_of_another_form_is_refused(string text, string message)
    {
        Assert.Contains(message, Assert.Throws<DlsException>(() => Parse(text)).Message, StringComparison.Ordinal);
    }

    private static LintBaseline Parse(string text) => LintBaseline.Parse(Encoding.UTF8.GetBytes(text), "b.lint");
}
