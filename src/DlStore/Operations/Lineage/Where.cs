using DlStore.Lineage;
using DlStore.Objects;
using DlStore.Operations.Index;
using DlStore.Operations.Store;
using DlStore.Remotes;

namespace DlStore.Operations.Lineage;

/// <summary>Where an object is.</summary>
/// <param name="Oid">The object.</param>
/// <param name="UsedBy">Paths with the commits whose pointers name it.</param>
/// <param name="Store">The file of the local store it lies in, or null.</param>
/// <param name="Remotes">What is known about each remote.</param>
/// <param name="Tasks">Attempts that made or used it: <c>TASK/KIND attempt N: ROLE PATH</c>.</param>
/// <param name="Targets">Targets where it is live by the newest copy of their journal here.</param>
public sealed record WhereResult(Oid Oid, IReadOnlyList<string> UsedBy,
    string? Store, IReadOnlyList<RemotePresence> Remotes, IReadOnlyList<string> Tasks, IReadOnlyList<string> Targets)
{
    /// <summary>Gets when, by whom and why it was erased, as far as is known here; null if it was not.</summary>
    public string? Erased { get; init; }
}

/// <summary>What is known about an object on one remote.</summary>
/// <param name="Remote">The remote's name.</param>
/// <param name="Evidence">How it is known.</param>
public sealed record RemotePresence(string Remote, RemoteEvidence Evidence);

/// <summary><c>dls where</c>: from a path, a file's bytes or a digest to every place that is known to have it. Contacts nobody.</summary>
public static class Where
{
    private const int PrefixMin = 6;
    private const int CandidatesMax = 10;

    /// <summary>Runs the command.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="what">A managed path, any file on disk, a digest, or at least six hex digits of one.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>Where it is.</returns>
    /// <exception cref="DlsException">Kind Usage: nothing of that name is known.</exception>
    public static WhereResult Run(Repo repo, string what, CancellationToken cancel)
    {
        Oid oid = Resolve(repo, what, cancel);
        Dictionary<Oid, List<string>> users = ObjectUsers.Find(repo, [oid], cancel);
        string? store = repo.Store.Find(oid) is { } packed
            ? packed.Pack.FilePath : repo.Store.Large.Contains(oid) ? repo.Store.Large.PathOf(oid) : null;
        List<RemotePresence> remotes = [];
        foreach ((string name, string location) in repo.Config.Remotes)
        {
            remotes.Add(new RemotePresence(name, RemoteKnowledge.Open(repo, name, location).EvidenceOf(oid)));
        }

        return IndexCatchUp.Ask(repo, Answer, cancel);

        WhereResult Answer(LineageIndex index)
        {
            LineageQuery query = new(index, repo.StateDirectory);
            return new WhereResult(
                oid, users.TryGetValue(oid, out List<string>? by) ? by : [], store, remotes, Tasks(query, oid), Targets(query, oid))
            {
                Erased = repo.Store.Erased.Find(oid)?.Sentence,
            };
        }
    }

    private static List<string> Tasks(LineageQuery query, Oid oid)
    {
        List<string> found = [];
        foreach (KnownArtifact artifact in query.ArtifactsOf(oid))
        {
            string who = query.FindAttempt(artifact.Attempt) is { } a
                ? $"{a.Task}/{a.Kind} attempt {a.N}" : $"{LineageFacts.Show(artifact.Task)} attempt {artifact.Attempt}";
            found.Add($"{who}: {ArtifactRoles.Name(artifact.Role)} {LineageFacts.Show(artifact.Path)}");
        }

        return found;
    }

    private static List<string> Targets(LineageQuery query, Oid oid) =>
    [
        .. from deployment in query.LastDeployments()
           from file in query.FilesOf(deployment)
           where file.Oid == oid
           select $"{deployment.Target}: {file.Role} {LineageFacts.Show(file.Path)}, by entry {deployment.Seq}"
               + $" of {LineageFacts.Show(deployment.At)}; the target was not asked",
    ];

    private static Oid Resolve(Repo repo, string what, CancellationToken cancel)
    {
        string hex = what.StartsWith("sha256:", StringComparison.Ordinal) ? what[7..] : what;
        if (Oid.TryParseHex(hex, out Oid oid))
        {
            return oid;
        }

        string path = Path.GetFullPath(Path.Combine(repo.StartDirectory, what));
        if (Path.Exists(path) || StoredNames.FindManaged(repo, what) is not null)
        {
            return StoredNames.FindManaged(repo, what) ?? (File.Exists(path) ? PackFile.Hash(path) : throw new DlsException(
                ErrorKind.Usage, $"find '{what}': it is a directory that dls does not manage", "name a file, a managed path or a digest"));
        }

        bool isPrefix = hex.Length >= PrefixMin && hex.All(char.IsAsciiHexDigitLower);
        Oid[] found = isPrefix ? [.. WithPrefix(repo, hex, cancel).Distinct().Take(CandidatesMax)] : [];
        return found.Length == 1
            ? found[0]
            : throw new DlsException(ErrorKind.Usage, $"find '{what}': " + (found.Length > 0 ? "several objects begin like that"
                    : "there is no such file, and no digest, stored or recorded object of that name is known here"),
                "give a path, a full digest, or more digits of one")
            {
                Items = [.. found.Select(f => f.ToString())],
            };
    }

    /// <summary>What records tell of is known here too, though its bytes may be anywhere or nowhere.</summary>
    private static IEnumerable<Oid> WithPrefix(Repo repo, string hex, CancellationToken cancel) => StoredNames.WithPrefix(repo, hex).Concat(
        IndexCatchUp.Ask(repo, index => new LineageQuery(index, repo.StateDirectory).WithPrefix(hex, CandidatesMax), cancel));
}
