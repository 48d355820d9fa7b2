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
/// <param name="Id">32 hex digits.</param>
/// <param name="Task">The task.</param>
/// <param name="N">Its number there.</param>
/// <param name="Kind">The kind.</param>
/// <param name="Host">Where it ran.</param>
/// <param name="Created">When it was started.</param>
/// <param name="By">By whom.</param>
/// <param name="Commit">The commit of this repository that it ran from.</param>
/// <param name="Parameters"><c>name=value</c>, sorted, with blanks between.</param>
/// <param name="Dataset">The data set, or null.</param>
/// <param name="Canvas">Its canvas, or null.</param>
/// <param name="Tree">The data set's tree, or null.</param>
/// <param name="DirHash">The hash of the data set's directory, or null.</param>
/// <param name="TestSet">The test set, or null.</param>
/// <param name="State">How it ended; null if it was not collected.</param>
/// <param name="Why">Why, or null.</param>
/// <param name="Finished">When it ended, or null.</param>
internal sealed record KnownAttempt(
    string Id, string Task, long N, string Kind, string Host, string Created, string By, string Commit, string Parameters, string? Dataset, string? Canvas, Oid? Tree, Oid? DirHash, string? TestSet,
    string? State, string? Why, string? Finished);

/// <summary>A program that an attempt ran.</summary>
/// <param name="Path">Where it lies.</param>
/// <param name="Commit">Its commit, or null.</param>
/// <param name="Tree">Its files.</param>
/// <param name="Files">How many.</param>
/// <param name="Dirty">How many of them differ from the commit.</param>
/// <param name="Withheld">How many were held back because they look like secrets.</param>
internal sealed record KnownSource(string Path, string? Commit, Oid Tree, long Files, long Dirty, long Withheld);

/// <summary>An object that an attempt used or made.</summary>
/// <param name="Attempt">The attempt's id.</param>
/// <param name="Task">The task.</param>
/// <param name="Role"><c>weight</c>, <c>best</c>, <c>output</c>, <c>outputs</c>, <c>log</c>; used: <c>source</c>, <c>data</c>, <c>view</c>, <c>testset</c>, <c>initial</c>, <c>input</c>.</param>
/// <param name="Path">Its path in the run, or its name.</param>
/// <param name="Oid">The object.</param>
/// <param name="Size">Bytes; 0 if the record does not say.</param>
/// <param name="FromTask">For what was used: the task whose output it is, or null.</param>
/// <param name="FromAttempt">The attempt, or null.</param>
/// <param name="Inherited">Weights that were there before the run.</param>
internal sealed record KnownArtifact(string Attempt, string Task, string Role, string Path, Oid Oid, long Size, string? FromTask, string? FromAttempt, bool Inherited)
{
    /// <summary>Gets a value indicating whether the attempt made it.</summary>
    public bool IsMade => Role is "weight" or "best" or "output" or "outputs" or "log";
}

/// <summary>A version of a data set for one canvas.</summary>
/// <param name="Record">The lock's number in the index; another one after a rebuild.</param>
/// <param name="Name">The data set.</param>
/// <param name="Canvas">The canvas.</param>
/// <param name="Tree">The tree, all canvases.</param>
/// <param name="DirHash">The hash of the directory.</param>
/// <param name="Engine">The engine's fingerprint, or null.</param>
/// <param name="Images">Images.</param>
/// <param name="ImportedFrom">Where an imported one came from, or null.</param>
/// <param name="Commit">The first commit that has this lock, or null if only the work tree has it.</param>
internal sealed record KnownDataset(long Record, string Name, string Canvas, Oid Tree, Oid DirHash, string? Engine, long Images, string? ImportedFrom, string? Commit);

/// <summary>What a data set version was made of.</summary>
/// <param name="Kind"><c>project</c> or <c>real</c>.</param>
/// <param name="Name">The project or set.</param>
/// <param name="Labels">Its classes, blanks between.</param>
/// <param name="Images">Images it gave.</param>
internal sealed record KnownDatasetSource(string Kind, string Name, string Labels, long Images);

/// <summary>A file in a project's master directory.</summary>
/// <param name="Project">The project.</param>
/// <param name="Kind"><c>master</c> or <c>annotation</c>.</param>
/// <param name="Oid">Its bytes.</param>
/// <param name="Path">The file, without <c>.dls</c>.</param>
/// <param name="Commit">The first commit that has it, or null.</param>
internal sealed record KnownMasterFile(string Project, string Kind, Oid Oid, string Path, string? Commit);

/// <summary>The last event of a target's journal of which a copy is here.</summary>
/// <param name="Record">The copy's number in the index; another one after a rebuild.</param>
/// <param name="Target">The target.</param>
/// <param name="Seq">The event's number there.</param>
/// <param name="Id">Its id.</param>
/// <param name="Kind">The kind.</param>
/// <param name="Action">What was done.</param>
/// <param name="Task">The task whose weights are live afterwards, or null.</param>
/// <param name="Attempt">The attempt's id, or null.</param>
/// <param name="At">When, by the target's clock.</param>
/// <param name="By">Who.</param>
internal sealed record KnownDeployment(long Record, string Target, long Seq, string Id, string Kind, string Action, string? Task, string? Attempt, string At, string By);

/// <summary>A file or directory that is in place after a deployment.</summary>
/// <param name="Role"><c>weight</c>, <c>data</c>, <c>classes</c>.</param>
/// <param name="Path">Where, relative to the target's home.</param>
/// <param name="Oid">Its digest.</param>
/// <param name="Size">Bytes.</param>
internal sealed record KnownDeployedFile(string Role, string Path, Oid Oid, long Size);
