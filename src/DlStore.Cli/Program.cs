using System.Collections;
using System.Runtime.InteropServices;
using DlStore.Cli.Manual;
using DlStore.Operations.Hooks;

namespace DlStore.Cli;

/// <summary>
/// From argv to an exit code. The version and the help are answered before the parser is loaded: it costs more than the rest of the
/// start-up together.
/// </summary>
internal static class Program
{
    internal static Task<int> Main(string[] args)
    {
        IReadOnlyDictionary<string, string> environment = ReadEnvironment();
        Io.CrashPoint.Arm(environment.GetValueOrDefault("DLS_CRASH_AT"), environment.GetValueOrDefault("DLS_CRASH_LOG"));
        Session session = new(Terminal.Open(environment), environment, Environment.CurrentDirectory, TimeProvider.System);
        return IsAnsweredHere(args) ? RunAsync(args, session, CancellationToken.None) : RunInterruptiblyAsync(args, session);
    }

    /// <summary>Runs one command line; everything it prints goes through the session's terminal.</summary>
    internal static async Task<int> RunAsync(string[] args, Session session, CancellationToken cancel)
    {
        // Also for errors of the command line itself, which come before the options are known.
        session.Terminal.Json = args.TakeWhile(static a => a != "--").Contains("--json");
        CommandEntry? entry = CommandTable.Match(args, out int used);
        try
        {
            int code = IsAnsweredHere(args) ? Answer(args, session.Terminal) : await RunCommandAsync(entry, args, used, session, cancel);
            session.Terminal.Flush();
            return code;
        }
        catch (Exception e)
        {
            // The outermost frame: whatever was thrown becomes a message and an exit code here, and nowhere else.
            return ErrorReport.Print(e, session, entry?.Words ?? "");
        }
    }

    /// <summary>The first signal asks the command to stop at a safe place; a second one ends the process at once.</summary>
    private static async Task<int> RunInterruptiblyAsync(string[] args, Session session)
    {
        using CancellationTokenSource stop = new();
        void OnSignal(PosixSignalContext context)
        {
            if (!stop.IsCancellationRequested)
            {
                context.Cancel = true;
                stop.Cancel();
            }
        }

        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
        using PosixSignalRegistration hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, OnSignal);
        return await RunAsync(args, session, stop.Token);
    }

    private static bool IsAnsweredHere(string[] args) => args is [] or ["version" or "--version"] or ["--help" or "-h"]
        || IsHelpWords(args)
            || AsksHelp(args) || (args.Length == 1 && CommandTable.Find(args[0]) is null && CommandTable.Under(args[0]).Count > 0);

    private static bool IsHelpWords(string[] args) => args is ["help", ..] && !args.Any(static a => a.StartsWith('-'));

    private static bool AsksHelp(string[] args) => args.TakeWhile(static a => a != "--").Any(static a => a is "--help" or "-h");

    private static int Answer(string[] args, Terminal terminal)
    {
        if (args is ["version" or "--version"])
        {
            terminal.ResultText(ProductVersion.Line + "\n");
            return ExitCode.Done;
        }

        IEnumerable<string> words = IsHelpWords(args) ? args.Skip(1) : WordsBeforeOptions(args);
        terminal.ResultText(HelpPage.Text([.. words]));
        return ExitCode.Done;
    }

    /// <summary>In <c>dls remote add x --help</c> only <c>remote add</c> names the page.</summary>
    private static IEnumerable<string> WordsBeforeOptions(string[] args) => CommandTable.Match(args, out int used) is null
        ? args.TakeWhile(static a => !a.StartsWith('-'))
        : args.Take(used);

    private static async Task<int> RunCommandAsync(CommandEntry? entry, string[] args, int used, Session session, CancellationToken cancel)
    {
        if (entry is null)
        {
            throw args[0].StartsWith('-')
                ? new DlsException(ErrorKind.Usage,
                    $"unknown option '{args[0]}' before the command", "write options after the command; `dls help` lists the commands")
                : HelpPage.Unknown([.. args.TakeWhile(static a => !a.StartsWith('-'))]);
        }

        Command command = ArgumentReader.Read(entry, args[used..]);
        session.Terminal.Json = command.Json;
        session.Terminal.Quiet = command.Quiet;
        return await WithNotesAsync(command, args, session, cancel);
    }

    /// <summary>
    /// Caches that could not be written, and what was seen to beside the command, are said at the end of whatever was done.
    /// </summary>
    internal static async Task<int> WithNotesAsync(Command command, string[] args, Session session, CancellationToken cancel)
    {
        try
        {
            int code = await command.RunAsync(session, cancel);
            if (command.SeesToHook && session.IsRepoOpen && session.Repo.HasWritten && !args.Contains("--dry-run"))
            {
                SeeToHook(session);
            }

            return code;
        }
        finally
        {
            foreach (string note in session.IsRepoOpen ? session.Repo.Notes : [])
            {
                session.Terminal.Note(note);
            }
        }
    }

    private static void SeeToHook(Session session)
    {
        switch (HookSetup.SeeTo(session.Repo, Session.ProgramPath))
        {
            case ({ } line, true):
                session.Terminal.Note(line);
                break;
            case ({ } line, false):
                session.Terminal.Warn(line);
                break;
        }
    }

    private static Dictionary<string, string> ReadEnvironment()
    {
        Dictionary<string, string> environment = [];
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            environment[(string)variable.Key] = (string?)variable.Value ?? "";
        }

        return environment;
    }
}
