using System.Collections.Concurrent;
using DlStore.Git;
using DlStore.Io;
using DlStore.Operations.Transfers;
using DlStore.Remotes;

namespace DlStore.Operations.Setup;

/// <summary>A configured remote.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Location">Its URL as configured.</param>
/// <param name="IsDefault">Push and pull use it when none is named.</param>
/// <param name="IsLocal">This clone's own configuration says where it is, and not the committed one.</param>
public sealed record RemoteSetting(string Name, string Location, bool IsDefault, bool IsLocal);

/// <summary>What a check of a remote found.</summary>
public sealed record RemoteCheck
{
    /// <summary>Gets its name.</summary>
    public required string Name { get; init; }

    /// <summary>Gets its URL.</summary>
    public required string Location { get; init; }

    /// <summary>Gets a value indicating whether it can be reached and holds a dls remote.</summary>
    public required bool Exists { get; init; }

    /// <summary>Gets the count of packs that its index files name.</summary>
    public required long Packs { get; init; }

    /// <summary>Gets the count of small objects that its index files name.</summary>
    public required long Objects { get; init; }

    /// <summary>Gets the count of large blobs that its index files name.</summary>
    public required long LargeBlobs { get; init; }

    /// <summary>Gets the count of commits of this repository that are pinned there.</summary>
    public required long Pins { get; init; }

    /// <summary>Gets the files that an index names and that are not there, or have another size; index files that cannot be used.</summary>
    public required IReadOnlyList<string> Missing { get; init; }

    /// <summary>Gets a value indicating whether a dls remote was found there from here before.</summary>
    public required bool WasThere { get; init; }
}

/// <summary><c>dls remote add|list|remove|check</c>: the remotes in the committed configuration.</summary>
public static class RemoteSettings
{
    /// <summary>Adds a remote or changes its URL.</summary>
    /// <param name="repo">The repository; one that has no id yet gets one.</param>
    /// <param name="name">Its name.</param>
    /// <param name="location">Where it is.</param>
    /// <param name="isDefault">Make it the default.</param>
    /// <param name="dryRun">Check only.</param>
    /// <param name="options">Further keys, such as <c>endpoint</c>, and their values.</param>
    /// <param name="isLocal">Write it into this clone's own configuration; it takes the place of a committed one of that name.</param>
    /// <returns>The remote as configured.</returns>
    public static RemoteSetting Add(Repo repo, string name, string location, bool isDefault, bool dryRun,
        IReadOnlyDictionary<string, string>? options = null, bool isLocal = false)
    {
        RequireName(name);
        RequireOptions(name, RemoteUrl.Parse(location, repo.WorkTree), options ?? new Dictionary<string, string>());
        if (repo.Config.Remotes.TryGetValue(name, out string? there) && there != location
            && (!isLocal || repo.Config.LocalRemoteNames.Contains(name)))
        {
            throw new DlsException(ErrorKind.Failed, $"add remote '{name}': it is configured already, as '{there}'",
                $"run `dls remote remove {name}` first, or choose another name");
        }

        if (!dryRun)
        {
            using FileLock held = repo.LockWorkTree();
            Write(repo, isLocal,
            [
                ($"remote.{name}.url", location),
                .. (options ?? new Dictionary<string, string>()).Select(o => ($"remote.{name}.{o.Key}", o.Value)),
                .. isDefault ? [(isLocal ? "remote" : "core.remote", name)] : Array.Empty<(string Key, string Value)>(),
            ]);
            repo.ForgetConfig();
            new RemoteCache(repo.RemoteCacheRoot, name, repo.OpenRemote(name).Location).NoteMayCreate();
        }

        bool becomesDefault = isDefault || repo.Config.DefaultRemote == name;
        return new RemoteSetting(name, location, becomesDefault, isLocal);
    }

    private static void Write(Repo repo, bool isLocal, (string Key, string Value)[] lines)
    {
        void Each(Action<string, string> set) => Array.ForEach(lines, l => set(l.Key, l.Value));
        if (isLocal)
        {
            Each((key, value) => GitConfig.SetLocal(repo.Git.Git, "dls." + key, value));
        }
        else
        {
            CommittedConfig.Edit(repo.Git, file => Each((key, value) => GitConfig.SetFile(repo.Git.Git, file, key, value)));
        }
    }

    private static void RequireName(string name)
    {
        string? why = !RepoConfig.IsRemoteName(name) ? "a name is 1 to 64 letters, digits, '.', '_' or '-', the first a letter or digit"
            : name == PushTogether.All ? "that word stands for every remote" : null;
        if (why is not null)
        {
            throw new DlsException(ErrorKind.Usage, $"add remote '{name}': {why}", "choose another name");
        }
    }

    /// <summary>Refuses options that mean nothing for such a place, and values that reading the configuration would refuse.</summary>
    private static void RequireOptions(string name, RemoteUrl url, IReadOnlyDictionary<string, string> options)
    {
        string[] known = url switch
        {
            S3Url => ["endpoint", "region", "profile", "pathstyle", "readonly"],
            SshUrl => ["askpass", "readonly"],
            _ => ["readonly"],
        };
        foreach ((string key, string value) in options)
        {
            if (!known.Contains(key))
            {
                throw new DlsException(ErrorKind.Usage, $"add remote '{name}': '{key}' means nothing for '{url.Text}'",
                    known.Length == 0 ? "leave it out" : $"leave it out; such a remote takes {string.Join(", ", known)}");
            }

            _ = new RemoteOptions().With(key, value, out string? why);
            if (why is not null)
            {
                throw new DlsException(ErrorKind.Usage, $"add remote '{name}': {key} '{value}': {why}", "run `dls remote add --help`");
            }
        }
    }

    /// <summary>Lists the remotes.</summary>
    /// <param name="repo">The repository.</param>
    /// <returns>By name.</returns>
    public static IReadOnlyList<RemoteSetting> List(Repo repo) =>
        [.. repo.Config.Remotes.Select(r => new RemoteSetting(
            r.Key, r.Value, r.Key == repo.Config.DefaultRemote, repo.Config.LocalRemoteNames.Contains(r.Key)))];

    /// <summary>
    /// Removes a remote from the configuration; its bytes stay where they are. Where this clone has one of that name, only that: a
    /// committed one counts again.
    /// </summary>
    /// <param name="repo">The repository.</param>
    /// <param name="name">Its name.</param>
    /// <param name="dryRun">Check only.</param>
    public static void Remove(Repo repo, string name, bool dryRun)
    {
        if (!repo.Config.Remotes.ContainsKey(name))
        {
            throw new DlsException(
                ErrorKind.Usage, $"remove remote '{name}': no such remote is configured", "run `dls remote list` to see them");
        }

        if (dryRun)
        {
            return;
        }

        using FileLock held = repo.LockWorkTree();
        if (repo.Config.LocalRemoteNames.Contains(name))
        {
            RemoveLocal(repo, name);
            return;
        }

        CommittedConfig.Edit(repo.Git, file =>
        {
            GitConfig.RemoveFileSection(repo.Git.Git, file, $"remote.{name}");
            if (GitConfig.Find(GitConfig.ReadFile(repo.Git.Git, file), "core.remote") == name)
            {
                GitConfig.UnsetFile(repo.Git.Git, file, "core.remote");
            }
        });
        repo.ForgetConfig();
    }

    private static void RemoveLocal(Repo repo, string name)
    {
        if (repo.Config.LocalOriginOf($"dls.remote.{name}.url") is { } file && file != LocalRemotes.Clone)
        {
            throw new DlsException(ErrorKind.Failed, $"remove remote '{name}': it is configured for all of your clones, in '{file}'",
                $"run `dls config --user --unset dls.remote.{name}.url`");
        }

        GitConfig.RemoveLocalSection(repo.Git.Git, $"dls.remote.{name}");
        if (repo.Config.DefaultOrigin == LocalRemotes.Clone && repo.Config.DefaultRemote == name)
        {
            GitConfig.UnsetLocal(repo.Git.Git, "dls.remote");
        }

        repo.ForgetConfig();
    }

    /// <summary>
    /// Contacts a remote: format, index files, and whether every file they name is there with its size. Bytes are not read; <c>verify
    /// --remote</c> does that.
    /// </summary>
    /// <param name="repo">The repository.</param>
    /// <param name="name">Its name, or null for the default.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>What was found.</returns>
    public static async Task<RemoteCheck> CheckAsync(Repo repo, string? name, CancellationToken cancel)
    {
        IRemote remote = repo.OpenRemote(name);
        RemoteCache cache = new(repo.RemoteCacheRoot, remote.Name, remote.Location);
        if (!await remote.ExistsAsync(cancel) || !await RemoteFormat.CheckAsync(remote, cancel))
        {
            return NothingThere(remote, cache);
        }

        cache.NoteSeen();
        using RemoteIndex index = await RemoteIndex.SyncAsync(remote, cache, cancel);
        Dictionary<string, long> there = remote.IsReadOnly
            ? await AskSizesAsync(remote, index, cancel) : await RemoteInventory.ListSizesAsync(remote, cancel);

        List<string> missing = [.. index.Problems.Select(p => $"{p.Name}: {p.Wrong}")];
        HashSet<string> packs = new(StringComparer.Ordinal);
        long large = 0;
        foreach ((string file, _, long size) in index.Indexes.SelectMany(RemoteIndexFile.Named))
        {
            large += file.StartsWith("blobs/", StringComparison.Ordinal) ? 1 : 0;
            bool ok = there.TryGetValue(file, out long found) && found == size;
            missing.AddRange(ok ? [] : [$"{file}: {(there.ContainsKey(file) ? $"has {found} bytes instead of {size}" : "is not there")}"]);
            packs.UnionWith(file.StartsWith("packs/", StringComparison.Ordinal) ? [file] : []);
        }

        long pins = await CountPinsAsync(repo, remote, cancel);

        return new RemoteCheck
        {
            Name = remote.Name,
            Location = remote.Location,
            Exists = true,
            Packs = packs.Count,
            Objects = index.Indexes.Sum(i => (long)i.RowCount),
            LargeBlobs = large,
            Pins = pins,
            Missing = missing,
            WasThere = true,
        };
    }

    private static RemoteCheck NothingThere(IRemote remote, RemoteCache cache)
    {
        return new RemoteCheck
        {
            Name = remote.Name,
            Location = remote.Location,
            Exists = false,
            Packs = 0,
            Objects = 0,
            LargeBlobs = 0,
            Pins = 0,
            Missing = [],
            WasThere = cache.IsKnown,
        };
    }

    /// <summary>Asks for each file by its name: a web server need not list what it has.</summary>
    private static async Task<Dictionary<string, long>> AskSizesAsync(IRemote remote, RemoteIndex index, CancellationToken cancel)
    {
        ConcurrentDictionary<string, long> there = new(StringComparer.Ordinal);
        ParallelOptions parallel = new() { MaxDegreeOfParallelism = remote.ParallelMax, CancellationToken = cancel };
        IEnumerable<string> names = index.Indexes.SelectMany(RemoteIndexFile.Named).Select(static n => n.Name).Distinct();
        await Parallel.ForEachAsync(names, parallel, async (file, token) =>
        {
            if (await remote.FindSizeAsync(file, token) is { } size)
            {
                there[file] = size;
            }
        });
        return new Dictionary<string, long>(there, StringComparer.Ordinal);
    }

    private static async Task<long> CountPinsAsync(Repo repo, IRemote remote, CancellationToken cancel)
    {
        long pins = 0;
        await foreach (RemoteFile _ in RemoteListing.ListAsync(
            remote, RemoteLayout.Pins(repo.Config.RepoId ?? "none"), RemoteListing.PinsMax, cancel))
        {
            pins++;
        }

        return pins;
    }
}
