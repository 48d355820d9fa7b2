using System.Globalization;

namespace DlStore.Lineage;

/// <summary>A metric of the log in a few numbers.</summary>
/// <param name="Points">How many points are recorded of it.</param>
/// <param name="Low">The least finite value, or null.</param>
/// <param name="LowStep">The first step at which it is, or null.</param>
/// <param name="High">The greatest finite value, or null.</param>
/// <param name="HighStep">The first step at which it is, or null.</param>
public sealed record CurveSpan(long Points, double? Low, long? LowStep, double? High, long? HighStep);

/// <summary>An attempt as a row of a table: what was decided, and the numbers that came of it.</summary>
public sealed record RunRow
{
    /// <summary>Gets the task.</summary>
    public required string Task { get; init; }

    /// <summary>Gets the attempt's number.</summary>
    public required long N { get; init; }

    /// <summary>Gets its id.</summary>
    public required string Id { get; init; }

    /// <summary>Gets the kind.</summary>
    public required string Kind { get; init; }

    /// <summary>Gets the state by its record; <c>unknown</c> if it is not home.</summary>
    public string State { get; init; } = "unknown";

    /// <summary>Gets why, or null.</summary>
    public string? Why { get; init; }

    /// <summary>Gets the host.</summary>
    public required string Host { get; init; }

    /// <summary>Gets when it was created.</summary>
    public required string Created { get; init; }

    /// <summary>Gets who created it.</summary>
    public required string By { get; init; }

    /// <summary>Gets when it began, or null.</summary>
    public string? Started { get; init; }

    /// <summary>Gets when it ended, or null.</summary>
    public string? Finished { get; init; }

    /// <summary>Gets the commit of this repository, or empty.</summary>
    public required string Commit { get; init; }

    /// <summary>Gets the data set, or null.</summary>
    public string? Dataset { get; init; }

    /// <summary>Gets its canvas, or null.</summary>
    public string? Canvas { get; init; }

    /// <summary>Gets the test set, or null.</summary>
    public string? TestSet { get; init; }

    /// <summary>Gets the memo of the task.</summary>
    public string Memo { get; init; } = "";

    /// <summary>Gets a value indicating whether it is the newest attempt of its kind in its task.</summary>
    public bool IsNewest { get; init; }

    /// <summary>Gets the parameters.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = Empty;

    /// <summary>Gets what the test found, decimal text.</summary>
    public IReadOnlyDictionary<string, string> Tests { get; init; } = Empty;

    /// <summary>Gets the last value of each metric of the log, decimal text.</summary>
    public IReadOnlyDictionary<string, string> Logs { get; init; } = Empty;

    /// <summary>Gets the metrics of the log in a few numbers.</summary>
    public IReadOnlyDictionary<string, CurveSpan> Curves { get; init; } = new Dictionary<string, CurveSpan>();

    /// <summary>Gets how long it ran by the host's clock, seconds, or null.</summary>
    public long? Seconds => Parse(Started) is { } from && Parse(Finished) is { } to ? to - from : null;

    private static Dictionary<string, string> Empty { get; } = [];

    private static long? Parse(string? time) =>
        DateTimeOffset.TryParse(time, CultureInfo.InvariantCulture, out DateTimeOffset at) ? at.ToUnixTimeSeconds() : null;
}
