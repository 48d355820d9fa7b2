namespace DlStore;

/// <summary>Sorts expected failures; the command line maps each to one exit code.</summary>
public enum ErrorKind
{
    /// <summary>Anything that does not fit below (exit 1).</summary>
    Failed,
    /// <summary>A bad command line, option or argument (exit 2).</summary>
    Usage,
    /// <summary>Part of the work is done, the rest is listed (exit 3).</summary>
    Partial,
    /// <summary>Not inside a git work tree (exit 10).</summary>
    NoRepository,
    /// <summary>Another dls holds the lock (exit 11).</summary>
    Locked,
    /// <summary>An object is in neither the store nor the remotes that were asked (exit 12).</summary>
    Missing,
    /// <summary>Bytes do not match their name (exit 13).</summary>
    Corrupt,
    /// <summary>A command of the repository is not trusted in this clone (exit 14).</summary>
    Untrusted,
    /// <summary>An object was erased on purpose: nobody is to have its bytes (exit 15).</summary>
    Erased,
}

/// <summary>
/// An expected failure: what disk, network, git or the user can cause. Everything else that is thrown is a bug.
/// </summary>
/// <param name="kind">Decides the exit code.</param>
/// <param name="message">Verb first, lower case, no full stop, the subject in single quotes, then the cause.</param>
/// <param name="hint">What to type next, or null.</param>
/// <param name="inner">The cause, kept for the log.</param>
public sealed class DlsException(ErrorKind kind, string message, string? hint = null, Exception? inner = null)
    : Exception(message, inner)
{
    /// <summary>Gets the sort of failure.</summary>
    public ErrorKind Kind { get; } = kind;

    /// <summary>Gets the command to run next, or null.</summary>
    public string? Hint { get; } = hint;

    /// <summary>Gets the single items that failed (paths or oids), for listings; may be empty.</summary>
    public IReadOnlyList<string> Items { get; init; } = [];

    /// <summary>Gets the file that the message names as the one that is wrong, as messages name it, or null.</summary>
    public string? File { get; init; }

    /// <summary>Gets the line of that file, from 1; 0 if none is named.</summary>
    public int Line { get; init; }

    /// <summary>Gets the cause alone, as it stands behind the subject's colon; the whole message where nobody told the two apart.</summary>
    public string Reason { get; private init; } = message;

    /// <summary>Gets the remote that the message names already, or null: who passes the failure on need not name it again.</summary>
    public string? Remote { get; init; }

    /// <summary>
    /// Gets a value indicating whether the same call may succeed a moment later: a line that was cut, a server that is busy.
    /// </summary>
    public bool IsPassing { get; init; }

    /// <summary>Gets how long the far side asks to wait before the same call is made again; zero if it does not say.</summary>
    public TimeSpan RetryAfter { get; init; }

    /// <summary>Makes a failure whose cause can be told without its subject.</summary>
    /// <param name="kind">Decides the exit code.</param>
    /// <param name="subject">What was done to what: <c>read 'x'</c>.</param>
    /// <param name="reason">The cause; the message is both, with a colon between.</param>
    /// <param name="hint">What to type next, or null.</param>
    /// <param name="inner">The cause, kept for the log.</param>
    internal static DlsException Because(ErrorKind kind, string subject, string reason, string? hint = null, Exception? inner = null) =>
        new(kind, $"{subject}: {reason}", hint, inner) { Reason = reason };

    /// <summary>Makes a failure at a line of a file that lists things: <c>read 'x:3': it is empty</c>.</summary>
    /// <param name="file">The file as messages name it.</param>
    /// <param name="line">From 1.</param>
    /// <param name="reason">The cause.</param>
    /// <param name="hint">What to type next, or null.</param>
    /// <param name="inner">The cause, kept for the log.</param>
    internal static DlsException InFile(string file, long line, string reason, string? hint, Exception? inner = null) =>
        new(ErrorKind.Failed, $"read '{file}:{line}': {reason}", hint, inner) { File = file, Line = (int)line, Reason = reason };

    /// <summary>Makes a failure at a line of a document: <c>read 'x' line 3: it is empty</c>.</summary>
    /// <param name="kind">Decides the exit code.</param>
    /// <param name="doing">What was done to it: <c>read</c>, <c>use</c>.</param>
    /// <param name="file">The file as messages name it.</param>
    /// <param name="line">From 1.</param>
    /// <param name="reason">The cause.</param>
    /// <param name="hint">What to type next, or null.</param>
    /// <param name="inner">The cause, kept for the log.</param>
    internal static DlsException AtLine(
        ErrorKind kind, string doing, string file, long line, string reason, string? hint, Exception? inner = null) =>
        new(kind, $"{doing} '{file}' line {line}: {reason}", hint, inner) { File = file, Line = (int)line, Reason = reason };
}
