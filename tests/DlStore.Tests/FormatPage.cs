using System.Text.RegularExpressions;
using DlStore.TestKit;

namespace DlStore.Tests;

/// <summary>
/// The indented examples of a page in docs/formats, so that a page and the code cannot drift apart: tests compare the code with the page
/// itself, not with a copy of it.
/// </summary>
internal sealed class FormatPage
{
    private readonly List<string> _blocks = [];

    private FormatPage(string text)
    {
        // A block is a run of lines indented by four spaces, set off by an empty line.
        foreach (Match block in Regex.Matches(text, @"(?<=\n\n)(?:    [^\n]*\n)+"))
        {
            _blocks.Add(string.Concat(block.Value.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l[4..] + "\n")));
        }
    }

    /// <summary>Reads a page, for example <c>pack</c>.</summary>
    public static FormatPage Read(string name) => new(File.ReadAllText(SourceTree.At($"docs/formats/{name}.md")));

    /// <summary>Gives the only block that begins with some text.</summary>
    public string Text(string beginning) => Assert.Single(_blocks, b => b.StartsWith(beginning, StringComparison.Ordinal));

    /// <summary>
    /// Gives the bytes of the only block of hex that begins with some digits; spaces, line ends and what follows <c>#</c> do not count.
    /// </summary>
    public byte[] Hex(string beginning) => Convert.FromHexString(Regex.Replace(Regex.Replace(Text(beginning), "#[^\n]*", ""), @"\s", ""));
}
