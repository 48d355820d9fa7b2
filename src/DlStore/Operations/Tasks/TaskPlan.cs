using DlStore.Learning.Kinds;
using DlStore.Learning.Records;
using DlStore.Objects;
using DlStore.Ssh;

namespace DlStore.Operations.Tasks;

/// <summary>What to create and how.</summary>
public sealed record TaskCreateOptions
{
    /// <summary>Gets the task's name.</summary>
    public required string Name { get; init; }

    /// <summary>Gets the kinds; empty for the only one there is.</summary>
    public IReadOnlyList<string> Kinds { get; init; } = [];

    /// <summary>Gets a value indicating whether every kind is meant.</summary>
    public bool All { get; init; }

    /// <summary>Gets the memo, or null.</summary>
    public string? Memo { get; init; }

    /// <summary>
    /// Gets the tasks whose weights training starts from: <c>TASK</c>, <c>TASK/KIND</c> or <c>KIND=TASK</c>; empty for none.
    /// </summary>
    public IReadOnlyList<string> From { get; init; } = [];

    /// <summary>Gets parts that are taken over: <c>KIND=TASK</c>.</summary>
    public IReadOnlyList<string> Reuse { get; init; } = [];

    /// <summary>Gets changed parameters: <c>name=value</c> or <c>KIND.name=value</c>.</summary>
    public IReadOnlyList<string> Set { get; init; } = [];

    /// <summary>Gets codes of lint that do not block.</summary>
    public IReadOnlyList<string> Accept { get; init; } = [];

    /// <summary>Gets files of the source that are taken although they look like credentials.</summary>
    public IReadOnlyList<string> Include { get; init; } = [];

    /// <summary>Gets a value indicating whether the kinds' programs are allowed as they are now.</summary>
    public bool Trust { get; init; }

    /// <summary>Gets a value indicating whether projects that nobody reviewed are taken in.</summary>
    public bool AllowUnreviewed { get; init; }

    /// <summary>Gets a value indicating whether to plan only.</summary>
    public bool DryRun { get; init; }

    /// <summary>Gets who is told about progress.</summary>
    public IProgress<WorkProgress>? Progress { get; init; }

    /// <summary>Gets who is shown the plan before anything is built; null for nobody.</summary>
    public Action<TaskPlan>? Show { get; init; }

    /// <summary>Gets how often the supervisor looks, in seconds as <c>sleep</c> takes them.</summary>
    public string Tick { get; init; } = "1";
}

/// <summary>What will run for one kind.</summary>
public sealed record KindPlan
{
    /// <summary>Gets the kind.</summary>
    public required string Kind { get; init; }

    /// <summary>Gets the host's name.</summary>
    public required string Host { get; init; }

    /// <summary>Gets what the host said: free space and what it has.</summary>
    public required string HostState { get; init; }

    /// <summary>Gets the command that trains.</summary>
    public required string Train { get; init; }

    /// <summary>Gets the command that tests, or null.</summary>
    public string? Test { get; init; }

    /// <summary>Gets the parameters by name, sorted.</summary>
    public required IReadOnlyDictionary<string, string> Parameters { get; init; }

    /// <summary>Gets the data set and canvas, or null.</summary>
    public string? Dataset { get; init; }

    /// <summary>Gets what building it will do, or null.</summary>
    public string? DatasetState { get; init; }

    /// <summary>Gets the test set, or null.</summary>
    public string? TestSet { get; init; }

    /// <summary>Gets the directory of the program.</summary>
    public required string Source { get; init; }

    /// <summary>Gets its commit, or null.</summary>
    public string? Commit { get; init; }

    /// <summary>Gets how many files of it are sent.</summary>
    public required int Files { get; init; }

    /// <summary>Gets the files that differ from the commit.</summary>
    public required IReadOnlyList<string> Dirty { get; init; }

    /// <summary>Gets the files that look like credentials and stay here, each with its reason.</summary>
    public required IReadOnlyList<string> Withheld { get; init; }

    /// <summary>Gets where the initial weights come from; <c>none</c> if there are none.</summary>
    public required string Initial { get; init; }

    /// <summary>Gets how long the newest finished attempt of this kind took, or null.</summary>
    public long? LastSeconds { get; init; }

    /// <summary>Gets how long it may take; 0 for ever.</summary>
    public required int LimitSeconds { get; init; }

    /// <summary>Gets the targets that carry this kind.</summary>
    public required IReadOnlyList<string> Targets { get; init; }
}

/// <summary>What creating a task will do: everything is checked, nothing is changed.</summary>
/// <param name="Name">The task.</param>
/// <param name="Kinds">The parts that will run.</param>
/// <param name="Reused">The parts that are taken over.</param>
public sealed record TaskPlan(string Name, IReadOnlyList<KindPlan> Kinds, IReadOnlyList<ReusedPart> Reused);

/// <summary>Everything that is needed to start one kind, as the planner found it.</summary>
internal sealed record KindJob(Kind Kind, KindPlan Plan, SourcePlan? Source, HostShell Shell, string Root, AttemptInput? Initial)
{
    /// <summary>Gets the tree of the data set that was checked already; null if it has to be built first.</summary>
    public Oid? CheckedData { get; init; }
}
