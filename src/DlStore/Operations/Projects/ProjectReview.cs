using System.Text;
using System.Text.RegularExpressions;
using DlStore.Data.Recipes;
using DlStore.Data.Texts;
using DlStore.Images.Sheets;
using DlStore.Io;

namespace DlStore.Operations.Projects;

/// <summary>Which projects were looked at, and the verdict.</summary>
public sealed record ProjectReviewOptions
{
    /// <summary>Gets the projects by name or path.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>Gets a value indicating whether every unreviewed project is meant.</summary>
    public bool AllUnreviewed { get; init; }

    /// <summary>Gets the verdict, or null to list only.</summary>
    public ReviewState? Verdict { get; init; }

    /// <summary>Gets a file for a contact sheet of the projects, as typed, or null.</summary>
    public string? Sheet { get; init; }

    /// <summary>Gets a value indicating whether to plan only.</summary>
    public bool DryRun { get; init; }
}

/// <summary>One project's review.</summary>
/// <param name="Project">The project.</param>
/// <param name="Label">Its class, or null if only its annotations name one.</param>
/// <param name="Before">What it was.</param>
/// <param name="Now">What it is (or would be).</param>
/// <param name="Origin">Where its master comes from, as project.yaml says.</param>
public sealed record ReviewedProject(
    string Project, string? Label, ReviewState Before, ReviewState Now, IReadOnlyDictionary<string, string> Origin);

/// <summary>What a review did.</summary>
/// <param name="Projects">The projects, sorted.</param>
/// <param name="Sheet">The contact sheet as typed, or null.</param>
public sealed record ProjectReviewResult(IReadOnlyList<ReviewedProject> Projects, string? Sheet);

/// <summary>
/// <c>dls project review</c>: what a person says of harvested projects, written into the one line of project.yaml that holds it; all else
/// in the file stays as it is. A file is
/// old or new; the same command again finishes what a kill left.
/// </summary>
public static partial class ProjectReview
{
    /// <summary>Runs the command.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="options">Projects and verdict.</param>
    /// <returns>The projects.</returns>
    /// <exception cref="DlsException">Kind Usage: names are missing. Kind Failed: a project.yaml cannot be edited by line; nothing was
    /// written then.</exception>
    public static ProjectReviewResult Run(Repo repo, ProjectReviewOptions options)
    {
        _ = options.Sheet is { } named ? SheetForms.Of(named) : default;
        using FileLock? held = options.DryRun || options.Verdict is null ? null : repo.LockProjects();
        List<Project> projects = Select(repo, options);
        List<(Project Project, byte[] Text)> edits = [];
        foreach (Project project in options.Verdict is null ? [] : projects.Where(p => p.Review != options.Verdict))
        {
            edits.Add((project, Edit(project, options.Verdict!.Value)));
        }

        if (options.Sheet is { } sheet && !options.DryRun)
        {
            ReviewSheet.Write(repo, projects, sheet);
        }

        foreach ((Project project, byte[] text) in options.DryRun ? [] : edits)
        {
            repo.Files.Write(project.NameOf(Project.FileName), text);
        }

        if (!options.DryRun)
        {
            repo.Git.Stage([.. edits.Select(static e => e.Project.NameOf(Project.FileName))]);
        }

        return new ProjectReviewResult([.. projects.Select(p => new ReviewedProject(
            p.Name.Value, p.Label, p.Review, options.Verdict ?? p.Review, p.Origin))], options.DryRun ? null : options.Sheet);
    }

    private static List<Project> Select(Repo repo, ProjectReviewOptions options)
    {
        if (options.Names.Count > 0 == options.AllUnreviewed && (options.AllUnreviewed || options.Verdict is not null))
        {
            throw new DlsException(ErrorKind.Usage, options.AllUnreviewed ? "review: --all-unreviewed goes with no names"
                : "review: name the projects, or give --all-unreviewed", "`dls project review` lists what nobody has looked at");
        }

        return options.Names.Count > 0
            ? [.. ProjectSelection.Names(options.Names).Select(n => ProjectSelection.Read(repo, n))]
            : [.. ProjectSelection.All(
                repo).Select(n => ProjectSelection.Read(repo, n)).Where(static p => p.Review == ReviewState.Unreviewed)];
    }

    private static byte[] Edit(Project project, ReviewState verdict)
    {
        string name = project.NameOf(Project.FileName);
        string text = Encoding.UTF8.GetString(SmallFile.Find($"{project.Directory}/{Project.FileName}", name, SafeYaml.LengthMax) ?? []);
        string word = ProjectDraft.ReviewText(verdict);
        string newline = text.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";
        string edited = ReviewLine().IsMatch(text) ? ReviewLine().Replace(text, m => m.Groups[1].Value + word, 1)
            : text + (text.Length == 0 || text.EndsWith('\n') ? "" : newline) + "review: " + word + newline;
        byte[] bytes = Encoding.UTF8.GetBytes(edited);
        // The file is YAML and was edited as text: what it says now decides.
        bool isRight;
        try
        {
            isRight = SafeYaml.Parse(bytes, name).Find("review")?.Text == word;
        }
        catch (DlsException)
        {
            isRight = false;
        }

        return isRight ? bytes : throw new DlsException(ErrorKind.Failed,
            $"write '{name}': its key 'review' does not stand in a line of its own", $"write `review: {word}` there by hand");
    }

    [GeneratedRegex("""^(review[ \t]*:[ \t]*)["']?[a-z]*["']?""", RegexOptions.Multiline)]
    private static partial Regex ReviewLine();
}
