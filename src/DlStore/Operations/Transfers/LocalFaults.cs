using DlStore.Objects;

namespace DlStore.Operations.Transfers;

/// <summary>
/// What a push found wrong in the local store while it sent: these bytes are not sent, and the plan is made again without them.
/// </summary>
internal sealed class LocalFaults
{
    /// <summary>Gets objects whose bytes here are wrong.</summary>
    public HashSet<Oid> Objects { get; } = [];

    /// <summary>Gets packs that cannot go as they are; their whole entries still can.</summary>
    public HashSet<Oid> Packs { get; } = [];

    public int Count => Objects.Count + Packs.Count;
}
