using DlStore.Io;
using DlStore.Objects;
using DlStore.Operations.Store;

namespace DlStore.Operations.Lfs;

/// <summary>
/// What an import comes to: which files become pointers, from where their bytes come, and what is in the way. Reads only; all objections
/// are found here, before anything is touched.
/// </summary>
internal sealed class ImportLfsPlan
{
    private const string Verb = "import lfs";
    private readonly Repo _repo;
    private readonly ImportLfsOptions _options;
    private readonly LfsScan _scan;
    private readonly LfsDisk _disk;
    private readonly PointerLookup _lookup;
    private readonly List<string> _objections = [];
    private readonly List<LeftLfsFile> _left = [];
    private readonly List<AddTarget> _targets = [];
    private readonly List<LfsFile> _files = [];
    private readonly Dictionary<RelPath, LfsFile> _byPath = [];
    private readonly List<LfsFile> _toWrite = [];
    private readonly List<LfsDirectory> _directories = [];

    private ImportLfsPlan(Repo repo, ImportLfsOptions options, WorkTreeState state, PointerLookup lookup)
    {
        _repo = repo;
        _options = options;
        State = state;
        _lookup = lookup;
        _scan = LfsScan.Read(repo, state.Index);
        _disk = new LfsDisk(repo, Touched(repo, _scan));
    }

    /// <summary>Gets the state of the work tree that was read.</summary>
    public WorkTreeState State { get; }

    /// <summary>Gets the pointers to write.</summary>
    public IReadOnlyList<AddTarget> Targets => _targets;

    /// <summary>Gets the files of git-lfs that they take over.</summary>
    public IReadOnlyList<LfsFile> Files => _files;

    /// <summary>Gets those of them that lie in the work tree as pointers, so that their bytes have to be written out first.</summary>
    public IReadOnlyList<LfsFile> ToWrite => _toWrite;

    /// <summary>Gets the directories that become one pointer.</summary>
    public IReadOnlyList<LfsDirectory> Directories => _directories;

    /// <summary>Gets what stays with git-lfs.</summary>
    public IReadOnlyList<LeftLfsFile> Left => _left;

    /// <summary>Gets files that git has as they are.</summary>
    public IReadOnlyList<string> Plain { get; private set; } = [];

    /// <summary>Gets a value indicating whether less than all was asked for.</summary>
    public bool IsLimited { get; private set; }

    /// <summary>Makes the plan.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="options">What was typed.</param>
    /// <param name="state">The state of the work tree.</param>
    /// <param name="lookup">Finds pointers.</param>
    /// <exception cref="DlsException">Kind Usage: a word names nothing. Kind Failed: files are in the way, all listed.</exception>
    public static ImportLfsPlan Make(Repo repo, ImportLfsOptions options, WorkTreeState state, PointerLookup lookup)
    {
        RequireReady(repo, state);
        ImportLfsPlan plan = new(repo, options, state, lookup);
        plan.Choose();
        return plan;
    }

    /// <summary>Gives the file that becomes the pointer of a path.</summary>
    public LfsFile FileAt(RelPath path) => _byPath[path];

    /// <summary>Takes files out whose bytes are nowhere; a directory that lacks one stays as a whole.</summary>
    /// <param name="missing">Their oids.</param>
    /// <param name="reason">Why they are not here.</param>
    public void Leave(HashSet<Oid> missing, string reason)
    {
        LfsFile[] lost = [.. _toWrite.Where(f => missing.Contains(f.Pointer.Oid))];
        HashSet<RelPath> gone = [.. lost.Select(static f => f.Path)];
        foreach (LfsDirectory directory in _directories.Where(d => lost.Any(f => f.Path.IsAtOrBelow(d.Path))).ToArray())
        {
            _ = _directories.Remove(directory);
            gone.Add(directory.Path);
            foreach (LfsFile file in _files.Where(f => f.Path.IsAtOrBelow(directory.Path) && !missing.Contains(f.Pointer.Oid)))
            {
                gone.Add(file.Path);
                _left.Add(new LeftLfsFile(file.Path.Value, $"other files of '{directory.Path}' are missing", file.Pointer.Oid));
            }
        }

        _left.AddRange(lost.Select(f => new LeftLfsFile(f.Path.Value, reason, f.Pointer.Oid)));
        _ = _targets.RemoveAll(t => gone.Contains(t.Root));
        _ = _files.RemoveAll(f => gone.Contains(f.Path));
        _ = _toWrite.RemoveAll(f => gone.Contains(f.Path));
    }

    /// <summary>Plans what becomes of the attributes, once it is certain what is left.</summary>
    public AttributeEdits PlanAttributes()
    {
        HashSet<RelPath> leaving = [.. _files.Select(static f => f.Path)];
        string[] staying = [.. _scan.Files.Where(f => !leaving.Contains(f.Path)).Select(static f => f.Path.Value),
            .. _scan.Odd.Select(static o => o.Path)];
        AttributeEdits edits = AttributeEdits.Plan(
            _repo, State.Index, staying, [.. leaving, .. State.Index.ListPointers().Select(static p => p.Path)], IsLimited);
        return edits.InTheWay.Count == 0 ? edits : throw new DlsException(ErrorKind.Failed,
            $"{Verb}: change {CountWords.Of(edits.InTheWay.Count, "attribute file")}: changes in it are not staged",
            "run `git add` on them, or `git checkout` to drop the changes, then import again; nothing was changed")
        {
            Items = [.. edits.InTheWay],
        };
    }

    private static void RequireReady(Repo repo, WorkTreeState state)
    {
        if (repo.Config.RepoId is null)
        {
            throw new DlsException(ErrorKind.Failed, $"{Verb}: this is no dls repository yet", "run `dls init` first");
        }

        if (state.Index.ListEntries().FirstOrDefault(static e => e.Stage > 0) is { Path: { } unmerged })
        {
            throw new DlsException(ErrorKind.Failed, $"{Verb}: a merge is not finished, '{unmerged}' is unmerged",
                "finish it with `git commit`, or run `git merge --abort`");
        }
    }

    private static HashSet<string> Touched(Repo repo, LfsScan scan) => scan.Files.Count == 0 ? [] : [
        .. System.Text.Encoding.UTF8.GetString(repo.Git.Git.RunChecked(["diff-files", "--name-only", "-z"]).Output).Split('\0')];

    private void Choose()
    {
        RelPath[] managed = [.. State.Index.ListPointers().Select(static p => p.Path)];
        LfsChoice choice = LfsChoice.Read(_repo, _options, [.. _scan.Files.Select(static f => f.Path), .. managed]);
        IsLimited = choice.IsLimited || _options.Directories.Count > 0;
        LfsDirectory[] directories = [.. LfsDirectory.ReadAll(_repo, State.Index, _options.Directories, _scan)];
        foreach (LfsDirectory directory in directories)
        {
            TakeDirectory(directory);
        }

        // Directories alone mean those; with other words, both.
        bool onlyDirectories = directories.Length > 0 && !choice.IsLimited;
        foreach (LfsFile file in onlyDirectories ? [] : _scan.Files)
        {
            if (choice.Means(file.Path) && !directories.Any(d => file.Path.IsAtOrBelow(d.Path)))
            {
                TakeFile(file);
            }
        }

        bool Means(string path) => RelPath.TryParse(path, out RelPath at, out _) ? !onlyDirectories && choice.Means(at) : !IsLimited;
        _left.AddRange(_scan.Odd.Where(o => Means(o.Path)));
        Plain = [.. _scan.Plain.Where(Means).Where(p => !directories.Any(d => p.StartsWith(d.Path.Value + "/", StringComparison.Ordinal)))];
        if (_objections.Count > 0)
        {
            throw new DlsException(ErrorKind.Failed, $"{Verb}: {CountWords.Of(_objections.Count, "path")} cannot be taken over",
                "commit or undo what is changed, or leave paths out with `--exclude`; nothing was changed")
            {
                Items = _objections,
            };
        }
    }

    private void TakeDirectory(LfsDirectory directory)
    {
        ManagedPath? managed = _lookup.FindManaged(directory.Path);
        _objections.AddRange(directory.Objections);
        if (managed is not null && (managed.Path != directory.Path || managed.Pointer.Kind != ObjectKind.Tree))
        {
            _objections.Add($"{directory.Path}: '{managed.Path}{Pointer.Suffix}' is there already");
        }

        foreach (LfsFile file in directory.Files)
        {
            TakeBytes(file);
        }

        _directories.Add(directory);
        _targets.Add(new AddTarget(directory.Path, "", managed?.Pointer));
    }

    private void TakeFile(LfsFile file)
    {
        ManagedPath? managed = _lookup.FindManaged(file.Path);
        string pointerFile = file.Path.Value + Pointer.Suffix;
        if (managed is not null && managed.Path != file.Path)
        {
            _objections.Add($"{file.Path}: it lies inside '{managed.Path}', which dls manages; run `git rm --cached` on it");
        }
        else if (managed is not null && managed.Pointer.Oid != (file.Pointer.Original ?? file.Pointer.Oid))
        {
            _objections.Add($"{file.Path}: '{pointerFile}' is there already and names other bytes");
        }
        else if (TakeBytes(file))
        {
            _targets.Add(new AddTarget(file.Path, "", managed?.Pointer));
        }
    }

    /// <summary>Sees where the bytes of a file are.</summary>
    /// <returns>False if it is not taken.</returns>
    private bool TakeBytes(LfsFile file)
    {
        switch (_disk.Look(file, out string why))
        {
            case LfsDiskState.Changed:
                _objections.Add($"{file.Path}: {why}");
                return false;
            case LfsDiskState.NotDecoded:
                _left.Add(new LeftLfsFile(
                    file.Path.Value, "extensions of git-lfs have to decode it: run `git lfs pull`, then import again", file.Pointer.Oid));
                return false;
            case LfsDiskState.Pointer:
                _toWrite.Add(file);
                break;
            case LfsDiskState.Bytes:
            default:
                break;
        }

        _files.Add(file);
        _byPath[file.Path] = file;
        return true;
    }
}
