using System.Globalization;
using DlStore.Targets;

namespace DlStore.Operations.Deploys;

/// <summary>
/// <c>dls deploy log</c> and <c>show</c>: what a target's own journal says was done there. Nothing is taken from the copies in git.
/// </summary>
public static class DeployLog
{
    /// <summary>Lists the entries of a target.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="target">The target.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>Oldest first; an unfinished change last, its outcome <c>intent</c>.</returns>
    /// <exception cref="DlsException">Kind Usage: no such target. Kind Failed: it cannot be reached.</exception>
    public static async Task<IReadOnlyList<Deployment>> RunAsync(Repo repo, string target, CancellationToken cancel)
    {
        TargetJournal journal = (await TargetVisit.OpenAsync(repo, target, "", cancel)).Journal;
        return journal.Open is { } open ? [.. journal.Entries, open] : journal.Entries;
    }

    /// <summary>Tells what was live at some time.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="target">The target.</param>
    /// <param name="at"><c>2026-01-31</c> (the end of that day) or <c>2026-01-31T12:00:00Z</c>, UTC by the target's clock; null for
    /// now.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>For each kind the entry that made it so, with the files of what was live; kinds of which nothing was known then are left
    /// out.</returns>
    /// <exception cref="DlsException">Kind Usage: no such target, or no such time. Kind Failed: it cannot be reached.</exception>
    public static async Task<IReadOnlyList<Deployment>> ShowAsync(Repo repo, string target, string? at, CancellationToken cancel)
    {
        string? until = at is null ? null : Until(at);
        TargetJournal journal = (await TargetVisit.OpenAsync(repo, target, "", cancel)).Journal;
        return [.. journal.Kinds().Select(k => journal.ChangeOf(k, until)).OfType<Deployment>()];
    }

    private static string Until(string text)
    {
        const string Full = "yyyy-MM-ddTHH:mm:ssZ";
        return DateTime.TryParseExact(text, Full, CultureInfo.InvariantCulture, DateTimeStyles.None, out _) ? text
            : DateTime.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _) ? text + "T23:59:59Z"
            : throw new DlsException(
                ErrorKind.Usage, $"show what was live at '{text}': that is no time", "write 2026-01-31 or 2026-01-31T12:00:00Z, in UTC");
    }
}
