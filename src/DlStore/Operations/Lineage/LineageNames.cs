using DlStore.Data.Names;
using DlStore.Data.Recipes;
using DlStore.Data.Sets;
using DlStore.Learning.Records;
using DlStore.Lineage;
using DlStore.Objects;
using DlStore.Operations.Store;

namespace DlStore.Operations.Lineage;

/// <summary>
/// Finds what a word means to lineage: a digest, a path, a name, the beginning of a digest, in this order. A word that means several things
/// is refused and they are listed.
/// </summary>
/// <param name="repo">The repository.</param>
/// <param name="query">The index.</param>
internal sealed class LineageNames(Repo repo, LineageQuery query)
{
    private const int PrefixMin = 6;
    private const int CandidatesMax = 10;

    /// <summary>Finds it.</summary>
    /// <param name="words">One word, or a kind and a name.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>One thing; several for a data set with several canvases or versions.</returns>
    /// <exception cref="DlsException">Kind Usage: unknown, or ambiguous.</exception>
    public IReadOnlyList<LineageSubject> Resolve(IReadOnlyList<string> words, CancellationToken cancel)
    {
        (string? kind, string word) = words switch
        {
            [var k, var w] => (k, w),
            [var one] when one.Split(
                ':', 2) is [var k and ("task" or "dataset" or "project" or "master" or "target" or "attempt"), var w] => (k, w),
            [var one] => (null, one),
            _ => throw new DlsException(ErrorKind.Usage, "trace: name one thing", "such as a file, a digest, a task, or `master PROJECT`"),
        };
        return kind is not null ? OfKind(kind, word) : OfWord(word, cancel);
    }

    /// <summary>
    /// Finds an object by the beginning of its digest: among what records name, and only if they know none, among all that is stored, which
    /// takes a look at every pack.
    /// </summary>
    private IReadOnlyList<Oid> WithPrefix(string hex) =>
        query.WithPrefix(hex, CandidatesMax + 1) is { Count: > 0 } named
            ? named : [.. StoredNames.WithPrefix(repo, hex).Distinct().Take(CandidatesMax + 1).Order()];

    private IReadOnlyList<LineageSubject> OfKind(string kind, string word)
    {
        IReadOnlyList<LineageSubject> found = kind switch
        {
            "task" => Task(word),
            "dataset" => Dataset(word),
            "project" => query.HasProject(word) ? [new LineageSubject(SubjectKind.Project, word)] : [],
            "master" => query.HasProject(word) ? [new LineageSubject(SubjectKind.Project, word)] : OfPath(word),
            "target" => Target(word),
            "attempt" => Attempt(word),
            _ => throw new DlsException(ErrorKind.Usage,
                $"trace '{kind} {word}': '{kind}' is no kind of thing", "use task, dataset, project, master, target or attempt"),
        };
        return found.Count > 0 ? found : throw Unknown($"{kind} {word}");
    }

    private IReadOnlyList<LineageSubject> OfWord(string word, CancellationToken cancel)
    {
        string hex = word.StartsWith("sha256:", StringComparison.Ordinal) ? word["sha256:".Length..] : word;
        if (Oid.TryParseHex(hex, out Oid oid))
        {
            return OfOid(oid, word, cancel);
        }

        if (OfPath(word) is { Count: > 0 } byPath)
        {
            return byPath;
        }

        List<(string What, IReadOnlyList<LineageSubject> Subjects)> named = [];
        Collect(named, $"task {word}", Task(word));
        Collect(named, $"attempt {word}", Attempt(word));
        Collect(named, $"dataset {word}", Dataset(word));
        Collect(named, $"project {word}", query.HasProject(word) ? [new LineageSubject(SubjectKind.Project, word)] : []);
        Collect(named, $"target {word}", Target(word));
        if (named.Count > 1)
        {
            throw new DlsException(ErrorKind.Usage, $"trace '{LineageFacts.Show(word)}': several things have that name",
                "say which: `dls lineage KIND NAME`")
            { Items = [.. named.Select(static n => n.What)] };
        }

        return named.Count == 1 ? named[0].Subjects : OfPrefix(word, hex, cancel);
    }

    private IReadOnlyList<LineageSubject> OfPrefix(string word, string hex, CancellationToken cancel)
    {
        IReadOnlyList<Oid> found = hex.Length >= PrefixMin && hex.All(char.IsAsciiHexDigitLower) ? WithPrefix(hex) : [];
        return found.Count switch
        {
            0 => throw Unknown(word),
            1 => OfOid(found[0], word, cancel),
            _ => throw new DlsException(ErrorKind.Usage,
                $"trace '{word}': {(found.Count > CandidatesMax ? "many" : "several")} objects begin like that", "give more digits")
            {
                Items = [.. found.Take(CandidatesMax).Select(static o => o.ToString())],
            },
        };
    }

    /// <summary>What a digest stands for: a data set, a master, or whatever records and pointers name.</summary>
    private IReadOnlyList<LineageSubject> OfOid(Oid oid, string word, CancellationToken cancel)
    {
        if (query.DatasetsOf(oid) is { Count: > 0 } datasets)
        {
            return [.. datasets.Select(static d => new LineageSubject(SubjectKind.Dataset, d.Name, d.Tree, d))];
        }

        if (query.MasterFiles(oid).Count > 0 || query.DatasetsWith(oid).Count > 0)
        {
            return [new LineageSubject(SubjectKind.Master, "", oid)];
        }

        bool known = query.ArtifactsOf(oid).Count > 0
            || query.Pointers(oid).Count > 0 || query.LastDeployments().Any(d => query.FilesOf(d).Any(f => f.Oid == oid));
        if (known || repo.Store.Contains(oid))
        {
            return [new LineageSubject(SubjectKind.Object, "", oid)];
        }

        string[] users = ObjectUsers.Find(repo, [oid], cancel).TryGetValue(oid, out List<string>? by) ? [.. by] : [];
        return users.Length > 0 ? [new LineageSubject(SubjectKind.Object, "", oid)] : throw Unknown(word);
    }

    /// <summary>A path that is there, or that dls manages: its records say what it is, else its bytes do.</summary>
    private IReadOnlyList<LineageSubject> OfPath(string word)
    {
        string full = Path.GetFullPath(Path.Combine(repo.StartDirectory, word));
        string relative = repo.RelativeOf(word);
        IReadOnlyList<LineageSubject> bySort = relative.Split('/') switch
        {
            [TaskRecord.Root, var task, ..] when !File.Exists(full) => Task(task),
            [Project.Root, var project, ..] when Directory.Exists(full) => query.HasProject(project)
                ? [new LineageSubject(SubjectKind.Project, project)] : [],
            [DatasetRecipe.Root, var name] when !Path.Exists(full) || Directory.Exists(full)
                || name.Contains('.', StringComparison.Ordinal) => Dataset(Path.GetFileNameWithoutExtension(name)),
            _ => [],
        };
        if (bySort.Count > 0 && (Path.Exists(full) || word.Contains('/', StringComparison.Ordinal)))
        {
            return bySort;
        }

        Oid? oid = StoredNames.FindManaged(repo, word) ?? (File.Exists(full) ? PackFile.Hash(full) : null);
        return oid is { } found ? OfOid(found, word, CancellationToken.None) : [];
    }

    private IReadOnlyList<LineageSubject> Task(string word)
    {
        string[] parts = word.Split('/');
        if (parts.Length > 2 || !query.HasTask(parts[0]))
        {
            return [];
        }

        if (parts.Length == 1)
        {
            return [new LineageSubject(SubjectKind.Task, word)];
        }

        KnownAttempt? newest = query.AttemptsOf(parts[0]).LastOrDefault(a => a.Kind == parts[1]);
        string? id = newest?.Id ?? query.ReusedBy(parts[0]).FirstOrDefault(r => r.Kind == parts[1]).Attempt;
        return id is not null && query.FindAttempt(id) is not null ? [new LineageSubject(SubjectKind.Attempt, id)] : [];
    }

    private IReadOnlyList<LineageSubject> Attempt(string word) => AttemptStart.IsId(word) && query.FindAttempt(word) is not null
        ? [new LineageSubject(SubjectKind.Attempt, word)] : [];

    private IReadOnlyList<LineageSubject> Target(string word) => query.LastDeployments().Any(d => d.Target == word)
        ? [new LineageSubject(SubjectKind.Target, word)] : [];

    /// <summary>
    /// <c>NAME</c> is what the lock of the work tree says, or all versions if there is none; <c>NAME@REV</c> what it says at a commit.
    /// </summary>
    private IReadOnlyList<LineageSubject> Dataset(string word)
    {
        string[] parts = word.Split('@', 2);
        if (!PortableName.TryParse(parts[0], out PortableName name))
        {
            return [];
        }

        IReadOnlyList<KnownDataset> versions = query.DatasetsNamed(parts[0]);
        DatasetLock? at = parts.Length == 1 ? DatasetLock.Find(repo.WorkTree, name)
            : repo.Git.ResolveCommit(parts[1]) is { } commit && repo.Git.CatFile.Read($"{commit.Hex}:{DatasetLock.FileOf(name)}")
                is { Bytes: { } bytes } ? DatasetLock.Parse(bytes, $"{parts[1]}:{DatasetLock.FileOf(name)}")
            : throw new DlsException(
                ErrorKind.Usage, $"trace '{LineageFacts.Show(word)}': there is no such commit, or it has no '{DatasetLock.FileOf(name)}'");
        IEnumerable<KnownDataset> chosen = at is null ? versions : versions.Where(v => v.Tree == at.Tree);
        return [.. chosen.DistinctBy(
            static d => (d.Tree, d.Canvas)).Select(static d => new LineageSubject(SubjectKind.Dataset, d.Name, d.Tree, d))];
    }

    private static void Collect(List<(string, IReadOnlyList<LineageSubject>)> found, string what, IReadOnlyList<LineageSubject> subjects)
    {
        if (subjects.Count > 0)
        {
            found.Add((what, subjects));
        }
    }

    /// <summary>A file that is not there and one that nobody has told dls of are two mistakes.</summary>
    private DlsException Unknown(string word)
    {
        const string Again = "run `git fetch` if another clone knows it; `dls index rebuild` reads everything again";
        string subject = $"trace '{LineageFacts.Show(word)}'", full = Path.GetFullPath(Path.Combine(repo.StartDirectory, word));
        return File.Exists(full)
                ? new DlsException(ErrorKind.Usage, $"{subject}: the file is there, but no record and no pointer names its bytes", Again)
            : Directory.Exists(full)
                ? new DlsException(ErrorKind.Usage, $"{subject}: it is a directory that no record and no pointer names", Again)
            : new DlsException(ErrorKind.Usage, $"{subject}: there is no such file, and no digest, task, data set, project or target "
                + "of that name is known here", Again);
    }
}
