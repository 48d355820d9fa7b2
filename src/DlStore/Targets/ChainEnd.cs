namespace DlStore.Targets;

/// <summary>Where the next entry of a journal goes.</summary>
/// <param name="Seq">The last entry's number; 0 if there is none.</param>
/// <param name="Id">The last entry's id, or null.</param>
internal sealed record ChainEnd(int Seq, string? Id)
{
    /// <summary>Gets the last entry's name, or <c>-</c>.</summary>
    public string Name => Id is null ? "-" : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Seq:D4}-{Id}");

    /// <summary>Gives the end of a journal.</summary>
    public static ChainEnd Of(TargetJournal journal) => new(journal.Last?.Seq ?? 0, journal.Last?.Id);
}
