using DlStore.Data.Annotations;
using DlStore.Data.Findings;
using DlStore.Data.Layouts;
using DlStore.Data.Names;

namespace DlStore.Data.Lint;

/// <summary>
/// Goes through a set as a reader does: which list it opens, what stops it, what it passes over. Kept apart from the other checks because
/// it follows programs, which change, not
/// the format, which does not; docs/lint.md says which version of each was read.
/// </summary>
internal sealed class ConsumerRules(LintConsumer consumer, LintFacts facts, IReadOnlyList<Finding> before, List<Finding> findings)
{
    private const int ShownMax = 10;
    private const int NetSide = 416;
    private const int UltralyticsSideMin = 10;
    private readonly string _name = LintOptions.NameOf(consumer);
    private int _dropped;
    private int _crashes;

    public static LintView Run(LintConsumer consumer, LintFacts facts, IReadOnlyList<Finding> before, List<Finding> findings)
    {
        ConsumerRules rules = new(consumer, facts, before, findings);
        LintView view = consumer switch
        {
            LintConsumer.Ssd => rules.RunSsd(),
            LintConsumer.ResNet34 => rules.RunResNet(),
            LintConsumer.Darknet => rules.RunDarknet(),
            LintConsumer.Ultralytics => rules.RunUltralytics(),
            LintConsumer.Torchvision => rules.RunTorchvision(),
            _ => throw new ArgumentOutOfRangeException(nameof(consumer)),
        };
        string classes = string.Join(", ", view.Classes.Take(ShownMax).Select(static (c, i) => $"{i} {InsidePath.Show(c)}"))
            + (view.Classes.Count > ShownMax ? ", ..." : "");
        findings.Add(LintCodes.ForItems.At(view.List, 0, $"{rules._name}: {view.Items} items, {view.Dropped} dropped, {view.Crashes} "
            + $"places that stop it; {(view.Classes.Count == 0 ? "no ids" : classes)}"));
        return view;
    }

    /// <summary>pytorch_ssd, data/voc0712.py: trains on trainval, whatever it holds.</summary>
    private LintView RunSsd()
    {
        string list = facts.ListName("trainval");
        List<LintImage> items = Items("trainval", list, isStripped: true);
        HashSet<string> reported = new(StringComparer.Ordinal);
        int difficult = 0;
        foreach (LintImage image in items)
        {
            if (!image.IsXmlGood || !image.IsJpeg)
            {
                Crash(image.IsXmlGood ? image.ImagePath
                    : image.XmlPath, 0, image.IsXmlGood ? "the image cannot be decoded" : "the annotation cannot be read");
                continue;
            }

            if (image.FloatLine > 0)
            {
                Crash(image.XmlPath, image.FloatLine, "int() of a number with a decimal point");
            }

            difficult += image.Objects.Count(static o => o.IsDifficult);
            CheckSsdObjects(image, reported);
        }

        Drop(list, 0, difficult, "objects marked as difficult are left out");
        int unseen = facts.Images.Count(
            i => i is { Side: SplitSide.Train, File.Length: > 0 }) - items.Count(static i => i.Side == SplitSide.Train);
        if (unseen > 0)
        {
            Note(LintCodes.ForLists, list, 0, $"it lacks {CountWords.Of(unseen, "image")} of train, never trained on");
        }

        return View(list, items.Count, facts.KnownClasses);
    }

    private void CheckSsdObjects(LintImage image, HashSet<string> reported)
    {
        int kept = 0;
        foreach (LintObject item in image.Objects)
        {
            string label = facts.Labels[item.Label];
            string read = label.ToLowerInvariant().Trim();
            if (!item.SaysDifficult)
            {
                Crash(image.XmlPath, item.Line, "an object without 'difficult'");
            }

            kept += item.IsDifficult ? 0 : 1;
            if (reported.Add(label) && !facts.KnownClasses.Contains(read))
            {
                bool isCase = facts.KnownClasses.Contains(label);
                Note(isCase ? LintCodes.ForClass : LintCodes.ForCrash, image.XmlPath, item.Line, isCase
                    ? $"label '{InsidePath.Show(label)}' is read as '{InsidePath.Show(read)}', which the list of classes must have"
                    : $"KeyError: label '{InsidePath.Show(read)}' is not in the class list");
                _crashes += isCase ? 0 : 1;
            }
        }

        if (kept == 0)
        {
            Crash(image.XmlPath, 0, "no object is left in the image: an empty array is indexed");
        }
    }

    /// <summary>resset, dataset/gaa.py: every JPEGImages/*.jpg, the label is in the name; lists and annotations do not count.</summary>
    private LintView RunResNet()
    {
        LintImage[] items = [.. facts.Images.Where(static i => i.HasJpg)];
        SortedSet<string> labels = new(StringComparer.Ordinal);
        foreach (LintImage image in items)
        {
            if (LintFacts.LabelOfName(image.Id) is { } label)
            {
                labels.Add(label);
            }
            else
            {
                Note(LintCodes.ForClass,
                    image.ImagePath, 0, "the name is not <label>_<number>: whatever stands before its last '_' becomes a class");
            }

            if (!image.IsJpeg)
            {
                Crash(image.ImagePath, 0, "the image cannot be decoded");
            }
        }

        foreach (LintImage image in facts.Images.Where(static i => i.File.Length > 0 && !i.HasJpg))
        {
            Drop(image.ImagePath, 0, 1, "only names in .jpg are looked for");
        }

        int held = items.Count(static i => i.Side is SplitSide.Val or SplitSide.Test);
        Note(
            LintCodes.ForLists, facts.Places.Lists, 0,
                $"all {items.Length} images are taken and split anew, also the {held} of val and test");
        string[] classes = [.. labels];
        NoteRanks(classes);
        return View($"{VocLayout.Images}/*.jpg", items.Length, classes);
    }

    private void NoteRanks(string[] classes)
    {
        int other = Array.FindIndex(classes, c => facts.Classes is not null && facts.Classes.IdOf(c) != Array.IndexOf(classes, c));
        if (other >= 0)
        {
            string listed = facts.Classes!.IdOf(classes[other]) is { } id ? $"id {id}" : "no id";
            Note(LintCodes.ForClass, facts.Places.ClassFile,
                0, $"ids are ranks of the names: '{InsidePath.Show(classes[other])}' gets {other}, in the class list it has {listed}");
        }
    }

    /// <summary>darknet (src/data.c, src/image.c) on what <c>dataset export --as darknet</c> makes of the set.</summary>
    private LintView RunDarknet()
    {
        List<LintImage> items = Items("train", facts.ListName("train"), isStripped: false);
        foreach (LintImage image in items)
        {
            if (!image.IsJpeg)
            {
                Drop(image.ImagePath, 0, 1, "an image that cannot be read: a blank of 10x10 is trained on in its place");
                continue;
            }

            foreach (LintObject item in image.Objects)
            {
                if (item.Box.Width < 1 || item.Box.Height < 1 || !item.Box.IsInside(image.Width, image.Height))
                {
                    Drop(image.XmlPath, item.BoxLine, 1, "wrong annotation: the box leads out of the image or has no extent");
                }
                else if (item.Box.Width * NetSide < image.Width || item.Box.Height * NetSide < image.Height)
                {
                    Drop(image.XmlPath, item.BoxLine, 1, $"the box is less than one pixel of a network of {NetSide}x{NetSide}");
                }
            }
        }

        return View(facts.ListName("train"), items.Count, facts.KnownClasses);
    }

    /// <summary>Ultralytics (data/utils.py, verify_image_label) on what <c>dataset export --as ultralytics</c> makes of the set.</summary>
    private LintView RunUltralytics()
    {
        List<LintImage> items = Items("train", facts.ListName("train"), isStripped: true);
        foreach (LintImage image in items)
        {
            if (!image.IsJpeg || image.Width < UltralyticsSideMin || image.Height < UltralyticsSideMin)
            {
                Drop(image.ImagePath, 0, 1, image.IsJpeg
                    ? $"an image with a side below {UltralyticsSideMin} pixels" : "an image that cannot be read");
            }
            else if (!image.HasEnd)
            {
                Note(LintCodes.ForDropped, image.ImagePath, 0,
                    "the file does not end as a JPEG does: it is written anew in place, with other bytes");
            }

            // One such box, and the image is passed over as corrupt.
            int bad = image.IsJpeg ? Array.FindIndex(
                image.Objects, o => o.Box.Width < 0 || o.Box.Height < 0 || !o.Box.IsInside(image.Width, image.Height)) : -1;
            if (bad >= 0)
            {
                Drop(image.XmlPath, image.Objects[bad].BoxLine, 1, "the whole image: a box leads out of it");
            }
        }

        foreach (Finding twice in before.Where(static f => f.Code == LintCodes.BoxDup.Code))
        {
            Drop(twice.File, twice.Line, 1, "the second of two equal boxes");
        }

        return View(facts.ListName("train"), items.Count, facts.KnownClasses);
    }

    /// <summary>torchvision, datasets/voc.py: VOCdevkit/VOC2012, one of train, val and trainval; labels stay text.</summary>
    private LintView RunTorchvision()
    {
        string list = facts.ListName("train");
        List<LintImage> items = Items("train", list, isStripped: true);
        foreach (LintImage image in items)
        {
            if (!image.IsXmlGood || !image.IsJpeg)
            {
                Crash(image.IsXmlGood ? image.ImagePath
                    : image.XmlPath, 0, image.IsXmlGood ? "the image cannot be decoded" : "the annotation cannot be read");
            }
        }

        if (!facts.Places.Root.EndsWith("/VOCdevkit/VOC2012", StringComparison.Ordinal))
        {
            Note(LintCodes.ForLists, "", 0, "it looks for VOCdevkit/VOC2012 below the directory it is given: put the set there");
        }

        return View(list, items.Count, []);
    }

    /// <summary>Gives the images that a list names; what the list itself does to the reader is reported.</summary>
    private List<LintImage> Items(string name, string file, bool isStripped)
    {
        List<LintImage> items = [];
        if (!facts.Lists.TryGetValue(name, out ListFile? list))
        {
            Crash(file, 0, "the list is not there");
            return items;
        }

        foreach (Finding fault in before.Where(f => f.File == file && f.Code.StartsWith("LIST_", StringComparison.Ordinal)))
        {
            bool isHarmless = fault.Code == LintCodes.ListDup.Code
                || (isStripped && (fault.Code == LintCodes.ListCrLf.Code || fault.Code == LintCodes.ListPadded.Code));
            if (!isHarmless && fault.Code != LintCodes.ListUnknownId.Code)
            {
                Crash(fault.File, fault.Line, $"{fault.Code}: the line is taken for an image");
            }
        }

        foreach (ListLine line in list.Lines)
        {
            LintImage? image = facts.Find(line.Text);
            if (image is { HasJpg: true, HasXml: true })
            {
                items.Add(image);
            }
            else
            {
                string missing = image is not { HasXml: true }
                    ? $"{VocLayout.Annotations}/{line.Text}.xml" : $"{VocLayout.Images}/{line.Text}.jpg";
                Crash(file, line.Number, $"there is no {InsidePath.Show(missing)}");
            }
        }

        return items;
    }

    private void Crash(string file, int line, string why)
    {
        if (++_crashes <= ShownMax)
        {
            Note(LintCodes.ForCrash, file, line, why);
        }
    }

    private void Drop(string file, int line, int count, string why)
    {
        _dropped += count;
        if (count > 0 && _dropped - count < ShownMax)
        {
            Note(LintCodes.ForDropped, file, line, count == 1 ? why : $"{why} ({count})");
        }
    }

    private void Note(LintCode code, string file, int line, string message) => findings.Add(code.At(file, line, $"{_name}: {message}"));

    private LintView View(string list, int items, IReadOnlyList<string> classes) => new(consumer, list, items, _dropped, _crashes, classes);
}
