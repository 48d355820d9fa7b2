using DlStore.Data.Names;
using DlStore.Learning.Kinds;
using DlStore.Learning.Records;

namespace DlStore.Operations.Deploys;

/// <summary>Which parts of a task go to which targets, by what was named and by what the targets take.</summary>
internal sealed class DeployChoice
{
    private readonly DeployOptions _options;
    private readonly IReadOnlyList<(DeployPart Part, TargetSetting Target)> _pairs;

    private DeployChoice(DeployOptions options, IReadOnlyList<(DeployPart Part, TargetSetting Target)> pairs, IReadOnlyList<string> notes)
    {
        _options = options;
        _pairs = pairs;
        Notes = notes;
    }

    /// <summary>Gets what was left out, and why.</summary>
    public IReadOnlyList<string> Notes { get; }

    public IEnumerable<DeployPart> Parts => _pairs.Select(static p => p.Part).Distinct();

    /// <summary>Gets the names of the targets, sorted.</summary>
    public IEnumerable<string> Targets => _pairs.Select(static p => p.Target.Name).Distinct().Order(StringComparer.Ordinal);

    /// <summary>Chooses the parts, then the targets of each.</summary>
    /// <exception cref="DlsException">Kind Usage: nothing of it fits, or a target that was named would get nothing. Else what
    /// <see cref="DeployPart.Resolve"/> refuses.</exception>
    public static DeployChoice Make(Repo repo, TaskRecord task, DeployOptions options)
    {
        List<string> notes = [];
        return new DeployChoice(options, ChooseTargets(repo, options, ChooseParts(repo, task, options, notes)), notes);
    }

    /// <summary>Gives the parts that a target gets.</summary>
    public IEnumerable<DeployPart> PartsOf(string target) => _pairs.Where(p => p.Target.Name == target).Select(static p => p.Part);

    /// <summary>Refuses to take several targets or kinds for granted (the plan is in the error).</summary>
    /// <exception cref="DlsException">Kind Usage: none was named.</exception>
    public void RequireNamed()
    {
        bool targets = _options.Targets.Count == 0 && _pairs.Select(static p => p.Target.Name).Distinct().Count() > 1;
        bool kinds = _options.Kinds.Count == 0
            && _options.Targets.Count == 0 && Parts.Select(static p => p.Kind.Name).Distinct().Count() > 1;
        if ((targets || kinds) && !_options.All && !_options.DryRun)
        {
            throw new DlsException(
                ErrorKind.Usage, $"deploy task '{_options.Task}': it would change {_pairs.Count} places, and none was named",
                    "name them with --target or --kind, or say --all; --dry-run shows the plan")
            {
                Items = [.. _pairs.OrderBy(static p => p.Target.Name, StringComparer.Ordinal)
                    .Select(static p => $"kind {p.Part.Kind.Name} to target {p.Target.Name} ({p.Target.Host}:{p.Target.Home})")],
            };
        }
    }

    private static List<DeployPart> ChooseParts(Repo repo, TaskRecord task, DeployOptions options, List<string> notes)
    {
        List<DeployPart> parts = [];
        bool named = options.Kinds.Count > 0;
        IEnumerable<string> kinds = named
            ? options.Kinds.Distinct() : task.Kinds.Concat(task.Reused.Select(static r => r.Kind)).Distinct();
        foreach (string kind in kinds.Order(StringComparer.Ordinal))
        {
            PortableName name = PortableName.Parse(kind, "kind");
            bool wanted = named
                || options.Targets.Count == 0 || options.Targets.Any(t => TargetSettings.Get(repo, t).Kinds.Contains(kind));
            if (wanted && !named && KindReader.Read(repo.WorkTree, name).Deploy is null)
            {
                notes.Add($"kind '{kind}' is left out: its file does not say where weights go");
            }
            else if (wanted)
            {
                parts.Add(DeployPart.Resolve(repo, task, name, options));
            }
        }

        if ((options.Accept.Count > 0 || options.Threshold is not null) && parts.Count > 1)
        {
            throw new DlsException(
                ErrorKind.Usage, $"deploy task '{task.Name}': --threshold and --accept are about one kind's weights, and "
                    + $"{string.Join(" and ", parts.Select(static p => p.Kind.Name))} would go", "name one with --kind");
        }

        return parts.Count > 0 ? parts : throw (options.Targets.Count > 0
            ? new DlsException(ErrorKind.Usage, $"deploy task '{task.Name}': target{(options.Targets.Count == 1 ? "" : "s")} "
                + $"'{string.Join("', '", options.Targets)}' take{(options.Targets.Count == 1 ? "s" : "")} none of its kinds",
                "`dls target list` shows which target takes which kinds")
            : new DlsException(ErrorKind.Usage, $"deploy task '{task.Name}': none of its kinds says where weights go",
                "write 'deploy' into the kind's file; `dls help kind-file` describes it"));
    }

    private static List<(DeployPart Part, TargetSetting Target)> ChooseTargets(
        Repo repo, DeployOptions options, IReadOnlyList<DeployPart> parts)
    {
        List<(DeployPart, TargetSetting)> pairs = [];
        TargetSetting[] named = [.. options.Targets.Distinct().Select(t => TargetSettings.Get(repo, t))];
        foreach (DeployPart part in parts)
        {
            string kind = part.Kind.Name.Value;
            TargetSetting[] targets = [.. (named.Length > 0 ? named : repo.Config.Targets.Values)
                .Where(t => t.Kinds.Contains(kind)).OrderBy(static t => t.Name, StringComparer.Ordinal)];
            pairs.AddRange(targets.Length > 0 ? targets.Select(t => (part, t)) : throw new DlsException(
                ErrorKind.Usage, $"deploy kind '{kind}': no target{(named.Length > 0 ? " of those named" : "")} takes it",
                $"add `{kind}` to the key 'kind' of a `[target \"NAME\"]` in {RepoConfig.File}, "
                    + $"or run `dls target add NAME --host HOST --kind {kind} --home PATH`"));
        }

        if (named.FirstOrDefault(n => !pairs.Any(p => p.Item2 == n)) is { } idle)
        {
            throw new DlsException(
                ErrorKind.Usage, $"deploy to target '{idle.Name}': it takes {string.Join(", ", idle.Kinds)}, and the task has no such part",
                "`dls target list` shows which target takes which kinds");
        }

        return pairs;
    }
}
