using System.Globalization;
using System.Text;
using DlStore.Io;
using DlStore.Learning.Logs;
using DlStore.Learning.Records;

namespace DlStore.Learning.Runs;

/// <summary>
/// What a host shows of a run: files, a process, the age of a log. Nothing is remembered here, so whoever asks, from whatever clone, gets
/// the same answer. All times are by
/// the host's own clock, so a wrong clock there changes nothing.
/// </summary>
public sealed record RunEvidence
{
    private const int StallSecondsDefault = 1800;

    /// <summary>Gets the attempt's id.</summary>
    public required string Id { get; init; }

    /// <summary>Gets a value indicating whether the run's directory is there.</summary>
    public bool Exists { get; init; }

    /// <summary>Gets a value indicating whether everything was sent.</summary>
    public bool Ready { get; init; }

    /// <summary>Gets a value indicating whether it was started.</summary>
    public bool Started { get; init; }

    /// <summary>Gets a value indicating whether its supervisor is alive.</summary>
    public bool Alive { get; init; }

    /// <summary>Gets how the supervisor went without a word: <c>reboot</c>, <c>process</c>, or null.</summary>
    public string? Gone { get; init; }

    /// <summary>Gets why it was ended: <c>rule NAME line N</c>, <c>request</c>, <c>limit</c>, <c>stall</c>; or null.</summary>
    public string? Verdict { get; init; }

    /// <summary>Gets the exit code of the training program, or null while it runs.</summary>
    public int? ExitCode { get; init; }

    /// <summary>Gets the exit code of the test program, or null.</summary>
    public int? TestExitCode { get; init; }

    /// <summary>Gets the host's clock, seconds since 1970.</summary>
    public long Now { get; init; }

    /// <summary>Gets when it began, seconds since 1970 by the host's clock; 0 if it did not.</summary>
    public long Start { get; init; }

    /// <summary>Gets when it ended, seconds since 1970 by the host's clock; 0 if it did not.</summary>
    public long End { get; init; }

    /// <summary>Gets the programs that began, in their order: name and seconds since 1970.</summary>
    public IReadOnlyList<KeyValuePair<string, long>> Phases { get; init; } = [];

    /// <summary>Gets the bytes of the log.</summary>
    public long LogSize { get; init; }

    /// <summary>Gets how long the log has been silent, seconds.</summary>
    public long LogAge { get; init; }

    /// <summary>Gets the end of the log; untrusted text.</summary>
    public string LogTail { get; init; } = "";

    /// <summary>Gets the alarms, newest last; untrusted text.</summary>
    public IReadOnlyList<AttemptAlarm> Alarms { get; init; } = [];

    /// <summary>Gets a value indicating whether the run has an exit file.</summary>
    public bool HasEnded => ExitCode is not null;

    /// <summary>Tells how the run stands, from what is there.</summary>
    /// <param name="stallSeconds">How long a log may be silent; 0 for half an hour.</param>
    /// <param name="hasTest">Whether the kind has a test.</param>
    /// <returns>The state, and a sentence that says why where that is not plain.</returns>
    public KeyValuePair<RunState, string?> Judge(int stallSeconds, bool hasTest)
    {
        if (!Exists)
        {
            return new(RunState.Lost, "its directory is not on the host");
        }

        return HasEnded ? JudgeEnd(hasTest) : Alive ? JudgeAlive(stallSeconds) : JudgeGone();
    }

    private KeyValuePair<RunState, string?> JudgeEnd(bool hasTest)
    {
        if (Verdict is not null)
        {
            return Verdict == "request" ? new(RunState.Stopped, "somebody asked it to stop") : new(RunState.Failed, Explain(Verdict));
        }

        if (ExitCode != 0)
        {
            return new(RunState.Failed, $"its program ended with exit code {ExitCode}");
        }

        return TestExitCode is null ? new(RunState.DoneUntested, hasTest ? "its test did not run" : "its kind has no test")
            : TestExitCode != 0 ? new(RunState.DoneUntested, $"its test ended with exit code {TestExitCode}")
            : new(RunState.Done, null);
    }

    private KeyValuePair<RunState,
        string?> JudgeAlive(int stallSeconds) => LogAge >= (stallSeconds > 0 ? stallSeconds : StallSecondsDefault)
        ? new(RunState.Stalled, $"its log has been silent for {LogAge} s")
        : new(RunState.Running, null);

    private KeyValuePair<RunState, string?> JudgeGone() => Gone switch
    {
        "reboot" => new(RunState.Lost, "the host was started anew while it ran"),
        not null => new(RunState.Lost, "its processes are gone and it left no exit code"),
        null when Started => new(RunState.Lost, "it was started, and its supervisor did not come up"),
        null => new(RunState.Queued, Ready ? "everything was sent, and it was not started" : "not everything was sent"),
    };

    /// <summary>Reads what the script state.sh says.</summary>
    /// <param name="output">Its output; untrusted.</param>
    /// <returns>One evidence a run, in the order asked for.</returns>
    public static IReadOnlyList<RunEvidence> Parse(string output)
    {
        List<RunEvidence> found = [];
        RunEvidence? at = null;
        foreach (string line in output.Split('\n'))
        {
            int space = line.IndexOf(' ', StringComparison.Ordinal);
            string key = space < 0 ? line : line[..space];
            string value = space < 0 ? "" : line[(space + 1)..];
            if (key == "run" && AttemptStart.IsId(value))
            {
                at = new RunEvidence { Id = value, Exists = true };
            }
            else if (key == "end" && at is not null)
            {
                found.Add(at);
                at = null;
            }
            else
            {
                at = at?.With(key, value);
            }
        }

        return found;
    }

    /// <summary>Reads a line of the file of alarms.</summary>
    /// <param name="line">Time, action, rule, line, text, parted by tabs; untrusted.</param>
    /// <returns>The alarm, or null if it is none.</returns>
    public static AttemptAlarm? ParseAlarm(string line) =>
        line.Split('\t', 5) is [string at, string done, string rule, string n, string text] && StopActions.Find(done) is { } action
            ? new AttemptAlarm(Show(rule), action, TimeText(Number(at)), Number(n), Show(text))
            : null;

    /// <summary>Writes a time as records have it.</summary>
    /// <param name="seconds">Seconds since 1970.</param>
    /// <returns><c>2026-01-31T12:00:00Z</c>.</returns>
    public static string TimeText(long seconds) =>
        DateTimeOffset.FromUnixTimeSeconds(
            Math.Clamp(seconds, 0, 253_402_300_799)).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    private static string Explain(string verdict) => verdict switch
    {
        "limit" => "it took longer than the kind allows",
        "stall" => "its log was silent for longer than the kind allows",
        _ => $"rule {Show(verdict.StartsWith("rule ", StringComparison.Ordinal) ? verdict[5..] : verdict)} stopped it",
    };

    private RunEvidence With(string key, string value) => key switch
    {
        "now" => this with { Now = Number(value) },
        "missing" => this with { Exists = false },
        "ready" => this with { Ready = true },
        "started" => this with { Started = true },
        "alive" => this with { Alive = true },
        "gone" => this with { Gone = value },
        "start" => this with { Start = Number(value) },
        "phase" => value.Split(' ') is [var name, var at] && name is "train" or "test"
            ? this with { Phases = [.. Phases, new(name, Number(at))] } : this,
        "verdict" => this with { Verdict = value },
        "exit-train" => this with { ExitCode = (int)Number(value) },
        "exit-test" => this with { TestExitCode = value == "-" ? null : (int)Number(value) },
        "exit-at" => this with { End = Number(value) },
        "log-size" => this with { LogSize = Number(value) },
        "log-age" => this with { LogAge = Number(value) },
        "log-tail" => this with { LogTail = HexText(value) },
        "alarm" => ParseAlarm(value) is { } alarm ? this with { Alarms = [.. Alarms, alarm] } : this,
        _ => this,
    };

    private static long Number(
        string text) => long.TryParse(text.Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long n) ? n : 0;

    private static string Show(string text) => EntryName.Show(Encoding.UTF8.GetBytes(text));

    private static string HexText(string hex) => hex.Length % 2 == 0 && hex.All(char.IsAsciiHexDigit)
        ? Encoding.UTF8.GetString(Convert.FromHexString(hex)) : "";
}
