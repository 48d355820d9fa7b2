using System.Globalization;
using System.Text;
using DlStore.Io;
using DlStore.Objects;
using DlStore.Operations.Setup;

namespace DlStore.Operations.Lfs;

/// <summary>
/// Rewrites a history while it streams from <c>git fast-export</c> to <c>git fast-import</c>: pointers of git-lfs become pointers of dls,
/// attributes lose the lines of git-lfs and get those of dls, ignore files get a line for each pointer, and the first commits get what
/// <c>dls init</c> writes. A commit's new tree depends on its old tree alone, so the changes against its first parent are all that is
/// needed.
/// </summary>
/// <param name="input">The old history.</param>
/// <param name="output">The new one.</param>
/// <param name="branch">The ref that the new one is for.</param>
/// <param name="blobs">Reads pointers.</param>
/// <param name="config">The committed configuration of dls.</param>
internal sealed class HistoryRewrite(HistoryStream input, Stream output, string branch, HistoryBlobs blobs, byte[] config)
{
    private const string IgnoreName = ".gitignore";
    private readonly Dictionary<string, HistoryTree> _trees = [];
    private readonly Dictionary<string, string> _originals = [];
    private readonly HashSet<string> _ignores = [];
    private readonly HashSet<string> _attributes = [];
    private HistoryTree _tree = HistoryTree.Empty;

    /// <summary>Gets the old id of each mark.</summary>
    public IReadOnlyDictionary<string, string> Originals => _originals;

    /// <summary>Gets the number of commits with more than one parent.</summary>
    public long Merges { get; private set; }

    /// <summary>Gets the number of pointers written, versions of one file counted each.</summary>
    public long Pointers { get; private set; }

    /// <summary>Rewrites all of it.</summary>
    /// <param name="progress">Told about commits.</param>
    /// <param name="total">How many there are.</param>
    /// <param name="cancel">Stops between commits.</param>
    public void Run(IProgress<WorkProgress>? progress, long total, CancellationToken cancel)
    {
        for (string? line = input.ReadLine(); line is not null;)
        {
            if (line.StartsWith("commit ", StringComparison.Ordinal))
            {
                cancel.ThrowIfCancellationRequested();
                line = Commit();
                progress?.Report(new WorkProgress("rewriting", _originals.Count, total, 0, 0));
                continue;
            }

            Write(line.StartsWith("reset ", StringComparison.Ordinal) ? $"reset {branch}" : line);
            line = input.ReadLine();
        }
    }

    /// <summary>Rewrites one commit.</summary>
    /// <returns>The line after it.</returns>
    private string? Commit()
    {
        Write($"commit {branch}");
        string mark = "", original = "";
        string? line;
        while ((line = input.ReadLine()) is not null && !line.StartsWith("data ", StringComparison.Ordinal))
        {
            Write(line);
            mark = line.StartsWith("mark ", StringComparison.Ordinal) ? line[5..] : mark;
            original = line.StartsWith("original-oid ", StringComparison.Ordinal) ? line[13..] : original;
        }

        Write(line ?? throw new DlsException(ErrorKind.Failed, "read the history: 'git fast-export' ended early", "run `git fsck`"));
        input.CopyData(line, output);
        Write("");
        _originals[mark] = original;
        List<HistoryChange> changes = [];
        line = ReadParentsAndChanges(changes, out string? parent);
        _tree = parent is null ? HistoryTree.Empty : _trees[parent];
        // Git (2.39) names `d/e` before `d`: where a directory takes the place of a file, fast-import would remove it with the file.
        Change([.. changes.OrderBy(static c => c.IsDeletion ? 0 : 1)], original, parent is null);
        _trees[mark] = _tree;
        return line;
    }

    /// <summary>Writes the parents of a commit and reads what it changes.</summary>
    /// <param name="changes">Gets the changes.</param>
    /// <param name="parent">The mark of the first parent, or null.</param>
    /// <returns>The line after them.</returns>
    private string? ReadParentsAndChanges(List<HistoryChange> changes, out string? parent)
    {
        parent = null;
        int parents = 0;
        for (string? line = input.ReadLine(); line is not null; line = input.ReadLine())
        {
            if (HistoryChange.Find(line) is { } change)
            {
                changes.Add(change);
            }
            else if (line.StartsWith("from ", StringComparison.Ordinal) || line.StartsWith("merge ", StringComparison.Ordinal))
            {
                parent ??= line["from ".Length..];
                Merges += ++parents == 2 ? 1 : 0;
                Write(line);
            }
            else if (line.Length > 0)
            {
                return line;
            }
        }

        return null;
    }

    private void Change(List<HistoryChange> changes, string commit, bool isFirst)
    {
        _ignores.Clear();
        _attributes.Clear();
        if (isFirst)
        {
            Inline(RepoConfig.File, config);
            Inline(Ignoring.IgnoreFile.Name, Encoding.UTF8.GetBytes(IgnoreDefaults.Text));
            _attributes.Add("");
        }

        blobs.Look(changes);
        int staying = _tree.Staying.Count;
        foreach (HistoryChange change in changes)
        {
            Take(change, commit);
        }

        RefuseTaken(changes, commit);
        if (_tree.Staying.Count != staying)
        {
            _attributes.UnionWith(_tree.Attributes.Keys);
        }

        foreach (string directory in _ignores)
        {
            PutOrDelete(Below(directory, IgnoreName), _tree.Ignores.GetValueOrDefault(directory), text => IgnoreText(directory, text));
        }

        foreach (string directory in _attributes)
        {
            string file = Below(directory, LfsAttributes.Name);
            PutOrDelete(file, _tree.Attributes.GetValueOrDefault(directory), text => AttributesText(directory, text));
        }
    }

    private void Take(HistoryChange change, string commit)
    {
        LfsPointer? pointer = blobs.Find(change, commit, out bool stays);
        if (_tree.HasPointer(change) && pointer is null)
        {
            _tree = _tree.Without(change);
            _ignores.Add(change.Directory);
            Write($"D {QuotedPath.Write(change.Path + Pointer.Suffix)}");
        }

        bool isText = change.IsFile && (pointer is null || change.Name is IgnoreName or LfsAttributes.Name);
        if (change.Name == IgnoreName && (isText || _tree.Ignores.ContainsKey(change.Directory)))
        {
            _tree = _tree with { Ignores = Set(_tree.Ignores, change, isText) };
            _ignores.Add(change.Directory);
        }
        else if (change.Name == LfsAttributes.Name && (isText || _tree.Attributes.ContainsKey(change.Directory)))
        {
            _tree = _tree with { Attributes = Set(_tree.Attributes, change, isText) };
            _attributes.Add(change.Directory);
        }
        else if (pointer is not null)
        {
            Point(change, pointer);
        }
        else if (change.IsDeletion && change.Path is RepoConfig.File)
        {
            Inline(RepoConfig.File, config);
        }
        else
        {
            Keep(change, stays);
        }
    }

    private static System.Collections.Immutable.ImmutableDictionary<string, string> Set(
        System.Collections.Immutable.ImmutableDictionary<string, string> blobsOf, HistoryChange change, bool isText) =>
        isText ? blobsOf.SetItem(change.Directory, change.Blob) : blobsOf.Remove(change.Directory);

    private void Point(HistoryChange change, LfsPointer pointer)
    {
        if (!_tree.HasPointer(change))
        {
            _tree = _tree.With(change) with { Staying = _tree.Staying.Remove(change.Path) };
            _ignores.Add(change.Directory);
            // It may have been git's own until now.
            Write($"D {QuotedPath.Write(change.Path)}");
        }

        Pointers++;
        Inline(change.Path + Pointer.Suffix, new Pointer
        {
            Kind = ObjectKind.Blob,
            Oid = pointer.Oid,
            Size = pointer.Size,
            Exec = change.Mode == "100755",
        }.ToBytes());
    }

    private void Keep(HistoryChange change, bool stays)
    {
        Write(change.Line);
        _tree = _tree with { Staying = stays ? _tree.Staying.Add(change.Path) : _tree.Staying.Remove(change.Path) };
        if (change.Path.EndsWith(Pointer.Suffix, StringComparison.Ordinal))
        {
            _tree = _tree with { Taken = change.IsDeletion ? _tree.Taken.Remove(change.Path) : _tree.Taken.Add(change.Path) };
        }
    }

    private void RefuseTaken(List<HistoryChange> changes, string commit)
    {
        if (_tree.Taken.IsEmpty)
        {
            return;
        }

        foreach (HistoryChange change in changes)
        {
            bool isPointer = change.Path.EndsWith(Pointer.Suffix, StringComparison.Ordinal);
            string path = isPointer ? change.Path[..^Pointer.Suffix.Length] : change.Path;
            if (_tree.Taken.Contains(path + Pointer.Suffix) && _tree.HasPointer(change with { Path = path }))
            {
                string shown = EntryName.Show(Encoding.Latin1.GetBytes(path));
                throw new DlsException(ErrorKind.Failed,
                    $"import lfs --history: commit '{commit}' has both '{shown}' and '{shown}{Pointer.Suffix}'",
                    "rename one of them with `git filter-repo --path-rename OLD:NEW`, then import again; no branch was made");
            }
        }
    }

    private string IgnoreText(string directory, string text)
    {
        if (!_tree.Names.TryGetValue(directory, out var names))
        {
            return text;
        }

        HashSet<string> lines = [.. text.Split('\n')];
        StringBuilder more = new(text.Length == 0 || text.EndsWith('\n') ? text : text + "\n");
        foreach (string name in names)
        {
            string line = IgnoreEdits.LineOf(name);
            _ = lines.Contains(line) ? more : more.Append(line).Append('\n');
        }

        return more.ToString();
    }

    private string AttributesText(string directory, string text)
    {
        string prefix = directory.Length == 0 ? "" : directory + "/";
        LfsAttributes kept = new(new LfsAttributes(text).Without(matches => _tree.Staying.Any(
            p => p.StartsWith(prefix, StringComparison.Ordinal) && matches(p[prefix.Length..]))));
        string without = kept.HasAny ? kept.WithGuards() : kept.Text;
        return directory.Length == 0 ? PointerAttributes.Add(without) ?? without : without;
    }

    private static string Below(string directory, string name) => directory.Length == 0 ? name : $"{directory}/{name}";

    /// <summary>Writes a text file as it has to be; one that only held lines that went goes too.</summary>
    private void PutOrDelete(string path, string? blob, Func<string, string> change)
    {
        string before = blob is null ? "" : blobs.Text(blob);
        string after = change(before);
        if (blob is not null && after == before)
        {
            Write($"M 100644 {blob} {QuotedPath.Write(path)}");
        }
        else if (after.Trim().Length == 0)
        {
            Write($"D {QuotedPath.Write(path)}");
        }
        else
        {
            Inline(path, Encoding.Latin1.GetBytes(after));
        }
    }

    private void Inline(string path, byte[] bytes)
    {
        Write($"M 100644 inline {QuotedPath.Write(path)}\ndata {bytes.Length.ToString(CultureInfo.InvariantCulture)}");
        output.Write(bytes);
        Write("");
    }

    private void Write(string line) => output.Write(Encoding.Latin1.GetBytes(line + "\n"));
}
