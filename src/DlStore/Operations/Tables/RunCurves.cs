using DlStore.Data.Names;
using DlStore.Io;
using DlStore.Learning.Logs;
using DlStore.Learning.Records;
using DlStore.Operations.Tasks;

namespace DlStore.Operations.Tables;

/// <summary>Curves that were asked for.</summary>
/// <param name="Sources">The attempts with their points, in the order of the words.</param>
/// <param name="Metrics">What to draw: as named, or every metric that any of them has.</param>
public sealed record RunCurveSet(IReadOnlyList<CurveSource> Sources, IReadOnlyList<string> Metrics);

/// <summary>Reads the committed points of runs: at most 2,000 each, extremes included.</summary>
public static class RunCurves
{
    /// <summary>Reads the points of an attempt; none if it left none.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="task">The task.</param>
    /// <param name="n">The attempt's number.</param>
    /// <returns>Its points.</returns>
    /// <exception cref="DlsException">Kind Corrupt: the file is damaged.</exception>
    public static MetricSeries Read(Repo repo, PortableName task, int n) =>
        FinishedAttempt.ReadMetrics(repo, AttemptRecord.DirectoryOf(task, n));

    /// <summary>Tells the tasks from the metrics in some words, and reads their points.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="words">Tasks or parts of tasks, and names of metrics.</param>
    /// <returns>The curves.</returns>
    /// <exception cref="DlsException">Kind Usage: a word is neither, or no task is named.</exception>
    public static RunCurveSet Find(Repo repo, IReadOnlyList<string> words)
    {
        List<CurveSource> sources = [];
        List<string> metrics = [];
        foreach (string word in words)
        {
            if (IsTask(repo, word))
            {
                AttemptOfTask attempt = FinishedAttempt.Find(repo, word, "plot");
                sources.Add(new CurveSource(
                    FinishedAttempt.Show(attempt), FinishedAttempt.ReadMetrics(repo, FinishedAttempt.HomeOf(attempt))));
            }
            else
            {
                metrics.Add(word);
            }
        }

        string[] known = [.. new SortedSet<string>(sources.SelectMany(static s => s.Series.Metrics), StringComparer.Ordinal)];
        if (sources.Count == 0)
        {
            throw new DlsException(ErrorKind.Usage, words.Count == 0 ? "plot: no task is named" : $"plot '{Shown(words[0])}': no such task",
                "run `dls task list` to see the tasks");
        }

        if (metrics.FirstOrDefault(m => !known.Contains(m)) is { } unknown)
        {
            throw new DlsException(ErrorKind.Usage,
                $"plot '{Shown(unknown)}': it is neither a task nor a metric of the tasks that are named",
                known.Length == 0 ? "their logs had no numbers" : $"they have {string.Join(", ", known)}");
        }

        return new RunCurveSet(sources, metrics.Count > 0 ? metrics : known);
    }

    private static string Shown(string word) => EntryName.Show(System.Text.Encoding.UTF8.GetBytes(word));

    private static bool IsTask(Repo repo, string word) => PortableName.TryParse(word.Split('/', '#')[0], out PortableName name)
        && File.Exists($"{repo.WorkTree}/{TaskRecord.DirectoryOf(name)}/{TaskRecord.FileName}");
}
