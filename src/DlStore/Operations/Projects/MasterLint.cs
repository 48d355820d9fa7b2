using DlStore.Data.Findings;
using DlStore.Data.Recipes;
using DlStore.Images;
using DlStore.Io;
using DlStore.Operations.Store;

namespace DlStore.Operations.Projects;

/// <summary>Looks at the masters of one project: files and pixels. <see cref="AnnotationLint"/> looks at what is written of them.</summary>
internal sealed class MasterLint(Repo repo, Project project, List<Finding> findings)
{
    private readonly AnnotationLint _annotations = new(repo, project, findings);

    public void Run()
    {
        LookAtNames();
        if (project is { Masters.Count: 0, Recipe: { Glyphs: null, Program: null } })
        {
            findings.Add(
                LintCodes.MasterMissing.At(project.Path, 0, $"there is no '{project.NameOf("master/image.jpg")}', no glyphs and no program",
                $"`dls project new {project.Name} --image crop.jpg` makes a whole project"));
        }

        foreach (Master master in project.Masters)
        {
            Look(master);
        }

        _annotations.LookAtGenerator();
    }

    private void LookAtNames()
    {
        string directory = $"{project.Directory}/master";
        foreach (string file in Sys.TryStat(directory, out FileStat stat) && stat.IsDirectory
            ? Directory.EnumerateFileSystemEntries(directory).Order(StringComparer.Ordinal) : Enumerable.Empty<string>())
        {
            string extension = Path.GetExtension(file);
            if (extension != ".jpg"
                && extension.ToLowerInvariant() is ".jpg" or ".jpeg" or ".png" or ".bmp" or ".gif" or ".webp" or ".tif" or ".tiff")
            {
                findings.Add(LintCodes.ImgExtension.At(project.NameOf($"master/{Path.GetFileName(file)}"),
                    0, $"the name ends in '{extension}'; images are JPEG files whose names end in .jpg",
                    "convert it if it is no JPEG, else rename it"));
            }
        }
    }

    private void Look(Master master)
    {
        string path = project.NameOf(master.Image);
        if (!path.EndsWith(".jpg", StringComparison.Ordinal) && !path.StartsWith(project.NameOf("master/"), StringComparison.Ordinal))
        {
            findings.Add(LintCodes.ImgExtension.At(path, 0, "the name does not end in .jpg", "rename or convert it"));
        }

        JpegHeader? header = null;
        try
        {
            KnownFile? file = KnownFiles.Find(repo, path);
            if (file is null)
            {
                findings.Add(LintCodes.MasterMissing.At(
                    path, 0, "there is no such file", "restore it with git or `dls checkout`, or correct project.yaml"));
            }
            else if (!file.IsHere)
            {
                findings.Add(
                    LintCodes.MasterNotHere.At(path, 0, "it was not pulled, so its pixels were not looked at", $"`dls pull {path}`"));
            }
            else
            {
                header = LookAtPixels(path, KnownFiles.Read(repo, file));
            }
        }
        catch (DlsException e)
        {
            findings.Add(LintCodes.ProjectBad.At(path, 0, e.Message, e.Hint));
        }

        _annotations.Look(master, path, header);
    }

    private void LookBehind(string path, JpegHeader header)
    {
        if (header.TrailingBytes > 0)
        {
            findings.Add(LintCodes.ImgTrailing.At(path, 0,
                $"{header.TrailingBytes} bytes stand behind the end of the picture, which is whole", "nothing is missing"));
        }
    }

    private JpegHeader? LookAtPixels(string path, byte[] bytes)
    {
        if (bytes.Length == 0)
        {
            findings.Add(LintCodes.ImgSizeZero.At(path, 0, "the file is empty", "copy it again from where it came from"));
            return null;
        }

        if (JpegHeader.TryRead(bytes, out string? problem) is not { } header)
        {
            findings.Add(LintCodes.ImgNotJpeg.At(path, 0, problem!, "convert it, do not rename it"));
            return null;
        }

        LookBehind(path, header);
        if (!header.HasEnd)
        {
            findings.Add(
                LintCodes.ImgTruncated.At(path, 0, "the end marker of a JPEG is missing", "copy it again from where it came from"));
            return header;
        }

        if (header.Orientation != 1)
        {
            findings.Add(LintCodes.ImgRotated.At(path, 0, $"its EXIF tag turns it (orientation {header.Orientation})",
                "write it upright, for example with `convert -auto-orient`") with
            { Severity = Severity.Error });
        }

        if (header.IsCmyk)
        {
            findings.Add(LintCodes.ImgCmyk.At(path, 0, "it is stored in printing inks", "save it as an RGB JPEG"));
        }
        else
        {
            Decode(path, bytes);
        }

        return header;
    }

    private void Decode(string path, byte[] bytes)
    {
        try
        {
            _ = Jpeg.Decode(bytes, path);
        }
        catch (DlsException e)
        {
            findings.Add(LintCodes.ImgTruncated.At(path, 0, e.Message, "copy it again from where it came from"));
        }
    }
}
