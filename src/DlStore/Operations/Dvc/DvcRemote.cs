using DlStore.Remotes;

namespace DlStore.Operations.Dvc;

/// <summary>A remote as DVC's settings have it.</summary>
/// <param name="Name">Its name there.</param>
/// <param name="Url">Its URL as it is written there.</param>
/// <param name="Address">The same place as a dls remote is named; null if dls cannot read there.</param>
internal sealed record DvcRemote(string Name, string Url, string? Address)
{
    /// <summary>Gets what else a dls remote has to be told.</summary>
    public RemoteOptions Options { get; init; } = new();

    /// <summary>Gets why dls cannot read there, or null.</summary>
    public string? Why { get; init; }
}
