using CommandLine;
using DlStore.Learning.Records;
using DlStore.Operations.Tasks;

namespace DlStore.Cli.Commands.Tasks;

/// <summary>
/// What <c>task create</c> and <c>task retry</c> have in common: the options of a start, the plan that is shown, and following what was
/// started.
/// </summary>
internal abstract class TaskOptions : Command
{
    [Option("from", MetaValue = "TASK,...", HelpText = "start from the weights of a task: TASK, TASK/KIND or KIND=TASK; default none")]
    public string? From { get; set; }

    [Option("set", MetaValue = "NAME=VALUE,...", HelpText = "change parameters: name=value or kind.name=value")]
    public string? Set { get; set; }

    [Option("accept", MetaValue = "CODE,...", HelpText = "codes of lint that do not block")]
    public string? Accept { get; set; }

    [Option("include", MetaValue = "FILE,...", HelpText = "send files of the source although they look like credentials")]
    public string? Include { get; set; }

    [Option("trust", HelpText = "allow the programs of the kinds as they are now; read them first")]
    public bool Trust { get; set; }

    [Option("allow-unreviewed", HelpText = "take in projects that nobody has reviewed")]
    public bool AllowUnreviewed { get; set; }

    [Option("detach", HelpText = "return when it is started; `dls task collect` brings it home")]
    public bool Detach { get; set; }

    [Option("dry-run", HelpText = "show the plan only")]
    public bool DryRun { get; set; }

    /// <summary>Makes the options of a start.</summary>
    protected TaskCreateOptions Options(Session session, string name, ProgressLine progress) => new()
    {
        Name = name,
        From = Values(From),
        Set = Values(Set),
        Accept = Values(Accept),
        Include = Values(Include),
        Trust = Trust,
        AllowUnreviewed = AllowUnreviewed,
        DryRun = DryRun,
        Progress = progress,
        Show = plan => Print(session.Terminal, plan),
        Tick = session.Environment.TryGetValue("DLS_TICK", out string? tick) && tick is "0.1" or "0.2" or "0.5" ? tick! : "1",
    };

    /// <summary>Tells of the start, and follows and collects unless told not to.</summary>
    protected async Task<int> FinishAsync(Session session, TaskCreateResult result, CancellationToken cancel)
    {
        foreach (StartedAttempt one in Json ? [] : result.Started)
        {
            session.Terminal.Result($"task {one.Task}: attempt {one.N} ({one.Kind}) started on {one.Host}, "
                + $"{Format.Bytes(one.BytesSent)} sent, {Format.Bytes(one.BytesReused)} were there", Ink.Good);
        }

        if (Detach || result.Started.Count == 0)
        {
            if (Json)
            {
                session.Terminal.WriteJson(result, ResultJson.Default.TaskCreateResult);
            }

            return ExitCode.Done;
        }

        string[] names = [.. result.Started.Select(static s => $"{s.Task}/{s.Kind}")];
        await TaskReport.FollowAsync(session, names, cancel);
        TaskStatusResult status = await TaskControl.CollectAsync(session.Repo, names, cancel);
        AttemptStatus[] mine = [.. status.Attempts.Where(a => result.Started.Any(s => s.Id == a.Id))];
        if (Json)
        {
            session.Terminal.WriteJson(status, ResultJson.Default.TaskStatusResult);
        }
        else
        {
            TaskReport.PrintEnds(session.Terminal, mine, status);
        }

        return mine.All(static a => a.State is RunState.Done or RunState.DoneUntested) ? ExitCode.Done : ExitCode.Failed;
    }

    private static void Print(Terminal terminal, TaskPlan plan)
    {
        terminal.Note($"plan of task {plan.Name}:");
        foreach (KindPlan kind in plan.Kinds)
        {
            terminal.Note($"  {kind.Kind} on {kind.Host} ({kind.HostState})"
                + $"{(kind.Targets.Count > 0 ? $", for {string.Join(", ", kind.Targets)}" : "")}");
            terminal.Note($"    train    {kind.Train}");
            terminal.Note($"    test     {kind.Test ?? "none: it will end as done-untested"}");
            terminal.Note($"    data     {(kind.Dataset is null ? "none" : $"{kind.Dataset}, {kind.DatasetState}")}"
                + $"{(kind.TestSet is null ? "" : $"; test set {kind.TestSet}")}");
            string dirty = kind.Dirty.Count > 0 ? $", {Format.Count(kind.Dirty.Count, "file")} not as committed" : "";
            terminal.Note($"    source   {kind.Source}{(kind.Commit is { } commit ? $" at {commit[..12]}" : "")}, "
                + $"{(kind.Files > 0 ? Format.Count(kind.Files, "file") : "read there")}{dirty}");
            terminal.Note($"    initial  {kind.Initial}");
            terminal.Note($"    time     {(kind.LastSeconds is { } last ? $"the last one took {Format.Duration(TimeSpan.FromSeconds(last))}" : "unknown, none has finished yet")}{(kind.LimitSeconds > 0 ? $"; stopped after {Format.Duration(TimeSpan.FromSeconds(kind.LimitSeconds))}" : "")}");
            foreach (string file in kind.Withheld)
            {
                terminal.Warn($"held back from {kind.Kind}: {file}; it is neither sent nor stored (`--include FILE` takes it)");
            }
        }

        foreach (Learning.Records.ReusedPart part in plan.Reused)
        {
            terminal.Note($"  {part.Kind} is taken over from task {part.Task}");
        }
    }
}
