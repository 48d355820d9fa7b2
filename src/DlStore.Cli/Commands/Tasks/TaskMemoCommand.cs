using CommandLine;
using DlStore.Operations.Tasks;

namespace DlStore.Cli.Commands.Tasks;

/// <summary><c>dls task memo</c>.</summary>
[Details("Prints the memo of a task, or writes it: tasks/NAME/memo.md, which may be edited by hand as well. Git keeps the old ones.")]
[Example("dls task memo try8", "print it")]
[Example("dls task memo try8 \"worse on dark scenes\" --append", "add a line")]
[Exits(ExitCode.NoRepository)]
internal sealed class TaskMemoCommand : Command
{
    [Value(0, MetaName = "TASK", Required = true, HelpText = "the task")]
    public string Name { get; set; } = "";

    [Value(1, MetaName = "TEXT", HelpText = "the new memo")]
    public string? Text { get; set; }

    [Option("append", HelpText = "keep what is there and add the text")]
    public bool Append { get; set; }

    public override Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        string memo = TaskMemo.Run(session.Repo, Name, Text, Append);
        if (Json)
        {
            session.Terminal.WriteJson([memo], ResultJson.Default.IReadOnlyListString);
        }
        else
        {
            foreach (string line in memo.TrimEnd('\n').Split('\n'))
            {
                session.Terminal.Result(line);
            }
        }

        return Task.FromResult(ExitCode.Done);
    }
}
