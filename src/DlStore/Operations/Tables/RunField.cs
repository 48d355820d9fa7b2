using DlStore.Lineage;

namespace DlStore.Operations.Tables;

/// <summary>A column of a table of runs.</summary>
/// <param name="Name">Its whole name: <c>task</c>, <c>param.lr</c>, <c>test.map</c>, <c>log.loss</c>, <c>log.loss.min</c>.</param>
/// <param name="Of">Gives what a run has there.</param>
/// <param name="IsLowBetter">Whether less of it is better, by its name; null for what is no measure.</param>
public sealed record RunField(string Name, Func<RunRow, RunCell> Of, bool? IsLowBetter)
{
    private static readonly string[] LowWords =
        ["loss", "err", "error", "mae", "mse", "rmse", "perplexity", "fp", "fn", "seconds", "time", "latency", "wer", "cer", "fid"];

    /// <summary>Gets the name without <c>param.</c>, <c>test.</c> or <c>log.</c>, for headings.</summary>
    public string Title => Name.Split('.', 2) is ["param" or "test" or "log", var rest] ? rest : Name;

    /// <summary>Guesses from the words of a measure's name whether less of it is better.</summary>
    /// <param name="name">As the program prints it.</param>
    /// <returns>True for losses, errors, wrong answers and times.</returns>
    public static bool GuessLow(string name) =>
        name.ToLowerInvariant().Split('_', '-', '.', '/', ' ').Any(LowWords.Contains)
            || name.EndsWith("loss", StringComparison.OrdinalIgnoreCase);
}
