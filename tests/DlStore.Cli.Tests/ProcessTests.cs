namespace DlStore.Cli.Tests;

/// <summary>The few things that only the real process shows.</summary>
public sealed class ProcessTests
{
    [Fact]
    public void The_built_program_prints_its_version()
    {
        Assert.Equal((0, "dls 0.1.0\n", ""), ShellRunner.Run(ShellRunner.Dls, "--version"));
    }

    [Fact]
    public void A_broken_pipe_is_quiet()
    {
        Assert.Equal((0, "", ""), ShellRunner.Run("bash", "-c", "\"$DLS\" help --markdown | true; exit \"${PIPESTATUS[0]}\""));
    }

    [Fact]
    public void A_full_disk_behind_standard_output_is_told()
    {
        (int code, string output, string talk) = ShellRunner.Run("bash", "-c", "\"$DLS\" help > /dev/full");

        Assert.Equal((1, ""), (code, output));
        Assert.Equal("error: cannot finish: no space left on device\nhint: free space there and run the command again\n", talk);
    }

    [Fact]
    public void Output_shared_with_other_programs_keeps_its_order()
    {
        string file = Path.GetTempFileName();
        ShellRunner.Run("bash", "-c", "{ echo before; \"$DLS\" version; echo after; } > \"$0\"", file);

        Assert.Equal("before\ndls 0.1.0\nafter\n", File.ReadAllText(file));
        File.Delete(file);
    }

    [Theory]
    [InlineData("TERM=xterm", true)]
    [InlineData("TERM=xterm NO_COLOR=1", false)]
    [InlineData("TERM=xterm NO_COLOR=", true)]
    [InlineData("TERM=dumb", false)]
    [InlineData("TERM=", false)]
    public void Colour_follows_the_environment(string environment, bool coloured)
    {
        // script(1) of util-linux gives the program a terminal.
        (_, string output, _) = ShellRunner.Run(
            "script", "-qec", $"env -u NO_COLOR {environment} '{ShellRunner.Dls}' nonsense", "/dev/null");

        Assert.Equal(coloured, output.Contains("\u001b[31merror: \u001b[0m", StringComparison.Ordinal));
        Assert.Contains("unknown command 'dls nonsense'", output, StringComparison.Ordinal);
    }
}
