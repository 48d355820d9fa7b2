using System.Globalization;
using System.Text;
using DlStore.Data.Texts;
using DlStore.Io;
using DlStore.Ssh;

namespace DlStore.Operations.Setup;

/// <summary>What came of an old list of servers.</summary>
/// <param name="Hosts">The hosts that are configured now, by name.</param>
/// <param name="Dropped">Keys that look like secrets; their values were not kept and are not shown anywhere.</param>
/// <param name="Unused">Keys that say nothing about a host.</param>
/// <param name="Homes">Directories that were named for a host: the commands that would make targets of them.</param>
/// <param name="Problems">What could not be taken, each a sentence for people.</param>
public sealed record HostImportResult(
    IReadOnlyList<HostSetting> Hosts,
        IReadOnlyList<string> Dropped, IReadOnlyList<string> Unused, IReadOnlyList<string> Homes, IReadOnlyList<string> Problems);

/// <summary>
/// <c>dls host import</c>: makes hosts from the files that were used before, a <c>buildrc</c> of shell assignments or an
/// <c>easy_sshscp_config.py</c>. Passwords are dropped.
/// Keys are taken by their endings: <c>SSD_HOST</c>, <c>ssd_usr</c>, <c>X_SERVER</c>, <c>X_SERVER_USER</c>, <c>X_PORT</c>,
/// <c>x_target_home</c>; what stands before is the host's name.
/// </summary>
public static class HostImport
{
    private const long LengthMax = 1024 * 1024;
    private static readonly string[] _secrets = ["pass", "pwd", "secret", "token", "passphrase", "private", "credential"];
    private static readonly (string Ending, string Part)[] _endings =
    [
        ("server_user", "user"),
            ("server_usr", "user"), ("server_username", "user"), ("server_port", "port"), ("target_home", "home"), ("server_home", "home"),
        ("hostname", "host"), ("host", "host"), ("server", "host"), ("address", "host"), ("addr", "host"), ("ip", "host"),
        ("username", "user"), ("user", "user"), ("usr", "user"), ("port", "port"), ("home", "home"),
    ];

    /// <summary>Reads a file and configures the hosts in it.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="file">The file as the user typed it; a name that ends in <c>.py</c> is read as Python, any other as shell.</param>
    /// <param name="dryRun">Read and check only.</param>
    /// <returns>What came of it.</returns>
    /// <exception cref="DlsException">Kind Failed: the file cannot be read, or names no host.</exception>
    public static HostImportResult Run(Repo repo, string file, bool dryRun)
    {
        IReadOnlyList<(string Key, string? Value)> entries = file.EndsWith(".py", StringComparison.OrdinalIgnoreCase)
            ? Flatten(PythonAssignments.Read(ReadText(repo, file)))
            : ShellAssignments.Read(ReadText(repo, file));
        List<string> dropped = [];
        List<string> unused = [];
        SortedDictionary<string, Dictionary<string, string?>> hosts = new(StringComparer.Ordinal);
        foreach ((string key, string? value) in entries)
        {
            if (IsSecret(key))
            {
                dropped.Add(key);
            }
            else if (!TryTake(hosts, key, value))
            {
                unused.Add(key);
            }
        }

        List<string> problems = [];
        List<string> homes = [];
        List<HostAddress> made = [.. hosts.Select(h => Make(repo, h.Key, h.Value, homes, problems)).OfType<HostAddress>()];
        if (made.Count == 0 && problems.Count == 0)
        {
            throw new DlsException(ErrorKind.Failed, $"import hosts from '{Show(file)}': it names none",
                "keys like SSD_HOST and SSD_USER are looked for; or run `dls host add NAME DESTINATION`");
        }

        if (!dryRun && made.Count > 0)
        {
            HostSettings.Write(repo, made);
        }

        return new HostImportResult(
            [.. made.Select(HostSettings.Describe)], [.. dropped.Distinct()], [.. unused.Distinct()], homes, problems);
    }

    private static string ReadText(Repo repo, string file)
    {
        string path = Path.GetFullPath(Path.Combine(repo.StartDirectory, file));
        try
        {
            return new FileInfo(path).Length <= LengthMax
                ? Encoding.UTF8.GetString(File.ReadAllBytes(path))
                : throw new DlsException(ErrorKind.Failed, $"read '{Show(file)}': it is larger than 1 MiB");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DlsException(ErrorKind.Failed,
                $"read '{Show(file)}': {(e is FileNotFoundException or DirectoryNotFoundException ? "there is no such file" : e.Message)}",
                null, e);
        }
    }

    /// <summary>
    /// Gives a dictionary's entries keys like those of plain assignments: <c>HOSTS = {'ssd': {'host': ...}}</c> and <c>ssd = {'host':
    /// ...}</c> are both <c>ssd_host</c>.
    /// </summary>
    private static List<(string Key, string? Value)> Flatten(IReadOnlyDictionary<string, PythonValue> values)
    {
        List<(string, string?)> flat = [];
        void Add(string outer, string key, PythonValue value)
        {
            if (value.Fields is { } fields)
            {
                foreach ((string name, PythonValue below) in fields)
                {
                    Add(key, name, below);
                }

                return;
            }

            bool bare = _endings.Any(e => e.Ending.Equals(key, StringComparison.OrdinalIgnoreCase)) || IsSecret(key);
            flat.Add(
                (bare && outer.Length > 0 ? $"{outer}_{key}" : key, value.Text ?? value.Number?.ToString(CultureInfo.InvariantCulture)));
        }

        foreach ((string name, PythonValue value) in values)
        {
            Add("", name, value);
        }

        return flat;
    }

    private static bool IsSecret(string key)
        => Array.Exists(_secrets, s => key.Contains(s, StringComparison.OrdinalIgnoreCase))
            || key.Split('_')[^1].ToLowerInvariant() is "pw" or "key";

    private static bool TryTake(SortedDictionary<string, Dictionary<string, string?>> hosts, string key, string? value)
    {
        foreach ((string ending, string part) in _endings)
        {
            bool whole = key.Equals(ending, StringComparison.OrdinalIgnoreCase);
            if (whole || key.EndsWith("_" + ending, StringComparison.OrdinalIgnoreCase))
            {
                string name = whole ? "" : key[..^(ending.Length + 1)].ToLowerInvariant();
                Dictionary<string, string?> parts = hosts.TryGetValue(name, out Dictionary<string, string?>? there)
                    ? there : hosts[name] = [];
                parts[part] = value;
                return true;
            }
        }

        return false;
    }

    private static HostAddress? Make(Repo repo, string key, Dictionary<string, string?> parts, List<string> homes, List<string> problems)
    {
        // Where only a user is given for a server, the key's beginning is the server's own name.
        string host = parts.GetValueOrDefault("host") ?? (parts.ContainsKey("host") ? "" : key);
        string user = parts.GetValueOrDefault("user") ?? "";
        string port = parts.GetValueOrDefault("port") ?? "";
        string name = key.Length > 0 ? key : host[(host.LastIndexOf('@') + 1)..].Split('.', ':')[0];
        string subject = $"host '{Show(name)}'";
        if (parts.Count == 0 || host.Length == 0 || (parts.Count == 1 && parts.ContainsKey("home")))
        {
            problems.Add($"{subject}: its address is not a plain value");
            return null;
        }

        string destination = (user.Length == 0 || host.Contains('@') ? host : $"{user}@{host}") + (port.Length == 0 ? "" : $":{port}");
        HostAddress address;
        try
        {
            address = HostSettings.Check(name, destination, null, askpass: false);
        }
        catch (DlsException e)
        {
            // Not the value: it might be a password that got into the wrong line.
            problems.Add($"{subject}: {e.Reason}");
            return null;
        }

        if (repo.Config.Hosts.TryGetValue(name, out HostAddress? there) && there with { Askpass = false, Root = address.Root } != address)
        {
            problems.Add($"{subject}: it is configured already, as '{there.Show()}'; nothing was changed");
            return null;
        }

        if (parts.GetValueOrDefault("home") is { } home)
        {
            homes.Add($"dls target add {name} --host {name} --kind KIND --home {ShellQuote.Quote(Show(home))}");
        }

        return there ?? address;
    }

    private static string Show(string text) => EntryName.Show(Encoding.UTF8.GetBytes(text));
}
