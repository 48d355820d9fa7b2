using CommandLine;
using DlStore.Operations.Tables;
using DlStore.Operations.Tasks;

namespace DlStore.Cli.Commands.Tasks;

/// <summary><c>dls task list</c>.</summary>
[Details("Lists tasks with the newest attempt of each kind. Hosts of attempts that are not "
    + "home are asked, once each; what has ended is brought home on the way. With --sort, --where, --columns, --limit or --all it is a "
    + "table of what is recorded: columns are task, n, kind, state, host, created, started, finished, seconds, dataset, canvas, testset, "
    + "by, commit, why, memo, param.NAME, test.NAME, log.NAME (the last value), log.NAME.min and log.NAME.max; a bare NAME is looked for "
    + "in that order, tests first. --sort puts the best first: the greatest, or the least of losses, errors and times. A filter compares "
    + "by = != < <= > >= and ~ (contains), joins by and, or, not and parentheses; `has NAME` asks whether there is a value. A run without "
    + "a value is in no comparison.")]
[Example("dls task list", "every task")]
[Example("dls task list --offline", "what is known here, no host is asked")]
[Example("dls task list --sort map --where 'kind = ssd and lr < 0.1' --limit 10", "the ten best of some")]
[Example("dls task list --columns task,lr,map,log.loss.min --all", "chosen columns of every attempt")]
[Example("dls task list --columns help", "which columns there are")]
[Exits(ExitCode.NoRepository, ExitCode.Partial)]
internal sealed class TaskListCommand : Command
{
    private const string ColumnsHelp = "help";

    [Option("offline", HelpText = "ask no host; attempts that are not home are unknown")]
    public bool Offline { get; set; }

    [Option("sort", MetaValue = "COLUMN", HelpText = "the best of this column first")]
    public string? Sort { get; set; }

    [Option("reverse", HelpText = "turn the order round")]
    public bool Reverse { get; set; }

    [Option("where", MetaValue = "FILTER", HelpText = "these only, as 'map > 0.9 and kind = ssd'")]
    public string? Where { get; set; }

    [Option("columns", MetaValue = "NAMES", HelpText = "these columns, with commas; help lists them")]
    public string? Columns { get; set; }

    [Option("limit", MetaValue = "N", HelpText = "the most rows")]
    public int? Limit { get; set; }

    [Option("all", HelpText = "every attempt, not only the newest of each kind")]
    public bool All { get; set; }

    public override async Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        if (Limit < 1)
        {
            throw new DlsException(ErrorKind.Usage, "list tasks: --limit is less than 1");
        }

        bool isTable = Sort is not null || Reverse || Where is not null || Columns is not null || Limit is not null || All;
        bool isSilent = isTable && (Offline || Columns == ColumnsHelp);
        TaskStatusResult result = isSilent ? new TaskStatusResult([], [], []) : await TaskStates.ListAsync(session.Repo, Offline, cancel);
        int code = result.Unreachable.Count > 0 ? ExitCode.Partial : ExitCode.Done;
        if (isTable)
        {
            PrintTable(session, result, cancel);
            return code;
        }

        if (Json)
        {
            session.Terminal.WriteJson(result, ResultJson.Default.TaskStatusResult);
            return code;
        }

        if (result.Attempts.Count == 0)
        {
            session.Terminal.Note("there is no task; `dls task create NAME --kind KIND` makes one");
            return ExitCode.Done;
        }

        TaskReport.PrintTable(session.Terminal, result, result.Attempts.Select(
            static a => a.Task).Distinct().ToDictionary(static t => t, t => TaskMemo.Run(session.Repo, t, null, false)));
        return code;
    }

    private void PrintTable(Session session, TaskStatusResult result, CancellationToken cancel)
    {
        RunTable table = RunTable.Load(session.Repo, cancel).With(result);
        if (Columns == ColumnsHelp)
        {
            foreach (string name in table.Fields.Names)
            {
                session.Terminal.Result(name);
            }

            return;
        }

        RunField[] fields = RunReport.Columns(table, Columns, Sort);
        RunPage page = table.Find(new RunQuery { Where = Where, Sort = Sort, Reverse = Reverse, All = All, Limit = Limit });
        if (Json)
        {
            session.Terminal.WriteJson(page, ResultJson.Default.RunPage);
            return;
        }

        RunReport.Print(session.Terminal, page, fields);
        foreach (string host in result.Unreachable)
        {
            session.Terminal.Warn(host);
        }
    }
}
