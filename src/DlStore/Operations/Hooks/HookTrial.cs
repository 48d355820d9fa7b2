using DlStore.Git;
using DlStore.Io;

namespace DlStore.Operations.Hooks;

/// <summary>
/// Runs the pre-push hook in force as git would, with an empty list of refs, and sees whether dls answers. Hooks are the user's own
/// programs: this is done only when asked
/// for. Git starts the hook (<c>git hook run</c>), so that what runs is what a push would run.
/// </summary>
public static class HookTrial
{
    /// <summary>Names the file in which dls is to leave its answer; set for the hook.</summary>
    public const string Variable = "DLS_HOOK_PROBE";

    private const string Prefix = "probe-";
    private const string Word = "dls answers";

    /// <summary>Runs the hook.</summary>
    /// <param name="repo">The repository.</param>
    /// <returns>What was found.</returns>
    public static HookVerdict Run(Repo repo)
    {
        AtomicFile.MakeDirectory(repo.StateDirectory);
        string probe = $"{repo.StateDirectory}/{Prefix}{TempName.Next()}";
        AtomicFile.WriteStaged(probe, []);
        try
        {
            GitResult result = repo.Git.Git.RunAsUser(["hook", "run", "--ignore-missing", "pre-push", "--", "dls-doctor", "dls-doctor:try"],
                new Dictionary<string, string> { [Variable] = probe });
            bool answers = File.ReadAllText(probe).StartsWith(Word, StringComparison.Ordinal);
            string said = result.Error.Split(
                '\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).FirstOrDefault() ?? "";
            string ended = result.ExitCode == 0 ? "" : $" and ended with exit code {result.ExitCode}";
            return (answers, result.ExitCode) switch
            {
                (true, 0) => new HookVerdict(true, "the pre-push hook was tried: dls answered", null),
                (true, _) => new HookVerdict(false, "the pre-push hook was tried: dls answered, but the hook ended with exit "
                    + $"code {result.ExitCode}, so `git push` would stop{Said(said)}", "run `git hook run pre-push` to see what it says"),
                _ => new HookVerdict(false, $"the pre-push hook was tried: dls did not answer{ended}{Said(said)}", HookCheck.Look(
                    repo).Hint(repo.WorkTree) ?? "read the hook and what it runs: a condition, or an end before the line for dls"),
            };
        }
        finally
        {
            File.Delete(probe);
        }
    }

    /// <summary>
    /// Leaves an answer where <see cref="Run"/> waits for one: in an empty file of this work tree's own state, and nowhere else.
    /// </summary>
    /// <param name="repo">The repository.</param>
    /// <returns>True if this is a trial and nothing is to be pushed.</returns>
    public static bool TryAnswer(Repo repo)
    {
        if (!repo.Environment.TryGetValue(Variable, out string? probe)
            || !probe.StartsWith($"{repo.StateDirectory}/{Prefix}", StringComparison.Ordinal)
            || probe.AsSpan(repo.StateDirectory.Length + 1).Contains('/') || !Sys.TryStat(probe, out FileStat stat) || !stat.IsFile)
        {
            return false;
        }

        AtomicFile.WriteCache(probe, Word + "\n");
        return true;
    }

    private static string Said(string line) => line.Length == 0
        ? "" : $"; it said: {EntryName.Show(System.Text.Encoding.UTF8.GetBytes(line))}";
}
