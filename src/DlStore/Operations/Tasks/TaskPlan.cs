using DlStore.Learning.Kinds;
using DlStore.Learning.Records;
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

    /// <summary>Gets the tasks whose weights training starts from: <c>TASK</c>, <c>TASK/KIND</c> or <c>KIND=TASK</c>; empty for none.</summary>
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
/// <param name="Kind">The kind.</param>
/// <param name="Host">The host's name.</param>
/// <param name="HostState">What the host said: free space and what it has.</param>
/// <param name="Train">The command that trains.</param>
/// <param name="Test">The command that tests, or null.</param>
/// <param name="Parameters">Names and values, sorted.</param>
/// <param name="Dataset">The data set and canvas, or null.</param>
/// <param name="DatasetState">What building it will do, or null.</param>
/// <param name="TestSet">The test set, or null.</param>
/// <param name="Source">The directory of the program.</param>
/// <param name="Commit">Its commit, or null.</param>
/// <param name="Files">How many files of it are sent.</param>
/// <param name="Dirty">Files that differ from the commit.</param>
/// <param name="Withheld">Files that look like credentials and stay here, each with its reason.</param>
/// <param name="Initial">Where the initial weights come from; <c>none</c> if there are none.</param>
/// <param name="LastSeconds">How long the newest finished attempt of this kind took, or null.</param>
/// <param name="LimitSeconds">How long it may take; 0 for ever.</param>
/// <param name="Targets">Targets that carry this kind.</param>
public sealed record KindPlan(
    string Kind, string Host, string HostState, string Train, string? Test, IReadOnlyDictionary<string, string> Parameters, string? Dataset, string? DatasetState, string? TestSet, string Source, string? Commit,
    int Files, IReadOnlyList<string> Dirty, IReadOnlyList<string> Withheld, string Initial, long? LastSeconds, int LimitSeconds, IReadOnlyList<string> Targets);

/// <summary>What creating a task will do: everything is checked, nothing is changed.</summary>
/// <param name="Name">The task.</param>
/// <param name="Kinds">The parts that will run.</param>
/// <param name="Reused">The parts that are taken over.</param>
public sealed record TaskPlan(string Name, IReadOnlyList<KindPlan> Kinds, IReadOnlyList<ReusedPart> Reused);

/// <summary>Everything that is needed to start one kind, as the planner found it.</summary>
internal sealed record KindJob(Kind Kind, KindPlan Plan, SourcePlan? Source, HostShell Shell, string Root, AttemptInput? Initial);
