using DlStore.Git;
using DlStore.Io;
using DlStore.Operations.Store;
using DlStore.Operations.Words;

namespace DlStore.Operations.Moves;

/// <summary>Where the files go that dls manages no more.</summary>
public enum UntrackTo
{
    /// <summary>Git may see them: `git status` shows them as new.</summary>
    Nobody,
    /// <summary>Git takes them: they are staged.</summary>
    Git,
    /// <summary>Git ignores them as before.</summary>
    Ignored,
}

/// <summary>What to stop managing.</summary>
public sealed record UntrackOptions
{
    /// <summary>Gets managed paths, as typed.</summary>
    public required IReadOnlyList<string> Paths { get; init; }

    /// <summary>Gets where their files go.</summary>
    public UntrackTo To { get; init; }

    /// <summary>Gets a value indicating whether to plan only.</summary>
    public bool DryRun { get; init; }
}

/// <summary>One path that is managed no more.</summary>
/// <param name="Path">The path.</param>
/// <param name="Files">Files that its pointer named.</param>
/// <param name="Bytes">Their bytes.</param>
public sealed record UntrackedPath(RelPath Path, long Files, long Bytes);

/// <summary>
/// <c>dls untrack</c>: stops managing paths and leaves every file where it is, for git, for nobody, or ignored. What the pointer names has
/// to be on disk as it names it, so that nothing is left behind that only dls could bring. Stored objects stay.
/// </summary>
public static class Untrack
{
    /// <summary>Runs the command.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="options">What to stop managing.</param>
    /// <param name="cancel">Stops it before anything is written.</param>
    /// <returns>What is managed no more.</returns>
    /// <exception cref="DlsException">Kind Usage: a word names nothing, or a path inside a managed directory. Kind Failed: files are not on
    /// disk.</exception>
    public static IReadOnlyList<UntrackedPath> Run(Repo repo, UntrackOptions options, CancellationToken cancel)
    {
        IReadOnlyList<ManagedPath> paths = Resolve(repo, options);
        RequireOnDisk(repo, paths, cancel);
        UntrackedPath[] done = [.. paths.Select(static m => new UntrackedPath(m.Path, m.Pointer.Files, m.Pointer.Size))];
        if (options.DryRun)
        {
            return done;
        }

        using WorkTreeChange change = WorkTreeChange.Open(repo);
        foreach (ManagedPath managed in paths)
        {
            change.Unpoint(managed.Path);
            if (options.To != UntrackTo.Ignored)
            {
                change.Unignore(managed.Path);
                change.StageIgnoreFile(managed.Path);
            }

            change.Remember(managed.Path, null);
            change.Cache(() => repo.ForgetStats(managed.Path));
        }

        change.Commit();
        if (options.To == UntrackTo.Git)
        {
            StageFiles(repo, paths);
        }

        return done;
    }

    private static IReadOnlyList<ManagedPath> Resolve(Repo repo, UntrackOptions options)
    {
        WorkTreeState state = WorkTreeState.Read(repo);
        PointerListing listing = repo.ListPointers(state);
        if (options.Paths.FirstOrDefault(w => IsHalfDone(repo, state, w)) is { } half)
        {
            // Pointer and base are gone and git still has the pointer: what is left is one stage, as after rm.
            return [HalfRemoved.Find(repo, state, repo.ToRelPath(half))!];
        }

        IReadOnlyList<CheckoutTarget> targets = PathWords.Resolve(repo, "untrack", options.Paths, listing);
        if (targets.FirstOrDefault(static t => t.Scope.Length > 0) is { } inside)
        {
            string typed = repo.ToTyped(inside.Path.Value);
            throw new DlsException(ErrorKind.Usage, $"untrack '{inside.Path}': it lies in the managed directory '{inside.Managed.Path}'",
                $"move it out first: `dls mv {typed} {ShellWord.Of(inside.Path.Name)}`; to keep it there and leave it out, remove it with "
                + $"`dls rm --keep {typed}` and name it in a .dlsignore");
        }

        return [.. targets.Select(static t => t.Managed)];
    }

    private static bool IsHalfDone(Repo repo, WorkTreeState state, string word) =>
        repo.RelativeOf(word) != "." && repo.ToRelPath(word) is var path
        && repo.FindManaged(path) is null && HalfRemoved.Find(repo, state, path) is not null;

    private static void RequireOnDisk(Repo repo, IReadOnlyList<ManagedPath> paths, CancellationToken cancel)
    {
        string[] typed = [.. paths.Where(m => repo.FindPointer(m.Path) is not null).Select(m => repo.Absolute(m.Path))];
        StatusResult? status = typed.Length == 0 ? null : Status.Run(repo, new StatusOptions { Paths = typed }, cancel);
        string[] lacking = [.. (status?.Pointers ?? []).Where(
            static p => p.Counts is not { NotPulled: 0, Stale: 0, Conflict: 0, Deleted: 0 } || !p.IsListingHere || p.IsInterrupted)
            .Select(static p => p.Path.Value)];
        if (lacking.Length > 0)
        {
            throw new DlsException(ErrorKind.Failed,
                $"untrack '{lacking[0]}': not every file that its pointer names is on disk as it names it, and dls alone can bring it",
                $"run `dls pull {repo.ToTyped(lacking[0])}` first, or `dls rm --keep {repo.ToTyped(lacking[0])}` to let go of those files")
            {
                Items = lacking,
            };
        }
    }

    private static void StageFiles(Repo repo, IReadOnlyList<ManagedPath> paths)
    {
        GitResult added = repo.Git.Git.Run(["add", "--", .. paths.Select(static m => $":(top,literal){m.Path}")]);
        if (added.ExitCode != 0)
        {
            throw new DlsException(ErrorKind.Failed, $"stage '{paths[0].Path}': git refuses it: {added.Error.Trim()}",
                $"they are managed no more; `git add {repo.ToTyped(paths[0].Path.Value)}` finishes the work");
        }
    }
}
