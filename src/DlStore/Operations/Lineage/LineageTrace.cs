using DlStore.Lineage;
using DlStore.Operations.Index;

namespace DlStore.Operations.Lineage;

/// <summary>What to trace.</summary>
public sealed record LineageOptions
{
    /// <summary>
    /// Gets what is asked for: one word, or a kind (<c>task</c>, <c>dataset</c>, <c>project</c>, <c>master</c>, <c>target</c>) and a name.
    /// </summary>
    public required IReadOnlyList<string> What { get; init; }

    /// <summary>Gets a value indicating whether to go to what was made of it, instead of what it was made of.</summary>
    public bool Down { get; init; }

    /// <summary>Gets how many steps to go at most.</summary>
    public int DepthMax { get; init; } = 1_000;
}

/// <summary>
/// <c>dls lineage</c>: from anything up to its sources, or down to what was made of it and where that is live. Contacts nobody and executes
/// nothing.
/// </summary>
public static class LineageTrace
{
    /// <summary>Runs the command.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="options">What to trace.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The part of lineage that was found.</returns>
    /// <exception cref="DlsException">Kind Usage: nothing of that name is known, or several things are (listed).</exception>
    public static LineageResult Run(Repo repo, LineageOptions options, CancellationToken cancel) => IndexCatchUp.Ask(
        repo, index => Trace(repo, index, options, cancel), cancel);

    private static LineageResult Trace(Repo repo, LineageIndex index, LineageOptions options, CancellationToken cancel)
    {
        LineageQuery query = new(index, repo.StateDirectory);
        LineageFacts facts = new(repo, query);
        LineageGraph graph = new(options.DepthMax);
        IReadOnlyList<LineageSubject> subjects = new LineageNames(repo, query).Resolve(options.What, cancel);
        LineageUp up = new(query, facts, graph);
        LineageDown down = new(query, facts, graph);
        foreach (LineageSubject subject in subjects)
        {
            graph.Roots.Add(options.Down ? Down(subject, query, down, facts) : Up(subject, query, up, facts));
        }

        return graph.Finish(options.Down, [.. query.Problems().Select(static p => p.Problem)], cancel);
    }

    private static string Up(LineageSubject subject, LineageQuery query, LineageUp up, LineageFacts facts) => subject switch
    {
        { Kind: SubjectKind.Task, Name: var name } => up.Task(name, 0),
        { Kind: SubjectKind.Attempt, Name: var id } => up.Attempt(query.FindAttempt(id)!, 0),
        { Kind: SubjectKind.Dataset, Dataset: { } version } => up.Dataset(version, 0),
        { Kind: SubjectKind.Project, Name: var name } => up.Project(name, 0),
        { Kind: SubjectKind.Master, Oid: var oid } => up.Master(oid, 0),
        { Kind: SubjectKind.Target, Name: var name } => facts.Live.First(l => l.Deployment.Target == name) is var (deployment, files)
            ? up.Target(deployment, files, 0) : "",
        _ => up.Object(subject.Oid, 0),
    };

    private static string Down(LineageSubject subject, LineageQuery query, LineageDown down, LineageFacts facts) => subject switch
    {
        { Kind: SubjectKind.Task, Name: var name } => down.Task(name, 0),
        { Kind: SubjectKind.Attempt, Name: var id } => down.Attempt(query.FindAttempt(id)!, 0),
        { Kind: SubjectKind.Dataset, Dataset: { } version } => down.Dataset(version, 0),
        { Kind: SubjectKind.Project, Name: var name } => down.Project(name, 0),
        { Kind: SubjectKind.Master, Oid: var oid } => down.Master(oid, 0),
        { Kind: SubjectKind.Target, Name: var name } => down.Target(facts.Live.First(l => l.Deployment.Target == name).Deployment, 0),
        _ => down.Object(subject.Oid, 0),
    };
}
