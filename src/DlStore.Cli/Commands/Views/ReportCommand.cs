using CommandLine;
using DlStore.Operations.Views;

namespace DlStore.Cli.Commands.Views;

/// <summary><c>dls report --out DIR</c>.</summary>
[Details("Writes pages like those of `dls ui` as files that need no server: they can be mailed, or put behind any web server. Tables are "
    + "sorted and searched in the browser; of data sets the first pictures are copied. Nothing in them is asked from elsewhere.")]
[Example("dls report --out report", "then open report/index.html")]
[Exits(ExitCode.NoRepository, ExitCode.Missing)]
internal sealed class ReportCommand : Command
{
    [Option("out", MetaValue = "DIR", Required = true, HelpText = "a directory that is not there or empty")]
    public string Out { get; set; } = "";

    [Option('f', "force", HelpText = "replace the report that is there")]
    public bool Force { get; set; }

    public override Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        _ = session.Repo.WorkTree;
        string program = PageProgram.Find(AppContext.BaseDirectory);
        session.Terminal.Flush();
        cancel.ThrowIfCancellationRequested();
        throw PageProgram.Become(program, ["report", Path.GetFullPath(Path.Combine(session.CurrentDirectory, Out)),
            Force ? "replace" : "new", Json ? "json" : "text"], session.Environment);
    }
}
