using DlStore.Operations.Store;

namespace DlStore.Operations.Repairs;

/// <summary>What came of one store: the local one or a remote.</summary>
public sealed record RepairedStore
{
    /// <summary>Gets the remote's name; null for the local store.</summary>
    public string? Remote { get; init; }

    /// <summary>Gets how many objects were damaged or missing there.</summary>
    public long Damaged { get; init; }

    /// <summary>Gets how many packs, pack indexes or index files were wrong that hold or need no bytes from elsewhere.</summary>
    public long Files { get; init; }

    /// <summary>Gets where the good copies came from.</summary>
    public IReadOnlyList<RepairSource> Sources { get; init; } = [];

    /// <summary>Gets what is still not whole there, each with who uses it.</summary>
    public IReadOnlyList<DamagedObject> Left { get; init; } = [];

    /// <summary>Gets why the store could not be looked through or mended; null if it could.</summary>
    public string? Error { get; init; }

    /// <summary>Gets what to type next after an error, or null.</summary>
    public string? Hint { get; init; }

    /// <summary>Gets a value indicating whether the remote was passed over, because it can only be read.</summary>
    public bool IsSkipped { get; init; }
}
