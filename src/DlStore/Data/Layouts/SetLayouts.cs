using DlStore.Data.Annotations;

namespace DlStore.Data.Layouts;

/// <summary>Every layout by its name: what an import or an export is asked for.</summary>
public static class SetLayouts
{
    /// <summary>Gets the names, at the position of their number.</summary>
    public static IReadOnlyList<string> Names { get; } = ["voc", "darknet", "ultralytics", "coco"];

    /// <summary>Reads a layout's name.</summary>
    /// <param name="name">As typed.</param>
    /// <returns>The layout.</returns>
    /// <exception cref="DlsException">Kind Usage: there is no such one; the names are listed.</exception>
    public static SetLayout Parse(string name)
    {
        for (int i = 0; i < Names.Count; i++)
        {
            if (Names[i] == name)
            {
                return (SetLayout)i;
            }
        }

        throw new DlsException(
            ErrorKind.Usage, $"use data set format '{name}': it is not known", $"known formats: {string.Join(", ", Names)}");
    }

    /// <summary>Reads a name of a conversion of boxes.</summary>
    /// <param name="name">As typed.</param>
    /// <returns>The conversion.</returns>
    /// <exception cref="DlsException">Kind Usage: there is no such one; the names are listed.</exception>
    public static BoxConversion ParseBoxes(string name) => FractionBox.Parse(name);

    /// <summary>Finds out what a directory holds.</summary>
    /// <param name="directory">Absolute path.</param>
    /// <returns>Darknet also for a directory of lists alone.</returns>
    /// <exception cref="DlsException">Kind Failed: it holds no set; the message says what is there.</exception>
    public static SetLayout Detect(string directory) => LayoutSight.See(directory) switch
    {
        SetForm.Voc or SetForm.VocPairs or SetForm.Labelme => SetLayout.Voc,
        SetForm.Darknet => SetLayout.Darknet,
        SetForm.Ultralytics or SetForm.YoloPairs => SetLayout.Ultralytics,
        SetForm.Coco => SetLayout.Coco,
        null => throw LayoutSight.NoSet(directory, "read data set", directory),
        _ => throw new ArgumentOutOfRangeException(nameof(directory)),
    };

    /// <summary>Reads a directory.</summary>
    /// <param name="layout">What it holds, in whichever form.</param>
    /// <param name="directory">Absolute path.</param>
    /// <param name="boxes">The conversion of fractions, or null for what the directory says.</param>
    /// <param name="rule">Which files count as images.</param>
    /// <returns>The set, and what is wrong in it.</returns>
    /// <exception cref="DlsException">Kind Failed: it holds no such set.</exception>
    public static SetReading Read(
        SetLayout layout, string directory, BoxConversion? boxes = null, ImageRule rule = ImageRule.JpegOnly)
    {
        SetForm? seen = Directory.Exists(directory) ? LayoutSight.See(directory) : null;
        SetForm form = layout switch
        {
            SetLayout.Voc => seen == SetForm.VocPairs ? SetForm.VocPairs : SetForm.Voc,
            SetLayout.Darknet => seen == SetForm.YoloPairs && LayoutSight.DarknetFile(directory) is null
                ? SetForm.YoloPairs : SetForm.Darknet,
            SetLayout.Ultralytics => seen == SetForm.YoloPairs ? SetForm.YoloPairs : SetForm.Ultralytics,
            SetLayout.Coco => SetForm.Coco,
            _ => throw new ArgumentOutOfRangeException(nameof(layout)),
        };
        return ReadForm(form, directory, boxes, rule);
    }

    /// <summary>Reads a directory in the form in which its files lie.</summary>
    /// <param name="form">The form.</param>
    /// <param name="directory">Absolute path.</param>
    /// <param name="boxes">The conversion of fractions, or null for what the directory says.</param>
    /// <param name="rule">Which files count as images.</param>
    /// <returns>The set, and what is wrong in it.</returns>
    /// <exception cref="DlsException">Kind Failed: it holds no such set.</exception>
    public static SetReading ReadForm(SetForm form, string directory, BoxConversion? boxes, ImageRule rule) => form switch
    {
        SetForm.Voc => VocSet.Read(directory, rule),
        SetForm.VocPairs => new VocPairsReader(directory, rule).Read(),
        SetForm.Darknet => new DarknetReader(directory, boxes, rule).Read(),
        SetForm.Ultralytics => new UltralyticsReader(directory, boxes, rule).Read(),
        SetForm.YoloPairs => new YoloPairsReader(directory, boxes, rule).Read(),
        SetForm.Coco => new CocoReader(directory, rule).Read(),
        SetForm.Labelme => new LabelmeReader(directory, rule).Read(),
        _ => throw new ArgumentOutOfRangeException(nameof(form)),
    };

    /// <summary>Writes a set and reads it again: what went in must come out.</summary>
    /// <param name="layout">How.</param>
    /// <param name="set">The set.</param>
    /// <param name="directory">Absolute path of an empty or missing directory that nobody else uses; the caller moves it into place and
    /// makes it durable.</param>
    /// <param name="options">Names and conversions.</param>
    /// <returns>What is in it, counted by reading.</returns>
    /// <exception cref="DlsException">Kind Failed: something cannot be written, or came back differently.</exception>
    public static SetCounts Write(SetLayout layout, LabelledSet set, string directory, ExportOptions options)
    {
        _ = layout switch
        {
            SetLayout.Voc => VocSet.Write(set, directory),
            SetLayout.Darknet => DarknetSet.Write(set, directory, options),
            SetLayout.Ultralytics => UltralyticsSet.Write(set, directory, options),
            SetLayout.Coco => CocoSet.Write(set, directory),
            _ => throw new ArgumentOutOfRangeException(nameof(layout)),
        };
        return ExportCheck.Run(layout, set, directory);
    }
}
