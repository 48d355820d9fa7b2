using DlStore.Git;
using DlStore.Io;
using DlStore.Objects;
using DlStore.Operations.Words;

namespace DlStore.Operations.Store;

/// <summary>Objections to adding a path that its name and its place alone give: found before anything is read.</summary>
internal sealed class AddRefusals
{
    private const int TrackedShown = 6;
    private readonly Repo _repo;
    private readonly WorkTreeState _state;
    private readonly PointerLookup _lookup;
    private readonly bool _hasUnmerged;
    private readonly IReadOnlyList<string> _submodules;
    private PointerListing? _listing;

    /// <summary>Initializes a new instance of the <see cref="AddRefusals"/> class.</summary>
    public AddRefusals(Repo repo, WorkTreeState state, PointerLookup lookup)
    {
        _repo = repo;
        _state = state;
        _lookup = lookup;
        _hasUnmerged = UnmergedPointer.List(state.Index).Count > 0;
        _submodules = state.Index.ListSubmodules();
    }

    private PointerListing Listing => _listing ??= _repo.ListPointers(_state);

    /// <summary>Refuses a path that cannot be added.</summary>
    /// <param name="path">What was typed.</param>
    /// <param name="managed">The managed path that it is or lies in, or null.</param>
    /// <exception cref="DlsException">Kind Usage or Failed: it is missing, a symlink, git's own, or not merged.</exception>
    public void Check(RelPath path, ManagedPath? managed)
    {
        bool isThere = _lookup.TryStat(path, out FileStat stat);
        bool isInside = managed is not null && managed.Path != path;
        if (!isThere && managed is null)
        {
            throw new DlsException(
                ErrorKind.Usage,
                $"add '{path}': no such file or directory",
                "check the spelling; paths are relative to the current directory");
        }

        if (!isInside && path.HasControl)
        {
            throw new DlsException(
                ErrorKind.Failed,
                $"add '{path}': its name holds a control character, and pointers are named in files of lines",
                "rename it, or add the directory it lies in");
        }

        if (isThere && !isInside && !stat.IsFile && !stat.IsDirectory)
        {
            throw new DlsException(
                ErrorKind.Failed,
                $"add '{path}': it is a {stat.Describe()}",
                "add the file or directory itself; symlinks are stored only inside a directory");
        }

        if (_hasUnmerged)
        {
            RefuseUnmerged(path);
        }

        if (managed is null)
        {
            CheckNew(path);
        }
    }

    private void RefuseUnmerged(RelPath path)
    {
        foreach (UnreadablePointer pointer in Listing.Unreadable)
        {
            if (pointer.Clash is not null && (pointer.Path.IsAtOrBelow(path) || path.IsAtOrBelow(pointer.Path)))
            {
                throw pointer.ToException();
            }
        }
    }

    private void CheckNew(RelPath path)
    {
        if (PathWords.WithoutPointer(_repo, "add", path, Listing) is { } gone)
        {
            throw gone;
        }

        if (_lookup.FindFileAbove(path) is { } above)
        {
            throw new DlsException(
                ErrorKind.Failed,
                $"add '{path}': '{above}' is managed as a file, and pointers do not nest",
                $"run `dls add {_repo.ToTyped(above)}` to record that it is a directory now");
        }

        RefuseTracked(path);
    }

    private void RefuseTracked(RelPath path)
    {
        string[] submodules = [.. _submodules.Where(s => s.StartsWith(path.Value + "/", StringComparison.Ordinal))];
        if (submodules.Length > 0)
        {
            throw new DlsException(
                ErrorKind.Failed,
                $"add '{path}': there is a submodule inside it, and what is there is that repository's own",
                "add the other paths one by one, and run dls inside the submodule for what is there")
            {
                Items = submodules,
            };
        }

        IReadOnlyList<string> tracked = _state.Index.FindTrackedBelow(path, TrackedShown);
        string[] pointers = [.. tracked.Where(static t => t.EndsWith(Pointer.Suffix, StringComparison.Ordinal))];
        if (pointers.Length > 0)
        {
            throw new DlsException(
                ErrorKind.Failed,
                $"add '{path}': there is a pointer inside it, and pointers do not nest",
                $"run `dls rm --keep {pointers[0][..^Pointer.Suffix.Length]}` first, or add the other paths one by one")
            {
                Items = pointers,
            };
        }

        if (tracked.Count > 0)
        {
            throw new DlsException(
                ErrorKind.Failed,
                $"add '{path}': git itself tracks files there",
                $"run `git rm -r --cached -- '{path}'` first; the files stay on disk")
            {
                Items = tracked,
            };
        }
    }
}
