namespace DlStore.Learning.Logs;

/// <summary>A log line that says something happened.</summary>
/// <param name="Kind">The name of the stop rule that matched, or one of the names in <see cref="LogEventKind"/>.</param>
/// <param name="LineNumber">The line of the log, from 1; only LF ends a line.</param>
/// <param name="Step">The last iteration or epoch that the log has named, or null.</param>
/// <param name="Text">The line, at most 1,000 bytes of it, control characters and broken UTF-8 as <c>\xNN</c>.</param>
public sealed record LogEvent(string Kind, long LineNumber, long? Step, string Text);

/// <summary>The kinds of events that the presets know; a stop rule may add its own name.</summary>
public static class LogEventKind
{
    /// <summary>The average loss is no finite number.</summary>
    public const string Nan = "nan";

    /// <summary>The program found better weights than before.</summary>
    public const string Best = "best";

    /// <summary>An image could not be read.</summary>
    public const string MissingImage = "missing-image";

    /// <summary>A label makes no sense to the program.</summary>
    public const string WrongAnnotation = "wrong-annotation";

    /// <summary>Memory ran out, of the machine or of its graphics card.</summary>
    public const string OutOfMemory = "out-of-memory";

    /// <summary>The program reports its own crash.</summary>
    public const string Traceback = "traceback";

    /// <summary>The host's disk is full.</summary>
    public const string DiskFull = "disk-full";
}
