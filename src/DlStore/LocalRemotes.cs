using DlStore.Git;
using DlStore.Remotes;

namespace DlStore;

/// <summary>
/// What one clone, or one process, says of remotes beside the committed file: <c>dls.remote</c>, <c>dls.remote.NAME.url</c> with its
/// options and <c>dls.git.GITREMOTE.remote</c> of git's local configuration, and the environment variable <c>DLS_REMOTE</c>.
/// </summary>
internal static class LocalRemotes
{
    /// <summary>The variable that names the default remote of one process.</summary>
    public const string Variable = "DLS_REMOTE";

    /// <summary>Where a setting of this clone comes from, for people.</summary>
    public const string Clone = "this clone";

    private const string Prefix = "dls.remote.";
    private const string GitPrefix = "dls.git.";

    /// <summary>Lays them over what is committed: the variable before the clone, the clone before the committed file.</summary>
    /// <param name="config">What is committed.</param>
    /// <param name="remotes">The committed URLs by name; those of this clone take their places.</param>
    /// <param name="local">Git's local configuration.</param>
    /// <param name="environment">The process environment.</param>
    public static RepoConfig Apply(
        RepoConfig config, SortedDictionary<string, string> remotes, IReadOnlyList<ConfigEntry> local,
        IReadOnlyDictionary<string, string> environment)
    {
        Dictionary<string, RemoteOptions> options = new(config.RemoteOptions);
        HashSet<string> own = new(StringComparer.Ordinal);
        foreach ((string name, string key, string value) in Named(local, Prefix).Where(static n => n.Key == "url"))
        {
            // The options that are committed belong to the committed URL.
            remotes[RepoConfig.IsRemoteName(name) ? name : throw Bad($"{Prefix}{name}.{key}", "the name is no remote's name")] = value;
            options.Remove(name);
            _ = own.Add(name);
        }

        foreach ((string name, string key, string value) in Named(local, Prefix).Where(static n => n.Key != "url"))
        {
            RemoteOptions with = (options.GetValueOrDefault(name) ?? new RemoteOptions()).With(key, value, out string? why)
                ?? throw Bad($"{Prefix}{name}.{key}", "there is no such key");
            options[name] = why is null ? with : throw Bad($"{Prefix}{name}.{key}", why);
        }

        string? ofProcess = environment.TryGetValue(Variable, out string? variable) && variable.Length > 0 ? variable : null;
        string? ofClone = GitConfig.Find(local, "dls.remote");
        string? push = GitConfig.Find(local, "dls.pushremotes");
        return config with
        {
            Remotes = remotes,
            RemoteOptions = options,
            LocalRemoteNames = own,
            DefaultRemote = ofProcess ?? ofClone ?? config.DefaultRemote ?? (remotes.Count == 1 ? remotes.Keys.First() : null),
            DefaultOrigin = ofProcess is not null ? Variable : ofClone is not null ? Clone : null,

            // A process that names its remote means that one alone.
            PushRemotes = ofProcess is not null ? []
                : push is null ? config.PushRemotes : [.. push.Split(',', StringSplitOptions.TrimEntries).Distinct()],
            GitRemotes = Named(local, GitPrefix).Where(static n => n.Key == "remote")
                .GroupBy(static n => n.Name, StringComparer.Ordinal)
                .ToDictionary(static g => g.Key, static g => g.Last().Value, StringComparer.Ordinal),
        };
    }

    /// <summary>Gives the entries <c>PREFIX NAME.KEY</c>; the key has no dot.</summary>
    private static IEnumerable<(string Name, string Key, string Value)> Named(IReadOnlyList<ConfigEntry> local, string prefix)
    {
        foreach (ConfigEntry entry in local)
        {
            int last = entry.Key.LastIndexOf('.');
            if (entry.Key.StartsWith(prefix, StringComparison.Ordinal) && last > prefix.Length)
            {
                yield return (entry.Key[prefix.Length..last], entry.Key[(last + 1)..], entry.Value ?? "true");
            }
        }
    }

    private static DlsException Bad(string key, string why) => new(
        ErrorKind.Failed, $"read git's configuration: '{key}': {why}", $"run `git config --unset {key}`, or correct it");
}
