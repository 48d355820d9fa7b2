using DlStore.Learning.Records;
using DlStore.Operations.Tasks;

namespace DlStore.Cli.Commands.Tasks;

/// <summary>How attempts look in lists, and how logs are followed.</summary>
internal static class TaskReport
{
    /// <summary>Writes logs as they grow until the runs end; several get the kind before each line.</summary>
    public static async Task FollowAsync(Session session, IReadOnlyList<string> names, CancellationToken cancel)
    {
        LogLines lines = new(session.Terminal, names.Count > 1);
        try
        {
            await new TaskFollow(
                session.Repo, lines.Write, note => session.Terminal.Warn($"{note.Kind}: {note.Text}")).RunAsync(names, cancel);
        }
        finally
        {
            lines.Finish();
        }
    }

    /// <summary>Writes the table of attempts.</summary>
    public static void PrintTable(Terminal terminal, TaskStatusResult result, IReadOnlyDictionary<string, string> memos)
    {
        if (result.Attempts.Count > 0)
        {
            Column[] columns = [new("TASK"), new("KIND"),
                new("#", Right: true), new("STATE"), new("HOST"), new("STARTED"), new("TIME", Right: true), new("LAST"), new("MEMO")];
            terminal.Table(columns, [.. result.Attempts.Select(a => Row(a, memos.GetValueOrDefault(a.Task, "")))]);
        }

        PrintNotes(terminal, result);
    }

    /// <summary>Tells how runs ended.</summary>
    public static void PrintEnds(Terminal terminal, IReadOnlyList<AttemptStatus> attempts, TaskStatusResult result)
    {
        foreach (AttemptStatus a in attempts)
        {
            bool good = a.State is RunState.Done or RunState.DoneUntested;
            string last = a.Last is null ? "" : $", {a.Last}";
            terminal.Result($"task {a.Task}: attempt {a.N} ({a.Kind}) is {RunStates.Name(a.State)}"
                + $"{(a.Why is null ? "" : $": {a.Why}")}{last}", good
                ? Ink.Good : Ink.Bad);
            foreach (string warning in a.Warnings)
            {
                terminal.Warn($"{a.Kind}: {warning}");
            }

            if (a.Inherited)
            {
                terminal.Warn($"{a.Kind}: its weights are inherited: they are older than the run, or were sent with it");
            }
        }

        PrintNotes(terminal, result);
        if (result.Collected.Count > 0)
        {
            terminal.Note("staged; run `git commit`, then `dls push`");
        }
    }

    private static void PrintNotes(Terminal terminal, TaskStatusResult result)
    {
        foreach (CollectedAttempt home in result.Collected)
        {
            int undeclared = home.Record.Undeclared.Count;
            terminal.Note($"collected attempt {home.Record.N} of {home.Task} ({home.Record.Kind}): "
                + $"{Format.Count(home.Record.Files.Count, "file")}, {Format.Count(home.Record.Best.Count, "version")}"
                + $" of the best weights, {Format.Bytes(home.BytesFetched)} new"
                + $"{(undeclared > 0 ? $"; {Format.Count(undeclared, "file")} it made are not declared and stay on the host" : "")}");
        }

        foreach (string host in result.Unreachable)
        {
            terminal.Warn(host);
        }
    }

    private static string[] Row(AttemptStatus a, string memo)
    {
        string time = a.Seconds > 0 ? Format.Duration(
            TimeSpan.FromSeconds(a.Seconds)) + (a.LeftSeconds is { } left ? $" +{Format.Duration(TimeSpan.FromSeconds(left))}" : "") : "";
        string step = a.Step is { } s && !a.IsCollected ? $"step {s}, " : "";
        string first = memo.Split('\n')[0];
        string state = RunStates.Name(a.State) + (a.Inherited ? " (inherited weights)" : "");
        return [a.Task, a.Kind, a.N.ToString(System.Globalization.CultureInfo.InvariantCulture),
            state, a.Host, a.Started ?? "", time, step + (a.Last ?? a.Why ?? ""), first.Length > 40 ? first[..39] + "…" : first];
    }
}
