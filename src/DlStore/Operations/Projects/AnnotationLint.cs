using DlStore.Data.Annotations;
using DlStore.Data.Findings;
using DlStore.Data.Recipes;
using DlStore.Images;
using DlStore.Io;
using DlStore.Operations.Store;

namespace DlStore.Operations.Projects;

/// <summary>Looks at what is written about the masters of one project: whether labels, sizes and boxes fit the pictures.</summary>
internal sealed class AnnotationLint(Repo repo, Project project, List<Finding> findings)
{
    // A box drawn by hand on a large master is a pixel or two off; of one in 32 on a small one a learner sees the difference.
    private const int OverhangPercent = 3;
    private const int CoverPercent = 50;
    private const int SideMin = 4;

    /// <summary>Looks at the annotation of a master.</summary>
    /// <param name="master">The master.</param>
    /// <param name="path">Its picture, from the top of the work tree.</param>
    /// <param name="header">What the picture says of itself, or null: it could not be read.</param>
    public void Look(Master master, string path, JpegHeader? header)
    {
        if (master.Annotation is not { } file)
        {
            findings.Add(LintCodes.MasterNoXml.At(
                path, 0, $"there is no annotation; one '{project.Label ?? TileObjects.DefaultLabel(project)}' is taken to fill it",
                $"`dls project annotate {project.Name}` writes that down"));
            return;
        }

        string name = project.NameOf(file);
        if (Read(name) is not { } annotation)
        {
            return;
        }

        LookAtLabels(annotation, name);
        LookAtSize(annotation, name, Path.GetFileName(master.Image), Path.GetDirectoryName(master.Image) ?? "", header);
        if (header is not null)
        {
            LookAtBoxes(annotation, name, header);
        }
    }

    /// <summary>Looks at the annotation of a generator, which has no master.</summary>
    public void LookAtGenerator()
    {
        if (project.GeneratorAnnotation is { } file && Read(project.NameOf(file)) is { } annotation)
        {
            LookAtLabels(annotation, project.NameOf(file));
        }
    }

    private Annotation? Read(string name)
    {
        try
        {
            Annotation annotation = Annotation.Parse(KnownFiles.Read(repo, KnownFiles.Get(repo, name, "annotation")), name);
            foreach (AnnotationRemark remark in annotation.Remarks.Where(static r => r.Flaw == AnnotationFlaw.FloatNumber))
            {
                findings.Add(LintCodes.XmlFloat.At(name, remark.Line, $"'{remark.Text}' has a decimal point", "write whole numbers"));
            }

            return annotation;
        }
        catch (DlsException e) when (e.Kind is not (ErrorKind.Missing or ErrorKind.Erased))
        {
            findings.Add(ProjectLint.FindingOf(LintCodes.XmlBad, e, name));
        }
        catch (DlsException e)
        {
            findings.Add(LintCodes.MasterNotHere.At(name, 0, e.Message, e.Hint));
        }

        return null;
    }

    private void LookAtLabels(Annotation annotation, string name)
    {
        if (annotation.Objects.Count == 0)
        {
            findings.Add(LintCodes.NoObject.At(name, 0, "it names no object", $"`dls project annotate {project.Name} --force`"));
        }

        foreach (LabelledObject item in annotation.Objects)
        {
            if (LabelName.WhyRefused(item.Label) is { } why)
            {
                findings.Add(LintCodes.ClassName.At(
                    name, item.Line, $"'{EntryName.Show(System.Text.Encoding.UTF8.GetBytes(item.Label))}' cannot name a class: {why}"));
            }
            else if (!LabelName.IsLowerCase(item.Label))
            {
                findings.Add(LintCodes.ClassCase.At(name, item.Line, $"'{item.Label}' has upper-case letters", "write it in lower case"));
            }
        }

        string[] labels = [.. annotation.Objects.Select(static o => o.Label).Distinct()];
        int line = annotation.Objects.Count > 0 ? annotation.Objects[0].Line : 0;
        if (project.Label is { } label && labels.Length > 0 && (labels.Length > 1 || labels[0] != label))
        {
            string which = labels.Length > 1 ? "the annotation's classes count" : "project.yaml counts";
            findings.Add(LintCodes.ClassConflict.At(name,
                line, $"project.yaml says '{label}', the annotation {string.Join(", ", labels.Select(static l => $"'{l}'"))}; {which}",
                "make the two equal"));
        }
        else if (project.Label is null && labels is [var only] && only != project.Name.Value)
        {
            findings.Add(LintCodes.ClassFileVsXml.At(
                name, line, $"it names '{only}', and file names of the build say '{project.Name}'; programs take one or the other",
                    $"write `label: {ProjectDraft.Quote(only)}` into project.yaml to settle it"));
        }
    }

    private void LookAtSize(Annotation annotation, string name, string image, string directory, JpegHeader? master)
    {
        JpegHeader? described = annotation.FileName == image
            ? master : annotation.FileName.Length > 0 ? Beside(directory, annotation.FileName) : null;
        bool fitsMaster = master is not null && annotation.Width == master.Width && annotation.Height == master.Height;
        string named = EntryName.Show(System.Text.Encoding.UTF8.GetBytes(annotation.FileName));
        if (annotation.FileName != image && described is null)
        {
            Finding finding = LintCodes.XmlFileName.At(name,
                annotation.FileNameLine, $"it says it describes '{named}', and there is no such picture beside it", fitsMaster
                    ? $"write '{image}'"
                    : $"put '{named}' back beside it, or label the master itself with `dls project annotate {project.Name} --force`");
            findings.Add(fitsMaster || project.Masters.Count == 1 ? finding with { Severity = Severity.Note } : finding);
        }

        if (described is not null && (annotation.Width != described.Width || annotation.Height != described.Height))
        {
            Finding finding = LintCodes.XmlSize.At(name, annotation.SizeLine,
                $"it says {annotation.Width}x{annotation.Height}, and '{named}' is {described.Width}x{described.Height}", fitsMaster
                ? $"write '{image}' as the file name" : "label that picture again");
            findings.Add(fitsMaster ? finding with { Severity = Severity.Note } : finding);
        }
    }

    private JpegHeader? Beside(string directory, string fileName)
    {
        if (!RelPath.TryParse($"{directory}/{fileName}".TrimStart('/'), out RelPath path, out _)
            || fileName.Contains('/', StringComparison.Ordinal))
        {
            return null;
        }

        try
        {
            return KnownFiles.Find(repo, project.NameOf(path.Value)) is { IsHere: true } file
                ? JpegHeader.TryRead(KnownFiles.Read(repo, file), out _) : null;
        }
        catch (DlsException)
        {
            return null;
        }
    }

    private void LookAtBoxes(Annotation annotation, string name, JpegHeader header)
    {
        foreach (LabelledObject item in annotation.Objects)
        {
            if (item.Box.Width <= 1 || item.Box.Height <= 1)
            {
                findings.Add(LintCodes.BoxEmpty.At(name, item.Line, $"box {item.Box} of '{item.Label}' has no extent", "draw it again"));
                return;
            }
        }

        IReadOnlyList<LabelledObject> objects;
        try
        {
            objects = TileObjects.Of(project, annotation, name, header.Width, header.Height);
        }
        catch (DlsException e)
        {
            findings.Add(ProjectLint.FindingOf(LintCodes.BoxOut, e, name));
            return;
        }

        for (int i = 0; i < objects.Count; i++)
        {
            Compare(annotation.Objects[i], objects[i], name);
        }

        // Boxes may overlap; then their sum is too large, and only a tight box goes unnoticed.
        long covered = objects.Sum(static o => (long)o.Box.Width * o.Box.Height);
        if (objects.Count > 0 && covered * 100 < (long)header.Width * header.Height * CoverPercent)
        {
            findings.Add(LintCodes.BoxTight.At(name, objects[0].Line,
                $"its boxes cover {covered * 100 / ((long)header.Width * header.Height)} % of the master of {header.Width}x{header.Height}",
                $"crop the master closer, or run `dls project annotate {project.Name} --force`"));
        }
    }

    private void Compare(LabelledObject written, LabelledObject cut, string name)
    {
        long area = (long)written.Box.Width * written.Box.Height;
        long inside = (long)cut.Box.Width * cut.Box.Height;
        if ((area - inside) * 100 > area * OverhangPercent)
        {
            findings.Add(LintCodes.BoxLoose.At(name, written.Line,
                $"box {written.Box} of '{written.Label}' sticks out of the master by {(area - inside) * 100 / area} % of its area",
                "draw it again on the master"));
        }

        if (cut.Box.Width < SideMin || cut.Box.Height < SideMin)
        {
            findings.Add(LintCodes.BoxTiny.At(
                name, written.Line, $"box {written.Box} of '{written.Label}' is less than {SideMin} pixels wide or high", "draw it again"));
        }
    }
}
