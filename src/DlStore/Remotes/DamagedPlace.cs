using DlStore.Objects;

namespace DlStore.Remotes;

/// <summary>What is damaged on a remote.</summary>
public enum DamagedKind
{
    /// <summary>One object in a pack; the rest of the pack serves.</summary>
    Object,
    /// <summary>A pack that is not there or has another length: nothing in it is relied on.</summary>
    Pack,
    /// <summary>A large blob that is not there or has other bytes.</summary>
    Blob,
    /// <summary>An object that a pin names and no index file of the remote does.</summary>
    Lost,
}

/// <summary>One damaged place of a remote.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Pack">The pack; zero for a large blob and for a lost object.</param>
/// <param name="Oid">The object; zero for a whole pack.</param>
public readonly record struct DamagedPlace(DamagedKind Kind, Oid Pack, Oid Oid);
