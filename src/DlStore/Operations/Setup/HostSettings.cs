using System.Text;
using DlStore.Data.Names;
using DlStore.Git;
using DlStore.Io;
using DlStore.Learning.Kinds;
using DlStore.Ssh;

namespace DlStore.Operations.Setup;

/// <summary>A configured host.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Destination"><c>[user@]host[:port]</c>, or <c>this machine</c>.</param>
/// <param name="Root">Where dls keeps its files there.</param>
/// <param name="Askpass">ssh may ask for a password through SSH_ASKPASS.</param>
public sealed record HostSetting(string Name, string Destination, string Root, bool Askpass);

/// <summary>
/// <c>dls host add|list</c>: the hosts in the committed configuration. A host is where something is trained or put to use.
/// </summary>
public static class HostSettings
{
    /// <summary>Adds a host.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="name">Its name.</param>
    /// <param name="destination"><c>[user@]host[:port]</c>, or an alias of the user's ssh configuration.</param>
    /// <param name="root">Where dls keeps its files there, or null for <c>~/.dls</c>.</param>
    /// <param name="askpass">Let ssh ask for a password through SSH_ASKPASS.</param>
    /// <param name="dryRun">Check only.</param>
    /// <returns>The host as configured.</returns>
    /// <exception cref="DlsException">Kind Usage: a name or destination is refused. Kind Failed: the name is taken by another
    /// destination.</exception>
    public static HostSetting Add(Repo repo, string name, string destination, string? root, bool askpass, bool dryRun)
    {
        HostAddress address = Check(name, destination, root, askpass);
        if (repo.Config.Hosts.TryGetValue(name, out HostAddress? there) && there != address)
        {
            throw new DlsException(ErrorKind.Failed,
                $"add host '{name}': it is configured already, as '{there.Show()}'", $"edit {RepoConfig.File}, or choose another name");
        }

        if (!dryRun)
        {
            Write(repo, [address]);
        }

        return Describe(address);
    }

    /// <summary>Takes a host out of the configuration; what is there stays there.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="name">Its name.</param>
    /// <param name="dryRun">Check only.</param>
    /// <returns>The host as it was configured.</returns>
    /// <exception cref="DlsException">Kind Usage: there is no such host, or it is this machine. Kind Failed: targets or kinds name
    /// it.</exception>
    public static HostSetting Remove(Repo repo, string name, bool dryRun)
    {
        if (name == HostAddress.LocalName || !repo.Config.Hosts.TryGetValue(name, out HostAddress? address))
        {
            throw new DlsException(ErrorKind.Usage, name == HostAddress.LocalName
                ? $"remove host '{name}': that name always stands for this machine" : $"remove host '{name}': no such host is configured",
                "run `dls host list` to see them");
        }

        string[] users =
        [
            .. repo.Config.Targets.Values.Where(t => t.Host == name).Select(static t => $"target {t.Name}"),
            .. KindReader.List(repo.WorkTree).Where(k => HostOf(repo, k) == name).Select(static k => $"kind {k}"),
        ];
        if (users.Length > 0)
        {
            throw new DlsException(
                ErrorKind.Failed, $"remove host '{name}': {CountWords.Of(users.Length, "setting names", "settings name")} it",
                "change those first; `dls target remove NAME` takes a target away")
            {
                Items = users,
            };
        }

        if (!dryRun)
        {
            using FileLock held = repo.LockWorkTree();
            CommittedConfig.Edit(repo.Git, file => GitConfig.RemoveFileSection(repo.Git.Git, file, $"host.{name}"));
            repo.ForgetConfig();
        }

        return Describe(address);
    }

    /// <summary>Reads where a kind trains; a file that cannot be read names no host.</summary>
    private static string? HostOf(Repo repo, PortableName kind)
    {
        try
        {
            return KindReader.Read(repo.WorkTree, kind).Host;
        }
        catch (DlsException)
        {
            return null;
        }
    }

    /// <summary>Lists the hosts.</summary>
    /// <param name="repo">The repository.</param>
    /// <returns>By name; <c>local</c> is always among them.</returns>
    public static IReadOnlyList<HostSetting> List(Repo repo) => [.. repo.Config.Hosts.Values.Select(Describe)];

    internal static HostAddress Check(string name, string destination, string? root, bool askpass)
    {
        string? wrong = name == HostAddress.LocalName ? "that name always stands for this machine" : HostSections.WhyRefused(name);
        if (wrong is null && root is not null && !HostSections.IsRoot(root))
        {
            wrong = "its root must be an absolute path or one below '~/', without '..'";
        }

        HostAddress? address = null;
        return wrong is null && HostAddress.TryParse(name, destination, askpass, out address, out wrong)
            ? address with { Root = root ?? HostAddress.RootDefault }
            : throw DlsException.Because(ErrorKind.Usage, $"add host '{name}' at '{EntryName.Show(Encoding.UTF8.GetBytes(destination))}'",
                wrong!, "write [user@]host[:port], or an alias of your ssh configuration");
    }

    internal static HostSetting Describe(HostAddress address) => new(address.Name, address.Show(), address.Root, address.Askpass);

    internal static void Write(Repo repo, IReadOnlyList<HostAddress> hosts)
    {
        using FileLock held = repo.LockWorkTree();
        CommittedConfig.Edit(repo.Git, file => hosts.ToList().ForEach(h => Set(repo, file, h)));
        repo.ForgetConfig();
    }

    private static void Set(Repo repo, string file, HostAddress host)
    {
        GitConfig.SetFile(repo.Git.Git, file, $"host.{host.Name}.ssh", host.Show());
        if (host.Root != HostAddress.RootDefault)
        {
            GitConfig.SetFile(repo.Git.Git, file, $"host.{host.Name}.root", host.Root);
        }

        if (host.Askpass)
        {
            GitConfig.SetFile(repo.Git.Git, file, $"host.{host.Name}.askpass", "true");
        }
    }
}
