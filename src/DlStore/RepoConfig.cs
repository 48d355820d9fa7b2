using System.Globalization;
using System.Text;
using DlStore.Git;
using DlStore.Remotes;
using DlStore.Ssh;

namespace DlStore;

/// <summary>
/// Settings: <c>.dlstore/config</c>, which is committed and read with an allow-list of keys, and <c>dls.*</c> of git's own local
/// configuration. Nothing in it can name a
/// command.
/// </summary>
public sealed record RepoConfig
{
    /// <summary>Blobs of this size and above are stored as files of their own unless configured otherwise.</summary>
    public const long PackThresholdDefault = 1 << 20;

    private const long PackThresholdMax = 16 << 20;

    /// <summary>Gets the committed configuration file's path, relative to the work tree.</summary>
    public const string File = ".dlstore/config";

    /// <summary>Gets the repository's id: 32 lower-case hex digits, or null before the first init.</summary>
    public string? RepoId { get; init; }

    /// <summary>Gets the default remote's name, or null.</summary>
    public string? DefaultRemote { get; init; }

    /// <summary>Gets the size in bytes from which blobs are stored as files of their own.</summary>
    public long PackThreshold { get; init; } = PackThresholdDefault;

    /// <summary>Gets the remotes: name and URL.</summary>
    public IReadOnlyDictionary<string, string> Remotes { get; init; } = new SortedDictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Gets what is configured of remotes beside their URLs, by name.</summary>
    public IReadOnlyDictionary<string, RemoteOptions> RemoteOptions { get; init; } = new Dictionary<string, RemoteOptions>();

    /// <summary>Gets where the default remote's name comes from, if not from the committed file: this clone or a variable.</summary>
    public string? DefaultOrigin { get; init; }

    /// <summary>Gets the names of the remotes that this clone's own configuration says the place of.</summary>
    public IReadOnlySet<string> LocalRemoteNames { get; init; } = new HashSet<string>();

    /// <summary>Gets which remote takes the bytes of what is pushed to one of git's remotes (<c>dls.git.GITREMOTE.remote</c>).</summary>
    public IReadOnlyDictionary<string, string> GitRemotes { get; init; } = new Dictionary<string, string>();

    /// <summary>Gets the absolute path of a store elsewhere (<c>dls.storePath</c> of git's local configuration), or null.</summary>
    public string? StorePath { get; init; }

    /// <summary>Gets keys of the committed file that are not known, each as <c>key (file)</c>; they have no effect.</summary>
    public IReadOnlyList<string> Unknown { get; init; } = [];

    /// <summary>Gets the targets by name.</summary>
    public IReadOnlyDictionary<string,
        TargetSetting> Targets
    { get; init; } = new SortedDictionary<string, TargetSetting>(StringComparer.Ordinal);

    /// <summary>
    /// Gets the absolute path of ssh's configuration file (<c>dls.sshConfig</c> of git's local configuration), or null for the user's own.
    /// </summary>
    public string? SshConfig { get; init; }

    /// <summary>Gets which ssh client carries remotes, and its key (<c>dls.ssh</c>, <c>dls.sshKey</c>, <c>dls.sshPassphrase</c>).</summary>
    internal SshSettings Ssh { get; init; } = SshSettings.Default;

    /// <summary>
    /// Gets a value indicating whether dls sees to the pre-push hook in this clone: not after <c>dls uninstall</c>, which sets
    /// <c>dls.hook</c> of git's local configuration to
    /// false.
    /// </summary>
    public bool IsHookWanted { get; init; } = true;

    /// <summary>Gets where the committed file was read from.</summary>
    internal TextSource Source { get; init; }

    /// <summary>Gets the entries of the committed file, in order.</summary>
    internal IReadOnlyList<ConfigEntry> Committed { get; init; } = [];

    /// <summary>Gets what this clone's own git configuration says.</summary>
    internal IReadOnlyList<ConfigEntry> OfClone { get; init; } = [];

    /// <summary>Gets what the user's own file says for all of his clones.</summary>
    internal IReadOnlyList<ConfigEntry> OfUser { get; init; } = [];

    /// <summary>Gets the absolute path of the user's own file; null where the environment names no home.</summary>
    internal string? UserFile { get; init; }

    /// <summary>Gets the most bytes of a file that a commit may give to git; null for <see cref="PackThreshold"/>.</summary>
    public long? GitMax { get; init; }

    /// <summary>Gets the remotes that a push goes to where none is named; empty for the default one.</summary>
    public IReadOnlyList<string> PushRemotes { get; init; } = [];

    /// <summary>Gets what a checkout makes of large files (<c>dls.link</c>, never of the committed file).</summary>
    public LinkMode Link { get; init; }

    /// <summary>Says which file beside the committed one has a key; null for none.</summary>
    /// <param name="key">In any letter case.</param>
    internal string? LocalOriginOf(string key)
    {
        bool Has(IReadOnlyList<ConfigEntry> entries) => entries.Any(e => e.Key.Equals(key, StringComparison.OrdinalIgnoreCase));
        return Has(OfClone) ? LocalRemotes.Clone : Has(OfUser) ? UserFile : null;
    }

    /// <summary>Gives the value of a key beside the committed file, the clone's before the user's; null if neither has it.</summary>
    internal string? LocalValueOf(string key) => GitConfig.Find(OfClone, key) ?? GitConfig.Find(OfUser, key);

    /// <summary>Gets the hosts by name; <c>local</c> is always among them.</summary>
    internal IReadOnlyDictionary<string, HostAddress> Hosts { get; init; } =
        new SortedDictionary<string, HostAddress>(StringComparer.Ordinal) { [HostAddress.LocalName] = HostAddress.Local };

    internal static RepoConfig Read(GitRepo git, IReadOnlyDictionary<string, string> environment)
    {
        RefuseSymlinks(git.WorkTree);
        SortedDictionary<string, string> remotes = new(StringComparer.Ordinal);
        List<string> unknown = [];
        RepoConfig config = new();
        HostSections sections = new();
        IReadOnlyList<ConfigEntry> entries = CommittedConfig.Read(git, out TextSource source);
        foreach (ConfigEntry entry in entries)
        {
            config = sections.TryTake(entry.Key, entry.Value ?? "true")
                ? config : Take(config, entry.Key, entry.Value ?? "", remotes, unknown);
        }

        IReadOnlyList<ConfigEntry> clone = GitConfig.ReadLocal(git);
        IReadOnlyList<ConfigEntry> user = UserConfig.Read(git.Git, environment);

        // The last of a key counts: the clone's before the user's.
        IReadOnlyList<ConfigEntry> local = [.. user, .. clone];
        string? store = GitConfig.Find(local, "dls.storepath");
        string? hook = GitConfig.Find(local, "dls.hook");
        string? sshConfig = GitConfig.Find(local, "dls.sshconfig");
        RepoConfig whole = LocalRemotes.Apply(config, remotes, local, environment) with
        {
            OfClone = clone,
            OfUser = user,
            UserFile = UserConfig.PathOf(environment),
            Source = source,
            Committed = entries,
            IsHookWanted = hook is null || !IsFalse(hook),
            Unknown = unknown,
            Hosts = sections.Hosts(),
            Targets = sections.Targets(),
            Ssh = SshSettings.Read(name => GitConfig.Find(local, name), git.WorkTree),
            Link = GitConfig.Find(local, LinkModes.Key) is { } link ? LinkModes.Read(link) : LinkMode.None,
            SshConfig = string.IsNullOrEmpty(sshConfig) ? null : Path.GetFullPath(Path.Combine(git.WorkTree, sshConfig)),
            StorePath = string.IsNullOrEmpty(store) ? null : Path.GetFullPath(Path.Combine(git.WorkTree, store)),
        };
        return whole.DefaultOrigin == LocalRemotes.Clone ? whole with { DefaultOrigin = whole.LocalOriginOf("dls.remote") } : whole;
    }

    /// <summary>Tells whether a text can be a remote's name.</summary>
    /// <param name="name">Candidate.</param>
    /// <returns>True for 1 to 64 letters, digits, <c>.</c>, <c>_</c>, <c>-</c>, the first one a letter or digit.</returns>
    public static bool IsRemoteName(string name) =>
        name.Length is > 0 and <= 64
            && char.IsAsciiLetterOrDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');

    /// <summary>Refuses a value that reading the configuration would refuse later.</summary>
    internal static void RequireValid(string key, string? value, IReadOnlyDictionary<string, string> remotes)
    {
        if (value is not null)
        {
            _ = Take(new RepoConfig(), key, value, [], []);
        }

        string[] named = key is "core.remote" or "core.pushremotes" ? (value ?? "").Split(',', StringSplitOptions.TrimEntries) : [];
        if (value is not null && named.FirstOrDefault(n => !remotes.ContainsKey(n)) is { } absent)
        {
            throw new DlsException(
                ErrorKind.Usage, $"set '{key}' to '{absent}': no such remote is configured", "run `dls remote list` to see them");
        }
    }

    internal IRemote OpenRemote(string? name, RemoteSurroundings around)
    {
        string? origin = name is null ? DefaultOrigin : null;
        string chosen = name ?? DefaultRemote
            ?? throw new DlsException(
                ErrorKind.Usage, "choose a remote: none is configured as the default", "run `dls remote add NAME URL --default`");
        return Remotes.TryGetValue(chosen, out string? url)
            ? RemoteOpener.Open(chosen, url, RemoteOptions.GetValueOrDefault(chosen) ?? new RemoteOptions(), around)
            : throw new DlsException(ErrorKind.Usage,
                $"use remote '{chosen}'{(origin is null ? "" : $", as {origin} says")}: no such remote is configured",
                "run `dls remote list` to see them, or `dls remote add NAME URL`");
    }

    private static RepoConfig Take(
        RepoConfig config, string key, string value, SortedDictionary<string, string> remotes, List<string> unknown)
    {
        switch (key)
        {
            case "core.repoid":
                bool ok = value.Length == 32 && value.All(char.IsAsciiHexDigitLower);
                return ok ? config with { RepoId = value } : throw Bad(key, value, "it is not 32 lower-case hex digits");
            case "core.remote":
                return IsRemoteName(value) ? config with { DefaultRemote = value } : throw Bad(key, value, "it is not a remote's name");
            case "core.pushremotes":
                string[] names = value.Split(',', StringSplitOptions.TrimEntries);
                return names.All(IsRemoteName) ? config with { PushRemotes = [.. names.Distinct()] }
                    : throw Bad(key, value, "it is no list of remotes' names with commas");
            case "core.gitmax":
                return long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out long most) ? config with { GitMax = most }
                    : throw Bad(key, value, "it is not a number of bytes");
            case "core.packthreshold":
                bool number = long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out long bytes)
                    && bytes is >= 0 and <= PackThresholdMax;
                return number ? config with { PackThreshold = bytes }
                    : throw Bad(key, value, $"it is not a number of bytes from 0 to {PackThresholdMax}");
            default:
                return TakeRemote(config, key, value, remotes, unknown);
        }
    }

    private static RepoConfig TakeRemote(
        RepoConfig config, string key, string value, SortedDictionary<string, string> remotes, List<string> unknown)
    {
        if (key.StartsWith("remote.", StringComparison.Ordinal)
            && key.EndsWith(".url", StringComparison.Ordinal) && key.Length > "remote..url".Length)
        {
            string name = key["remote.".Length..^".url".Length];
            remotes[IsRemoteName(name)
                ? name : throw Bad(key, value, "the remote's name may hold letters, digits, '.', '_' and '-' only")] = value;
        }
        else if (WithRemoteOption(config, key, value) is { } changed)
        {
            return changed;
        }
        else
        {
            unknown.Add($"{key} ({File})");
        }

        return config;
    }

    /// <summary>Takes a key <c>remote.NAME.KEY</c>; null if it is not known.</summary>
    private static RepoConfig? WithRemoteOption(RepoConfig config, string key, string value)
    {
        int last = key.LastIndexOf('.');
        if (!key.StartsWith("remote.", StringComparison.Ordinal) || last <= "remote.".Length)
        {
            return null;
        }

        string name = key["remote.".Length..last];
        RemoteOptions options = config.RemoteOptions.GetValueOrDefault(name) ?? new RemoteOptions();
        return options.With(key[(last + 1)..], value, out string? why) is not { } changed ? null
            : why is not null ? throw Bad(key, value, why)
            : config with { RemoteOptions = new Dictionary<string, RemoteOptions>(config.RemoteOptions) { [name] = changed } };
    }

    /// <summary>What git takes for false in its configuration.</summary>
    private static bool IsFalse(string value) => value.ToLowerInvariant() is "false" or "no" or "off" or "0" or "";

    private static DlsException Bad(string key, string value, string why) => new(
        ErrorKind.Failed, $"read '{File}': key '{key}' has value '{Io.EntryName.Show(Encoding.UTF8.GetBytes(value))}': {why}",
            $"correct it with `dls config` or an editor");

    /// <summary>A repository that makes .dlstore a symlink could make dls read and write elsewhere.</summary>
    private static void RefuseSymlinks(string workTree)
    {
        string directory = workTree + "/.dlstore";
        foreach (string path in (string[])[directory, $"{workTree}/{File}"])
        {
            if (Io.Sys.TryStat(path, out Io.FileStat stat) && stat is { IsFile: false, IsDirectory: false })
            {
                throw new DlsException(ErrorKind.Failed,
                    $"use '{path}': it is a {stat.Describe()}", "replace it by a real directory and file; symlinks are refused there");
            }
        }
    }
}
