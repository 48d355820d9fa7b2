using System.Text;
using System.Text.RegularExpressions;
using DlStore.Io;
using DlStore.Remotes;

namespace DlStore.Operations.Dvc;

/// <summary>What <c>.dvc/config</c> and <c>.dvc/config.local</c> say of caches and remotes; docs/formats/dvc-files.md. Secrets are never
/// read.</summary>
internal sealed partial class DvcSettings
{
    private const int LengthMax = 1 << 20;
    private readonly Dictionary<string, Dictionary<string, string>> _sections = new(StringComparer.Ordinal);
    private readonly string _directory;
    private readonly string _home;

    private DvcSettings(string directory, string home)
    {
        _directory = directory;
        _home = home;
    }

    /// <summary>Gets the absolute path of the cache.</summary>
    public string CacheDirectory => FullPath(Find("cache", "dir") ?? "cache");

    /// <summary>Gets the name of the default remote, or null.</summary>
    public string? DefaultRemote => Find("core", "remote");

    /// <summary>Gets the remotes by name.</summary>
    public IReadOnlyDictionary<string, DvcRemote> Remotes { get; private set; } = new Dictionary<string, DvcRemote>();

    /// <summary>Reads the settings of one DVC repository.</summary>
    /// <param name="directory">Absolute path of its <c>.dvc</c>, there or not.</param>
    /// <param name="workTree">The work tree's top.</param>
    /// <param name="environment">For the home directory.</param>
    /// <exception cref="DlsException">Kind Failed: a file cannot be read.</exception>
    public static DvcSettings Read(string directory, string workTree, IReadOnlyDictionary<string, string> environment)
    {
        DvcSettings settings = new(directory, environment.GetValueOrDefault("HOME", "/"));
        foreach (string name in (string[])["config", "config.local"])
        {
            string file = $"{directory}/{name}";
            settings.Take(SmallFile.Find(file, Path.GetRelativePath(workTree, file), LengthMax) ?? []);
        }

        settings.Remotes = settings._sections.Keys.Where(static s => s.StartsWith("remote ", StringComparison.Ordinal))
            .Select(s => settings.RemoteOf(s["remote ".Length..], workTree)).ToDictionary(static r => r.Name, StringComparer.Ordinal);
        return settings;
    }

    /// <summary>Gives the remotes that may have an out's bytes, the likeliest first.</summary>
    /// <param name="named">The one that the out names, or null.</param>
    public IEnumerable<DvcRemote> InOrder(string? named) => Remotes.Values
        .OrderBy(r => r.Name == named ? 0 : r.Name == DefaultRemote ? 1 : 2).ThenBy(static r => r.Name, StringComparer.Ordinal);

    private void Take(byte[] text)
    {
        Dictionary<string, string> section = [];
        foreach (string raw in Encoding.UTF8.GetString(text).Split('\n'))
        {
            string line = raw.Trim();
            if (line.StartsWith('[') && line.EndsWith(']'))
            {
                string name = Section().Replace(line[1..^1].Trim().Trim('\''), "$1 $2").ToLowerInvariant();
                section = _sections.TryGetValue(name, out Dictionary<string, string>? known) ? known : _sections[name] = [];
            }
            else if (!line.StartsWith('#') && line.IndexOf('=', StringComparison.Ordinal) is var equals and > 0)
            {
                section[line[..equals].Trim().ToLowerInvariant()] = line[(equals + 1)..].Trim().Trim('"', '\'');
            }
        }
    }

    [GeneratedRegex("""^(\w+)\s+["']?([^"']*)["']?$""")]
    private static partial Regex Section();

    private string? Find(string section, string key) =>
        _sections.GetValueOrDefault(section)?.GetValueOrDefault(key) is { Length: > 0 } value ? value : null;

    private string FullPath(string path) => Path.GetFullPath(
        path.StartsWith("~/", StringComparison.Ordinal) ? _home + path[1..] : Path.Combine(_directory, path));

    /// <summary>Gives the URL of a remote with what it refers to by <c>remote://OTHER/path</c> put in its place.</summary>
    private string UrlOf(string name, out string from)
    {
        from = name;
        string url = Find($"remote {name}", "url") ?? "";
        for (int left = 8; left > 0 && url.StartsWith("remote://", StringComparison.Ordinal); left--)
        {
            string[] parts = url["remote://".Length..].Split('/', 2);
            from = parts[0].ToLowerInvariant();
            url = $"{Find($"remote {from}", "url")}{(parts.Length > 1 ? "/" + parts[1] : "")}";
        }

        return url;
    }

    private DvcRemote RemoteOf(string name, string workTree)
    {
        string url = UrlOf(name, out string from);
        string scheme = url.IndexOf("://", StringComparison.Ordinal) is var end and > 0 ? url[..end] : "";
        string? address = scheme switch
        {
            "" => url.Length == 0 ? null : FullPath(url),
            "ssh" => SshAddress(url, from),
            "s3" or "http" or "https" => url,
            _ => null,
        };
        DvcRemote remote = new(name, Shown(url), address)
        {
            Options = new RemoteOptions
            {
                Endpoint = Find($"remote {from}", "endpointurl"),
                Region = Find($"remote {from}", "region"),
                Profile = Find($"remote {from}", "profile"),
            },
        };
        if (address is null)
        {
            return remote with { Why = scheme.Length == 0 ? "it has no URL" : $"dls does not read '{scheme}'" };
        }

        try
        {
            _ = RemoteUrl.Parse(address, workTree);
            return remote;
        }
        catch (DlsException e) when (e.Kind == ErrorKind.Usage)
        {
            return remote with { Address = null, Why = e.Message };
        }
    }

    /// <summary>Puts user and port into the URL, where dls has them.</summary>
    private string SshAddress(string url, string name)
    {
        string rest = url["ssh://".Length..];
        int slash = rest.IndexOf('/', StringComparison.Ordinal);
        string host = slash < 0 ? rest : rest[..slash];
        string user = !host.Contains('@', StringComparison.Ordinal) && Find($"remote {name}", "user") is { } u ? u + "@" : "";
        string port = !host.Contains(':', StringComparison.Ordinal) && Find($"remote {name}", "port") is { } p ? ":" + p : "";
        return $"ssh://{user}{host}{port}{(slash < 0 ? "/" : rest[slash..])}";
    }

    /// <summary>Gives a URL without a password in it.</summary>
    private static string Shown(string url) => Password().Replace(url, "$1:***@");

    [GeneratedRegex(@"(?<=^\w+://)([^/@:]*):[^/@]*@")]
    private static partial Regex Password();
}
