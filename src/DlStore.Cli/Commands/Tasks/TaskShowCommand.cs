using CommandLine;
using DlStore.Learning.Logs;
using DlStore.Learning.Records;
using DlStore.Operations.Tasks;

namespace DlStore.Cli.Commands.Tasks;

/// <summary><c>dls task show</c>.</summary>
[Details("Prints everything of a task: source commits and changes, data set and its hash, parameters, "
    + "parents, weights with every version of the best, results, alarms, undeclared files.")]
[Example("dls task show try8", "a task in full")]
[Exits(ExitCode.NoRepository, ExitCode.Partial)]
internal sealed class TaskShowCommand : Command
{
    private const int ListMax = 8;

    [Value(0, MetaName = "TASK", Required = true, HelpText = "TASK or TASK/KIND")]
    public string Name { get; set; } = "";

    [Option("all", HelpText = "print lists in full")]
    public bool All { get; set; }

    public override async Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        ShownTask shown = await TaskShow.RunAsync(session.Repo, Name, collect: true, cancel);
        if (Json)
        {
            session.Terminal.WriteJson(shown, ResultJson.Default.ShownTask);
            return shown.Unreachable.Count > 0 ? ExitCode.Partial : ExitCode.Done;
        }

        Terminal terminal = session.Terminal;
        terminal.Result($"task {shown.Task.Name}, created {shown.Task.Created} by {shown.Task.By}"
            + $"{(shown.Task.ImportedFrom is { } from ? $", imported from {from}" : "")}");
        foreach (string line in shown.Memo.TrimEnd('\n').Split('\n').Where(static l => l.Length > 0))
        {
            terminal.Result($"  | {line}");
        }

        foreach (ReusedPart part in shown.Task.Reused)
        {
            terminal.Result($"  {part.Kind}: taken over from task {part.Task}");
        }

        foreach (ShownAttempt attempt in shown.Attempts)
        {
            Print(terminal, attempt);
        }

        foreach (string host in shown.Unreachable)
        {
            terminal.Warn(host);
        }

        return shown.Unreachable.Count > 0 ? ExitCode.Partial : ExitCode.Done;
    }

    private void Print(Terminal terminal, ShownAttempt a)
    {
        AttemptStart s = a.Start;
        bool good = a.Status.State is RunState.Done or RunState.Running or RunState.Queued or RunState.DoneUntested;
        string why = a.Status.Why is null ? "" : $", {a.Status.Why}";
        terminal.Result($"attempt {s.N}, {s.Kind} on {s.Host}: {RunStates.Name(a.Status.State)}{why}", good ? Ink.Good : Ink.Bad);
        void Line(string key, string value) => terminal.Result($"  {key,-11} {value}");
        Line("id", s.Id);
        Line("started", $"{a.Status.Started ?? "not yet"}"
            + $"{(a.Status.Seconds > 0 ? $", {Format.Duration(TimeSpan.FromSeconds(a.Status.Seconds))}" : "")}"
            + $"{(a.Record?.ClockAhead is { } ahead and not 0 ? $" (the host's clock was {ahead} s ahead)" : "")}");
        Line("train", s.Train);
        Line("test", s.Test ?? "none");
        Line("parameters", s.Parameters.Count == 0 ? "none" : string.Join(", ", s.Parameters.Select(static p => $"{p.Key}={p.Value}")));
        Line("repository", s.Commit);
        foreach (AttemptSource source in s.Sources)
        {
            Line("source", $"{source.Path}{(source.Commit is null ? "" : $" at {source.Commit}")}"
                + $", {Format.Count(source.Files, "file")}, tree {source.Tree}");
            List(terminal, "changed", source.Dirty);
            List(terminal, "held back", source.Withheld);
        }

        if (s.Data is { } data)
        {
            Line("data set", $"{data.Name} {data.Canvas} as {data.Layout}, dirHash {data.DirHash}");
            Line("classes", string.Join(", ", s.Classes.Take(12)) + (s.Classes.Count > 12 ? $", ... ({s.Classes.Count})" : ""));
        }

        Line("initial", s.Initial is { } initial ? $"{initial.Oid} from {initial.Task ?? "a file"}" : "none");
        foreach (string parent in a.Parents)
        {
            Line("  parent", parent);
        }

        if (a.Record is { } record)
        {
            PrintRecord(terminal, record, Line);
        }
    }

    private void PrintRecord(Terminal terminal, AttemptRecord record, Action<string, string> line)
    {
        line("weights", record.Weights is { } w ? $"{w.Oid}, {Format.Bytes(w.Size)}, {w.Path}"
            + $"{(w.Inherited ? ", INHERITED: older than the run, or sent with it" : "")}" : "none");
        if (record.WeightFacts.Count > 0)
        {
            line("  look like", string.Join(", ", record.WeightFacts.Select(static f => $"{f.Key} {f.Value}")));
        }

        List(terminal, "best", [.. record.Best.Select(static b => $"{b.At} {b.Oid} {b.Path}{(b.Line > 0 ? $", line {b.Line}" : "")}"
            + $"{(b.Text.Length > 0 ? $": {b.Text}" : "")}{(b.Inherited ? " (inherited)" : "")}")]);
        line("metrics", record.Metrics.Count == 0 ? "none" : string.Join(", ", record.Metrics.Select(static m => $"{m.Key} {m.Value}")));
        line("result", record.Result is { } result ? string.Join(", ", result.Metrics.Take(12).Select(static m => $"{m.Key} {m.Value}"))
            + (result.Images > 0 ? $" on {Format.Count(result.Images, "image")}" : "") : "none");
        List(terminal, "per class", [.. (record.Result?.Classes ?? []).Select(c =>
            $"{terminal.Name(c.Class)}: {string.Join(", ", c.Numbers.Select(static n => $"{n.Key} {n.Value}"))}")]);
        line("outputs", record.Outputs is { } outputs ? $"{outputs}, {Format.Count(record.Files.Count, "declared file")}" : "none");
        List(terminal, "alarms",
            [.. record.Alarms.Select(static x =>
                $"{x.At} {x.Rule} ({StopActions.Name(x.Action)}){(x.Line > 0 ? $" line {x.Line}" : "")}: {x.Text}")]);
        List(terminal, "undeclared", record.Undeclared);
    }

    private void List(Terminal terminal, string key, IReadOnlyList<string> items)
    {
        int shown = All ? items.Count : Math.Min(items.Count, ListMax);
        for (int i = 0; i < shown; i++)
        {
            terminal.Result($"  {(i == 0 ? key : ""),-11} {items[i]}");
        }

        if (shown < items.Count)
        {
            terminal.Result($"  {"",-11} ... and {items.Count - shown} more (--all)");
        }
    }
}
