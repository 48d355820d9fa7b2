namespace DlStore.Operations.Repairs;

/// <summary>Where good copies came from, or would come from.</summary>
/// <param name="From">The local store, the work tree, or a remote by its name.</param>
/// <param name="Objects">How many.</param>
public sealed record RepairSource(string From, long Objects);
