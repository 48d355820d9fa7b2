using DlStore.Io;
using DlStore.Objects;
using DlStore.Operations.Store;
using DlStore.Operations.Transfers;
using DlStore.WorkTree;

namespace DlStore.Operations.Origins;

/// <summary>What was imported, or brought up to date.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Origin">Where it came from.</param>
/// <param name="Before">The commit that it was taken from before; null if it is new.</param>
/// <param name="IsChanged">Its bytes are others than before.</param>
/// <param name="Files">Files.</param>
/// <param name="Bytes">Their bytes.</param>
public sealed record ImportedPath(RelPath Path, Origin Origin, string? Before, bool IsChanged, long Files, long Bytes)
{
    /// <summary>Gets why it was left as it is; null if it was not.</summary>
    public string? Refused { get; init; }
}

/// <summary>
/// <c>dls import</c> and <c>dls update</c>: a path of another repository becomes a managed path here, whose pointer says where it came
/// from, and follows it there on request. The bytes go straight into the store of this clone.
/// </summary>
public sealed class Import
{
    private readonly Repo _repo;
    private readonly RepoSettings _settings;

    private Import(Repo repo, RepoSettings settings)
    {
        _repo = repo;
        _settings = settings;
    }

    /// <summary>Imports one path.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="settings">The outside.</param>
    /// <param name="request">What to take.</param>
    /// <param name="to">The new managed path, as typed; null for the name that it has there.</param>
    /// <param name="cancel">Stops it; nothing is managed then.</param>
    /// <returns>What was imported.</returns>
    /// <exception cref="DlsException">Kind Usage: no such path there, or git itself holds it. Kind Failed: the place is taken.</exception>
    public static async Task<ImportedPath> RunAsync(
        Repo repo, RepoSettings settings, OriginRequest request, string? to, CancellationToken cancel)
    {
        RelPath path = repo.ToRelPath(to ?? request.Path.TrimEnd('/').Split('/')[^1]);
        RequireFree(repo, path);
        if (HasPassword(request.Source))
        {
            throw new DlsException(ErrorKind.Usage, $"import into '{path}': the address holds a password, and the pointer is committed",
                "leave it out; git asks its credential helpers for it");
        }

        string kept = Path.Exists(Path.Combine(repo.StartDirectory, request.Source)) && !Path.IsPathRooted(request.Source)
            ? Path.GetRelativePath(repo.WorkTree, Path.Combine(repo.StartDirectory, request.Source)) : request.Source;
        return await new Import(repo, settings).TakeAsync(
            request with { Base = repo.StartDirectory },
            path, new Origin(kept, request.Path, request.Rev, "", request.IsStore), null, cancel);
    }

    /// <summary>Brings imported paths to what their origins have now.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="settings">The outside.</param>
    /// <param name="typed">Managed paths that were imported; empty for all.</param>
    /// <param name="rev">Follow this branch or tag from now on; null for the one that is recorded.</param>
    /// <param name="dryRun">Say what would change.</param>
    /// <param name="cancel">Stops it between two paths.</param>
    /// <returns>Each path; one that has changes of its own is left as it is.</returns>
    /// <exception cref="DlsException">Kind Usage: a path was not imported, or none was.</exception>
    public static async Task<IReadOnlyList<ImportedPath>> UpdateAsync(
        Repo repo, RepoSettings settings, IReadOnlyList<string> typed, string? rev, bool dryRun, CancellationToken cancel)
    {
        ManagedPath[] paths = [.. Words.PathWords.Resolve(repo, "update", typed, repo.ListPointers())
            .Select(t => t.Scope.Length == 0 ? t.Managed : throw new DlsException(
                ErrorKind.Usage, $"update '{t.Path}': it lies in '{t.Managed.Path}', and a whole managed path is updated",
                $"run `dls update {repo.ToTyped(t.Managed.Path.Value)}`"))];
        if (typed.Count > 0 && paths.FirstOrDefault(static m => Origin.Of(m.Pointer) is null) is { } other)
        {
            throw new DlsException(ErrorKind.Usage, $"update '{other.Path}': it was not imported", "`dls import SOURCE PATH` imports one");
        }

        List<ImportedPath> done = [];
        foreach (ManagedPath managed in paths)
        {
            if (Origin.Of(managed.Pointer) is not { } recorded)
            {
                continue;
            }

            Origin origin = rev is null ? recorded : recorded with { Rev = rev };
            OriginRequest request = new()
            {
                Source = origin.Source,
                Path = origin.Path,
                Rev = origin.Rev,
                IsStore = origin.IsStore,
                Base = repo.WorkTree,
            };
            done.Add(await new Import(repo, settings) { DryRun = dryRun }.TakeAsync(request, managed.Path, origin, managed, cancel));
        }

        return done;
    }

    private bool DryRun { get; init; }

    private async Task<ImportedPath> TakeAsync(
        OriginRequest request, RelPath path, Origin origin, ManagedPath? before, CancellationToken cancel)
    {
        string directory = $"{_repo.StateDirectory}/origin-{TempName.Next()}";
        using OriginRepo there = await OriginRepo.OpenAsync(request, _settings, directory, _repo.Store.Root, cancel);
        if (there.Managed is not [var managed] || !there.Path.IsAtOrBelow(managed.Path))
        {
            throw new DlsException(ErrorKind.Usage,
                $"import '{there.Path}' from '{request.Source}': {(there.Managed.Count == 0
                    ? "git itself holds it there, and no pointer" : "it is a directory of git's with several managed paths in it")}",
                there.Managed.Count == 0 ? "`dls get` brings it as a file" : "import them one by one");
        }

        FetchResult fetched = await Fetch.RunAsync(there.Repo, new FetchOptions
        {
            Paths = [there.Repo.Absolute(there.Path)],
            Verb = "import",
            Progress = request.Progress,

            // A plan needs the listings all the same: they say what there is.
            Listings = DryRun,
        }, cancel);
        Get.RequireWhole(there, fetched);
        _repo.Store.Refresh();
        PathEntry entry = new TreeMerge(_repo.Store.Read, static (_, _) => { }).Find(
            PathEntry.Of(managed.Pointer), managed.ScopeOf(there.Path));
        origin = origin with { Commit = there.Commit };
        ImportedPath result = new(
            path, origin, before is null ? null : Origin.Of(before.Pointer)!.Commit,
            before?.Pointer.Oid != entry.Oid, entry.Files, entry.Size);
        return DryRun ? result : Write(result, entry, before, cancel);
    }

    private ImportedPath Write(ImportedPath result, in PathEntry entry, ManagedPath? before, CancellationToken cancel)
    {
        if (before is not null && result.IsChanged && WhyNotClean(before, cancel) is { } why)
        {
            return result with { Refused = why };
        }

        Pointer pointer = (before?.Pointer ?? new Pointer { Kind = ObjectKind.Blob, Oid = entry.Oid, Size = 0 }) with
        {
            Kind = entry.IsDirectory ? ObjectKind.Tree : ObjectKind.Blob,
            Oid = entry.Oid,
            Size = entry.Size,
            Files = entry.IsDirectory ? entry.Files : 1,
            Exec = entry.Mode == TreeMode.Executable,
        };
        using (WorkTreeChange change = WorkTreeChange.Open(_repo))
        {
            _ = change.Ignore(result.Path);
            change.StageIgnoreFile(result.Path);
            change.Point(result.Path, result.Origin.On(pointer));
            change.Commit();
        }

        if (!pointer.Demand)
        {
            _ = Checkout.Run(_repo, new CheckoutOptions { Paths = [_repo.Absolute(result.Path)], FromPull = true }, cancel);
        }

        return result;
    }

    private string? WhyNotClean(ManagedPath before, CancellationToken cancel)
    {
        StatusResult status = Status.Run(_repo, new StatusOptions { Paths = [_repo.Absolute(before.Path)] }, cancel);
        return status.Pointers.All(static p => p.Counts is { Modified: 0, Added: 0, Deleted: 0, Conflict: 0 }) ? null
            : "it has changes of your own; `dls status` names them";
    }

    private static bool HasPassword(string source)
    {
        int scheme = source.IndexOf("://", StringComparison.Ordinal);
        int at = scheme < 0 ? -1 : source.IndexOf('@', scheme);
        return at > 0 && source[(scheme + 3)..at].Contains(':', StringComparison.Ordinal);
    }

    private static void RequireFree(Repo repo, RelPath path)
    {
        using PointerLookup lookup = new(repo);
        string? why = lookup.FindManaged(path) is { } managed
            ? managed.Path == path ? "it is managed already" : $"it lies in '{managed.Path}'"
            : lookup.TryStat(path, out _) ? "something is there"
            : lookup.FindFileAbove(path) is { } above ? $"'{above}' is a file"
            : path.HasControl ? "its name holds a control character"
            : WorkTreeState.Read(repo).Index.FindTrackedBelow(path, 1).Count > 0 ? "git itself tracks files there" : null;
        if (why is not null)
        {
            throw new DlsException(ErrorKind.Failed, $"import into '{path}': {why}",
                "give another name: `dls import SOURCE PATH NAME`; `dls update` brings what was imported up to date");
        }
    }
}
