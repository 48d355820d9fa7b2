using DlStore.Learning.Scores;
using DlStore.Objects;

namespace DlStore.Operations.Tasks;

/// <summary>
/// What a finished attempt left of its test: the kind's file of results, else the test's log, else, for a run without a test of its own,
/// its log.
/// </summary>
/// <param name="Path">The file, relative to the outputs.</param>
/// <param name="Oid">Its bytes.</param>
/// <param name="Found">What stands in it.</param>
internal sealed record StoredResults(string Path, Oid Oid, TestResult Found)
{
    /// <summary>Finds the results of an attempt; a file with rows for images comes before one without.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="attempt">A collected attempt.</param>
    /// <param name="progress">Told about transfers.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The results, or null if it left none.</returns>
    /// <exception cref="DlsException">Kind Missing: the bytes are nowhere.</exception>
    public static async Task<StoredResults?> FindAsync(
        Repo repo, AttemptOfTask attempt, IProgress<WorkProgress>? progress, CancellationToken cancel)
    {
        StoredResults? first = null;
        string?[] candidates = [TaskStates.FindKind(repo, attempt.Start.Kind)?.Results is { } results
            ? "work/" + results : null, "test.log", attempt.Start.Test is null ? "log" : null];
        foreach (string path in candidates.OfType<string>())
        {
            if (await FinishedAttempt.FindFileAsync(repo, attempt, path, progress, cancel) is not { } oid)
            {
                continue;
            }

            StoredResults read = new(path, oid, Read(repo, oid));
            if (read.Found.Images.Count > 0)
            {
                return read;
            }

            first ??= read.Found.IsEmpty ? null : read;
        }

        return first;
    }

    /// <summary>Reads the tables of a stored file.</summary>
    public static TestResult Read(Repo repo, Oid oid)
    {
        using Stream stream = OutputReading.Open(repo, oid);
        return ResultReader.Read(stream);
    }
}
