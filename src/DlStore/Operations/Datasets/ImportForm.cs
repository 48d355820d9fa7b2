using DlStore.Data.Annotations;
using DlStore.Data.Layouts;
using DlStore.Io;

namespace DlStore.Operations.Datasets;

/// <summary>What an import is asked to read, by the word that is typed and by what the directory looks like.</summary>
internal static class ImportForm
{
    private const string Auto = "auto";
    private const string Labelme = "labelme";

    /// <summary>Gives the format that a directory is read in.</summary>
    /// <param name="typed">As typed.</param>
    /// <param name="directory">Absolute path.</param>
    /// <param name="shown">The directory as messages name it.</param>
    /// <returns>voc, darknet, ultralytics, coco or labelme.</returns>
    /// <exception cref="DlsException">Kind Usage: there is no such format.</exception>
    public static string NameOf(string typed, string directory, string shown)
    {
        if (typed is Auto)
        {
            RequireDirectory(directory, shown);
        }

        return typed is Auto ? NameOf(LayoutSight.See(directory) ?? throw LayoutSight.NoSet(directory, "import", shown))
            : typed is Labelme ? typed
            : Array.IndexOf([.. SetLayouts.Names], typed) >= 0 ? typed
            : throw new DlsException(ErrorKind.Usage, $"use data set format '{typed}': it is not known",
                $"known formats: {string.Join(", ", SetLayouts.Names)}, {Labelme}, and {Auto} for what the directory looks like");
    }

    /// <summary>Requires that what was named is a directory.</summary>
    /// <exception cref="DlsException">Kind Usage: it is a file, or nothing is there.</exception>
    public static void RequireDirectory(string directory, string shown)
    {
        if (!Directory.Exists(directory))
        {
            throw File.Exists(directory)
                ? new DlsException(ErrorKind.Usage, $"import '{shown}': it is a file, not a directory",
                    "name the directory that holds the set; an archive is unpacked first")
                : new DlsException(ErrorKind.Usage, $"import '{shown}': there is no such directory",
                    "check the spelling; paths are relative to the current directory");
        }
    }

    /// <summary>Refuses a conversion of fractions for a format that has none.</summary>
    /// <exception cref="DlsException">Kind Usage: it has whole pixels.</exception>
    public static void RequireBoxes(string form, string? boxes)
    {
        if (boxes is not null and not "voc" && form is not "darknet" and not "ultralytics")
        {
            _ = SetLayouts.ParseBoxes(boxes);
            throw new DlsException(ErrorKind.Usage,
                $"read boxes of {form} as '{boxes}': they are pixels, not fractions, and stay what they are",
                "leave --boxes out");
        }
    }

    /// <summary>Reads a directory.</summary>
    /// <exception cref="DlsException">Kind Failed: it holds no such set; the hint names what it looks like.</exception>
    public static SetReading Read(string form, string directory, string shown, BoxConversion? boxes)
    {
        try
        {
            return form == Labelme ? SetLayouts.ReadForm(SetForm.Labelme, directory, null, ImageRule.AnyPicture)
                : SetLayouts.Read(SetLayouts.Parse(form), directory, boxes, ImageRule.AnyPicture);
        }
        catch (DlsException e) when (e.File is null && LayoutSight.See(directory) is { } seen && NameOf(seen) is var other && other != form)
        {
            throw new DlsException(e.Kind, e.Message,
                $"it looks like {LayoutSight.Describe(seen)}: run `dls dataset import {other} {ShellWord.Of(shown)} NAME`", e);
        }
        catch (DlsException e) when (e.File is null && LayoutSight.See(directory) is null)
        {
            throw LayoutSight.NoSet(directory, "import", shown);
        }
    }

    private static string NameOf(SetForm form) => form switch
    {
        SetForm.Voc or SetForm.VocPairs => "voc",
        SetForm.Darknet => "darknet",
        SetForm.Ultralytics or SetForm.YoloPairs => "ultralytics",
        SetForm.Coco => "coco",
        SetForm.Labelme => Labelme,
        _ => throw new ArgumentOutOfRangeException(nameof(form)),
    };
}
