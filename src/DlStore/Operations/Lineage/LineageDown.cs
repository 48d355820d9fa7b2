using DlStore.Lineage;
using DlStore.Objects;

namespace DlStore.Operations.Lineage;

/// <summary>Walks from a thing to everything that was made of it, and to where that is live as far as copies of journals tell.</summary>
/// <param name="query">The index.</param>
/// <param name="facts">Makes nodes.</param>
/// <param name="graph">Filled.</param>
internal sealed class LineageDown(LineageQuery query, LineageFacts facts, LineageGraph graph)
{
    public string Project(string name, int depth) => graph.Add(depth, LineageFacts.Project(name, "project", []), (key, next) =>
    {
        foreach (KnownDataset dataset in query.DatasetsWith(name))
        {
            LinkDerived(key, Dataset(dataset, next));
        }
    });

    public string Master(Oid oid, int depth) => graph.Add(depth, facts.Master(oid), (key, next) =>
    {
        foreach (KnownDataset dataset in query.DatasetsWith(oid))
        {
            LinkDerived(key, Dataset(dataset, next));
        }

        // A lock names masters by their bytes and annotations not at all: every version that used the project may have used them.
        foreach (string project in query.MasterFiles(
            oid).Where(static m => m.Kind == MasterFileKind.Annotation).Select(static m => m.Project).Distinct())
        {
            LinkDerived(key, Project(project, next));
        }
    });

    public string Dataset(KnownDataset dataset, int depth) => graph.Add(depth, LineageFacts.Dataset(dataset), (key, next) =>
    {
        foreach (KnownAttempt attempt in query.AttemptsOn(dataset.Tree).Where(a => a.Canvas == dataset.Canvas))
        {
            string child = Attempt(attempt, next);
            graph.Link(key, child, new LineageEdge(child, LineageWord.Used, key));
        }

        LinkLive(key, f => f.Role == "data" && (f.Oid == dataset.Tree || f.Oid == dataset.DirHash), next);
    });

    public string Task(string name, int depth) => graph.Add(depth, facts.Task(name), (key, next) =>
    {
        foreach (KnownAttempt attempt in query.AttemptsOf(name))
        {
            string child = Attempt(attempt, next);
            graph.Link(key, child, new LineageEdge(key, LineageWord.Generated, child));
        }
    });

    public string Attempt(KnownAttempt attempt, int depth) => graph.Add(depth, facts.Attempt(attempt), (key, next) =>
    {
        foreach (Oid made in query.ArtifactsOf(attempt.Id).Where(static a => a.Role is ArtifactRole.Weight or ArtifactRole.Best)
            .OrderBy(static a => a.Role).Select(static a => a.Oid).Distinct())
        {
            string child = Object(made, next);
            graph.Link(key, child, new LineageEdge(key, LineageWord.Generated, child));
        }

        foreach (string task in query.ReusersOf(attempt.Id))
        {
            string child = graph.Add(next, facts.Task(task), static (_, _) => { });
            graph.Link(key, child, new LineageEdge(child, LineageWord.Used, key));
        }
    });

    public string Object(Oid oid, int depth) => graph.Add(depth, facts.Object(oid), (key, next) =>
    {
        foreach (string attempt in query.ArtifactsOf(oid).Where(static a => !a.IsMade).Select(static a => a.Attempt).Distinct())
        {
            string child = query.FindAttempt(attempt) is { } known
                ? Attempt(known, next) : graph.Add(next, LineageFacts.UnknownAttempt(attempt, null), static (_, _) => { });
            graph.Link(key, child, new LineageEdge(child, LineageWord.Used, key));
        }

        LinkLive(key, f => f.Oid == oid, next);
    });

    public string Target(KnownDeployment deployment, int depth) => graph.Add(depth, facts.Target(deployment), static (_, _) => { });

    private void LinkLive(string key, Func<KnownDeployedFile, bool> matches, int depth)
    {
        foreach ((KnownDeployment deployment, IReadOnlyList<KnownDeployedFile> files) in facts.Live)
        {
            if (files.Any(matches))
            {
                string child = Target(deployment, depth);
                graph.Link(key, child, new LineageEdge(child, LineageWord.Used, key));
            }
        }
    }

    private void LinkDerived(string from, string made) => graph.Link(from, made, new LineageEdge(made, LineageWord.Derived, from));
}
