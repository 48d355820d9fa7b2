using System.Collections;
using System.Globalization;
using System.Runtime.InteropServices;
using DlStore;
using DlStore.Operations.Views;
using DlStore.Web;
using DlStore.Web.Reports;
using DlStore.Web.Server;

// Started by `dls ui` and `dls report`, which have read the command line: the words here are fixed.
//   dls-ui serve PORT changes|read open|quiet    prints the address, serves until a signal comes
//   dls-ui page FILE PLACE NAME=VALUE...         writes one page
//   dls-ui report DIR new|replace json|text      writes the pages
Dictionary<string, string> environment = [];
foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
{
    environment[(string)variable.Key] = (string?)variable.Value ?? "";
}

RepoSettings settings = new()
{
    StartDirectory = Environment.CurrentDirectory,
    Environment = environment,
    Holder = string.Create(CultureInfo.InvariantCulture, $"pid {Environment.ProcessId} on {Environment.MachineName} (dls-ui)"),
};
using CancellationTokenSource stop = new();
void OnSignal(PosixSignalContext context)
{
    context.Cancel = true;
    stop.Cancel();
}

using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
using PosixSignalRegistration hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, OnSignal);
try
{
    switch (args)
    {
        case ["serve", var port, var mode, var show]:
            await using (UiServer server = await UiServer.StartAsync(new UiOptions
            {
                Settings = settings,
                Port = int.Parse(port, NumberStyles.None, CultureInfo.InvariantCulture),
                AllowsChanges = mode == "changes",
            }, stop.Token))
            {
                Talk.Result(server.Address.ToString());
                bool isShown = show == "open" && PageProgram.TryShow(server.Address, environment);
                Talk.Note(isShown ? "Ctrl-C ends it" : "open this address in a browser; Ctrl-C ends it");
                await server.WaitAsync(stop.Token);
            }

            return 0;
        case ["report", var directory, var how, var form]:
            using (Repo repo = Repo.Open(settings))
            {
                ReportResult done = await ReportWriter.WriteAsync(repo, directory, how == "replace", stop.Token);
                ReportText.Print(done, form == "json");
                return done.Problems.Count == 0 ? 0 : 3;
            }

        case ["page", var file, var kind, .. var words]:
            using (Repo repo = Repo.Open(settings))
            {
                long length = await AlonePage.WriteAsync(repo, file, kind.Split('/'), words, stop.Token);
                Talk.Note(string.Create(CultureInfo.InvariantCulture, $"wrote {file}, {length / 1024} KiB"));
            }

            return 0;
        default:
            Talk.Note("error: start this by `dls ui` or `dls report`");
            return 2;
    }
}
catch (OperationCanceledException)
{
    Talk.Note("error: interrupted");
    return 130;
}
catch (DlsException e)
{
    Talk.Note($"error: {e.Message}");
    if (e.Hint is { } hint)
    {
        Talk.Note($"hint: {hint}");
    }

    return 1;
}
