using DlStore.Git;

namespace DlStore;

/// <summary>
/// What one user says for all of his clones: <c>~/.config/dls/config</c> (below <c>XDG_CONFIG_HOME</c> where that is set), with the keys
/// <c>dls.*</c> that a clone's own git configuration takes too, and which that overrides.
/// </summary>
internal static class UserConfig
{
    private static readonly string[] OfOneClone = ["dls.storepath", "dls.hook"];

    /// <summary>Gives the file's absolute path; null where the environment names no home.</summary>
    public static string? PathOf(IReadOnlyDictionary<string, string> environment)
    {
        string? root = environment.TryGetValue("XDG_CONFIG_HOME", out string? xdg) && Path.IsPathRooted(xdg) ? xdg
            : environment.TryGetValue("HOME", out string? home) && Path.IsPathRooted(home) ? home + "/.config" : null;
        return root is null ? null : root + "/dls/config";
    }

    /// <summary>Reads the file; one that is not there is empty.</summary>
    /// <exception cref="DlsException">Kind Failed: a key in it means nothing there.</exception>
    public static IReadOnlyList<ConfigEntry> Read(GitProcess git, IReadOnlyDictionary<string, string> environment)
    {
        if (PathOf(environment) is not { } file || !File.Exists(file))
        {
            return [];
        }

        IReadOnlyList<ConfigEntry> entries = GitConfig.ReadFile(git, file);
        foreach (ConfigEntry entry in entries)
        {
            if (WhyRefused(entry.Key) is { } why)
            {
                throw new DlsException(ErrorKind.Failed, $"read '{file}': key '{entry.Key}': {why}", $"take it out of '{file}'");
            }
        }

        return entries;
    }

    /// <summary>Says why a key cannot be set for all clones of a user; null if it can.</summary>
    public static string? WhyRefused(string key)
    {
        string lower = key.ToLowerInvariant();
        return OfOneClone.Contains(lower) ? "it belongs to one clone"
            : lower is LinkModes.Key or "dls.remote" or "dls.pushremotes"
                or "dls.ssh" or "dls.sshconfig" or "dls.sshkey" or "dls.sshpassphrase"
                || lower.StartsWith("dls.remote.", StringComparison.Ordinal) || lower.StartsWith("dls.git.", StringComparison.Ordinal)
                ? null
            : "there is no such key";
    }
}
