using DlStore.Objects;

namespace DlStore.Operations.Erasing;

/// <summary>An object that goes, or that stays because something else names it.</summary>
/// <param name="Oid">The object.</param>
/// <param name="Size">Its bytes, or null if nothing here says so.</param>
/// <param name="IsHere">Its bytes are in the local store.</param>
/// <param name="NamedBy">What names it, at most 10 lines: paths with their commits, and records.</param>
/// <param name="Names">How much names it in all.</param>
public sealed record ErasedObject(Oid Oid, long? Size, bool IsHere, IReadOnlyList<string> NamedBy, long Names);

/// <summary>A remote, and what is or was to be done there.</summary>
public sealed record EraseRemote
{
    /// <summary>Gets its name.</summary>
    public required string Name { get; init; }

    /// <summary>Gets a value indicating whether nothing can be written there.</summary>
    public bool IsReadOnly { get; init; }

    /// <summary>Gets how many of the objects its indexes name: their bytes lie there until it is collected.</summary>
    public long Held { get; init; }

    /// <summary>Gets how many of the objects have a tombstone there.</summary>
    public long Listed { get; init; }

    /// <summary>Gets why it could not be asked, or written to; null if nothing went wrong.</summary>
    public string? Error { get; init; }
}

/// <summary>What erase found, and what it did.</summary>
public sealed record EraseResult
{
    /// <summary>Gets what goes.</summary>
    public required IReadOnlyList<ErasedObject> Objects { get; init; }

    /// <summary>Gets what lies in a named directory and stays, because something outside of it names it too.</summary>
    public IReadOnlyList<ErasedObject> Shared { get; init; } = [];

    /// <summary>Gets how many other contents the paths had in other commits; they stay.</summary>
    public long OtherVersions { get; init; }

    /// <summary>Gets each remote that was to be asked.</summary>
    public required IReadOnlyList<EraseRemote> Remotes { get; init; }

    /// <summary>Gets what could not be looked at for names, a sentence each.</summary>
    public IReadOnlyList<string> Unknown { get; init; } = [];

    /// <summary>Gets the paths of the work tree whose pointers name one of them.</summary>
    public IReadOnlyList<string> Pointed { get; init; } = [];

    /// <summary>Gets the files of the work tree that have these bytes by their pointer; they stay unless asked for.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>Gets files that were deleted from the work tree.</summary>
    public IReadOnlyList<string> FilesDeleted { get; init; } = [];

    /// <summary>Gets files that were deleted from the trash.</summary>
    public long TrashDeleted { get; init; }

    /// <summary>Gets the bytes that the local store has less.</summary>
    public long BytesFreed { get; init; }

    /// <summary>Gets damaged packs of the local store that still hold one of the objects, each a path.</summary>
    public IReadOnlyList<string> Held { get; init; } = [];

    /// <summary>Gets a value indicating whether every version was meant, and some could not be looked at.</summary>
    public bool IsShort { get; init; }

    /// <summary>Gets a value indicating whether this is what was done, not only a plan.</summary>
    public bool IsApplied { get; init; }

    /// <summary>Gets a value indicating whether every remote that can be written has the tombstones, and nothing is left here.</summary>
    public bool IsComplete => !IsShort && Held.Count == 0 && Remotes.All(static r => r.Error is null || r.IsReadOnly);
}
