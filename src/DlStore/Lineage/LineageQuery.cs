using DlStore.Objects;
using static DlStore.Lineage.LineageRows;

namespace DlStore.Lineage;

/// <summary>
/// Asks the index. What is answered is what a commit that git reaches says, or the records of this work tree; where versions of a record
/// contradict each other, the work tree's wins, then the newest commit's. Answers do not depend on the order in which things were read.
/// CROSS JOIN keeps SQLite to the order that is written: it has no statistics here, and without them it has been seen to scan all records
/// for the sake of one.
/// </summary>
/// <param name="index">The index.</param>
/// <param name="tree">Names the work tree.</param>
internal sealed class LineageQuery(LineageIndex index, string tree)
{
    private const string Seen =
        "(EXISTS (SELECT 1 FROM record_commit c WHERE c.record_id = r.id) OR EXISTS "
            + "(SELECT 1 FROM work w WHERE w.record_id = r.id AND w.tree = $tree))";

    private const string First = "(SELECT h.commit_hex FROM record_commit c JOIN history h ON h.id = c.history_id "
        + "WHERE c.record_id = r.id ORDER BY h.at, h.commit_hex LIMIT 1)";

    private const string Newest =
        "EXISTS (SELECT 1 FROM work w WHERE w.record_id = r.id AND w.tree = $tree) DESC, (SELECT max(h.at) FROM "
            + "record_commit c JOIN history h ON h.id = c.history_id WHERE c.record_id = r.id) DESC, r.digest";

    private const string Attempts =
        "SELECT a.id, a.task, a.n, a.kind, a.host, a.created, a.by_whom, a.commit_hex, a.parameters, a.dataset, a.canvas, "
            + $"a.tree, a.dir_hash, a.test_set FROM attempt a CROSS JOIN record r ON r.id = a.record_id WHERE {Seen}";

    private const string Artifacts =
        "SELECT a.attempt, a.task, a.role, a.path, a.oid, a.size, a.from_task, a.from_attempt, "
            + $"a.inherited FROM artifact a CROSS JOIN record r ON r.id = a.record_id WHERE {Seen}";

    private const string Datasets =
        "SELECT d.record_id, d.name, d.canvas, d.tree, d.dir_hash, d.engine, d.images, d.imported_from, "
            + $"{First} FROM dataset d CROSS JOIN record r ON r.id = d.record_id WHERE {Seen}";

    private readonly LineageRows _rows = new(index, tree);

    /// <summary>Gives a remembered value of the catch-up.</summary>
    public string? State(string name) =>
        _rows.List("SELECT value FROM state WHERE name = $0", static r => r.GetString(0), name).FirstOrDefault();

    /// <summary>Gives a text that changes with what the index says of a work tree; null while its files are too new to tell.</summary>
    public string? Stamp() => State("work " + tree) is { Length: > 0 } work && State("refs") is { } refs ? $"{refs} {work}" : null;

    /// <summary>Counts commits with records, and versions of records.</summary>
    public (long Commits, long Records) Count() => _rows.List(
        "SELECT (SELECT count(*) FROM history), (SELECT count(*) FROM record)", static r => (r.GetInt64(0), r.GetInt64(1)))[0];

    /// <summary>Lists the tasks.</summary>
    public IReadOnlyList<string> Tasks() => _rows.List(
        $"SELECT DISTINCT t.name FROM task t CROSS JOIN record r ON r.id = t.record_id WHERE {Seen} ORDER BY t.name",
        static r => r.GetString(0));

    /// <summary>Lists the data sets.</summary>
    public IReadOnlyList<string> DatasetNames() => _rows.List(
        $"SELECT DISTINCT d.name FROM dataset d CROSS JOIN record r ON r.id = d.record_id WHERE {Seen} ORDER BY d.name",
        static r => r.GetString(0));

    /// <summary>Lists what locks and master directories call projects.</summary>
    public IReadOnlyList<string> Projects() => _rows.List(
        $"SELECT m.project FROM master m CROSS JOIN record r ON r.id = m.record_id WHERE {Seen} UNION SELECT s.name FROM "
            + $"dataset_source s CROSS JOIN record r ON r.id = s.record_id WHERE s.kind = 'project' AND {Seen} ORDER BY 1",
        static r => r.GetString(0));

    /// <summary>Tells whether there is a task of that name.</summary>
    public bool HasTask(string name) =>
        _rows.Any($"SELECT 1 FROM task t CROSS JOIN record r ON r.id = t.record_id WHERE t.name = $0 AND {Seen} LIMIT 1", name);

    /// <summary>Tells whether there is or was a project of that name.</summary>
    public bool HasProject(string name) =>
        _rows.Any($"SELECT 1 FROM master t CROSS JOIN record r ON r.id = t.record_id WHERE t.project = $0 AND {Seen} LIMIT 1", name)
        || _rows.Any(
            $"SELECT 1 FROM dataset_source t CROSS JOIN record r ON r.id = t.record_id WHERE t.name = $0 AND {Seen} LIMIT 1", name);

    /// <summary>Lists the attempts of a task by number.</summary>
    public IReadOnlyList<KnownAttempt> AttemptsOf(string task) => ListAttempts("a.task = $0", task);

    /// <summary>Finds an attempt.</summary>
    public KnownAttempt? FindAttempt(string id) => ListAttempts("a.id = $0", id) is [var first, ..] ? first : null;

    /// <summary>Lists the attempts that used a data set's tree.</summary>
    public IReadOnlyList<KnownAttempt> AttemptsOn(Oid tree) => ListAttempts("a.tree = $0", Bytes(tree));

    /// <summary>Lists the attempts that ran from a commit of this repository.</summary>
    public IReadOnlyList<KnownSource> SourcesOf(string attempt) => [.. _rows.List(
        "SELECT s.place, s.path, s.commit_hex, s.tree, s.files, s.dirty, s.withheld FROM source s CROSS JOIN "
            + $"record r ON r.id = s.record_id WHERE s.attempt = $0 AND {Seen} ORDER BY s.place, {Newest}",
        static r => (Place: r.GetInt64(0),
            Source: new KnownSource(r.GetString(1), Text(r, 2), OidAt(r, 3)!.Value, r.GetInt64(4), r.GetInt64(5), r.GetInt64(6))),
        attempt).DistinctBy(static s => s.Place).Select(static s => s.Source)];

    /// <summary>Lists the parts that a task took over, as kind, task and attempt.</summary>
    public IReadOnlyList<(string Kind, string Task, string Attempt)> ReusedBy(string task) => [.. _rows.List(
        "SELECT DISTINCT u.kind, u.from_task, u.attempt FROM reused u CROSS JOIN record "
            + $"r ON r.id = u.record_id WHERE u.task = $0 AND {Seen} ORDER BY 1, 2, 3",
        static r => (r.GetString(0), r.GetString(1), r.GetString(2)), task)];

    /// <summary>Lists the tasks that took an attempt over.</summary>
    public IReadOnlyList<string> ReusersOf(string attempt) => _rows.List(
        $"SELECT DISTINCT u.task FROM reused u CROSS JOIN record r ON r.id = u.record_id WHERE u.attempt = $0 AND {Seen} ORDER BY 1",
            static r => r.GetString(0), attempt);

    /// <summary>Lists what an attempt used and made.</summary>
    public IReadOnlyList<KnownArtifact> ArtifactsOf(string attempt) => ListArtifacts("a.attempt = $0", attempt);

    /// <summary>Lists who used or made an object.</summary>
    public IReadOnlyList<KnownArtifact> ArtifactsOf(Oid oid) => ListArtifacts("a.oid = $0", Bytes(oid));

    /// <summary>Lists the versions of a data set, canvas by canvas.</summary>
    public IReadOnlyList<KnownDataset> DatasetsNamed(string name) => ListDatasets("d.name = $0", name);

    /// <summary>Lists the data set versions that a tree or a hash of a directory stands for.</summary>
    public IReadOnlyList<KnownDataset> DatasetsOf(Oid hash) => ListDatasets("(d.tree = $0 OR d.dir_hash = $0)", Bytes(hash));

    /// <summary>Lists the data set versions that were made of a project or a set of real images.</summary>
    public IReadOnlyList<KnownDataset> DatasetsWith(string source) =>
        ListDatasets("(d.record_id, d.canvas) IN (SELECT s.record_id, s.canvas FROM dataset_source s WHERE s.name = $0)", source);

    /// <summary>Lists the data set versions that were made of a master.</summary>
    public IReadOnlyList<KnownDataset> DatasetsWith(Oid master) =>
        ListDatasets("(d.record_id, d.canvas) IN (SELECT m.record_id, m.canvas FROM dataset_master m WHERE m.oid = $0)", Bytes(master));

    /// <summary>Lists what a data set version was made of.</summary>
    public IReadOnlyList<KnownDatasetSource> SourcesOf(KnownDataset dataset) => _rows.List(
        "SELECT kind, name, labels, images FROM dataset_source WHERE record_id = $0 AND canvas = $1 ORDER BY kind, name",
        static r => new KnownDatasetSource(r.GetString(0), r.GetString(1), r.GetString(2), r.GetInt64(3)), dataset.Record, dataset.Canvas);

    /// <summary>Lists the masters of a data set version by source.</summary>
    public ILookup<string, Oid> MastersOf(KnownDataset dataset) => _rows.List(
        "SELECT source, oid FROM dataset_master WHERE record_id = $0 AND canvas = $1 ORDER BY source, oid",
        static r => (Source: r.GetString(0), Oid: OidAt(r, 1)!.Value),
            dataset.Record, dataset.Canvas).ToLookup(static m => m.Source, static m => m.Oid, StringComparer.Ordinal);

    /// <summary>Lists where the bytes of a master or annotation lie.</summary>
    public IReadOnlyList<KnownMasterFile> MasterFiles(Oid oid) => ListMasters("m.oid = $0", Bytes(oid));

    /// <summary>Lists a project's masters and annotations, all versions.</summary>
    public IReadOnlyList<KnownMasterFile> MasterFiles(string project) => ListMasters("m.project = $0", project);

    /// <summary>Lists what every version of every pointer names, newest commit first.</summary>
    public IReadOnlyList<KnownPointer> Pointers() => ListPointers("1");

    /// <summary>Lists the versions of pointers that name an object.</summary>
    public IReadOnlyList<KnownPointer> Pointers(Oid oid) => ListPointers("p.oid = $0", Bytes(oid));

    /// <summary>Gives the last event of each target of which a copy is here: what was undone changed nothing.</summary>
    public IReadOnlyList<KnownDeployment> LastDeployments() => [.. _rows.List(
        $"""
        SELECT d.record_id, d.target, d.seq, d.id, d.kind, d.action, d.task, d.attempt, d.at, d.by_whom FROM deployment d CROSS JOIN record r ON r.id = d.record_id
        WHERE d.outcome = 'done' AND {Seen} ORDER BY d.target, d.seq DESC, d.id, r.digest
        """,
        static r => new KnownDeployment
        {
            Record = r.GetInt64(0),
            Target = r.GetString(1),
            Seq = r.GetInt64(2),
            Id = r.GetString(3),
            Kind = r.GetString(4),
            Action = r.GetString(5),
            Task = Text(r, 6),
            Attempt = Text(r, 7),
            At = r.GetString(8),
            By = r.GetString(9),
        })
        .DistinctBy(static d => (d.Target, d.Kind))];

    /// <summary>Lists what is in place after a deployment.</summary>
    public IReadOnlyList<KnownDeployedFile> FilesOf(KnownDeployment deployment) => _rows.List(
        "SELECT role, path, oid, size FROM deployment_file WHERE record_id = $0 ORDER BY role, path",
        static r => new KnownDeployedFile(r.GetString(0), r.GetString(1), OidAt(r, 2)!.Value, r.GetInt64(3)), deployment.Record);

    /// <summary>Finds the newest commit that has some version of a record.</summary>
    public string? NewestCommitOf(string path) => _rows.List(
        "SELECT h.commit_hex FROM record r CROSS JOIN record_commit c ON c.record_id = r.id JOIN history "
            + "h ON h.id = c.history_id WHERE r.path = $0 ORDER BY h.at DESC, h.commit_hex LIMIT 1",
            static r => r.GetString(0), path).FirstOrDefault();

    /// <summary>Lists records that could not be read, each with the reason.</summary>
    public IReadOnlyList<(string Path, string Problem)> Problems() => _rows.List(
        $"SELECT DISTINCT r.path, r.problem FROM record r INDEXED BY record_problem WHERE r.problem IS NOT NULL AND {Seen} ORDER BY 1, 2",
            static r => (r.GetString(0), r.GetString(1)));

    /// <summary>Finds the objects that records name and whose digests begin with some hex digits.</summary>
    /// <param name="prefix">At least one digit, lower case.</param>
    /// <param name="countMax">Stop after so many.</param>
    public IReadOnlyList<Oid> WithPrefix(string prefix, int countMax)
    {
        byte[] low = Convert.FromHexString(prefix.PadRight(2 * Oid.Length, '0'));
        byte[] high = Convert.FromHexString(prefix.PadRight(2 * Oid.Length, 'f'));
        SortedSet<Oid> found = [];
        foreach ((string table, string column) in (ReadOnlySpan<(string, string)>)
            [("artifact", "oid"), ("pointer", "oid"),
                ("dataset", "tree"), ("dataset", "dir_hash"), ("dataset_master", "oid"), ("master", "oid"), ("deployment_file", "oid")])
        {
            found.UnionWith(_rows.List(
                $"SELECT DISTINCT t.{column} FROM {table} t CROSS JOIN record r ON r.id = t.record_id "
                    + $"WHERE t.{column} BETWEEN $0 AND $1 AND {Seen} LIMIT {countMax}", static r => OidAt(r, 0)!.Value, low, high));
        }

        return [.. found.Take(countMax)];
    }

    private IReadOnlyList<KnownAttempt> ListAttempts(string condition, object value)
    {
        List<KnownAttempt> found = _rows.List(
            $"{Attempts} AND {condition} ORDER BY a.task, a.n, a.id, {Newest}",
            static r => new KnownAttempt
            {
                Id = r.GetString(0),
                Task = r.GetString(1),
                N = r.GetInt64(2),
                Kind = r.GetString(3),
                Host = r.GetString(4),
                Created = r.GetString(5),
                By = r.GetString(6),
                Commit = r.GetString(7),
                Parameters = r.GetString(8),
                Dataset = Text(r, 9),
                Canvas = Text(r, 10),
                Tree = OidAt(r, 11),
                DirHash = OidAt(r, 12),
                TestSet = Text(r, 13),
            },
            value);
        return [.. found.DistinctBy(static a => a.Id).Select(WithOutcome)];
    }

    private KnownAttempt WithOutcome(KnownAttempt attempt) => _rows.List(
        "SELECT o.state, o.why, o.finished FROM outcome o CROSS JOIN record r ON r.id = o.record_id "
            + $"WHERE o.attempt = $0 AND o.task = $1 AND {Seen} ORDER BY {Newest} LIMIT 1",
        static r => (State: r.GetString(0), Why: Text(r, 1), Finished: Text(r, 2)), attempt.Id, attempt.Task) is [var outcome]
        ? attempt with { State = outcome.State, Why = outcome.Why, Finished = outcome.Finished }
        : attempt;

    private IReadOnlyList<KnownArtifact> ListArtifacts(string condition, object value) => [.. _rows.List(
        $"{Artifacts} AND {condition} ORDER BY a.task, a.attempt, a.role, a.path, a.oid",
        static r => new KnownArtifact
        {
            Attempt = r.GetString(0),
            Task = r.GetString(1),
            Role = ArtifactRoles.Parse(r.GetString(2)),
            Path = r.GetString(3),
            Oid = OidAt(r, 4)!.Value,
            Size = r.GetInt64(5),
            FromTask = Text(r, 6),
            FromAttempt = Text(r, 7),
            Inherited = r.GetInt64(8) != 0,
        }, value).Distinct()];

    private IReadOnlyList<KnownDataset> ListDatasets(string condition, object value) => _rows.List(
        $"{Datasets} AND {condition} ORDER BY d.name, (SELECT min(h.at) FROM record_commit c JOIN history h "
            + "ON h.id = c.history_id WHERE c.record_id = r.id) IS NULL, (SELECT min(h.at) FROM record_commit "
            + "c JOIN history h ON h.id = c.history_id WHERE c.record_id = r.id), r.digest, d.canvas",
        static r => new KnownDataset
        {
            Record = r.GetInt64(0),
            Name = r.GetString(1),
            Canvas = r.GetString(2),
            Tree = OidAt(r, 3)!.Value,
            DirHash = OidAt(r, 4)!.Value,
            Engine = Text(r, 5),
            Images = r.GetInt64(6),
            ImportedFrom = Text(r, 7),
            Commit = Text(r, 8),
        }, value);

    private IReadOnlyList<KnownMasterFile> ListMasters(string condition, object value) => [.. _rows.List(
        $"SELECT m.project, m.kind, m.oid, r.path, {First} FROM master m CROSS JOIN record r ON r.id "
            + $"= m.record_id WHERE {Seen} AND {condition} ORDER BY m.project, r.path, m.oid",
        static r => new KnownMasterFile(
            r.GetString(0), MasterFileKinds.Parse(r.GetString(1)), OidAt(r, 2)!.Value, WithoutSuffix(r.GetString(3)), Text(r, 4)), value)];

    private IReadOnlyList<KnownPointer> ListPointers(string condition, params object[] values) => _rows.List(
        $"""
        SELECT {First}, (SELECT count(*) FROM record_commit c WHERE c.record_id = r.id), r.path, p.kind, p.oid FROM pointer p CROSS JOIN record r ON r.id = p.record_id
        WHERE {Seen} AND {condition} ORDER BY (SELECT max(h.at) FROM record_commit c JOIN history h ON h.id = c.history_id WHERE c.record_id = r.id) DESC, r.path, r.digest
        """,
        static r => new KnownPointer(Text(r, 0), r.GetInt64(1), WithoutSuffix(r.GetString(2)), r.GetString(3) == "tree"
            ? ObjectKind.Tree : ObjectKind.Blob, OidAt(r, 4)!.Value), values);

    private static string WithoutSuffix(string path) => path.EndsWith(Pointer.Suffix, StringComparison.Ordinal)
        ? path[..^Pointer.Suffix.Length] : path;
}
