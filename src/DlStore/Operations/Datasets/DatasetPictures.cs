using DlStore.Data.Layouts;
using DlStore.Data.Lint;
using DlStore.Objects;
using DlStore.Operations.Store;

namespace DlStore.Operations.Datasets;

/// <summary>A picture that two versions of a data set do not have alike.</summary>
/// <param name="Name">Its file name.</param>
/// <param name="Before">Its bytes in the first, or null if it is not in it.</param>
/// <param name="After">Its bytes in the second, or null if it is not in it.</param>
public sealed record ChangedPicture(string Name, Oid? Before, Oid? After);

/// <summary>Pictures of data sets for somebody who looks at them.</summary>
public static class DatasetPictures
{
    /// <summary>Compares the pictures of two versions by name and bytes, from their listings alone.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="from">A version, as for show.</param>
    /// <param name="to">Another one.</param>
    /// <param name="canvas">The canvas.</param>
    /// <returns>Those that differ, by name.</returns>
    /// <exception cref="DlsException">Kind Usage: no such version. Kind Missing: a listing is not here.</exception>
    public static IReadOnlyList<ChangedPicture> Compare(Repo repo, string from, string to, string canvas)
    {
        Dictionary<string, Oid> before = List(repo, from, canvas), after = List(repo, to, canvas);
        return [.. new SortedSet<string>(before.Keys.Concat(after.Keys), StringComparer.Ordinal)
            .Select(n => new ChangedPicture(n, Find(before, n), Find(after, n))).Where(static p => p.Before != p.After)];
    }

    /// <summary>Lints a data set for what concerns single pictures.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="name">The data set.</param>
    /// <param name="canvas">The canvas.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>Codes by the picture's id; what lint only notes is not among them.</returns>
    /// <exception cref="DlsException">As for <see cref="DatasetItems.Read"/>.</exception>
    public static IReadOnlyDictionary<string, string> Flags(Repo repo, string name, string canvas, CancellationToken cancel) =>
        DatasetPreview.FlagsOf(DatasetLint.Run(
            DatasetItems.RootOf(repo, name, canvas), new LintOptions { Threads = repo.Threads }, cancel));

    private static Oid? Find(Dictionary<string, Oid> files, string name) => files.TryGetValue(name, out Oid oid) ? oid : null;

    private static Dictionary<string, Oid> List(Repo repo, string typed, string canvas)
    {
        DatasetVersion version = DatasetVersion.Get(repo, typed);
        string prefix = $"{canvas}/{DatasetWriter.Root}/{VocLayout.Images}/";
        return TreeFiles.List(repo, version.Lock.Tree).Where(f => f.Path.StartsWith(prefix, StringComparison.Ordinal))
            .ToDictionary(f => f.Path[prefix.Length..], static f => f.Oid, StringComparer.Ordinal);
    }
}
