
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
}
