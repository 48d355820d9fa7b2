using System.Text;
using DlStore.Io;
using DlStore.Ssh;

namespace DlStore;

/// <summary>
/// Collects the sections <c>[host "name"]</c> and <c>[target "name"]</c> of .dlstore/config, key by key, and checks each as a whole at the
/// end.
/// </summary>
internal sealed class HostSections
{
    private readonly SortedDictionary<string, Dictionary<string, string>> _hosts = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, Dictionary<string, string>> _targets = new(StringComparer.Ordinal);

    /// <summary>Takes one entry.</summary>
    /// <param name="key">As git prints it: <c>host.NAME.ssh</c>.</param>
    /// <param name="value">Its value.</param>
    /// <returns>False if it is not a key of these sections.</returns>
    public bool TryTake(string key, string value)
    {
        int first = key.IndexOf('.');
        int last = key.LastIndexOf('.');
        string section = key[..Math.Max(0, first)];
        string name = last > first ? key[(first + 1)..last] : "";
        string setting = key[(last + 1)..];
        bool known = section switch
        {
            "host" => setting is "ssh" or "askpass" or "root",
            "target" => setting is "host" or "kind" or "home",
            _ => false,
        };
        if (!known || name.Length == 0)
        {
            return false;
        }

        SortedDictionary<string, Dictionary<string, string>> sections = section == "host" ? _hosts : _targets;
        Dictionary<string, string> values = sections.TryGetValue(name, out Dictionary<string, string>? there) ? there : sections[name] = [];
        values[setting] = value;
        return true;
    }

    /// <summary>Gives the hosts; <c>local</c> is always among them.</summary>
    /// <exception cref="DlsException">Kind Failed: a section is wrong; says how.</exception>
    public IReadOnlyDictionary<string, HostAddress> Hosts()
    {
        SortedDictionary<string, HostAddress> hosts = new(StringComparer.Ordinal) { [HostAddress.LocalName] = HostAddress.Local };
        foreach ((string name, Dictionary<string, string> values) in _hosts)
        {
            hosts[name] = Host(name, values);
        }

        return hosts;
    }

    /// <summary>Gives the targets.</summary>
    /// <exception cref="DlsException">Kind Failed: a section is wrong; says how.</exception>
    public IReadOnlyDictionary<string, TargetSetting> Targets()
    {
        SortedDictionary<string, TargetSetting> targets = new(StringComparer.Ordinal);
        foreach ((string name, Dictionary<string, string> values) in _targets)
        {
            string host = values.GetValueOrDefault("host", HostAddress.LocalName);
            string[] kinds = [.. values.GetValueOrDefault("kind", "").Split(
                ',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Distinct().Order(StringComparer.Ordinal)];
            string home = values.GetValueOrDefault("home", "");
            string? wrong = WhyRefused(name) ?? WhyTargetRefused(host, kinds, home);
            targets[name] = wrong is null ? new TargetSetting(name, host, kinds, home) : throw Bad("target", name, wrong);
        }

        return targets;
    }

    /// <summary>Says why a target's settings are wrong, or gives null.</summary>
    public static string? WhyTargetRefused(string host, IReadOnlyList<string> kinds, string home)
        => !RepoConfig.IsRemoteName(host) ? "'host' is not a host's name"
            : kinds.Count == 0 || !kinds.All(RepoConfig.IsRemoteName) ? "'kind' is not one or more names of kinds with commas between them"
            : !IsHostPath(home) ? "'home' is not an absolute path without '..' and control characters"
            : null;

    /// <summary>Says why a name is no host's or target's name, or gives null.</summary>
    public static string? WhyRefused(string name)
        => RepoConfig.IsRemoteName(name)
            ? null : "its name may hold 1 to 64 letters, digits, '.', '_' and '-' only, the first a letter or digit";

    /// <summary>Tells whether a text is the root of dls on a host: absolute, or below the home directory.</summary>
    public static bool IsRoot(string text) => IsHostPath(text.StartsWith("~/", StringComparison.Ordinal) ? text[1..] : text);

    private static HostAddress Host(string name, Dictionary<string, string> values)
    {
        string? wrong = WhyRefused(name);
        string root = values.GetValueOrDefault("root", HostAddress.RootDefault);
        string asks = values.GetValueOrDefault("askpass", "false");
        wrong ??= IsRoot(root) ? null : "'root' is neither an absolute path nor one below '~/', or holds '..' or control characters";
        wrong ??= asks is "true" or "false" or "yes" or "no" ? null : "'askpass' is neither true nor false";
        bool isLocal = name == HostAddress.LocalName;
        wrong ??= values.ContainsKey("ssh") != isLocal ? null : isLocal ? "'local' is this machine and takes no 'ssh'" : "it has no 'ssh'";
        if (wrong is null && isLocal)
        {
            return HostAddress.Local with { Root = root };
        }

        string? reason = null;
        return wrong is null && HostAddress.TryParse(name, values["ssh"], asks is "true" or "yes", out HostAddress? address, out reason)
            ? address with { Root = root }
            : throw Bad("host", name, wrong ?? $"'ssh' is refused: {reason}");
    }

    private static bool IsHostPath(string text)
        => text.Length is > 1 and <= RelPath.LengthMax && text[0] == '/' && !text.Any(char.IsControl) && !text.Split('/').Contains("..");

    private static DlsException Bad(string section, string name, string why) => new(
        ErrorKind.Failed,
            $"read '{RepoConfig.File}': {section} '{EntryName.Show(Encoding.UTF8.GetBytes(name))}': {why}", "correct it with an editor");
}
