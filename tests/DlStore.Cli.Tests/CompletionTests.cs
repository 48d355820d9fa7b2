using DlStore.Cli.Manual;

namespace DlStore.Cli.Tests;

public sealed class CompletionTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("dls-test-").FullName;

    public static TheoryData<string> VisibleCommands => [.. CommandTable.Visible.Select(static e => e.Words)];

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData("bash")]
    [InlineData("zsh")]
    [InlineData("fish")]
    public void The_script_is_accepted_by_its_shell(string shell)
    {
        string script = Write(shell);

        Assert.Contains($"made by `dls completion {shell}`", File.ReadAllText(script), StringComparison.Ordinal);
        if (ShellRunner.Exists(shell))
        {
            Assert.Equal((0, "", ""), ShellRunner.Run(shell, "-n", script));
        }
    }

    [Theory]
    [MemberData(nameof(VisibleCommands))]
    public void Bash_completes_each_word_of_a_command_and_its_options(string words)
    {
        string[] typed = words.Split(' ');
        for (int i = 0; i < typed.Length; i++)
        {
            Assert.Contains(typed[i], Complete([.. typed[..i], typed[i][..1]]));
        }

        string[] offered = Complete([.. typed, "--"]);
        Assert.All(CommandShape.Of(CommandTable.Find(words)!).VisibleOptions, o => Assert.Contains("--" + o.Long, offered));
        Assert.Contains("--help", offered);
    }

    [Fact]
    public void Bash_completes_choices()
    {
        Assert.Equal(["bash"], Complete(["completion", "b"]));
        Assert.Equal(["bash", "zsh", "fish"], Complete(["completion", ""]));
    }

    [Fact]
    public void Names_of_the_repository_are_offered_where_they_are_taken()
    {
        using DlStore.TestKit.Scene scene = new();
        string dls = scene.UseExecutable();
        scene.MakeRepo();
        scene.Write("repo/data/x", "x\n");
        scene.Write("repo/a name.bin", "x\n");
        scene.Dls("repo", "add", "data", "a name.bin", "--quiet").Expect(0);
        scene.Dls("repo", "kind", "new", "ssd").Expect(0);
        scene.Dls("repo", "host", "add", "gpu", "ada@gpu1").Expect(0);
        scene.Git("repo", "tag", "v1");
        string path = $"{Path.GetDirectoryName(dls)}:{Environment.GetEnvironmentVariable("PATH")}";
        scene.Environment["PATH"] = path;
        string Bash(params string[] typed)
        {
            const string Drive = "source \"$1\"; shift; COMP_WORDS=(dls \"$@\"); COMP_CWORD=$#; _dls; printf '%s\\n' \"${COMPREPLY[@]}\"";
            return scene.RunProgram("bash", ["-c", Drive, "bash", Write("bash"), .. typed], scene.At("repo")).Expect(0).Output.Trim();
        }

        Assert.Equal("lab", Bash("push", "--remote", "l"));
        Assert.Equal("lab", Bash("remote", "check", ""));
        Assert.Equal("ssd", Bash("kind", "show", "s"));
        Assert.Equal("gpu", Bash("host", "remove", "g"));
        Assert.Equal("v1", Bash("checkout", "--rev", "v"));
        Assert.Equal("a name.bin", Bash("rm", "a ").Split('\n')[0]);
        Assert.Contains("data", Bash("pull", "d").Split('\n'));
        Assert.Equal("", Bash("remote", "add", "l"));
        if (ShellRunner.Exists("fish"))
        {
            string fish = Write("fish");
            Assert.Contains("lab", scene.RunProgram("fish", ["--no-config", "-c", $"source {fish}; complete -C 'dls push --remote '"],
                scene.At("repo")).Output, StringComparison.Ordinal);
            Assert.Contains("gpu", scene.RunProgram("fish", ["--no-config", "-c", $"source {fish}; complete -C 'dls host check '"],
                scene.At("repo")).Output, StringComparison.Ordinal);
        }

        scene.Dls("repo", "names", "nosuch").Expect(2);
    }

    [Fact]
    public void Fish_completes_commands_options_and_choices()
    {
        if (!ShellRunner.Exists("fish"))
        {
            return;
        }

        string script = Write("fish");

        Assert.Contains("completion\t",
            ShellRunner.Run("fish", "--no-config", "-c", $"source {script}; complete -C 'dls comp'").Output, StringComparison.Ordinal);
        Assert.Contains("--quiet\t", ShellRunner.Run("fish", "--no-config", "-c", $"source {script}; complete -C 'dls version --q'").Output,
            StringComparison.Ordinal);
        Assert.Equal("fish\n", ShellRunner.Run("fish", "--no-config", "-c", $"source {script}; complete -C 'dls completion f'").Output);
    }

    private string[] Complete(string[] typed)
    {
        const string Drive = "source \"$1\"; shift; COMP_WORDS=(dls \"$@\"); COMP_CWORD=$#; _dls; printf '%s\\n' \"${COMPREPLY[@]}\"";
        (int code, string output, string talk) = ShellRunner.Run("bash", ["-c", Drive, "bash", Write("bash"), .. typed]);
        Assert.Equal((0, ""), (code, talk));
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private string Write(string shell)
    {
        string path = Path.Combine(_directory, "dls." + shell);
        (int code, string output, _) = Captured.Run("completion", shell);
        Assert.Equal(0, code);
        File.WriteAllText(path, output);
        return path;
    }
}
