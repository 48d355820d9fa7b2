using DlStore.Data.Layouts;
using DlStore.Data.Names;
using DlStore.Data.Recipes;
using DlStore.Learning.Logs;

namespace DlStore.Learning.Kinds;

/// <summary>A file of this repository that is sent beside the source.</summary>
/// <param name="From">A managed path or a file, from the top of the work tree.</param>
/// <param name="To">Where it is put, relative to the run's work directory.</param>
public sealed record KindInput(string From, string To);

/// <summary>What is put where on a target.</summary>
/// <param name="Weight">Where the weights go, relative to the target's home.</param>
/// <param name="Data">Where the data set goes, or null.</param>
/// <param name="Classes">Where the class list goes, or null.</param>
/// <param name="Smoke">A command that may veto, run in the release's directory, or null.</param>
public sealed record KindDeploy(string Weight, string? Data, string? Classes, string? Smoke);

/// <summary>
/// A kind: one algorithm as configuration, <c>.dlstore/kinds/NAME.yaml</c> on top of a preset. docs/formats/kind-file.md.
/// </summary>
public sealed record Kind
{
    /// <summary>The directory of kinds, from the top of the work tree.</summary>
    public const string Root = ".dlstore/kinds";

    /// <summary>Gets the kind's name.</summary>
    public required PortableName Name { get; init; }

    /// <summary>Gets the preset it is based on, or null.</summary>
    public string? Preset { get; init; }

    /// <summary>Gets the data set, or null.</summary>
    public PortableName? Dataset { get; init; }

    /// <summary>Gets the canvas, or null for the data set's only one.</summary>
    public Canvas? Canvas { get; init; }

    /// <summary>Gets the layout in which the data set is sent.</summary>
    public SetLayout Layout { get; init; }

    /// <summary>Gets where the data set goes, relative to the run's work directory.</summary>
    public string Data { get; init; } = "data_set";

    /// <summary>
    /// Gets the directory in which the commands are run, relative to the run's work directory; null for that directory itself. What the
    /// lists of a data set name is named from there.
    /// </summary>
    public string? Cwd { get; init; }

    /// <summary>Gets the host.</summary>
    public string Host { get; init; } = "local";

    /// <summary>
    /// Gets the directory of the program: relative to the work tree, or absolute on the host if <see cref="SourceOnHost"/>.
    /// </summary>
    public required string Source { get; init; }

    /// <summary>Gets a value indicating whether the source lies on the host.</summary>
    public bool SourceOnHost { get; init; }

    /// <summary>Gets globs of the source's files; empty for what git lists (tracked and untracked, not ignored).</summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>Gets other files that are sent.</summary>
    public IReadOnlyList<KindInput> Inputs { get; init; } = [];

    /// <summary>Gets where initial weights go, or null if the program takes none.</summary>
    public string? InitialInto { get; init; }

    /// <summary>Gets the command that trains.</summary>
    public required string Train { get; init; }

    /// <summary>Gets the command that tests, or null.</summary>
    public string? Test { get; init; }

    /// <summary>Gets the test set, or null.</summary>
    public PortableName? TestSet { get; init; }

    /// <summary>Gets where the test set goes, relative to the run's work directory.</summary>
    public string TestSetInto { get; init; } = "test_set";

    /// <summary>Gets the file of results, one line an image, or null if they stand in the log.</summary>
    public string? Results { get; init; }

    /// <summary>Gets where numbers of the result stand, besides what the forms of known programs tell.</summary>
    public IReadOnlyList<ResultRule> Result { get; init; } = [];

    /// <summary>Gets the parameters with their values, sorted by name.</summary>
    public required IReadOnlyDictionary<string, string> Parameters { get; init; }

    /// <summary>Gets globs of the files to collect, relative to the run's work directory.</summary>
    public required IReadOnlyList<string> Collect { get; init; }

    /// <summary>
    /// Gets globs of the best weights; empty if nothing is trained that could be deployed. Every version of the first one's files is kept.
    /// Of the others the newest file counts, of the first one that matches, if a run made none of the first.
    /// </summary>
    public IReadOnlyList<string> BestFiles { get; init; } = [];

    /// <summary>Gets directories that are made before the program starts, relative to the run's work directory.</summary>
    public IReadOnlyList<string> Directories { get; init; } = [];

    /// <summary>Gets how the log is read, and which lines end a run.</summary>
    public required LogRules Log { get; init; }

    /// <summary>Gets the parameter or number that says how many steps a run has, or null.</summary>
    public string? Steps { get; init; }

    /// <summary>Gets how long the log may be silent, seconds; 0 for ever.</summary>
    public int StallSeconds { get; init; }

    /// <summary>Gets a value indicating whether a stall stops the run.</summary>
    public bool StallStops { get; init; }

    /// <summary>Gets how long a run may take, seconds; 0 for ever.</summary>
    public int LimitSeconds { get; init; }

    /// <summary>Gets what the weights are good for: threshold, input, preprocess; sorted.</summary>
    public required IReadOnlyDictionary<string, string> Accept { get; init; }

    /// <summary>Gets what is deployed where, or null if nothing is.</summary>
    public KindDeploy? Deploy { get; init; }

    /// <summary>Gets the digest of the file and its preset: what decides what runs.</summary>
    public required Objects.Oid Digest { get; init; }

    /// <summary>Names a path of the work directory as the commands, which run in <see cref="Cwd"/>, name it.</summary>
    /// <param name="path">Relative to the work directory.</param>
    /// <returns>Relative to the directory in which the commands are run; empty for that directory itself.</returns>
    public string FromCwd(string path) => System.IO.Path.GetRelativePath("/" + Cwd, "/" + path) is var found && found == "." ? "" : found;

    /// <summary>Gives the file of a kind as messages name it.</summary>
    /// <param name="name">The kind.</param>
    /// <returns>From the top of the work tree.</returns>
    public static string FileOf(PortableName name) => $"{Root}/{name}.yaml";
}
