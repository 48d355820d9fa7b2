using CommandLine;
using DlStore.Cli.Manual;

namespace DlStore.Cli.Tests;

/// <summary>What the command line parser does with the shapes of options that dls uses, and how its errors are said.</summary>
public sealed class ArgumentReaderTests
{
    private static readonly CommandEntry Entry = new("sample take", "Tests", "take a sample", static () => new SampleCommand());

    [Fact]
    public void Options_may_stand_anywhere()
    {
        SampleCommand command = Read("--jobs", "3", "home", "-n", "a", "--speed=FAST", "b", "-q", "c");

        Assert.Equal(("home", 3, true, Speed.Fast, true), (command.Name, command.Jobs, command.DryRun, command.Speed, command.Quiet));
        Assert.Equal(["a", "b", "c"], command.Paths);
    }

    [Fact]
    public void After_two_dashes_everything_is_an_argument()
    {
        SampleCommand command = Read("home", "-q", "--", "-n", "--jobs", "--", "-");

        Assert.Equal(["-n", "--jobs", "--", "-"], command.Paths);
        Assert.False(command.DryRun);
    }

    [Fact]
    public void A_switch_may_be_repeated()
    {
        Assert.True(Read("home", "-q", "--quiet").Quiet);
    }

    [Theory]
    [InlineData("missing argument NAME for 'dls sample take'")]
    [InlineData("missing argument NAME for 'dls sample take'", "--dry-run")]
    [InlineData("unknown option '--foo' for 'dls sample take'", "home", "--foo")]
    [InlineData("unknown option '-x' for 'dls sample take'", "home", "-x")]
    [InlineData("unknown option '--foo' for 'dls sample take'", "--foo=3")]
    [InlineData("missing value after option '--jobs' of 'dls sample take'", "home", "--jobs")]
    [InlineData("missing value after option '--jobs' of 'dls sample take'", "home", "-nj")]
    [InlineData("missing value after option '--memo' of 'dls sample take'", "home", "--memo", "--dry-run")]
    [InlineData("missing value after option '--memo' of 'dls sample take'", "home", "--memo", "--", "x")]
    [InlineData("bad value for option '--jobs' of 'dls sample take': expected a number", "home", "--jobs", "many")]
    [InlineData("bad value for option '--jobs' of 'dls sample take': expected a number", "home", "-j", "99999999999999999999")]
    [InlineData("bad value for option '--speed' of 'dls sample take': expected slow, fast", "home", "--speed", "warp")]
    public void Errors_say_the_whole_command(string message, params string[] args)
    {
        DlsException error = Assert.Throws<DlsException>(() => Read(args));

        Assert.Equal((ErrorKind.Usage, message), (error.Kind, error.Message));
        Assert.Equal("`dls help sample take` shows how it is used", error.Hint);
    }

    [Fact]
    public void A_misspelt_option_gets_a_suggestion()
    {
        Assert.Equal("did you mean '--dry-run'?", Assert.Throws<DlsException>(() => Read("home", "--dryrun")).Hint);
    }

    [Theory]
    [InlineData("--memo", "", "")]
    [InlineData("--memo=--dry-run", null, "--dry-run")]
    [InlineData("--memo", "a=b c", "a=b c")]
    [InlineData("--memo", "-", "-")]
    public void A_value_is_taken_as_it_is(string option, string? next, string memo)
    {
        Assert.Equal(memo, Read(next is null ? ["home", option] : ["home", option, next]).Memo);
    }

    [Fact]
    public void Of_a_repeated_option_the_last_counts()
    {
        Assert.Equal(3, Read("home", "--jobs", "2", "--jobs", "3").Jobs);
    }

    [Fact]
    public void Usage_puts_arguments_before_options()
    {
        Assert.Equal(
            "dls sample take NAME [PATH...] [--jobs N] [--dry-run] [--speed slow|fast] [--memo TEXT]", CommandShape.Of(Entry).Usage);
    }

    private static SampleCommand Read(params string[] args) => (SampleCommand)ArgumentReader.Read(Entry, args);

    internal enum Speed
    {
        Slow,
        Fast,
    }

    internal sealed class SampleCommand : Command
    {
        [Value(0, MetaName = "NAME", Required = true, HelpText = "whose sample")]
        public string Name { get; set; } = "";

        [Value(1, MetaName = "PATH", HelpText = "what to take")]
        public IEnumerable<string> Paths { get; set; } = [];

        [Option('j', "jobs", MetaValue = "N", HelpText = "how many at once")]
        public int Jobs { get; set; } = 2;

        [Option('n', "dry-run", HelpText = "change nothing")]
        public bool DryRun { get; set; }

        [Option("speed", HelpText = "how fast")]
        public Speed Speed { get; set; }

        [Option("memo", MetaValue = "TEXT", HelpText = "a remark")]
        public string? Memo { get; set; }

        public override Task<int> RunAsync(Session session, CancellationToken cancel) => Task.FromResult(ExitCode.Done);
    }
}
