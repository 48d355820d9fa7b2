using System.Collections.Immutable;
using DlStore.Git;
using DlStore.Objects;

namespace DlStore.Operations.Dvc;

/// <summary>
/// The files that matter for the rewriting of a history, as the old commits have them: records, <c>dvc.yaml</c>, <c>.dvcignore</c> and
/// what dls itself keeps in git. Commits are stepped through in their order.
/// </summary>
internal sealed class DvcTrees
{
    private readonly Dictionary<int, ImmutableSortedDictionary<string, HistoryFile>> _trees = [];

    /// <summary>Gets the files of the commit that was stepped to.</summary>
    public ImmutableSortedDictionary<string, HistoryFile> Files { get; private set; } = Empty;

    /// <summary>Gets a value indicating whether they are others than those of the first parent.</summary>
    public bool IsChanged { get; private set; }

    private static ImmutableSortedDictionary<string, HistoryFile> Empty { get; } =
        ImmutableSortedDictionary.Create<string, HistoryFile>(StringComparer.Ordinal);

    /// <summary>Tells whether a file matters.</summary>
    public static bool Matters(string path) => DvcRecords.IsCandidate(path) || NameOf(path) is DvcRecord.PipelineName or ".dvcignore"
        or ".dlsignore" || path is ".gitattributes" or RepoConfig.File || path.EndsWith(Pointer.Suffix, StringComparison.Ordinal);

    /// <summary>Gives the last name of a path.</summary>
    public static string NameOf(string path) => path[(path.LastIndexOf('/') + 1)..];

    /// <summary>Takes the next commit.</summary>
    /// <returns>This.</returns>
    public DvcTrees Step(HistoryCommit commit)
    {
        ImmutableSortedDictionary<string, HistoryFile> files = commit.Parents.Count == 0 ? Empty : _trees[commit.Parents[0]];
        foreach (HistoryChange change in commit.Changes)
        {
            if (Matters(change.Path))
            {
                files = change.File is { } file ? files.SetItem(change.Path, file) : files.Remove(change.Path);
            }
        }

        IsChanged = commit.Parents.Count == 0 || !ReferenceEquals(files, _trees[commit.Parents[0]]);
        _trees[commit.Mark] = Files = files;
        return this;
    }

    /// <summary>Lists the records of the commit that was stepped to, with the <c>dvc.yaml</c> beside a lock.</summary>
    public IEnumerable<(string File, string Blob, string? Pipeline)> Records()
    {
        foreach ((string file, HistoryFile at) in Files)
        {
            if (DvcRecords.IsCandidate(file) && at.BlobId is { } blob && at.Mode.StartsWith("100", StringComparison.Ordinal))
            {
                string beside = file[..^NameOf(file).Length] + DvcRecord.PipelineName;
                yield return (file, blob, DvcRecord.IsLock(file) ? Files.GetValueOrDefault(beside)?.BlobId : null);
            }
        }
    }
}
