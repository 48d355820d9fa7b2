using DlStore.Operations.Transfers;

namespace DlStore.Cli.Commands.Transfers;

/// <summary>Says what a fetch did; pull uses it too.</summary>
internal static class FetchReport
{
    private const int NamesMax = 5;

    public static void Print(Session session, FetchResult result, bool dryRun)
    {
        string text = result.Objects == 0 ? "nothing to fetch"
            : dryRun ? $"would fetch {Format.Count(result.Objects, "object")} from {result.Remote}"
            : $"fetched {Format.Count(result.Objects, "object")}, {Format.Bytes(result.BytesRead)}, from {result.Remote}";
        session.Terminal.Result(text);
        if (result.UnreadablePast.Count > 0)
        {
            session.Terminal.Warn($"{Format.Count(result.UnreadablePast.Count, "pointer")} of past commits cannot be read, and what "
                + $"they name was not fetched: {string.Join("; ", result.UnreadablePast.Take(NamesMax))}");
        }

        foreach (string problem in result.Problems)
        {
            session.Terminal.Warn($"{result.Remote}: {problem}; what only that file names counts as not there");
        }

        if (result.Missing.Count > 0)
        {
            PrintMissing(session, result);
        }

        PrintErased(session, result);
    }

    private static void PrintErased(Session session, FetchResult result)
    {
        if (result.ErasedObjects == 0)
        {
            return;
        }

        session.Terminal.Warn($"{Format.Count(result.ErasedObjects, "object")} {(result.ErasedObjects == 1 ? "was" : "were")} left out: "
            + "erased on purpose");
        foreach (LostPath erased in result.Erased.Take(NamesMax))
        {
            session.Terminal.Detail("  erased: ", $"{session.Terminal.Name(erased.Path)}: {session.Terminal.Name(erased.Reason)}");
        }

        if (result.Erased.Count > NamesMax)
        {
            session.Terminal.Detail("  ", $"and {Format.Count(result.Erased.Count - NamesMax)} more paths; --json lists them");
        }

        if (!result.IsOfPast)
        {
            session.Terminal.Detail("hint: ", "`dls rm PATH` takes such a path out of its pointer; then this ends with 0 again");
        }
    }

    private static void PrintMissing(Session session, FetchResult result)
    {
        session.Terminal.Warn($"{Format.Count(result.Missing.Count, "object")} {(result.Missing.Count == 1 ? "is" : "are")}"
            + $" neither here nor whole on {result.Remote}");
        foreach (LostPath lost in result.Lost.Take(NamesMax))
        {
            string who = lost.Commit is { } commit
                ? $"; last changed by {session.Terminal.Name(lost.Author ?? "")} in commit {commit[..12]}" : "";
            session.Terminal.Detail("  missing: ", $"{session.Terminal.Name(lost.Path)}: {lost.Reason}{who}");
        }

        foreach (string missing in result.Lost.Count == 0 ? result.Missing.Take(NamesMax) : [])
        {
            session.Terminal.Detail("  missing: ", missing);
        }

        if (Math.Max(result.Lost.Count, result.Missing.Count) is var all && all > NamesMax)
        {
            session.Terminal.Detail("  ", $"and {Format.Count(all - NamesMax)} more; --json lists them");
        }

        string verb = result.Lost.Count > 0 && result.Lost.All(static l => l.Reason.Contains("no index", StringComparison.Ordinal))
            ? "push" : "push --repair";
        session.Terminal.Detail(
            "hint: ", $"run `dls {verb} --remote {result.Remote}` in a clone that has them, or fetch from another remote with --remote");
    }

    /// <summary>What is lost makes it partial, however much of the rest was here before.</summary>
    public static int Code(FetchResult result, bool isComplete) => result.IsComplete && isComplete
        ? ExitCode.Done : ExitCode.Partial;
}
