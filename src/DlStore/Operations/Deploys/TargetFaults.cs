using DlStore.Data.Names;
using DlStore.Git;
using DlStore.Learning.Kinds;

namespace DlStore.Operations.Deploys;

/// <summary>What is wrong with a target as it is configured.</summary>
/// <param name="Target">The target's name.</param>
/// <param name="What">One sentence.</param>
/// <param name="Hint">What to do.</param>
internal sealed record TargetFault(string Target, string What, string Hint);

/// <summary>
/// What the settings of targets must keep to beyond their form: each takes kinds that there are, and each has a home of its own, because
/// the journal in a home is that of one target. <c>target add</c> refuses what breaks it; a file that was edited by hand may.
/// </summary>
internal static class TargetFaults
{
    /// <summary>Lists what is wrong with the configured targets, by name.</summary>
    public static IReadOnlyList<TargetFault> Find(Repo repo)
    {
        string[] kinds = ListKinds(repo);
        List<TargetFault> faults = [];
        foreach (TargetSetting target in repo.Config.Targets.Values)
        {
            faults.AddRange(FindUnknown(repo, target, kinds).Select(k => new TargetFault(
                target.Name, $"target '{target.Name}' takes kind '{k}', and there is no such kind", HintForKind(k, kinds))));
            if (FindSharer(repo, target) is { } other)
            {
                faults.Add(new TargetFault(target.Name,
                    $"target '{target.Name}' has the home of target '{other.Name}', '{target.Home}'", HintForHome(other, target)));
            }
        }

        return faults;
    }

    /// <summary>Refuses a target that takes a kind that there is not.</summary>
    /// <exception cref="DlsException">Kind Usage: names the kind, and those that there are.</exception>
    public static void RequireKinds(Repo repo, TargetSetting target)
    {
        string[] kinds = ListKinds(repo);
        if (FindUnknown(repo, target, kinds).FirstOrDefault() is { } unknown)
        {
            throw new DlsException(
                ErrorKind.Usage, $"add target '{target.Name}': there is no kind '{unknown}'", HintForKind(unknown, kinds));
        }
    }

    /// <summary>Refuses a target whose home another one has.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="target">The target, configured or not.</param>
    /// <param name="doing">What is done: <c>add</c>, <c>change</c>.</param>
    /// <exception cref="DlsException">Kind Failed: names the other one.</exception>
    public static void RequireOwnHome(Repo repo, TargetSetting target, string doing)
    {
        if (FindSharer(repo, target) is { } other)
        {
            throw new DlsException(ErrorKind.Failed,
                $"{doing} target '{target.Name}': target '{other.Name}' has that home already, '{other.Home}' on host '{other.Host}'",
                HintForHome(other, target));
        }
    }

    private static TargetSetting? FindSharer(Repo repo, TargetSetting target) => repo.Config.Targets.Values.FirstOrDefault(
        t => t.Name != target.Name && Place(repo, t) == Place(repo, target));

    /// <summary>Two names of hosts may lead to one machine, and a path may be written in several ways.</summary>
    private static (string Host, string Home) Place(Repo repo, TargetSetting target) => (
        repo.Config.Hosts.TryGetValue(target.Host, out Ssh.HostAddress? address) ? address.Show() : target.Host,
        string.Join('/', target.Home.Split('/').Where(static p => p is not ("" or "."))));

    /// <summary>A kind is there if its file is in the work tree or, where that is sparse, in git's index.</summary>
    private static IEnumerable<string> FindUnknown(Repo repo, TargetSetting target, string[] known)
    {
        string[] missing = [.. target.Kinds.Where(k => !known.Contains(k))];
        GitIndexFile? index = missing.Length > 0 ? GitIndexFile.Read(repo.Git) : null;
        return missing.Where(k => !PortableName.TryParse(k, out PortableName name) || index!.Find(Kind.FileOf(name)).Count == 0);
    }

    private static string[] ListKinds(Repo repo) => [.. KindReader.List(repo.WorkTree).Select(static n => n.Value)];

    private static string HintForKind(string kind, IReadOnlyList<string> known) =>
        $"{(known.Count > 0 ? $"known kinds: {string.Join(", ", known)}; " : "")}`dls kind new {kind}` makes it";

    private static string HintForHome(TargetSetting other, TargetSetting target)
    {
        string[] both = [.. other.Kinds.Union(target.Kinds).Order(StringComparer.Ordinal)];
        return both.Length == other.Kinds.Count ? $"name another home, or use target '{other.Name}'"
            : $"name another home, or let '{other.Name}' take all of them: "
                + $"`kind = {string.Join(',', both)}` of [target \"{other.Name}\"] in {RepoConfig.File}";
    }
}
