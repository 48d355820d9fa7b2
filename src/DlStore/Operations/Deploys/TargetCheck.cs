using System.Globalization;
using System.Text;
using DlStore.Io;
using DlStore.Ssh;
using DlStore.Targets;

namespace DlStore.Operations.Deploys;

/// <summary>What a check of a target found.</summary>
/// <param name="Target">The target.</param>
/// <param name="Reached">A script ran on its host.</param>
/// <param name="Exists">Its home is a directory.</param>
/// <param name="Writable">Its home can be written, or the directory in which it would have to be made.</param>
/// <param name="DiskFree">Free bytes there, or -1 if unknown.</param>
/// <param name="Problems">What is wrong, each a sentence for people; empty if nothing is.</param>
public sealed record TargetCheckResult(
    TargetSetting Target, bool Reached, bool Exists, bool Writable, long DiskFree, IReadOnlyList<string> Problems);

/// <summary><c>dls target check</c>: looks whether weights could be put there. Nothing is changed.</summary>
public static class TargetCheck
{
    /// <summary>Checks targets.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="name">One target, or null for all.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>One result a target, by name; one that cannot be reached is a result too.</returns>
    /// <exception cref="DlsException">Kind Usage: no such target is configured.</exception>
    public static async Task<IReadOnlyList<TargetCheckResult>> RunAsync(Repo repo, string? name, CancellationToken cancel)
    {
        TargetSetting[] targets = name is null ? [.. repo.Config.Targets.Values] : [TargetSettings.Get(repo, name)];
        ILookup<string, string> faults = TargetFaults.Find(repo).ToLookup(static f => f.Target, static f => $"{f.What}: {f.Hint}");
        return await Task.WhenAll(targets.Select(async target => await CheckAsync(repo, target, cancel) is var found
            && faults.Contains(target.Name) ? found with { Problems = [.. faults[target.Name], .. found.Problems] } : found));
    }

    private static async Task<TargetCheckResult> CheckAsync(Repo repo, TargetSetting target, CancellationToken cancel)
    {
        try
        {
            HostReply reply = await repo.OpenHost(target.Host).RequireAsync(
                TargetScript.Make("check", $"look at '{target.Home}'", target.Home), default, cancel);
            return Read(target, reply.OutputText().Split('\n'));
        }
        catch (DlsException e)
        {
            return new TargetCheckResult(target, false, false, false, -1, [e.Hint is null ? e.Message : $"{e.Message}; {e.Hint}"]);
        }
    }

    private static TargetCheckResult Read(TargetSetting target, string[] lines)
    {
        string? free = lines.FirstOrDefault(static l => l.StartsWith("free ", StringComparison.Ordinal));
        long bytes = free is not null && long.TryParse(free.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out long kilobytes)
            && kilobytes < long.MaxValue / 1024 ? kilobytes * 1024 : -1;
        bool writable = lines.Contains("writable");
        bool exists = lines.Contains("exists");
        List<string> problems = [];
        string home = EntryName.Show(Encoding.UTF8.GetBytes(target.Home));
        if (lines.Contains("blocked"))
        {
            problems.Add($"'{home}' is not a directory: move away what is there, or correct 'target.{target.Name}.home'");
        }
        else if (!exists)
        {
            // A deployment does not make it either: a home that is spelt wrong would get weights that nobody reads.
            problems.Add($"'{home}' does not exist: make it there{(writable ? "" : ", with an owner who may write,")} or correct "
                + $"'target.{target.Name}.home'");
        }
        else if (!writable)
        {
            problems.Add($"'{home}' cannot be written: change its owner or mode there");
        }

        return new TargetCheckResult(target, true, exists, writable, bytes, problems);
    }
}
