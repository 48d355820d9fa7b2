using DlStore.Data.Annotations;
using DlStore.Data.Findings;

namespace DlStore.Data.Layouts;

/// <summary>
/// Reads label files that nothing describes but <c>classes.txt</c>: labelImg's, which lie beside the images, and Label Studio's, in
/// <c>images/</c> and <c>labels/</c>.
/// </summary>
internal sealed class YoloPairsReader(string directory, BoxConversion? given, ImageRule rule)
{
    public SetReading Read()
    {
        SetGathering set = new(directory, SetForm.YoloPairs, rule);
        YoloImages images = new(set, given) { IsEmptyWithout = true };
        string? file = LayoutSight.NamesOfPairs(directory);
        set.ClassFile = file ?? "classes.txt";
        IReadOnlyList<string> classes = file is null ? [] : NamesFile.Find(set.At(file), file, set.Findings, out _)?.Labels ?? [];
        bool isFlat = !Directory.Exists(set.At("images"));
        string[] sides = [.. LayoutSight.SideFolders(directory, isFlat ? "" : "images")];
        foreach (string folder in sides)
        {
            SplitSide side = LayoutSight.SideOf(folder);
            set.Lists.TryAdd(side, folder);
            images.AddFolder(folder, side, folder);
        }

        foreach (string name in sides.Length > 0 && !isFlat ? [] : FolderNames.List(set.At(isFlat ? "" : "images"), "", set.Findings))
        {
            if (Images.ImageKind.IsTakenName(name) || Images.ImageKind.IsOtherName(name))
            {
                images.Add(isFlat ? name : "images/" + name, SplitSide.None, isFlat ? name : "images/" + name, 0);
            }
        }

        // labelImg writes the names where it writes the labels.
        bool isLabelImg = isFlat && file == "classes.txt" && sides.Length == 0;
        string names = file is null ? "no names of classes" : $"'{file}'";
        set.Saw.Add($"label files {(isFlat ? "beside the images" : "in 'labels'")} and {names}: "
            + $"taken for {(isLabelImg ? "labels of labelImg" : "a YOLO export without a description")}"
            + (sides.Length == 0 ? ", in which no image is on a side" : ""));
        if (file is null)
        {
            set.Report(LintCodes.SetBad.At("classes.txt", 0, "there is no such file, nor obj.names or data.yaml, so the classes "
                + "have no names: write one with a name a line, that of class 0 first"));
        }

        return images.Finish(classes, isLabelImg);
    }
}
