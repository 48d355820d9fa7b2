using DlStore.Data.Annotations;
using DlStore.Data.Names;
using DlStore.Data.Sets;
using DlStore.Io;
using DlStore.Objects;
using DlStore.Operations.Store;
using DlStore.WorkTree;

namespace DlStore.Operations.Datasets;

/// <summary>
/// Where a data set lies: <c>datasets/NAME/CANVAS/{data_set/,items.jsonl}</c>, managed by the pointer <c>datasets/NAME.dls</c>. It is made
/// in a staging directory, stored, and
/// exchanged with the old one; only then the pointer and the lock follow.
/// </summary>
internal sealed class DatasetDirectory
{
    private const string StagingName = ".dls-staging";
    private readonly Repo _repo;
    private readonly PortableName _name;
    private readonly RelPath _path;

    public DatasetDirectory(Repo repo, PortableName name)
    {
        _repo = repo;
        _name = name;
        _path = RelPath.Parse($"{DatasetRecipe.Root}/{name}");
        KnownFiles.RequireRealParents(repo, $"{_path}/x");
    }

    public string Absolute => _repo.Absolute(_path);

    private string StagingRoot => $"{_repo.WorkTree}/{DatasetRecipe.Root}/{StagingName}";

    /// <summary>
    /// Refuses to replace what the user changed: only what the pointer names, or what an interrupted build had stored already, may go.
    /// </summary>
    /// <exception cref="DlsException">Kind Failed: says how to keep or drop the changes.</exception>
    public void RequireReplaceable(CancellationToken cancel)
    {
        if (!Path.Exists(Absolute))
        {
            return;
        }

        Pointer? pointer = _repo.FindPointer(_path);
        Oid disk = Hash(cancel);
        if (disk == pointer?.Oid)
        {
            return;
        }

        if (IsBaseOfAnother(pointer))
        {
            throw new DlsException(
                ErrorKind.Failed, $"replace '{_path}': its pointer names another version than the one that is here",
                    $"run `dls checkout {_path}` first, or `dls pull {_path}` if only a part of it was pulled");
        }

        if (!_repo.Store.Contains(disk))
        {
            throw new DlsException(
                ErrorKind.Failed, $"replace '{_path}': it holds changes that no pointer names",
                    $"run `dls status -v {_path}` to see them; `dls checkout {_path}` drops "
                    + "them (to the trash), moving the directory away keeps them");
        }
    }

    private bool IsBaseOfAnother(Pointer? pointer) => pointer is not null
        && Base.Read(_repo.StateDirectory).Find(_path) is { } wasOut && wasOut.Oid != pointer.Oid;

    /// <summary>Says why a data set whose sources are as they were has to be made all the same, or null.</summary>
    public string? WhyIncomplete(DatasetLock known, CancellationToken cancel)
    {
        Pointer? pointer = _repo.FindPointer(_path);
        return pointer is null || pointer.Oid != known.Tree ? "its pointer and its lock do not belong together"
            : !Path.Exists(Absolute) ? "its directory is not here"
            : Hash(cancel) != pointer.Oid ? "its directory is not what the pointer names"
            : null;
    }

    /// <summary>Makes an empty staging directory. The build lock is held, so what an earlier one left is nobody's.</summary>
    public string Stage()
    {
        ClearStaging();
        string directory = $"{StagingRoot}/{TempName.Next()}";
        Directory.CreateDirectory(directory);
        AtomicFile.Write($"{StagingRoot}/.gitignore", "*\n");
        return directory;
    }

    public void ClearStaging()
    {
        if (Directory.Exists(StagingRoot))
        {
            Directory.Delete(StagingRoot, recursive: true);
        }
    }

    /// <summary>
    /// A build that was killed between pointer and base has left a directory that the pointer names and the base does not: the base
    /// follows, or the next version would look like a conflict.
    /// </summary>
    public void Settle(CancellationToken cancel)
    {
        if (Path.Exists(Absolute) && IsBaseOfAnother(_repo.FindPointer(_path)))
        {
            _ = Add.Run(_repo, new AddOptions { Paths = [Absolute], Remove = true }, cancel);
        }
    }

    /// <summary>Stores a staged data set, puts it in its place and writes the pointer.</summary>
    /// <returns>The tree's oid.</returns>
    public Oid Publish(string staging, IProgress<WorkProgress>? progress, CancellationToken cancel)
    {
        RelPath staged = RelPath.Parse(Path.GetRelativePath(_repo.WorkTree, staging));
        using (ObjectWriter writer = _repo.BeginWrite())
        {
            using Snapshot snapshot = Snapshot.Take(
                _repo,
                WorkTreeState.Read(_repo),
                new SnapshotRequest(staged, null, null),
                writer,
                progress,
                cancel);
            writer.Commit();
        }

        CrashPoint.Hit("dataset.stored");
        if (Path.Exists(Absolute))
        {
            AtomicFile.Exchange(staging, Absolute);
        }
        else
        {
            AtomicFile.Rename(staging, Absolute, replace: false);
        }

        CrashPoint.Hit("dataset.swapped");
        AddResult added = Add.Run(_repo, new AddOptions { Paths = [Absolute], Remove = true, Progress = progress }, cancel);
        CrashPoint.Hit("dataset.pointed");
        return added.Paths[0].Pointer.Oid;
    }

    /// <summary>Writes the lock and, if it grew, the class list, and stages them with the recipe.</summary>
    public void Record(DatasetLock made, PortableName classes, ClassList? grown)
    {
        using FileLock held = _repo.LockWorkTree();
        if (grown is not null)
        {
            _repo.Files.Write(DatasetClasses.FileOf(classes), grown.ToBytes());
        }

        // The lock comes last: while it does not fit the rest, the next build goes on here.
        CrashPoint.Hit("dataset.classes");
        _repo.Files.Write(DatasetLock.FileOf(_name), made.ToBytes());
        CrashPoint.Hit("dataset.locked");
        StageFiles(classes);
        CrashPoint.Hit("dataset.recorded");
    }

    /// <summary>Stages what an interrupted build wrote and did not stage.</summary>
    public void Restage(PortableName classes)
    {
        using FileLock held = _repo.LockWorkTree();
        StageFiles(classes);
    }

    private void StageFiles(PortableName classes)
    {
        string[] files = [DatasetLock.FileOf(_name), DatasetRecipe.FileOf(_name), DatasetClasses.FileOf(classes)];
        _repo.Git.Stage([.. files.Where(f => File.Exists($"{_repo.WorkTree}/{f}")).Select(RelPath.Parse)]);
    }

    private Oid Hash(CancellationToken cancel)
    {
        WorkTreeState state = WorkTreeState.Read(_repo);
        using Snapshot snapshot = Snapshot.Take(
            _repo,
            state,
            new SnapshotRequest(_path, _repo.FindPointer(_path), state.Base.Find(_path)),
            null,
            null,
            cancel);
        return snapshot.OnDisk.Oid;
    }
}
