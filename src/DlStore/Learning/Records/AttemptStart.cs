using System.Text;
using DlStore.Data.Names;
using DlStore.Io;
using DlStore.Objects;
using DlStore.WorkTree;

namespace DlStore.Learning.Records;

/// <summary>The data set of an attempt.</summary>
/// <param name="Name">The data set.</param>
/// <param name="Canvas">Its canvas.</param>
/// <param name="Tree">The oid of the data set's tree, all canvases.</param>
/// <param name="DirHash">The hash of its canonical directory at this canvas.</param>
/// <param name="Layout">The layout it was sent in.</param>
/// <param name="View">The oid of the tree that was sent.</param>
public sealed record AttemptData(string Name, string Canvas, Oid Tree, Oid DirHash, string Layout, Oid View)
{
    /// <summary>The layout of an imported attempt: nobody recorded how its data were laid out.</summary>
    public const string UnknownLayout = "unknown";

    /// <summary>
    /// Finds the directory that a program of this layout reads: all of what was sent. Of an imported attempt only the data set is known;
    /// there it is the canonical directory at its canvas.
    /// </summary>
    /// <param name="read">Reads a node.</param>
    /// <returns>The directory; none if the data set has no such canvas.</returns>
    /// <exception cref="DlsException">Kind Missing or Corrupt: a listing cannot be read.</exception>
    internal PathEntry FindDirectory(Func<Oid, byte[]> read) =>
        Layout == UnknownLayout ? FindCanonical(read) : new PathEntry(TreeMode.Directory, View, 0, 0);

    /// <summary>Finds the canonical directory at its canvas in the data set's tree: what <see cref="DirHash"/> is the hash of.</summary>
    /// <param name="read">Reads a node.</param>
    /// <returns>The directory; none if the data set has no such canvas.</returns>
    /// <exception cref="DlsException">Kind Missing or Corrupt: a listing cannot be read.</exception>
    internal PathEntry FindCanonical(Func<Oid, byte[]> read)
    {
        PathEntry at = new(TreeMode.Directory, Tree, 0, 0);
        foreach (string part in (string[])[Canvas, "data_set"])
        {
            at = at.IsDirectory ? TreeLookup.Find(read, at.Oid, Encoding.UTF8.GetBytes(part)) : default;
        }

        return at;
    }
}

/// <summary>A repository or directory whose program was run.</summary>
/// <param name="Path">Where it lies: relative to the work tree, or <c>HOST:/path</c> on the host.</param>
/// <param name="Commit">The commit that was checked out, or null if it is no git repository.</param>
/// <param name="Tree">The oid of the tree of its files, exactly as they were.</param>
/// <param name="Files">How many files.</param>
/// <param name="Dirty">Files that differ from the commit or are not tracked, sorted.</param>
/// <param name="Withheld">Files that look like secrets and were not captured: <c>path sha256:digest</c>, sorted.</param>
/// <param name="Remote">The URL of the repository's origin without credentials, or null.</param>
public sealed record AttemptSource(
    string Path, string? Commit, Oid Tree, long Files, IReadOnlyList<string> Dirty, IReadOnlyList<string> Withheld, string? Remote);

/// <summary>Weights that training started from, or any other file that was sent.</summary>
/// <param name="Path">Where it was put, relative to the run's work directory.</param>
/// <param name="Oid">Its bytes.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Task">The task whose output it is, or null.</param>
/// <param name="Attempt">The id of the attempt whose output it is, or null.</param>
public sealed record AttemptInput(string Path, Oid Oid, long Size, string? Task, string? Attempt);

/// <summary>What was decided before an attempt ran; it never changes afterwards.</summary>
public sealed record AttemptStart
{
    /// <summary>The host of attempts that were imported: nobody knows where they ran.</summary>
    public const string ImportedHost = "imported";

    /// <summary>Gets its number within the task, from 1, all kinds counted together.</summary>
    public required int N { get; init; }

    /// <summary>Gets its id: 128 random bits, 32 hex digits. The run's directory on the host has this name.</summary>
    public required string Id { get; init; }

    /// <summary>Gets the kind.</summary>
    public required string Kind { get; init; }

    /// <summary>Gets the digest of the kind as it was read, presets included.</summary>
    public required Oid KindDigest { get; init; }

    /// <summary>Gets the name of the host.</summary>
    public required string Host { get; init; }

    /// <summary>Gets when it was started, by the clock of the machine that did.</summary>
    public required string Created { get; init; }

    /// <summary>Gets who started it.</summary>
    public required string By { get; init; }

    /// <summary>Gets the commit of this repository.</summary>
    public required string Commit { get; init; }

    /// <summary>Gets the command that trains, with its parameters filled in.</summary>
    public required string Train { get; init; }

    /// <summary>Gets the command that tests, or null.</summary>
    public string? Test { get; init; }

    /// <summary>Gets the parameters, sorted by name.</summary>
    public required IReadOnlyDictionary<string, string> Parameters { get; init; }

    /// <summary>Gets the data set, or null if the kind uses none.</summary>
    public AttemptData? Data { get; init; }

    /// <summary>Gets the classes by id.</summary>
    public IReadOnlyList<string> Classes { get; init; } = [];

    /// <summary>Gets the test set's name, or null.</summary>
    public string? TestSet { get; init; }

    /// <summary>Gets the oid of the test set's tree, or null.</summary>
    public Oid? TestSetTree { get; init; }

    /// <summary>Gets the sources, the one that runs first.</summary>
    public required IReadOnlyList<AttemptSource> Sources { get; init; }

    /// <summary>Gets the initial weights, or null for none.</summary>
    public AttemptInput? Initial { get; init; }

    /// <summary>Gets the other files that were sent, sorted by path.</summary>
    public IReadOnlyList<AttemptInput> Inputs { get; init; } = [];

    /// <summary>Gets the codes of lint that were accepted by name, sorted.</summary>
    public IReadOnlyList<string> Accepted { get; init; } = [];

    /// <summary>Gets what the weights are good for: threshold, input, preprocess.</summary>
    public IReadOnlyDictionary<string, string> Accept { get; init; } = new SortedDictionary<string, string>();

    /// <summary>
    /// Gets a value indicating whether it was imported: no run of dls made it, so commit, command and sources are not known, and the kind's
    /// digest is that of nothing.
    /// </summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsImported => Host == ImportedHost;

    /// <summary>Tells whether a text is an attempt's id.</summary>
    /// <param name="text">Any text.</param>
    /// <returns>True for 32 lower-case hex digits.</returns>
    public static bool IsId(string text) => text.Length == 32 && text.All(char.IsAsciiHexDigitLower);

    /// <summary>Lists every stored object it names.</summary>
    /// <returns>Oids of trees and blobs.</returns>
    public IEnumerable<Oid> StoredObjects() =>
    [
        .. Sources.Select(static s => s.Tree),
        .. Data is { } d ? (Oid[])[d.Tree, d.View] : [],
        .. TestSetTree is { } t ? (Oid[])[t] : [],
        .. Initial is { } i ? (Oid[])[i.Oid] : [],
        .. Inputs.Select(static i => i.Oid),
    ];

    /// <summary>Finds what makes it unusable.</summary>
    /// <returns>Fits after a colon; null if nothing does.</returns>
    internal string? FindFault() =>
        !IsId(Id) ? $"attempt {N} has no id of 32 hex digits"
        : new[] { Kind, Host }.FirstOrDefault(static n => !PortableName.TryParse(n, out _)) is { } name
            ? $"attempt {N}: '{EntryName.Show(Encoding.UTF8.GetBytes(name))}' is no name"
        : LearningJson.HasNull(Parameters.Values, Accept.Values, Sources, Inputs, Classes, Accepted,
            Sources.SelectMany(static s => s?.Dirty.Concat(s.Withheld) ?? []))
            ? $"attempt {N}: a parameter, a source, an input or a class is null"
        : null;
}
