using System.Text;
using System.Text.RegularExpressions;
using DlStore.TestKit;

namespace DlStore.Cli.Tests;

/// <summary>
/// README's walks, typed word for word in an empty directory: every command ends well and prints what the page says.
/// </summary>
public sealed class ReadmeWalkTests
{
    [Fact]
    public void Five_minutes_can_be_typed_as_they_stand() => Walk("## Five minutes");

    [Fact]
    public void A_crop_becomes_a_data_set_and_the_data_set_weights_in_use_as_it_stands() =>
        Walk("## From one crop to a data set", "## From a data set to weights in use");

    private static void Walk(params string[] sections)
    {
        using Scene scene = new();
        Walk(scene, "README.md", string.Concat(sections.Select(static s => Section(s))));
    }

    /// <summary>Types every line of a text that begins with <c>$</c>, in the directory <c>walk</c> of a scene.</summary>
    /// <param name="scene">May have something there already.</param>
    /// <param name="page">The page's name, for messages.</param>
    /// <param name="text">What stands there.</param>
    /// <returns>Each command with what it printed.</returns>
    internal static IReadOnlyList<(string Command, string Printed)> Walk(Scene scene, string page, string text)
    {
        (string Command, string[] Output)[] steps = [.. Steps(text)];
        Assert.True(steps.Length > 15, $"only {steps.Length} commands were found in {page}");
        Directory.CreateDirectory(scene.At("bin"));
        string program = DlsProcess.FindProgram();
        scene.Write(
            "bin/dls", $"#!/bin/sh\nexec {(program.EndsWith(".dll", StringComparison.Ordinal) ? "dotnet " : "")}'{program}' \"$@\"\n");
        File.SetUnixFileMode(scene.At("bin/dls"), (UnixFileMode)0x1ED);
        StringBuilder script = new("set -e\nPATH=$1:$PATH\n");
        foreach ((string command, string[] _) in steps)
        {
            script.Append(command).Append("\necho '--- step'\n");
        }

        Directory.CreateDirectory(scene.At("walk"));
        RunResult run = scene.RunProgram("bash", ["-c", $"exec 2>&1\n{script}", "walk", scene.At("bin")], scene.At("walk")).Expect(0);

        string[] printed = run.Output.Split("--- step\n");
        for (int i = 0; i < steps.Length; i++)
        {
            foreach (string line in steps[i].Output)
            {
                Assert.True(Normal(printed[i]).Contains(Normal(line), StringComparison.Ordinal),
                    $"{page} says that `{steps[i].Command}` prints\n{line}\nbut it printed\n{printed[i]}");
            }
        }

        return [.. steps.Select((s, i) => (s.Command, printed[i]))];
    }

    /// <summary>Digests, commit ids and times differ from run to run; sizes of random bytes do not.</summary>
    private static string Normal(string text) => Regex.Replace(text, @"\b[0-9a-f]{12,64}\b", "<ID>");

    private static string Section(string heading)
    {
        string text = File.ReadAllText(SourceTree.At("README.md"));
        int start = text.IndexOf(heading, StringComparison.Ordinal);
        return text[start..text.IndexOf("\n## ", start + heading.Length, StringComparison.Ordinal)];
    }

    private static IEnumerable<(string Command, string[] Output)> Steps(string section)
    {
        foreach (Match block in Regex.Matches(section, "```\n(.*?)```", RegexOptions.Singleline))
        {
            string[] lines = block.Groups[1].Value.TrimEnd('\n').Split('\n');
            for (int i = 0; i < lines.Length; i++)
            {
                if (lines[i].StartsWith("$ ", StringComparison.Ordinal))
                {
                    yield return (lines[i][2..],
                        [.. lines.Skip(i + 1).TakeWhile(static l => !l.StartsWith("$ ", StringComparison.Ordinal))]);
                }
            }
        }
    }
}
