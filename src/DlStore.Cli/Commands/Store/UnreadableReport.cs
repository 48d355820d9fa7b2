namespace DlStore.Cli.Commands.Store;

/// <summary>Says which pointers could not be read, what both sides of a merge did, and what to type.</summary>
internal static class UnreadableReport
{
    private const int LinesMax = 10;

    /// <summary>Warns of pointers that a command had to leave out.</summary>
    public static void Print(Session session, IReadOnlyList<UnreadablePointer> pointers)
    {
        foreach (UnreadablePointer pointer in pointers)
        {
            session.Terminal.Warn($"left out: {pointer.Wrong}");
            foreach (string line in Lines(session, pointer.Clash))
            {
                session.Terminal.Detail("  ", line);
            }

            session.Terminal.Detail("hint: ", pointer.Hint);
        }
    }

    /// <summary>What both sides did, a few lines.</summary>
    public static IEnumerable<string> Lines(Session session, PointerClash? clash)
    {
        IReadOnlyList<string> all = clash?.Describe() ?? [];
        return all.Count <= LinesMax ? all.Select(session.Terminal.Name) : [.. all.Take(LinesMax).Select(session.Terminal.Name),
            $"and {Format.Count(all.Count - LinesMax)} more lines; --json has them all"];
    }
}
