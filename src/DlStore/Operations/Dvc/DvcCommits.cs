using System.Text;
using DlStore.Git;
using DlStore.Ignoring;

namespace DlStore.Operations.Dvc;

/// <summary>
/// Says what the new commits change: as the old ones, with pointers in the place of records, the lines of <c>.dvcignore</c> in
/// <c>.dlsignore</c>, and from the first commit on what <c>dls init</c> writes, so that every commit is one of a dls repository.
/// </summary>
/// <param name="versions">What the records came to.</param>
/// <param name="config">The text of <c>.dlstore/config</c>.</param>
internal sealed class DvcCommits(DvcVersions versions, byte[] config)
{
    private const string Attributes = ".gitattributes";
    private readonly Dictionary<int, SortedDictionary<string, HistoryFile>> _made = [];
    private readonly Dictionary<string, HistoryFile> _attributes = new(StringComparer.Ordinal);
    private readonly HistoryFile _config = HistoryFile.Of(config);

    /// <summary>Gives the new commits.</summary>
    public IReadOnlyList<HistoryCommit> Rewrite(IReadOnlyList<HistoryCommit> commits)
    {
        DvcTrees trees = new();
        return [.. commits.Select(c => Rewrite(c, trees.Step(c)))];
    }

    private HistoryCommit Rewrite(HistoryCommit commit, DvcTrees trees)
    {
        SortedDictionary<string, HistoryFile> before =
            commit.Parents.Count == 0 ? new(StringComparer.Ordinal) : _made[commit.Parents[0]];
        SortedDictionary<string, HistoryFile> now = trees.IsChanged ? Make(trees) : before;
        _made[commit.Mark] = now;
        List<HistoryChange> changes = [.. commit.Changes.Where(c =>
            !DvcTrees.Matters(c.Path) && !now.ContainsKey(c.Path) && !before.ContainsKey(c.Path))];
        changes.AddRange(before.Keys.Where(k => !now.ContainsKey(k)).Select(static k => new HistoryChange(k, null, null)));
        changes.AddRange(now.Where(f => !before.TryGetValue(f.Key, out HistoryFile? was) || was != f.Value)
            .Select(static f => new HistoryChange(f.Key, null, f.Value)));
        return commit with { Changes = changes };
    }

    /// <summary>Makes the files of a new commit that matter, in the place of those of the old one.</summary>
    private SortedDictionary<string, HistoryFile> Make(DvcTrees trees)
    {
        SortedDictionary<string, HistoryFile> files = new(StringComparer.Ordinal) { [RepoConfig.File] = _config };
        foreach ((string path, HistoryFile file) in trees.Files)
        {
            files[path] = file;
            string own = path[..^DvcTrees.NameOf(path).Length] + IgnoreFile.Name;
            if (DvcTrees.NameOf(path) == ".dvcignore" && !trees.Files.ContainsKey(own))
            {
                files[own] = file;
            }
        }

        files[Attributes] = WithOwnLines(files.GetValueOrDefault(Attributes));
        foreach ((string record, string blob, string? pipeline) in trees.Records())
        {
            DvcVersion version = versions.Of(record, blob, pipeline);
            if (version.IsReplaced)
            {
                _ = files.Remove(record);
            }

            foreach ((string path, HistoryFile pointer) in version.Pointers)
            {
                files[path] = pointer;
            }
        }

        return files;
    }

    private HistoryFile WithOwnLines(HistoryFile? file)
    {
        string key = file?.BlobId ?? "";
        if (!_attributes.TryGetValue(key, out HistoryFile? made))
        {
            byte[] text = file?.BlobId is { } blob && file.Mode == HistoryFile.Plain ? versions.ReadBlob(blob) : [];
            string? changed = PointerAttributes.Add(Encoding.UTF8.GetString(text));
            made = changed is null ? file! : HistoryFile.Of(Encoding.UTF8.GetBytes(changed));
            _attributes[key] = made;
        }

        return made;
    }
}
