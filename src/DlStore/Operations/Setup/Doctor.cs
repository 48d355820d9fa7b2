using DlStore.Git;
using DlStore.Io;
using DlStore.Operations.Deploys;
using DlStore.Operations.Hooks;
using DlStore.Operations.Store;
using DlStore.Remotes;
using DlStore.WorkTree;

namespace DlStore.Operations.Setup;

/// <summary>How a finding of doctor is meant.</summary>
public enum DoctorLevel
{
    /// <summary>As it should be.</summary>
    Good,
    /// <summary>Works, but worth knowing.</summary>
    Note,
    /// <summary>Something will not work, or work was left unfinished.</summary>
    Bad,
}

/// <summary>A finding of doctor.</summary>
/// <param name="Level">How it is meant.</param>
/// <param name="What">One sentence.</param>
/// <param name="Hint">What to type, or null.</param>
public sealed record DoctorLine(DoctorLevel Level, string What, string? Hint);

/// <summary>
/// <c>dls doctor</c>: looks at the surroundings of a repository and says what to do about what it finds. Changes nothing, and runs nothing
/// of the user's unless asked to.
/// </summary>
public static class Doctor
{
    private const int NamesMax = 5;

    /// <summary>Runs the command.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="tryHook">Run the pre-push hook in force, with an empty list of refs, to see whether dls answers.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The findings.</returns>
    public static async Task<IReadOnlyList<DoctorLine>> RunAsync(Repo repo, bool tryHook, CancellationToken cancel)
    {
        List<DoctorLine> lines = [new(DoctorLevel.Good,
            $"{repo.Git.Git.RunChecked(["--version"]).Text()}; work tree {repo.WorkTree}; store {repo.Store.Root}", null)];
        CheckConfig(repo, lines);
        lines.AddRange(tryHook ? [LineOf(HookTrial.Run(repo))] : []);
        CheckStore(repo, lines);
        CheckWorkTree(repo, lines);
        foreach ((string name, string _) in repo.Config.Remotes)
        {
            lines.Add(await CheckRemoteAsync(repo, name, cancel));
        }

        return lines;
    }

    private static DoctorLine LineOf(HookVerdict tried) => new(tried.IsGood ? DoctorLevel.Good : DoctorLevel.Bad, tried.Text, tried.Hint);

    private static void CheckConfig(Repo repo, List<DoctorLine> lines)
    {
        lines.Add(repo.Config.RepoId is { } id
            ? new DoctorLine(DoctorLevel.Good, $"repository id {id}", null)
            : new DoctorLine(
                DoctorLevel.Bad, "the repository has no id, so nothing can be pushed", "run `dls init` and commit .dlstore/config"));
        lines.AddRange(repo.Config.Unknown.Select(
            k => new DoctorLine(DoctorLevel.Note, $"key {k} is not known and has no effect", "remove it, or update dls")));
        lines.AddRange(CheckSource(repo));
        lines.Add(CheckHook(repo));
        lines.Add(CheckDriver(repo));
        lines.Add(repo.Config.DefaultRemote is null
            ? new DoctorLine(
                DoctorLevel.Note, "no remote is configured: the bytes are only in this store", "run `dls remote add NAME URL --default`")
            : new DoctorLine(DoctorLevel.Good, $"default remote {repo.Config.DefaultRemote}", null));
        lines.AddRange(TargetFaults.Find(repo).Select(static f => new DoctorLine(DoctorLevel.Bad, f.What, f.Hint)));
    }

    private static DoctorLine[] CheckSource(Repo repo) => repo.Config.Source switch
    {
        TextSource.Index when GitIndexFile.Read(repo.Git).Find(RepoConfig.File).Any(static e => e.IsSkipWorktree) =>
            [new DoctorLine(
                DoctorLevel.Note, $"a sparse checkout leaves {RepoConfig.File} out of the work tree; what git's index has counts",
                "run `git sparse-checkout add .dlstore` to have it")],
        TextSource.Index =>
            [new DoctorLine(DoctorLevel.Note, $"{RepoConfig.File} is not in the work tree; what git's index has counts",
                $"run `git checkout -- {RepoConfig.File}` to have it")],
        TextSource.Head =>
            [new DoctorLine(DoctorLevel.Note, $"{RepoConfig.File} is neither in the work tree nor in git's index; what HEAD has counts",
                $"run `git checkout HEAD -- {RepoConfig.File}` to have it")],
        TextSource.Ours =>
            [new DoctorLine(DoctorLevel.Bad, $"{RepoConfig.File} is unmerged; our side of it counts",
                $"put it right with an editor, then run `git add {RepoConfig.File}`")],
        _ => [],
    };

    /// <summary>
    /// Without the hook git publishes pointers whose bytes are only here: bad as soon as there are pointers or a remote for their bytes.
    /// </summary>
    private static DoctorLine CheckHook(Repo repo)
    {
        HookState state = HookCheck.Look(repo, HooksDirectory.Ask(repo.Git));
        if (state.Runs)
        {
            return new DoctorLine(DoctorLevel.Good, state.Describe(repo.WorkTree), null);
        }

        bool isAtStake = repo.Config.DefaultRemote is not null || HookCheck.IsAtStake(repo);
        string what = $"{state.Describe(repo.WorkTree)}; `git push` would publish pointers whose bytes are only here";
        return repo.Config.IsHookWanted
            ? new DoctorLine(isAtStake ? DoctorLevel.Bad : DoctorLevel.Note, what, state.Hint(repo.WorkTree))
            : new DoctorLine(DoctorLevel.Note, $"{what}, as `dls uninstall` (dls.hook = false) asked for in this clone",
                "run `dls init` to have the hook again, or `dls push` before each `git push`");
    }

    /// <summary>Without the driver two branches that changed one directory conflict in its pointer, whatever they changed.</summary>
    private static DoctorLine CheckDriver(Repo repo) => !AttributesFile.NamesDriver(repo)
        ? new DoctorLine(DoctorLevel.Note, "no attribute names the merge driver for pointers, so git merges them as text, which conflicts",
            $"run `dls init`, then commit {AttributesFile.Name}")
        : !new DriverConfig(repo, "").IsThere
        ? new DoctorLine(DoctorLevel.Note, "this clone has no merge driver, so git merges pointers as text, which conflicts",
            "run `dls init`; where git has left a pointer unmerged, `dls resolve` merges it")
        : new DoctorLine(DoctorLevel.Good, "git merges pointers by `dls merge-driver`", null);

    private static void CheckStore(Repo repo, List<DoctorLine> lines)
    {
        lines.AddRange(repo.Store.Warnings.Select(w => new DoctorLine(DoctorLevel.Bad, w, "run `dls index rebuild`, then `dls verify`")));
        if (!repo.Store.Damage.IsEmpty)
        {
            lines.Add(new DoctorLine(
                DoctorLevel.Bad, "the last verify found damaged objects", "run `dls pull` to fetch them again, then `dls verify`"));
        }

        IReadOnlyList<TrashEntry> trash = repo.Trash.List();
        if (trash.Count > 0)
        {
            lines.Add(new DoctorLine(DoctorLevel.Note,
                $"the trash holds {CountWords.Of(trash.Count, "entry", "entries")}"
                    + $", the oldest from {trash[0].At:yyyy-MM-dd}", "run `dls trash list`"));
        }

        string name = Path.Combine(repo.Store.Root, "tmp");
        int left = Directory.Exists(name) ? Directory.GetFiles(name).Length : 0;
        if (left > 0)
        {
            lines.Add(new DoctorLine(
                DoctorLevel.Note, $"{left} unfinished files are in {name}; the next add or fetch clears them if nobody else writes", null));
        }
    }

    private static void CheckWorkTree(Repo repo, List<DoctorLine> lines)
    {
        List<string> problems = [];
        IReadOnlyList<ManagedPath> managed = repo.ListManaged(problems.Add);
        lines.Add(new DoctorLine(DoctorLevel.Good, $"{CountWords.Of(managed.Count, "pointer")} in the work tree", null));
        lines.AddRange(problems.Select(p => new DoctorLine(DoctorLevel.Bad, p, "restore the pointer with git")));
        CheckoutJournal journal = CheckoutJournal.Read(repo.StateDirectory);
        foreach (ManagedPath path in managed)
        {
            if (journal.Find(path.Path) is not null)
            {
                lines.Add(
                    new DoctorLine(DoctorLevel.Bad, $"a checkout of '{path.Path}' was interrupted", $"run `dls checkout {path.Path}`"));
            }
        }

        CheckIgnored(repo, managed, lines);
        string ignored = Path.Combine(repo.StateDirectory, "stat");
        lines.Add(new DoctorLine(DoctorLevel.Good, $"stat caches in {ignored} may be deleted at any time", null));
    }

    /// <summary>Git must stay away from the bytes: ignored as a whole, and none of them tracked.</summary>
    private static void CheckIgnored(Repo repo, IReadOnlyList<ManagedPath> managed, List<DoctorLine> lines)
    {
        GitIndexFile index = GitIndexFile.Read(repo.Git);
        lines.AddRange(IgnoreLines.FindMissing(repo, managed, () => index).Select(m => new DoctorLine(
            DoctorLevel.Bad,
            $"git does not ignore '{m.Path}', so `git add` would take the bytes themselves",
            (IgnoreEdits.IsPlain(repo, m.Path)
                ? "" : $"replace {IgnoreEdits.PathOf(m.Path)} by a regular file (git reads no rules from anything else), then ")
                + $"run `dls checkout {m.Path}`: it writes the line into {IgnoreEdits.PathOf(m.Path)}")));
        foreach (ManagedPath path in managed)
        {
            IReadOnlyList<string> tracked = index.FindTrackedBelow(path.Path, int.MaxValue);
            if (tracked.Count > 0)
            {
                string names = string.Join(", ", tracked.Take(NamesMax).Select(static t => EntryName.Show(
                    System.Text.Encoding.UTF8.GetBytes(t)))) + (tracked.Count > NamesMax ? $" and {tracked.Count - NamesMax} more" : "");
                lines.Add(new DoctorLine(
                    DoctorLevel.Bad, $"git itself tracks {CountWords.Of(tracked.Count, "file")}"
                        + $" of what '{path.PointerFile}' names: {names}",
                    $"run `git rm -r --cached -- '{path.Path}'` and commit; the files stay on disk"));
            }
        }
    }

    private static async Task<DoctorLine> CheckRemoteAsync(Repo repo, string name, CancellationToken cancel)
    {
        try
        {
            IRemote remote = repo.OpenRemote(name);
            if (!await remote.ExistsAsync(cancel))
            {
                return new RemoteCache(repo.RemoteCacheRoot, remote.Name, remote.Location).IsKnown
                    ? new DoctorLine(DoctorLevel.Bad, $"remote {name} ({remote.Location}) was used from here before and is not there",
                        "check that it is mounted; `dls remote list` shows where it should be")
                    : new DoctorLine(DoctorLevel.Note, $"remote {name} ({remote.Location}) is not there yet",
                        "the first `dls push` makes it; if it should be there, check that it is mounted");
            }

            _ = await RemoteFormat.CheckAsync(remote, cancel);
            return new DoctorLine(DoctorLevel.Good, $"remote {name} ({remote.Location}) answers", null);
        }
        catch (DlsException e)
        {
            return new DoctorLine(DoctorLevel.Bad, e.Message, e.Hint);
        }
    }
}
