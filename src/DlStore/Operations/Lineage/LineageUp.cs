using DlStore.Lineage;
using DlStore.Objects;

namespace DlStore.Operations.Lineage;

/// <summary>Walks from a thing to what it was made of.</summary>
/// <param name="query">The index.</param>
/// <param name="facts">Makes nodes.</param>
/// <param name="graph">Filled.</param>
internal sealed class LineageUp(LineageQuery query, LineageFacts facts, LineageGraph graph)
{
    public string Task(string name, int depth) => graph.Add(depth, facts.Task(name), (key, next) =>
    {
        foreach (KnownAttempt attempt in query.AttemptsOf(name))
        {
            LinkGenerated(key, Attempt(attempt, next));
        }

        foreach ((_, string from, string id) in query.ReusedBy(name))
        {
            string child = AttemptById(id, from, next);
            graph.Link(key, child, new LineageEdge(key, LineageWord.Used, child));
        }
    });

    public string Attempt(KnownAttempt attempt, int depth) => graph.Add(depth, facts.Attempt(attempt), (key, next) =>
    {
        foreach (KnownSource source in query.SourcesOf(attempt.Id))
        {
            LinkUsed(key, graph.Add(next, LineageFacts.Source(source), static (_, _) => { }));
        }

        if (attempt.Tree is { } tree)
        {
            KnownDataset? version = query.DatasetsOf(
                tree).FirstOrDefault(d => d.Name == attempt.Dataset && d.Canvas == attempt.Canvas && d.Tree == tree);
            LinkUsed(key, version is null
                ? graph.Add(next, LineageFacts.UnlockedDataset(attempt), static (_, _) => { }) : Dataset(version, next));
        }

        foreach (KnownArtifact used in query.ArtifactsOf(
            attempt.Id).Where(static a => a.Role is ArtifactRole.TestSet or ArtifactRole.Initial or ArtifactRole.Input)
            .OrderBy(static a => ArtifactRoles.Name(a.Role), StringComparer.Ordinal))
        {
            LinkUsed(key, used.Role == ArtifactRole.TestSet ? graph.Add(next, new LineageNode($"testset:{used.Oid}",
                LineageKind.TestSet, LineageFacts.Show(used.Path), [$"tree {used.Oid}"]), static (_, _) => { }) : Used(used, next));
        }
    });

    public string Object(Oid oid, int depth) => graph.Add(depth, facts.Object(oid), (key, next) =>
    {
        foreach (string attempt in query.ArtifactsOf(oid).Where(static a => a.IsMade).Select(static a => a.Attempt).Distinct())
        {
            string child = AttemptById(attempt, null, next);
            graph.Link(key, child, new LineageEdge(child, LineageWord.Generated, key));
        }
    });

    public string Dataset(KnownDataset dataset, int depth) => graph.Add(depth, LineageFacts.Dataset(dataset), (key, next) =>
    {
        ILookup<string, Oid> masters = query.MastersOf(dataset);
        foreach (KnownDatasetSource source in query.SourcesOf(dataset))
        {
            string labels = source.Labels.Length == 0 || source.Labels == source.Name ? "" : $", labels {LineageFacts.Show(source.Labels)}";
            string child = graph.Add(next, LineageFacts.Project(
                source.Name, source.Kind, [$"{source.Images} {(source.Images == 1 ? "image" : "images")}{labels}"]), (project, after) =>
            {
                foreach (Oid master in masters[source.Name])
                {
                    string leaf = graph.Add(after, facts.Master(master), static (_, _) => { });
                    graph.Link(project, leaf, new LineageEdge(project, LineageWord.Derived, leaf));
                }
            });
            graph.Link(key, child, new LineageEdge(key, LineageWord.Derived, child));
        }
    });

    public string Project(string name, int depth) => graph.Add(depth, LineageFacts.Project(name, "project", []), (key, next) =>
    {
        foreach (Oid master in query.MasterFiles(name).Select(static m => m.Oid).Distinct())
        {
            string leaf = graph.Add(next, facts.Master(master), static (_, _) => { });
            graph.Link(key, leaf, new LineageEdge(key, LineageWord.Derived, leaf));
        }
    });

    public string Master(Oid oid, int depth) => graph.Add(depth, facts.Master(oid), static (_, _) => { });

    public string Target(KnownDeployment deployment, IReadOnlyList<KnownDeployedFile> files, int depth) => graph.Add(
        depth, facts.Target(deployment), (key, next) =>
    {
        foreach (KnownDeployedFile file in files)
        {
            KnownDataset? data = file.Role == "data" && query.DatasetsOf(file.Oid) is [var first, ..] ? first : null;
            LinkUsed(key, data is null ? Object(file.Oid, next) : Dataset(data, next));
        }
    });

    /// <summary>
    /// Weights or a file that a run began with: the record may name the attempt that made it; else whoever made these bytes did.
    /// </summary>
    private string Used(KnownArtifact used, int depth)
    {
        LineageNode node = facts.Object(used.Oid);
        LineageKind role = used.Role == ArtifactRole.Initial ? LineageKind.InitialWeights : LineageKind.Input;
        return graph.Add(depth, node with { Kind = role, Facts = [LineageFacts.Show(used.Path), .. node.Facts] }, (key, next) =>
        {
            string[] makers = [.. query.ArtifactsOf(used.Oid).Where(static a => a.IsMade).Select(static a => a.Attempt).Distinct()];
            foreach (string maker in used.FromAttempt is { } named ? [named] : makers)
            {
                string child = AttemptById(maker, used.FromTask, next);
                graph.Link(key, child, new LineageEdge(child, LineageWord.Generated, key));
            }
        });
    }

    private string AttemptById(string id, string? task, int depth) =>
        query.FindAttempt(id) is { } attempt
            ? Attempt(attempt, depth) : graph.Add(depth, LineageFacts.UnknownAttempt(id, task), static (_, _) => { });

    private void LinkUsed(string user, string used) => graph.Link(user, used, new LineageEdge(user, LineageWord.Used, used));

    private void LinkGenerated(string maker, string made) => graph.Link(maker, made, new LineageEdge(maker, LineageWord.Generated, made));
}
