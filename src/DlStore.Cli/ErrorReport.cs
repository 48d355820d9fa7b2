using System.Globalization;
using System.Text;

namespace DlStore.Cli;

/// <summary>
/// What is said about a failure and which exit code it gets. Expected failures are DlsExceptions; a cancelled token is an interruption; an
/// I/O error that nobody explained is named with its path; everything else is a bug in dls and leaves a log file.
/// </summary>
internal static class ErrorReport
{
    private const int ItemsShown = 5;
    private const int NoSpaceLeft = 28;
    private const int QuotaExceeded = 122;

    /// <summary>Prints the failure and gives the exit code.</summary>
    /// <param name="error">What was thrown.</param>
    /// <param name="session">Where to print.</param>
    /// <param name="words">The command's words for the log file; arguments are left out, since they may hold secrets.</param>
    public static int Print(Exception error, Session session, string words)
    {
        Terminal terminal = session.Terminal;
        if (Terminal.IsBrokenPipe(error))
        {
            return ExitCode.Done;
        }

        ErrorDocument.Body body = Describe(Unwrap(error), session, words);
        terminal.EraseProgress();
        if (terminal.Json)
        {
            terminal.Discard();
            terminal.WriteJson(new ErrorDocument(body), CliJson.Default.ErrorDocument);
            Flush(terminal);
            return body.ExitCode;
        }

        // What was found before the failure is still a result.
        Flush(terminal);
        terminal.Error(body.Message);
        PrintItems(terminal, body.Items);
        if (body.Hint is not null)
        {
            terminal.Detail("hint: ", body.Hint);
        }

        return body.ExitCode;
    }

    /// <summary>Work on several threads fails with a collection; one reason is enough, and one that explains itself comes first.</summary>
    private static Exception Unwrap(Exception error)
    {
        while (error is AggregateException { InnerExceptions.Count: > 0 } many)
        {
            IReadOnlyList<Exception> reasons = many.Flatten().InnerExceptions;
            error = reasons.FirstOrDefault(static e => e is DlsException)
                ?? reasons.FirstOrDefault(static e => e is OperationCanceledException) ?? reasons[0];
        }

        return error;
    }

    public static int CodeOf(ErrorKind kind) => kind switch
    {
        ErrorKind.Failed => ExitCode.Failed,
        ErrorKind.Usage => ExitCode.Usage,
        ErrorKind.Partial => ExitCode.Partial,
        ErrorKind.NoRepository => ExitCode.NoRepository,
        ErrorKind.Locked => ExitCode.Locked,
        ErrorKind.Missing => ExitCode.Missing,
        ErrorKind.Corrupt => ExitCode.Corrupt,
        ErrorKind.Untrusted => ExitCode.Untrusted,
        ErrorKind.Erased => ExitCode.Erased,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "no exit code for this kind"),
    };

    private static ErrorDocument.Body Describe(Exception error, Session session, string words) => error switch
    {
        DlsException e => new(KindName(e.Kind), e.Message, e.Hint, e.Items, CodeOf(e.Kind)),
        OperationCanceledException => new("interrupted", "interrupted", null, [], ExitCode.Interrupted),
        IOException { HResult: NoSpaceLeft or QuotaExceeded } e => new(
            "failed", Reason(e, "no space left on device"), "free space there and run the command again", [], ExitCode.Failed),
        FileNotFoundException e => new("failed", Reason(e, "no such file"), null, [], ExitCode.Failed),
        DirectoryNotFoundException e => new("failed", Reason(e, "no such directory"), null, [], ExitCode.Failed),
        UnauthorizedAccessException e => new("failed", Reason(e, "permission denied"), null, [], ExitCode.Failed),
        IOException e => new("failed", e.Message.TrimEnd('.'), null, [], ExitCode.Failed),
        _ => Internal(error, session, words),
    };

    /// <summary>The runtime puts the path into its message, in single quotes.</summary>
    private static string Reason(Exception error, string reason)
    {
        int end = error.Message.LastIndexOf('\'');
        int start = end > 0 ? error.Message.IndexOf('\'', StringComparison.Ordinal) : -1;
        return start >= 0 && start < end ? $"cannot use {error.Message[start..(end + 1)]}: {reason}" : $"cannot finish: {reason}";
    }

    private static ErrorDocument.Body Internal(Exception error, Session session, string words)
    {
        string where = TryWriteLog(error, session, words) is { } path
            ? $"the details are in '{path}'" : $"{error.GetType().Name}: {error.Message}";
        return new("internal",
            $"internal error in 'dls {words}': {where}", "this is a bug in dls: please report it with that file", [], ExitCode.Internal);
    }

    private static string? TryWriteLog(Exception error, Session session, string words)
    {
        string directory = session.Environment.GetValueOrDefault("TMPDIR", "") is { Length: > 0 } named ? named : "/tmp";
        string time = session.Clock.GetUtcNow().ToString("yyyyMMdd'T'HHmmss", CultureInfo.InvariantCulture);
        string path = Path.Combine(directory, $"dls-{time}-{Environment.ProcessId}.log");
        try
        {
            // CreateNew follows no link that somebody else left there.
            using FileStream file = new(path, new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            });
            file.Write(Encoding.UTF8.GetBytes($"{ProductVersion.Line}\ncommand: dls {words}\n\n{error}\n"));
            return path;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static void PrintItems(Terminal terminal, IReadOnlyList<string> items)
    {
        foreach (string item in items.Take(ItemsShown))
        {
            terminal.Detail("  ", item);
        }

        if (items.Count > ItemsShown)
        {
            terminal.Detail(
                "  ", $"... and {Format.Count(items.Count - ItemsShown)} more ({Format.Count(items.Count)} in all; --json lists them)");
        }
    }

    private static void Flush(Terminal terminal)
    {
        try
        {
            terminal.Flush();
        }
        catch (IOException)
        {
            // The failure that is being reported matters more than the output that cannot be written.
        }
    }

    private static string KindName(ErrorKind kind) => char.ToLowerInvariant(kind.ToString()[0]) + kind.ToString()[1..];
}
