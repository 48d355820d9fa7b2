using DlStore.Data.Findings;
using DlStore.Data.Names;
using DlStore.Data.Recipes;
using DlStore.Objects;

namespace DlStore.Operations.Projects;

/// <summary>What lint found in projects.</summary>
/// <param name="Projects">How many were looked at.</param>
/// <param name="Findings">Findings, by project and place; those that concern several projects come last.</param>
/// <param name="Errors">How many of them are errors.</param>
public sealed record ProjectLintResult(int Projects, IReadOnlyList<Finding> Findings, int Errors);

/// <summary>
/// <c>dls project lint</c>: what is wrong with projects before anything is built of them (docs/lint.md). Reads everything, executes and
/// changes nothing.
/// </summary>
public sealed class ProjectLint
{
    private readonly Repo _repo;
    private readonly List<Finding> _findings = [];

    private ProjectLint(Repo repo) => _repo = repo;

    /// <summary>Runs the command.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="names">Projects by name or path; empty for all.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The findings.</returns>
    /// <exception cref="DlsException">Kind Usage: a name that was given is no project.</exception>
    public static ProjectLintResult Run(
        Repo repo, IReadOnlyList<string> names, CancellationToken cancel) => new ProjectLint(repo).Run(names, cancel);

    /// <summary>Turns an error of a reader into a finding: at the file and line that it names.</summary>
    internal static Finding FindingOf(LintCode code, DlsException error, string file)
    {
        return error is { File: { } named, Line: > 0 }
            ? code.At(named, error.Line, error.Reason, error.Hint) : code.At(file, 0, error.Message, error.Hint);
    }

    private ProjectLintResult Run(IReadOnlyList<string> typed, CancellationToken cancel)
    {
        IReadOnlyList<PortableName> names = typed.Count > 0 ? ProjectSelection.Names(typed) : ProjectSelection.All(_repo);
        foreach (PortableName name in names)
        {
            cancel.ThrowIfCancellationRequested();
            Look(name, mustBeThere: typed.Count > 0);
        }

        LookAtShared(names);
        return new ProjectLintResult(names.Count, _findings, _findings.Count(static f => f.Severity == Severity.Error));
    }

    private void Look(PortableName name, bool mustBeThere)
    {
        Project project;
        try
        {
            project = ProjectSelection.Read(_repo, name);
        }
        catch (DlsException e) when (e.Kind != ErrorKind.Usage || !mustBeThere)
        {
            _findings.Add(FindingOf(LintCodes.ProjectBad, e, $"{Project.Root}/{name}"));
            return;
        }

        if (project.Review == ReviewState.Unreviewed)
        {
            _findings.Add(LintCodes.Unreviewed.At(project.NameOf(Project.FileName),
                0, "nobody has looked at this project; data sets leave it out", $"`dls project review {name} --accept` or --reject"));
        }

        new MasterLint(_repo, project, _findings).Run();
        new BuildLint(_repo, project, _findings).Run();
    }

    /// <summary>The same picture in two projects counts twice, and under two classes it teaches a contradiction.</summary>
    private void LookAtShared(IReadOnlyList<PortableName> names)
    {
        HashSet<string> looked = [.. names.Select(static n => n.Value)];
        List<Finding> found = [];
        foreach ((Oid oid, List<KnownMaster> masters) in KnownMasters.Read(_repo).ByOid)
        {
            string[] projects = [.. masters.Select(static m => m.Project).Distinct().Order(StringComparer.Ordinal)];
            if (masters.Count > 1 && projects.Any(looked.Contains))
            {
                found.Add(Shared(oid, masters, projects));
            }
        }

        _findings.AddRange(found.OrderBy(static f => f.File, StringComparer.Ordinal));
    }

    private Finding Shared(Oid oid, List<KnownMaster> masters, string[] projects)
    {
        string file = masters.Select(static m => m.Path).Order(StringComparer.Ordinal).First();
        if (projects.Length == 1)
        {
            return LintCodes.Twin.At(file, 0, $"{masters.Count} masters of this project are one picture ({oid})", "remove all but one");
        }

        string[] labels = [.. projects.SelectMany(LabelsOf).Distinct().Order(StringComparer.Ordinal)];
        string names = string.Join(", ", projects);
        return labels.Length > 1
            ? LintCodes.TwinLabelConflict.At(
                file, 0, $"projects {names} have the same picture under the classes {string.Join(", ", labels)} ({oid})",
                "give both one label, merge them, or drop one")
            : LintCodes.TwinLabelConflict.At(
                file, 0, $"projects {names} have the same picture; annotations call it {labels.FirstOrDefault() ?? "nothing"}"
                    + $", programs that go by file names see {projects.Length} classes ({oid})",
                "keep one project with `placements: [lu, ru]`, or merge them in the data set") with
            { Severity = Severity.Warning };
    }

    private IReadOnlyList<string> LabelsOf(string project)
    {
        try
        {
            return ProjectLabels.Of(_repo, ProjectSelection.Read(_repo, project));
        }
        catch (DlsException)
        {
            // Named by its own finding, or not asked for.
            return [];
        }
    }
}
