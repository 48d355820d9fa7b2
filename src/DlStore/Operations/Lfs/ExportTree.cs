using System.Text;
using DlStore.Git;
using DlStore.Io;
using DlStore.Objects;
using DlStore.Operations.Setup;

namespace DlStore.Operations.Lfs;

/// <summary>
/// A commit's tree as git-lfs would have it: which files take the place of pointers, and what becomes of attributes and ignore files. Read
/// from git and from listings alone.
/// </summary>
internal sealed class ExportTree
{
    private const int DepthMax = TreeNode.DepthMax;
    private readonly Repo _repo;
    private readonly string _commit;
    private readonly List<ExportedFile> _files = [];
    private readonly SortedDictionary<string, ObjectKind> _managed = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _others = new(StringComparer.Ordinal);

    private ExportTree(Repo repo, string commit)
    {
        _repo = repo;
        _commit = commit;
    }

    /// <summary>Gets the files that take the place of pointers.</summary>
    public IReadOnlyList<ExportedFile> Files => _files;

    /// <summary>Gets the managed paths, Latin-1.</summary>
    public IReadOnlyCollection<string> Managed => _managed.Keys;

    /// <summary>Reads a commit.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="commit">Its id.</param>
    /// <exception cref="DlsException">Kind Missing: a listing is not here. Kind Failed: a file is in the way.</exception>
    public static ExportTree Read(Repo repo, string commit)
    {
        ExportTree tree = new(repo, commit);
        tree.Read();
        return tree;
    }

    /// <summary>Gives the text files that change: their path and new text, empty if they go.</summary>
    public IEnumerable<(string Path, string Text)> Texts()
    {
        foreach (IGrouping<string, string> directory in _managed.Keys.GroupBy(DirectoryOf, StringComparer.Ordinal))
        {
            string file = directory.Key + ".gitignore";
            HashSet<string> own = [.. directory.Select(static p => IgnoreEdits.LineOf(p[(p.LastIndexOf('/') + 1)..]))];
            if (_others.TryGetValue(file, out string? blob) && Text(blob) is var text)
            {
                yield return (file, string.Join('\n', text.Split('\n').Where(l => !own.Contains(l))));
            }
        }

        string before = _others.TryGetValue(LfsAttributes.Name, out string? attributes) ? Text(attributes) : "";
        IEnumerable<string> kept = before.Split('\n').Where(static l => !AttributesFile.IsOwn(l) && !LfsAttributes.Guards.Contains(l));
        string rest = string.Join('\n', kept);
        string newline = rest.Length == 0 || rest[^1] == '\n' ? "" : "\n";
        yield return (LfsAttributes.Name, rest + newline + string.Concat(AttributeLines().Select(static l => l + "\n")));
    }

    private static string DirectoryOf(string path) => path[..(path.LastIndexOf('/') + 1)];

    private string Text(string blob) => Encoding.Latin1.GetString(_repo.Git.CatFile.Read(blob, 1 << 20)?.Bytes ?? []);

    /// <summary>
    /// One line for an ending that only files of git-lfs have, as <c>git lfs track '*.pth'</c> writes it, else one a path; one a directory,
    /// which leaves out what git has to read itself.
    /// </summary>
    private IEnumerable<string> AttributeLines()
    {
        HashSet<string> plain = [.. _others.Keys.Select(EndingOf)];
        SortedSet<string> lines = new(StringComparer.Ordinal);
        foreach ((string path, ObjectKind kind) in _managed)
        {
            string ending = EndingOf(path);
            _ = lines.Add(kind == ObjectKind.Blob && ending.Length > 0 && !plain.Contains(ending)
                ? $"*{ending} {LfsAttributes.TrackWords}" : LfsAttributes.LineOf(path, kind == ObjectKind.Tree));
        }

        foreach (string name in (string[])[".gitattributes", ".gitignore"])
        {
            bool isThere = _files.Any(f => f.Path.EndsWith("/" + name, StringComparison.Ordinal));
            lines.UnionWith(isThere ? [$"{name} !filter !diff !merge !text"] : (string[])[]);
        }

        // Those that take back come last.
        return lines.OrderBy(static l => l[0] == '.' ? 1 : 0);
    }

    /// <summary>The part of a name from its last dot on, if it needs no escape.</summary>
    private static string EndingOf(string path)
    {
        string name = path[(path.LastIndexOf('/') + 1)..];
        int dot = name.LastIndexOf('.');
        return dot > 0 && name[dot..] is { Length: > 1 } ending && ending.Skip(1).All(char.IsAsciiLetterOrDigit) ? ending : "";
    }

    private void Read()
    {
        List<(string Path, string Blob)> pointers = [];
        string listed = Encoding.Latin1.GetString(_repo.Git.Git.RunChecked(["ls-tree", "-r", "-z", "--full-tree", _commit]).Output);
        foreach (string line in listed.Split('\0', StringSplitOptions.RemoveEmptyEntries))
        {
            int tab = line.IndexOf('\t', StringComparison.Ordinal);
            string[] parts = line[..tab].Split(' ');
            string path = line[(tab + 1)..];
            _others[path] = parts[2];
            if (parts[0] is "100644" or "100755" && path.EndsWith(Pointer.Suffix, StringComparison.Ordinal))
            {
                pointers.Add((path, parts[2]));
            }
        }

        GitObject?[] contents = _repo.Git.CatFile.ReadMany([.. pointers.Select(static p => p.Blob)], Pointer.LengthMax);
        for (int i = 0; i < pointers.Count; i++)
        {
            string path = pointers[i].Path;
            if (contents[i]?.Bytes is { } bytes && Pointer.LooksLike(bytes))
            {
                Take(path[..^Pointer.Suffix.Length], Pointer.Parse(bytes, Show(path)));
                _ = _others.Remove(path);
            }
        }

        if (_files.FirstOrDefault(f => _others.ContainsKey(f.Path)) is { } taken)
        {
            throw new DlsException(ErrorKind.Failed, $"export lfs: '{Show(taken.Path)}' is git's own in this commit",
                "`dls doctor` names managed paths that git tracks too");
        }
    }

    private static string Show(string path) => EntryName.Show(Encoding.Latin1.GetBytes(path));

    private void Take(string path, Pointer pointer)
    {
        _managed[path] = pointer.Kind;
        if (pointer.Kind == ObjectKind.Tree)
        {
            TakeTree(path, pointer.Oid, 0);
        }
        else
        {
            _files.Add(new ExportedFile(path, pointer.Exec ? TreeMode.Executable : TreeMode.File, pointer.Oid, pointer.Size));
        }
    }

    private void TakeTree(string path, Oid oid, int depth)
    {
        TreeNode.RequireDepth(Math.Min(depth, DepthMax + 1), path);
        TreeCursor cursor = new(_repo.Store.Read, oid);
        while (cursor.Next())
        {
            string at = $"{path}/{Encoding.Latin1.GetString(cursor.Name)}";
            if (cursor.Mode == TreeMode.Directory)
            {
                TakeTree(at, cursor.Oid, depth + 1);
            }
            else
            {
                _files.Add(new ExportedFile(at, cursor.Mode, cursor.Oid, cursor.Size));
            }
        }
    }
}
