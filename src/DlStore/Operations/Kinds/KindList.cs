using DlStore.Data.Names;
using DlStore.Data.Recipes;
using DlStore.Learning.Kinds;
using DlStore.Operations.Tasks;

namespace DlStore.Operations.Kinds;

/// <summary>A kind in a list.</summary>
/// <param name="Name">The kind.</param>
/// <param name="Preset">Its preset, or null.</param>
/// <param name="Dataset">Its data set and canvas, or null.</param>
/// <param name="Host">Its host, or null if the file cannot be read.</param>
/// <param name="Targets">Targets that carry it.</param>
/// <param name="IsTrusted">Whether its programs may run here as they are now.</param>
/// <param name="Problem">Why it cannot be used, or null.</param>
public sealed record ListedKind(
    string Name, string? Preset, string? Dataset, string? Host, IReadOnlyList<string> Targets, bool IsTrusted, string? Problem);

/// <summary>The kinds there are.</summary>
/// <param name="Kinds">Of the repository.</param>
/// <param name="Presets">Of dls.</param>
public sealed record KindListResult(IReadOnlyList<ListedKind> Kinds, IReadOnlyList<string> Presets);

/// <summary><c>dls kind list</c>: the kinds of the repository, broken ones too. Contacts nobody, runs nothing.</summary>
public static class KindList
{
    /// <summary>Runs the command.</summary>
    /// <param name="repo">The repository.</param>
    /// <returns>The kinds.</returns>
    public static KindListResult Run(Repo repo) => new([.. KindReader.List(repo.WorkTree).Select(n => Describe(repo, n))], Preset.Names);

    private static ListedKind Describe(Repo repo, PortableName name)
    {
        try
        {
            Kind kind = TaskPlanner.Read(repo, name);
            SourcePlan? source = kind.SourceOnHost ? null : SourceCapture.Plan(repo, kind.Source, kind.Files, []);
            bool trusted = new TrustList(repo.CommonDirectory)
                .Allows(KindTrust.Run(kind, source is null ? null : TaskPlanner.HashSource(repo, source, CancellationToken.None)));
            string[] targets = [.. repo.Config.Targets.Values.Where(t => t.Kinds.Contains(name.Value)).Select(static t => t.Name)];
            return new ListedKind(name.Value, kind.Preset, kind.Dataset is { } d
                ? $"{d} {kind.Canvas?.ToString()}".TrimEnd() : null, kind.Host, targets, trusted, null);
        }
        catch (DlsException e)
        {
            return new ListedKind(name.Value, null, null, null, [], false, e.Message);
        }
    }
}
