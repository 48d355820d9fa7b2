using DlStore.Data.Recipes;
using DlStore.Data.Sets;
using DlStore.Objects;

namespace DlStore.Operations.Datasets;

/// <summary>A source of a data set with the commit that last changed it.</summary>
/// <param name="Source">As the lock has it.</param>
/// <param name="Commit">The last commit that touches the project's directory, or null if there is none.</param>
/// <param name="IsDirty">Whether the project has changes that are not committed.</param>
public sealed record ShownSource(LockedSource Source, string? Commit, bool IsDirty);

/// <summary>A data set at one canvas.</summary>
/// <param name="Canvas">The canvas.</param>
/// <param name="Locked">What it came to.</param>
/// <param name="Sources">Where it is from.</param>
public sealed record ShownCanvas(string Canvas, LockedCanvas Locked, IReadOnlyList<ShownSource> Sources);

/// <summary>A version of a data set.</summary>
/// <param name="Label">How it was found: its name, or <c>NAME@COMMIT</c>.</param>
/// <param name="Name">The data set.</param>
/// <param name="Recipe">The recipe's digest.</param>
/// <param name="Tree">The oid of its tree.</param>
/// <param name="Split">The rules of the split.</param>
/// <param name="ImportedFrom">Where it was imported from, or null.</param>
/// <param name="Canvases">Sorted by name.</param>
public sealed record ShownDataset(
    string Label, string Name, Oid Recipe, Oid Tree, string Split, string? ImportedFrom, IReadOnlyList<ShownCanvas> Canvases);

/// <summary><c>dls dataset show NAME|NAME@REV|HASH</c>.</summary>
public static class DatasetShow
{
    /// <summary>Finds a version and says what it is made of.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="typed">A name, a name at a commit, or at least 8 hex digits of its directory hash or tree.</param>
    /// <returns>The version.</returns>
    /// <exception cref="DlsException">Kind Usage: there is none.</exception>
    public static ShownDataset Run(Repo repo, string typed)
    {
        DatasetVersion version = DatasetVersion.Get(repo, typed);
        Dictionary<string, (string? Commit, bool IsDirty)> known = new(StringComparer.Ordinal);
        string? rev = version.Label.Contains('@', StringComparison.Ordinal)
            ? version.Label[(version.Label.IndexOf('@', StringComparison.Ordinal) + 1)..] : null;
        return new ShownDataset(
            version.Label, version.Name.Value, version.Lock.Recipe, version.Lock.Tree, version.Lock.Split, version.Lock.ImportedFrom,
            [.. version.Lock.Canvases.Select(
                c => new ShownCanvas(c.Key, c.Value, [.. c.Value.Sources.Select(s => Describe(repo, s, rev, known))]))]);
    }

    private static ShownSource Describe(
        Repo repo, LockedSource source, string? rev, Dictionary<string, (string? Commit, bool IsDirty)> known)
    {
        if (source.Kind != ImageOrigin.Project)
        {
            return new ShownSource(source, null, false);
        }

        if (!known.TryGetValue(source.Name, out (string? Commit, bool IsDirty) found))
        {
            string path = $"{Project.Root}/{source.Name}";
            string commit = repo.Git.Head() is null
                ? "" : repo.Git.Git.RunChecked(["log", "-1", "--format=%H", rev ?? "HEAD", "--", path]).Text().Trim();
            bool dirty = rev is null && repo.Git.Git.RunChecked(["status", "--porcelain", "--", path]).Text().Length > 0;
            found = (commit.Length > 0 ? commit : null, dirty);
            known[source.Name] = found;
        }

        return new ShownSource(source, found.Commit, found.IsDirty);
    }
}
