namespace DlStore.Data.Lint;

/// <summary>What lint looks at besides the set itself.</summary>
public sealed record LintOptions
{
    private static readonly string[] ConsumerNames = ["ssd", "resnet34", "darknet", "ultralytics", "torchvision"];

    /// <summary>Gets the readers whose rules are followed too.</summary>
    public IReadOnlyList<LintConsumer> Consumers { get; init; } = [];

    /// <summary>Gets the directory as messages name it, or null for its path.</summary>
    public string? Shown { get; init; }

    /// <summary>Gets what is told how far it is, or null.</summary>
    public IProgress<WorkProgress>? Progress { get; init; }

    /// <summary>Gets how many files are read at once.</summary>
    public int Threads { get; init; } = 2;

    /// <summary>Gets the codes that are reported, or null for all.</summary>
    public IReadOnlyCollection<string>? Only { get; init; }

    /// <summary>Gives the name of a reader as it is typed.</summary>
    /// <param name="consumer">The reader.</param>
    /// <returns>Lower case.</returns>
    public static string NameOf(LintConsumer consumer) => ConsumerNames[(int)consumer];

    /// <summary>Reads the name of a reader.</summary>
    /// <param name="name">As typed.</param>
    /// <returns>The reader.</returns>
    /// <exception cref="DlsException">Kind Usage: there is no such one; the names are listed.</exception>
    public static LintConsumer ParseConsumer(string name) => Array.IndexOf(ConsumerNames, name) is >= 0 and int i
        ? (LintConsumer)i
        : throw new DlsException(
            ErrorKind.Usage, $"lint for '{name}': it is not known", $"known readers: {string.Join(", ", ConsumerNames)}");
}
