using DlStore.Data.Names;
using DlStore.Io;
using DlStore.Targets;

namespace DlStore.Operations.Deploys;

/// <summary>What the repository knows of a target without asking it.</summary>
/// <param name="Target">Its name.</param>
/// <param name="Setting">How it is configured, or null: it was removed.</param>
/// <param name="Entries">Copies of its journal's entries, oldest first; those of clones that have not pushed are not among them.</param>
/// <param name="Problems">Copies that cannot be read, each a sentence.</param>
public sealed record RecordedTarget(
    string Target, TargetSetting? Setting, IReadOnlyList<Deployment> Entries, IReadOnlyList<string> Problems)
{
    /// <summary>Gets the last entry of each kind that took effect.</summary>
    public IReadOnlyList<Deployment> Live =>
        [.. Entries.Where(static e => e.Outcome == DeployOutcome.Done).GroupBy(static e => e.Kind).Select(static g => g.Last())];
}

/// <summary>
/// Reads the copies of targets' journals that are committed. Contacts nobody: what is in place now, only the target knows.
/// </summary>
public static class RecordedDeployments
{
    private const int LengthMax = 16 << 20;

    /// <summary>Lists the targets that are configured or have entries.</summary>
    /// <param name="repo">The repository.</param>
    /// <returns>Sorted by name.</returns>
    public static IReadOnlyList<RecordedTarget> List(Repo repo)
    {
        string root = $"{repo.WorkTree}/{Deployment.Root}";
        string[] known = Directory.Exists(root) ? Directory.GetDirectories(root) : [];
        IEnumerable<string> names = known.Select(static d => Path.GetFileName(d)).Concat(repo.Config.Targets.Keys);
        return [.. new SortedSet<string>(names, StringComparer.Ordinal).Where(static n => PortableName.TryParse(n, out _))
            .Select(n => Read(repo, n))];
    }

    private static RecordedTarget Read(Repo repo, string name)
    {
        List<Deployment> entries = [];
        List<string> problems = [];
        string directory = Deployment.DirectoryOf(PortableName.Parse(name, "target"));
        string absolute = $"{repo.WorkTree}/{directory}";
        string[] files = Directory.Exists(absolute) ? Directory.GetFiles(absolute, "*.json") : [];
        foreach (string file in files.Order(StringComparer.Ordinal))
        {
            string relative = $"{directory}/{Path.GetFileName(file)}";
            try
            {
                if (SmallFile.Find(file, relative, LengthMax) is { } bytes)
                {
                    entries.Add(Deployment.Parse(bytes, relative));
                }
            }
            catch (DlsException e)
            {
                problems.Add(e.Message);
            }
        }

        return new RecordedTarget(name, repo.Config.Targets.GetValueOrDefault(name), entries, problems);
    }
}
