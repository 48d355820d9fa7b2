using System.Reflection;
using System.Text.Json;
using CommandLine;
using DlStore.Cli.Manual;

namespace DlStore.Cli.Tests;

public sealed class ProgramTests
{
    public static TheoryData<string> VisibleCommands => [.. CommandTable.Visible.Select(static e => e.Words)];

    [Theory]
    [InlineData("--version")]
    [InlineData("version")]
    [InlineData("version", "--quiet")]
    public void The_version_is_one_line(params string[] args)
    {
        Assert.Equal((0, "dls 0.1.0\n", ""), Captured.Run(args));
    }

    [Theory]
    [InlineData]
    [InlineData("help")]
    [InlineData("--help")]
    [InlineData("-h")]
    public void The_overview_lists_every_visible_command(params string[] args)
    {
        (int code, string output, string talk) = Captured.Run(args);

        Assert.Equal(0, code);
        Assert.Equal("", talk);
        Assert.All(CommandTable.Visible, entry => Assert.Contains($"  {entry.Words} ", output, StringComparison.Ordinal));
        Assert.All(CommandTable.All.Where(static e => e.Hidden),
            entry => Assert.DoesNotContain($"  {entry.Words} ", output, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(VisibleCommands))]
    public void Help_names_the_whole_command_and_has_an_example(string words)
    {
        (int code, string output, string talk) = Captured.Run([.. words.Split(' '), "--help"]);

        Assert.Equal((0, ""), (code, talk));
        Assert.StartsWith($"usage: dls {words}", output, StringComparison.Ordinal);
        Assert.Contains("\nexamples\n  dls " + words, output, StringComparison.Ordinal);
        Assert.Contains("\nexit codes\n", output, StringComparison.Ordinal);
        Assert.Equal(output, Captured.Run(["help", .. words.Split(' ')]).Output);
        Assert.All(output.Split('\n').Where(static l => !l.StartsWith("  dls ", StringComparison.Ordinal)),
            static line => Assert.True(line.Length <= HelpPage.Columns, line));
    }

    [Theory]
    [MemberData(nameof(VisibleCommands))]
    public void Every_option_has_a_long_name_and_help(string words)
    {
        CommandShape shape = CommandShape.Of(CommandTable.Find(words)!);

        Assert.All(shape.Options, static o => Assert.Matches("^[a-z][a-z-]+$", o.Long));
        Assert.All(shape.Options, static o => Assert.Matches("^[a-z].*[^.]$", o.Help));
        Assert.All(shape.Values, static v => Assert.Matches("^[A-Z][A-Z-]*$", v.Name));
        Assert.Matches("^[a-z].*[^.]$", shape.Entry.Summary);
    }

    /// <summary>The parser lets an option of many values swallow the arguments after it; <c>--kind a,b</c> is one text instead.</summary>
    [Theory]
    [MemberData(nameof(VisibleCommands))]
    public void No_option_takes_a_sequence(string words)
    {
        IEnumerable<PropertyInfo> options = CommandTable.Find(
            words)!.Create().GetType().GetProperties().Where(static p => p.IsDefined(typeof(OptionAttribute)));

        Assert.All(options, static p => Assert.True(
            p.PropertyType == typeof(string) || !p.PropertyType.IsAssignableTo(typeof(System.Collections.IEnumerable)), p.Name));
    }

    [Theory]
    [MemberData(nameof(VisibleCommands))]
    public void An_unknown_option_names_the_whole_command(string words)
    {
        (int code, string output, string talk) = Captured.Run([.. words.Split(' '), "--nonsense"]);

        Assert.Equal((2, ""), (code, output));
        Assert.Equal($"error: unknown option '--nonsense' for 'dls {words}'\nhint: `dls help {words}` shows how it is used\n", talk);
    }

    [Theory]
    [InlineData("versoin", "did you mean `dls version`?")]
    [InlineData("complet", "did you mean `dls completion`?")]
    [InlineData("xyzzy", "`dls help` lists the commands, `dls help pages` the pages about files and formats")]
    [InlineData("kindfile", "did you mean `dls help kind-file`?")]
    public void An_unknown_command_gets_a_suggestion(string typed, string hint)
    {
        Assert.Equal((2, "", $"error: unknown command 'dls {typed}'\nhint: {hint}\n"), Captured.Run(typed));
        Assert.Equal((2, "", $"error: unknown command 'dls {typed}'\nhint: {hint}\n"), Captured.Run("help", typed));
    }

    [Fact]
    public void Options_before_the_command_are_refused_with_advice()
    {
        (int code, _, string talk) = Captured.Run("-q", "version");

        Assert.Equal(2, code);
        Assert.Equal(
            "error: unknown option '-q' before the command\nhint: write options after the command; `dls help` lists the commands\n", talk);
    }

    [Fact]
    public void With_json_an_error_is_one_document_on_standard_output()
    {
        (int code, string output, string talk) = Captured.Run("version", "--json", "--nonsense");

        JsonElement error = JsonDocument.Parse(output).RootElement.GetProperty("error");
        Assert.Equal((2, ""), (code, talk));
        Assert.Equal("usage", error.GetProperty("kind").GetString());
        Assert.Equal("unknown option '--nonsense' for 'dls version'", error.GetProperty("message").GetString());
        Assert.Equal("`dls help version` shows how it is used", error.GetProperty("hint").GetString());
        Assert.Equal(0, error.GetProperty("items").GetArrayLength());
        Assert.Equal(2, error.GetProperty("exitCode").GetInt32());
    }

    [Theory]
    [InlineData("version", "--json")]
    [InlineData("help", "--json")]
    [InlineData("completion", "bash", "--json")]
    public void With_json_a_result_is_one_document(params string[] args)
    {
        (int code, string output, _) = Captured.Run(args);

        Assert.Equal(0, code);
        Assert.Equal(JsonValueKind.Object, JsonDocument.Parse(output).RootElement.ValueKind);
    }

    [Fact]
    public void The_table_has_no_command_twice()
    {
        Assert.Equal(CommandTable.All.Count, CommandTable.All.Select(static e => e.Words).Distinct().Count());
        Assert.Equal(CommandTable.All.Count, CommandTable.All.Select(static e => e.Create().GetType()).Distinct().Count());
    }

    /// <summary>A line read without the parser must mean the same as one read with it.</summary>
    [Theory]
    [InlineData]
    [InlineData("a")]
    [InlineData("a", "b")]
    [InlineData("a", "b", "c")]
    public void Plain_lines_mean_what_the_parser_makes_of_them(params string[] words)
    {
        foreach (CommandEntry entry in CommandTable.All)
        {
            string[] line = ["--json", .. words, "-q"];
            if (ArgumentReader.ReadPlain(entry, line) is { } plain)
            {
                Assert.Equal(Values(ArgumentReader.Parse(entry, line)), Values(plain));
            }
        }
    }

    private static IEnumerable<string> Values(
        Command command) => command.GetType().GetProperties().OrderBy(static p => p.Name).Select(p => p.GetValue(command) switch
    {
        string text => $"{p.Name} = '{text}'",
        System.Collections.IEnumerable many => $"{p.Name} = {string.Join('|', many.Cast<object>())}",
        object other => $"{p.Name} = {other}",
        null => $"{p.Name} = null",
    });
}
