using DlStore.Operations;

namespace DlStore.Cli.Commands;

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
            session.Terminal.Warn($"{Format.Count(result.UnreadablePast.Count, "pointer")} of past commits cannot be read, and what they name was not fetched: {string.Join("; ", result.UnreadablePast.Take(NamesMax))}");
        }

        if (result.Missing.Count > 0)
        {
            session.Terminal.Warn($"{Format.Count(result.Missing.Count, "object")} are neither here nor on {result.Remote}");
            foreach (string missing in result.Missing.Take(NamesMax))
            {
                session.Terminal.Detail("  missing: ", missing);
            }

            session.Terminal.Detail("hint: ", "run `dls push` where they are, or fetch from another remote with --remote");
        }
    }

    public static int Code(FetchResult result, bool isComplete) =>
        result.Missing.Count > 0 ? result.Objects == 0 ? ExitCode.Missing : ExitCode.Partial : isComplete ? ExitCode.Done : ExitCode.Partial;
}
