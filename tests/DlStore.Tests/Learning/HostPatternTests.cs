using System.Text;
using DlStore.Learning.Logs;
using DlStore.TestKit;
using Xunit.Abstractions;

namespace DlStore.Tests.Learning;

public sealed class HostPatternTests(ITestOutputHelper output)
{
    private static readonly string[] Pieces =
        ["a", "b", "ab", "1", " ", ".", "[ab]", "[^a]", "[0-9]", "[a-c1-]",
            "[(]", "[|]", "[$]", "[.*+?]", "(a|b1)", "(a|b|1)", "(^|b)", "(1|$)", "^", "$", "-", "/", "\"", "'", "&", "%", "[{]"];

    private static readonly string[] Repeats = ["", "", "", "*", "+", "?", "|"];

    private const string Letters = "ab1 .(|$*+?-/\"'&%{c";

    [Fact]
    public void Accepted_expressions_mean_the_same_to_awk_and_to_the_reader()
    {
        Random random = Seeded.Start(output);
        string[] lines = [.. Enumerable.Range(
            0, 300).Select(_ => string.Concat(Enumerable.Range(0, random.Next(8)).Select(_ => Letters[random.Next(Letters.Length)])))];
        byte[] log = Encoding.UTF8.GetBytes(string.Join('\n', lines) + "\n");
        int accepted = 0;
        int matched = 0;
        for (int i = 0; i < 150; i++)
        {
            string text = string.Concat(Enumerable.Range(
                0, random.Next(1, 6)).Select(_ => Pieces[random.Next(Pieces.Length)] + Repeats[random.Next(Repeats.Length)]));
            if (HostPattern.WhyRefused(text) is not null)
            {
                continue;
            }

            StopRule rule = StopRule.Create("x", text);
            string ours = string.Join(' ', Enumerable.Range(1, lines.Length).Where(n => rule.IsMatch(lines[n - 1])));
            accepted++;
            matched += ours.Length > 0 ? 1 : 0;
            foreach (string awk in AwkProgram.Here)
            {
                string[] theirs = AwkProgram.Match(awk, text, null, log).Split(' ');
                string[] differ = [
                    .. theirs.Except(ours.Split(' ')).Union(ours.Split(' ').Except(theirs)).Select(n => $"'{lines[int.Parse(n) - 1]}'")];
                Assert.True(differ.Length == 0, $"{awk} differs from the reader in '{text}' on {string.Join(", ", differ)}");
            }
        }

        Assert.True(accepted > 30 && matched > 20, $"only {accepted} expressions were accepted, and {matched} matched anything");
    }
}
