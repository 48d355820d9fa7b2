using System.Text;
using System.Text.RegularExpressions;
using DlStore.TestKit;

namespace DlStore.Cli.Tests.Imports;

/// <summary>docs/from-lfs.md, typed word for word in an empty directory, with the real git-lfs.</summary>
public sealed class FromLfsWalkTests
{
    [Fact]
    public void The_page_can_be_typed_as_it_stands()
    {
        using Scene scene = new();
        (string Command, string[] Output)[] steps = [.. Steps(File.ReadAllText(SourceTree.At("docs/from-lfs.md")))];
        Assert.True(steps.Length > 25, $"only {steps.Length} commands were found");
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
                Assert.True(printed[i].Contains(line, StringComparison.Ordinal),
                    $"the page says that `{steps[i].Command}` prints\n{line}\nbut it printed\n{printed[i]}");
            }
        }

        Assert.Equal("", printed[Array.FindIndex(steps, static s => s.Command == "git lfs ls-files")]);
    }

    private static IEnumerable<(string Command, string[] Output)> Steps(string page)
    {
        foreach (Match block in Regex.Matches(page, "```\n(.*?)```", RegexOptions.Singleline))
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
