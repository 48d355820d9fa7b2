using DlStore.Data.Annotations;
using DlStore.Data.Recipes;
using DlStore.Images;
using DlStore.Io;
using DlStore.Operations.Store;

namespace DlStore.Operations.Projects;

/// <summary>Which project to annotate.</summary>
public sealed record ProjectAnnotateOptions
{
    /// <summary>Gets the project by name or path.</summary>
    public required string Name { get; init; }

    /// <summary>Gets a value indicating whether an annotation that says something else is replaced.</summary>
    public bool Force { get; init; }

    /// <summary>Gets a value indicating whether to plan only.</summary>
    public bool DryRun { get; init; }
}

/// <summary>The annotation of one master.</summary>
/// <param name="Image">The master, from the top of the work tree.</param>
/// <param name="File">Its annotation, from the top of the work tree.</param>
/// <param name="Label">The class.</param>
/// <param name="Width">Columns of the box.</param>
/// <param name="Height">Rows of the box.</param>
/// <param name="IsWritten">Whether it was written; else it fits already.</param>
/// <param name="Trashed">The entry of the trash that holds the old one, or null: git has it, or there was none.</param>
public sealed record AnnotatedMaster(string Image, string File, string Label, int Width, int Height, bool IsWritten, string? Trashed);

/// <summary><c>dls project annotate</c>: writes for each master that its object fills it exactly, as a crop of the object does.</summary>
public static class ProjectAnnotate
{
    private sealed record Planned(string Image, string File, Annotation Annotation, bool IsFit);

    /// <summary>Runs the command.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="options">Which project.</param>
    /// <returns>One entry a master.</returns>
    /// <exception cref="DlsException">Kind Failed: there is an annotation that says something else; nothing was written. Kind Missing: a
    /// master was not pulled.</exception>
    public static IReadOnlyList<AnnotatedMaster> Run(Repo repo, ProjectAnnotateOptions options)
    {
        using FileLock? held = options.DryRun ? null : repo.LockProjects();
        Project project = ProjectSelection.Read(repo, options.Name);
        if (project.Masters.Count == 0)
        {
            throw new DlsException(
                ErrorKind.Failed, $"annotate '{project.Name}': it has no master", "a generator's annotation is written by hand");
        }

        Planned[] plan = [.. project.Masters.Select(m => Plan(repo, project, m, options.Force))];
        if (plan.DistinctBy(static p => p.File).Count() < plan.Length)
        {
            throw new DlsException(
                ErrorKind.Failed, $"annotate '{project.Name}': several masters share one annotation", "give each its own in project.yaml");
        }

        List<AnnotatedMaster> done = [];
        foreach (Planned master in plan)
        {
            string? trashed = master.IsFit || options.DryRun
                ? null : KeptFile.Write(repo, master.File, master.Annotation.ToBytes(), $"dls project annotate {project.Name}")?.Id;
            LabelledObject item = master.Annotation.Objects[0];
            done.Add(new AnnotatedMaster(master.Image, master.File, item.Label, item.Box.Width, item.Box.Height, !master.IsFit, trashed));
        }

        if (!options.DryRun)
        {
            repo.Git.Stage([.. plan.Where(static p => !p.IsFit).Select(static p => p.File)]);
        }

        return done;
    }

    private static Planned Plan(Repo repo, Project project, Master master, bool force)
    {
        string image = project.NameOf(master.Image);
        byte[] bytes = KnownFiles.Read(repo, KnownFiles.Get(repo, image, "master"));
        JpegHeader header = MasterJpeg.Require(bytes, image);
        string file = project.NameOf(master.Annotation ?? Path.ChangeExtension(master.Image, ".xml"));
        KnownFile? there = KnownFiles.Find(repo, file);
        Annotation? before = null;
        try
        {
            before = there is null ? null : Annotation.Parse(KnownFiles.Read(repo, there), file);
        }
        catch (DlsException) when (force)
        {
            // What cannot be read is replaced on demand, and kept in git or the trash.
        }

        string label = project.Label ?? (before is { Objects: [var first, ..] } ? first.Label : null) ?? TileObjects.DefaultLabel(project);
        bool isFit = before is not null && Fits(project, before, file, header, label)
            && !(force && NamesNothing(repo, before.FileName, file, image));
        return isFit || there is null || force
            ? new Planned(image, file, ProjectNew.Exact(master.Image, header, label), isFit)
            : throw new DlsException(
                ErrorKind.Failed, $"annotate '{image}': '{file}' says something else ("
                    + $"{string.Join("; ", before!.Objects.Take(3).Select(static o => $"{o.Label} at {o.Box}"))})",
                "give --force to replace it; the old one stays in git or goes to the trash");
    }

    /// <summary>An annotation on an aid that is not there any more is one that nobody can check.</summary>
    private static bool NamesNothing(Repo repo, string fileName, string file, string image)
    {
        string beside = $"{Path.GetDirectoryName(file)}/{Path.GetFileName(fileName)}";
        return fileName.Length > 0 && fileName != Path.GetFileName(image)
            && (!RelPath.TryParse(beside, out RelPath path, out _) || KnownFiles.Find(repo, path.Value) is null);
    }

    /// <summary>An annotation on the labelling aid says the same if its only box is the master.</summary>
    private static bool Fits(Project project, Annotation annotation, string file, JpegHeader header, string label)
    {
        try
        {
            IReadOnlyList<LabelledObject> objects = TileObjects.Of(project, annotation, file, header.Width, header.Height);
            return objects is [var only] && only.Label == label && only.Box == PixelBox.Whole(header.Width, header.Height);
        }
        catch (DlsException)
        {
            return false;
        }
    }
}
