using DlStore.Objects;

namespace DlStore.Operations.Store;

/// <summary>A file of a remote that is to be verified.</summary>
/// <param name="name">Its name there.</param>
/// <param name="id">SHA-256 of the right bytes.</param>
/// <param name="size">How many those are.</param>
internal sealed class RemoteFileCheck(string name, Oid id, long size)
{
    public string Name => name;

    public Oid Id => id;

    public long Size => size;

    /// <summary>Gets what to do with bytes of at most that length: a file with them here, and their hash.</summary>
    public required Action<string, Oid> Judge { get; init; }

    /// <summary>Gets what to do if the file is not there or too long; told why.</summary>
    public required Action<string> Lose { get; init; }

    public bool IsPack { get; init; }

    /// <summary>Gets a value indicating whether something in it was noted as damaged before.</summary>
    public bool IsNoted { get; init; }

    /// <summary>Gets or sets a value indicating whether nothing is left to look at.</summary>
    public bool IsDone { get; set; }
}
