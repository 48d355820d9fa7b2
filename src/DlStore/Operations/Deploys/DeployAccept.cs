using System.Globalization;
using DlStore.Learning.Kinds;

namespace DlStore.Operations.Deploys;

/// <summary>
/// What deployed weights are said to be good for: what their attempt was started with, and what was chosen since, such as a threshold
/// that a test came to.
/// </summary>
internal static class DeployAccept
{
    private const int ValueMax = 200;
    private const string Threshold = "threshold";
    private const string Example = "write one such as --threshold 0.85; `dls task eval` says which is best";
    private static readonly string[] Known = [Threshold, "input", "preprocess"];

    /// <summary>Gives the names and values for the journal.</summary>
    /// <param name="kind">The kind; its own names are known too.</param>
    /// <param name="trained">What the attempt was started with.</param>
    /// <param name="options">What was typed: <c>NAME=VALUE</c>, and a threshold by its own option.</param>
    /// <returns>All of them, sorted.</returns>
    /// <exception cref="DlsException">Kind Usage: a word is no name and value, a name is not known, a threshold is no
    /// number.</exception>
    public static SortedDictionary<string, string> Merge(
        Kind kind, IReadOnlyDictionary<string, string> trained, DeployOptions options)
    {
        SortedDictionary<string, string> accept = new(trained.ToDictionary(), StringComparer.Ordinal);
        HashSet<string> seen = [];
        foreach (string word in options.Accept)
        {
            int at = word.IndexOf('=', StringComparison.Ordinal);
            (string name, string value) = at > 0 ? (word[..at], word[(at + 1)..]) : (word, "");
            if (FindFault(kind, trained, name, value) is { } why)
            {
                throw new DlsException(ErrorKind.Usage, $"deploy with --accept '{word}': {why}", name == Threshold ? Example :
                    $"known names: {string.Join(", ", Known.Union(kind.Accept.Keys).Union(trained.Keys).Order(StringComparer.Ordinal))}; "
                        + $"'accept' of '{Kind.FileOf(kind.Name)}' can name more");
            }

            accept[name] = seen.Add(name) ? value : throw new DlsException(
                ErrorKind.Usage, $"deploy with --accept '{word}': '{name}' is given twice", "give it once");
        }

        if (options.Threshold is { } threshold)
        {
            string? why = seen.Contains(Threshold) ? "--accept gives one too" : FindFault(kind, trained, Threshold, threshold);
            accept[Threshold] = why is null ? threshold
                : throw new DlsException(ErrorKind.Usage, $"deploy with --threshold '{threshold}': {why}", Example);
        }

        return accept;
    }

    private static string? FindFault(Kind kind, IReadOnlyDictionary<string, string> trained, string name, string value) =>
        value.Length is 0 or > ValueMax || value.Any(char.IsControl) ? $"it is not NAME=VALUE with a value of 1 to {ValueMax} characters"
        : !Known.Contains(name) && !kind.Accept.ContainsKey(name) && !trained.ContainsKey(name) ? $"'{name}' is no name that is known"
        : name == Threshold && !(double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
            && number is >= 0 and <= 1) ? "a threshold is a number from 0 to 1"
        : null;
}
