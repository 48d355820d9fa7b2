using System.Diagnostics;
using System.Globalization;
using System.Text;
using DlStore.Learning.Logs;
using DlStore.Learning.Runs;
using DlStore.TestKit;

namespace DlStore.Tests.Learning;

/// <summary>The program that checks a log on its host says what the reader says here, in every awk: rule, count and line.</summary>
public sealed class RulesScriptTests : IDisposable
{
    private const string Stop = "[{name: nan, match: 'loss nan', action: warn}, "
        + "{name: missing, match: 'cannot load', unless: 'data/labels/[0-9]+[.]png', action: stop, count: 2}]";

    private const string Log =
        "one\r10%\rloss NaN\r99%\n\nCannot load data/labels/32.png\nCannot load x\nloss\0nan\nCannot load \"y\"\nhalf\rpart";

    private readonly TempDir _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Alarms_name_the_lines_that_an_editor_shows()
    {
        LogReader reader = new(PresetLog.Rules("metrics: [{pattern: 'x (?<x>\\d)'}]", Stop));
        LogBatch read = PresetLog.Read(reader, Encoding.UTF8.GetBytes(Log));

        Assert.Equal(["nan 1", "missing 4", "missing 6"], read.Events.Select(static e => $"{e.Kind} {e.LineNumber}"));
        Assert.Equal(6, reader.StoppedBy!.LineNumber);
        Assert.All(AwkProgram.Here, awk => Assert.Equal(
            $"{awk} consumed {Log.Length} | seen lines 6 | seen rule-1 1 | seen rule-2 2 | stop missing line 6 | "
                + "warn nan 1 | stop missing 6", $"{awk} {Run(awk, Log, "last")}"));
    }

    [Fact]
    public void A_line_that_has_not_ended_is_looked_at_by_its_pieces()
    {
        Assert.All(AwkProgram.Here, awk => Assert.Equal(
            $"{awk} consumed 14 | seen lines 1 | seen rule-1 1 | seen rule-2 0 | warn nan 2",
            $"{awk} {Run(awk, "a\n1%\rloss nan\r2%", "")}"));
    }

    private string Run(string awk, string log, string last)
    {
        File.WriteAllText($"{_directory.Path}/rules.awk", HostScripts.Read("rules.awk"));
        File.WriteAllText(
            $"{_directory.Path}/rules", "warn\t1\tnan\tloss nan\t\nstop\t2\tmissing\tcannot load\tdata/labels/[0-9]+[.]png\n");
        File.WriteAllText($"{_directory.Path}/log", log.Replace('\0', '\u0001'));
        File.Delete($"{_directory.Path}/alarms");
        ProcessStartInfo start = new(awk)
        {
            ArgumentList = { "-f", $"{_directory.Path}/rules.awk", $"{_directory.Path}/log" },
            RedirectStandardOutput = true,
            Environment =
            {
                ["RULES"] = $"{_directory.Path}/rules",
                ["SEEN"] = $"{_directory.Path}/none",
                ["ALARMS"] = $"{_directory.Path}/alarms",
                ["NOW"] = "1",
                ["LENGTH"] = log.Length.ToString(CultureInfo.InvariantCulture),
                ["LAST"] = last,
                ["LC_ALL"] = "C",
            },
        };
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        string alarms = string.Concat(File.ReadAllLines($"{_directory.Path}/alarms").Select(static l => l.Split('\t')).Select(
            static p => $" | {p[1]} {p[2]} {p[3]}"));
        return output.Trim().Replace("\n", " | ", StringComparison.Ordinal) + alarms;
    }
}
