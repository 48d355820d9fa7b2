using CommandLine;
using DlStore.Operations.Tasks;

namespace DlStore.Cli.Commands.Tasks;

/// <summary><c>dls task rm</c>.</summary>
[Details("Takes a task out of the work tree, to the trash, and its runs off their hosts. Refused while something of it is deployed, "
    + "another task was trained from it or takes a part of it over, or it runs. `dls gc` frees what nothing names any more.")]
[Example("dls task rm try3", "remove a task")]
[Exits(ExitCode.NoRepository, ExitCode.Locked, ExitCode.Partial)]
internal sealed class TaskRmCommand : Command
{
    [Value(0, MetaName = "TASK", Required = true, HelpText = "the task")]
    public string Name { get; set; } = "";

    [Option("dry-run", HelpText = "check only")]
    public bool DryRun { get; set; }

    public override async Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        TaskRmResult result = await TaskRm.RunAsync(session.Repo, Name, DryRun, cancel);
        if (Json)
        {
            session.Terminal.WriteJson(result, ResultJson.Default.TaskRmResult);
            return result.Left.Count > 0 ? ExitCode.Partial : ExitCode.Done;
        }

        session.Terminal.Result($"{(DryRun ? "would remove" : "removed")} task {result.Task}, {Format.Count(result.Files.Count, "file")}");
        if (result.Trashed is { } trashed)
        {
            session.Terminal.Note(
                $"it is in the trash: `dls trash restore {trashed.Id}` brings it back; `dls gc` frees bytes that nothing names");
        }

        foreach (string left in result.Left)
        {
            session.Terminal.Warn($"a run stays: {left}");
        }

        return result.Left.Count > 0 ? ExitCode.Partial : ExitCode.Done;
    }
}
