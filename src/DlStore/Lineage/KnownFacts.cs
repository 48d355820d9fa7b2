using DlStore.Objects;

namespace DlStore.Lineage;

/// <summary>What one version of a pointer names.</summary>
/// <param name="Commit">The first commit that has this version, hex; null if only the work tree has it.</param>
/// <param name="Commits">How many commits brought it in: more than one after merges, reverts and on several branches.</param>
/// <param name="Path">The managed path.</param>
/// <param name="Kind">Blob or tree.</param>
/// <param name="Oid">What it names.</param>
internal sealed record KnownPointer(string? Commit, long Commits, string Path, ObjectKind Kind, Oid Oid);

/// <summary>An attempt as its task's record and its own say.</summary>
internal sealed record KnownAttempt
{
    /// <summary>Gets its id: 32 hex digits.</summary>
    public required string Id { get; init; }

    /// <summary>Gets the task.</summary>
    public required string Task { get; init; }

    /// <summary>Gets its number there.</summary>
    public required long N { get; init; }

    /// <summary>Gets the kind.</summary>
    public required string Kind { get; init; }

    /// <summary>Gets where it ran.</summary>
    public required string Host { get; init; }

    /// <summary>Gets when it was started.</summary>
    public required string Created { get; init; }

    /// <summary>Gets by whom.</summary>
    public required string By { get; init; }

    /// <summary>Gets the commit of this repository that it ran from.</summary>
    public required string Commit { get; init; }

    /// <summary>Gets the parameters: <c>name=value</c>, sorted, with blanks between.</summary>
    public required string Parameters { get; init; }

    /// <summary>Gets the data set, or null.</summary>
    public string? Dataset { get; init; }

    /// <summary>Gets its canvas, or null.</summary>
    public string? Canvas { get; init; }

    /// <summary>Gets the data set's tree, or null.</summary>
    public Oid? Tree { get; init; }

    /// <summary>Gets the hash of the data set's directory, or null.</summary>
    public Oid? DirHash { get; init; }

    /// <summary>Gets the test set, or null.</summary>
    public string? TestSet { get; init; }

    /// <summary>Gets how it ended; null if it was not collected.</summary>
    public string? State { get; init; }

    /// <summary>Gets why, or null.</summary>
    public string? Why { get; init; }

    /// <summary>Gets when it ended, or null.</summary>
    public string? Finished { get; init; }
}

/// <summary>A program that an attempt ran.</summary>
/// <param name="Path">Where it lies.</param>
/// <param name="Commit">Its commit, or null.</param>
/// <param name="Tree">Its files.</param>
/// <param name="Files">How many.</param>
/// <param name="Dirty">How many of them differ from the commit.</param>
/// <param name="Withheld">How many were held back because they look like secrets.</param>
internal sealed record KnownSource(string Path, string? Commit, Oid Tree, long Files, long Dirty, long Withheld);

/// <summary>An object that an attempt used or made.</summary>
internal sealed record KnownArtifact
{
    /// <summary>Gets the attempt's id.</summary>
    public required string Attempt { get; init; }

    /// <summary>Gets the task.</summary>
    public required string Task { get; init; }

    /// <summary>Gets what it is to the attempt.</summary>
    public required ArtifactRole Role { get; init; }

    /// <summary>Gets its path in the run, or its name.</summary>
    public required string Path { get; init; }

    /// <summary>Gets the object.</summary>
    public required Oid Oid { get; init; }

    /// <summary>Gets the bytes; 0 if the record does not say.</summary>
    public required long Size { get; init; }

    /// <summary>Gets, for what was used, the task whose output it is, or null.</summary>
    public string? FromTask { get; init; }

    /// <summary>Gets the attempt, or null.</summary>
    public string? FromAttempt { get; init; }

    /// <summary>Gets a value indicating whether these are weights that were there before the run.</summary>
    public required bool Inherited { get; init; }

    /// <summary>Gets a value indicating whether the attempt made it.</summary>
    public bool IsMade => Role <= ArtifactRole.Log;
}

/// <summary>A version of a data set for one canvas.</summary>
internal sealed record KnownDataset
{
    /// <summary>Gets the lock's number in the index; another one after a rebuild.</summary>
    public required long Record { get; init; }

    /// <summary>Gets the data set.</summary>
    public required string Name { get; init; }

    /// <summary>Gets the canvas.</summary>
    public required string Canvas { get; init; }

    /// <summary>Gets the tree, all canvases.</summary>
    public required Oid Tree { get; init; }

    /// <summary>Gets the hash of the directory.</summary>
    public required Oid DirHash { get; init; }

    /// <summary>Gets the engine's fingerprint, or null.</summary>
    public string? Engine { get; init; }

    /// <summary>Gets the count of images.</summary>
    public required long Images { get; init; }

    /// <summary>Gets where an imported one came from, or null.</summary>
    public string? ImportedFrom { get; init; }

    /// <summary>Gets the first commit that has this lock, or null if only the work tree has it.</summary>
    public string? Commit { get; init; }
}

/// <summary>What a data set version was made of.</summary>
/// <param name="Kind"><c>project</c> or <c>real</c>.</param>
/// <param name="Name">The project or set.</param>
/// <param name="Labels">Its classes, blanks between.</param>
/// <param name="Images">Images it gave.</param>
internal sealed record KnownDatasetSource(string Kind, string Name, string Labels, long Images);

/// <summary>A file in a project's master directory.</summary>
/// <param name="Project">The project.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Oid">Its bytes.</param>
/// <param name="Path">The file, without <c>.dls</c>.</param>
/// <param name="Commit">The first commit that has it, or null.</param>
internal sealed record KnownMasterFile(string Project, MasterFileKind Kind, Oid Oid, string Path, string? Commit);

/// <summary>The last event of a target's journal of which a copy is here.</summary>
internal sealed record KnownDeployment
{
    /// <summary>Gets the copy's number in the index; another one after a rebuild.</summary>
    public required long Record { get; init; }

    /// <summary>Gets the target.</summary>
    public required string Target { get; init; }

    /// <summary>Gets the event's number there.</summary>
    public required long Seq { get; init; }

    /// <summary>Gets its id.</summary>
    public required string Id { get; init; }

    /// <summary>Gets the kind.</summary>
    public required string Kind { get; init; }

    /// <summary>Gets what was done.</summary>
    public required string Action { get; init; }

    /// <summary>Gets the task whose weights are live afterwards, or null.</summary>
    public string? Task { get; init; }

    /// <summary>Gets the attempt's id, or null.</summary>
    public string? Attempt { get; init; }

    /// <summary>Gets when, by the target's clock.</summary>
    public required string At { get; init; }

    /// <summary>Gets who.</summary>
    public required string By { get; init; }
}

/// <summary>A file or directory that is in place after a deployment.</summary>
/// <param name="Role"><c>weight</c>, <c>data</c>, <c>classes</c>.</param>
/// <param name="Path">Where, relative to the target's home.</param>
/// <param name="Oid">Its digest.</param>
/// <param name="Size">Bytes.</param>
internal sealed record KnownDeployedFile(string Role, string Path, Oid Oid, long Size);
