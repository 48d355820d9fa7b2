using System.Globalization;
using CommandLine;
using DlStore.Operations.Tables;
using DlStore.Operations.Views;

namespace DlStore.Cli.Commands.Views;

/// <summary><c>dls ui</c>.</summary>
[Details("Serves pages on 127.0.0.1, to be looked at in a browser: tasks in a table that is sorted and filtered, any number of runs side "
    + "by side with their curves, logs of runs while they run, data sets with their pictures, lineage as a graph, targets, the store. "
    + "Prints the address; the token in it lets in who has it, and nobody else on this machine. Nothing can be changed there, but memos "
    + "with --allow-changes. It shows the work tree as it is at each moment. On another machine: `ssh -L 8765:127.0.0.1:8765 HOST`, there "
    + "`dls ui --port 8765`, and the address in the browser here.")]
[Example("dls ui", "open the pages in a browser")]
[Example("dls ui --port 8765 --no-open", "at a fixed port; print the address only")]
[Exits(ExitCode.NoRepository, ExitCode.Missing)]
internal sealed class UiCommand : Command
{
    private const int PortMax = 65535;

    [Option("port", MetaValue = "N", HelpText = "listen there; any port that is free if not given")]
    public int Port { get; set; }

    [Option("no-open", HelpText = "open no browser")]
    public bool NoOpen { get; set; }

    [Option("allow-changes", HelpText = "memos may be written on the pages")]
    public bool AllowChanges { get; set; }

    public override Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        if (Port is < 0 or > PortMax)
        {
            throw new DlsException(ErrorKind.Usage, $"serve pages at port {Port}: it is not a number from 1 to {PortMax}");
        }

        if (Json)
        {
            throw new DlsException(ErrorKind.Usage, "serve pages: there is no --json; `dls task list --json` and the others have the same");
        }

        // The server starts with an index that is up to date, and without the memory that making one takes.
        _ = RunTable.Load(session.Repo, cancel);
        string program = PageProgram.Find(AppContext.BaseDirectory);
        session.Terminal.Flush();
        cancel.ThrowIfCancellationRequested();
        throw PageProgram.Become(program,
            ["serve", Port.ToString(CultureInfo.InvariantCulture), AllowChanges ? "changes" : "read", NoOpen ? "quiet" : "open"],
            session.Environment);
    }
}
