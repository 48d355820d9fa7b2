using DlStore.Data.Annotations;
using DlStore.Data.Findings;
using DlStore.Data.Layouts;
using DlStore.Data.Names;
using DlStore.Data.Recipes;
using DlStore.Data.Sets;
using DlStore.Images.Pictures;
using DlStore.Io;
using DlStore.Objects;
using DlStore.Operations.Store;

namespace DlStore.Operations.Datasets;

/// <summary>
/// <c>dls dataset import</c>: takes a labelled set as it is into the canonical layout. Lists that would mislead a trainer are refused with
/// their line; what is wrong in single
/// annotations is kept as it came and reported, because it is the user's to correct.
/// </summary>
public sealed class DatasetImport
{
    /// <summary>Faults of lists and of the whole: a set with one of them is not the set its owner thinks it is.</summary>
    private static readonly string[] _refused =
    [
        "LIST_BAD", "LIST_MISSING", "LIST_BLANK", "LIST_PADDED", "LIST_CRLF", "LIST_NOT_IMAGE",
            "LIST_DUP", "LIST_UNKNOWN_ID", "LIST_OUTSIDE", "IMG_MISSING", "SPLIT_TRAINVAL", "SPLIT_OVERLAP", "LABEL_BAD", "SET_BAD",
        "ID_DUP", "CLASS_NAME", "CLASS_UNKNOWN", "XML_BAD",
        // Images that would be left out: the rest looks just like a whole set.
        "IMG_NOT_JPEG", "IMG_EXTENSION", "IMG_SIZE_ZERO",
    ];

    private readonly Repo _repo;
    private readonly DatasetImportOptions _options;
    private readonly PortableName _name;
    private readonly string _form;
    private readonly string _from;
    private readonly Dictionary<string, string> _annotations = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, List<string>> _converted = new(StringComparer.Ordinal);

    private DatasetImport(Repo repo, DatasetImportOptions options)
    {
        _repo = repo;
        _options = options;
        _name = PortableName.Parse(options.Name, "data set");
        DatasetLintRun.RequireCodes(options.Accept);
        _from = Path.GetFullPath(Path.Combine(repo.StartDirectory, options.From));
        _form = ImportForm.NameOf(options.Layout, _from, options.From);
        ImportForm.RequireBoxes(_form, options.Boxes);
    }

    /// <summary>Runs the command.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="options">What to import.</param>
    /// <param name="cancel">Stops it; nothing is left then.</param>
    /// <returns>What was imported.</returns>
    /// <exception cref="DlsException">The name is taken, the directory holds no such set, or it has faults that are refused; each is named
    /// with its line.</exception>
    public static DatasetImportResult Run(
        Repo repo, DatasetImportOptions options, CancellationToken cancel) => new DatasetImport(repo, options).Run(cancel);

    private DatasetImportResult Run(CancellationToken cancel)
    {
        DatasetDirectory directory = new(_repo, _name);
        if (File.Exists($"{_repo.WorkTree}/{DatasetRecipe.FileOf(_name)}")
            && DatasetRecipe.Read(_repo.WorkTree, _name).ImportedFrom is null)
        {
            throw Taken();
        }

        // An import that was killed is finished by the same one; so is one that was not, with nothing left to do.
        directory.RequireReplaceable(cancel);

        ImportForm.RequireDirectory(_from, _options.From);
        SetReading reading = ImportForm.Read(_form, _from, _options.From, _options.Boxes is { } boxes ? SetLayouts.ParseBoxes(boxes)
            : null);
        Refuse(reading);
        List<DatasetItem> items = ToItems(reading.Set, cancel);
        TestSetImages.Refuse(_repo, $"import '{_options.From}'", items.Where(static i => i.Side is SplitSide.Train or SplitSide.Val)
            .Select(static i => (i.Oid, i.SourceId)));
        ClassListGrowth growth = PlanClasses(reading.Set, items);
        DatasetLock? made = _options.DryRun ? null : Make(directory, growth, items, cancel);
        SetCounts counts = SetCounts.Of(reading.Set);
        return new DatasetImportResult(
            _name.Value, counts.Images,
                new SortedDictionary<string, int>(counts.Labels.ToDictionary(static l => l, counts.BoxesOf), StringComparer.Ordinal),
            [counts.ImagesOf(SplitSide.Train), counts.ImagesOf(SplitSide.Val), counts.ImagesOf(SplitSide.Test)],
                reading.Findings, [.. _converted.Select(static c =>
                $"{CountWords.Of(c.Value.Count, "image")}"
                    + $" ({string.Join(", ", c.Value.Take(5))}{(c.Value.Count > 5 ? ", ..." : "")}): {c.Key}")], made)
        {
            Saw = reading.Saw,
            Accepted = ImportLosses.Accepted(reading.Findings, _options.Accept),
            ImagesSeen = reading.ImagesSeen,
            BoxesSeen = reading.BoxesSeen,
        };
    }

    private DlsException Taken() => new(ErrorKind.Failed, $"import data set '{_name}': the name is taken by another one",
        "choose another name, or remove the data set with `dls dataset rm`");

    private void Refuse(SetReading reading)
    {
        Finding[] refused = [
            .. reading.Findings.Where(f => ((f.Severity == Severity.Error && _refused.Contains(f.Code)) || f.ImagesLost + f.BoxesLost > 0)
                && !_options.Accept.Contains(f.Code)).OrderByDescending(static f => f.Code == LintCodes.SetBad.Code)];
        if (refused.Length > 0)
        {
            throw ImportLosses.Refused(_options.From, _form, refused, isAcceptable: reading.Set.Images.Count > 0);
        }

        if (reading.Missing() is { } missing)
        {
            // The last line of defence: whatever a reader forgets to count is not passed over in silence.
            throw new DlsException(ErrorKind.Failed, $"import '{_options.From}' as {_form}: of "
                + $"{CountWords.Of(reading.ImagesSeen, "image")} and "
                + $"{CountWords.Of(reading.BoxesSeen, "box", "boxes")}, {missing} would be lost, and no finding says why",
                    "nothing was written; this is a fault of dls");
        }

        if (reading.Set.Images.Count == 0)
        {
            throw new DlsException(ErrorKind.Failed, $"import '{_options.From}' as {_form}: there is no labelled image in it",
                "`dls dataset import FORMAT DIR NAME` takes voc, darknet, ultralytics, coco, labelme or auto");
        }
    }

    private List<DatasetItem> ToItems(LabelledSet set, CancellationToken cancel)
    {
        List<DatasetItem> items = new(set.Images.Count);
        long done = 0;
        foreach (LabelledImage image in set.Images)
        {
            cancel.ThrowIfCancellationRequested();
            if (image.AnnotationFile is { } annotation)
            {
                _annotations.Add(image.Id, annotation);
            }

            items.Add(RealItems.Of(image, _name.Value, ReadJpeg(image)) with { Given = image.Side, Side = image.Side });
            _options.Progress?.Report(new WorkProgress("reading", ++done, set.Images.Count, 0, -1));
        }

        return items;
    }

    /// <summary>
    /// Reads an image as it will be in the data set; of a picture of another kind the JPEG is made twice, here and when it is written,
    /// which must give the same bytes.
    /// </summary>
    private byte[] ReadJpeg(LabelledImage image)
    {
        byte[] bytes = SmallFile.Read(image.File, image.Id, KnownFiles.LengthMax);
        if (!image.IsOtherKind)
        {
            string extension = Path.GetExtension(image.File);
            if (extension != ".jpg")
            {
                Note($"a JPEG file named {extension}, kept byte for byte as .jpg", image.Id);
            }

            return bytes;
        }

        PictureAsJpeg made = PictureAsJpeg.Make(bytes, Path.GetRelativePath(_from, image.File));
        Note(made.Changes, image.Id);
        return made.Bytes;
    }

    private void Note(string changes, string id)
    {
        _converted.TryAdd(changes, []);
        _converted[changes].Add(id);
    }

    /// <summary>Gives the class list that the set is written with; every label must have an id in it, also if nothing is written.</summary>
    private ClassListGrowth PlanClasses(LabelledSet set, List<DatasetItem> items)
    {
        ClassList classes = DatasetClasses.Find(_repo, _name) ?? ClassList.Empty;
        ClassListGrowth growth = classes.Append(
            set.Classes.Count > 0 ? set.Classes : items.SelectMany(static i => i.Objects).Select(static o => o.Label));
        if (set.Classes.Count > 0 && classes.Labels.Count == 0)
        {
            // The order of a set that brings its own ids is kept.
            growth = new ClassListGrowth(ClassList.Parse(
                System.Text.Encoding.UTF8.GetBytes(string.Concat(set.Classes.Select(static c => c + "\n"))), _options.From), set.Classes);
        }

        string[] strange = [.. items.SelectMany(i => i.Objects.Where(o => growth.List.IdOf(o.Label) is null)
            .Select(o => $"'{o.Label}' in {i.Id}")).DistinctBy(static w => w[..w.LastIndexOf("' in ", StringComparison.Ordinal)])];
        return strange.Length == 0 ? growth : throw new DlsException(
            ErrorKind.Failed,
                $"import '{_options.From}' as {_form}: {CountWords.Of(strange.Length, "label is", "labels are")}"
                    + " not in the class list that lies there",
                "add them at the end of that list, or remove the list to have one made of the labels; nothing was written")
        {
            Items = strange,
        };
    }

    private DatasetLock Make(DatasetDirectory directory, ClassListGrowth growth, List<DatasetItem> items, CancellationToken cancel)
    {
        using FileLock held = _repo.LockBuilds();
        DatasetRecipe recipe =
            new() { Name = _name, Classes = _name, ImportedFrom = $"{_form} {Path.GetFileName(_from.TrimEnd('/'))}" };
        string staging = directory.Stage();
        try
        {
            LockedSource source = RealItems.Lock(_name.Value, items, null);
            DatasetCanvas canvas = new(Canvas.Own, items, [source]);
            DatasetWriter writer = new(
                _repo, recipe, growth.List, _options.Progress)
            { AnnotationOf = ReadAnnotation };
            LockedCanvas locked = writer.Write(canvas, $"{staging}/{Canvas.Own}", cancel);
            if (DatasetLock.Find(_repo.WorkTree, _name) is { } known)
            {
                bool isSame = known.ImportedFrom == recipe.ImportedFrom
                    && known.Canvases.TryGetValue(Canvas.Own.ToString(), out LockedCanvas? there) && there.DirHash == locked.DirHash;
                directory.Restage(isSame ? _name : throw Taken());
                return known;
            }

            _repo.Files.Write(DatasetRecipe.FileOf(_name),
                $"imported: \"{recipe.ImportedFrom!.Replace("\"", "'", StringComparison.Ordinal).Replace('\\', '/')}\"\n");
            Oid tree = directory.Publish(staging, _options.Progress, cancel);
            DatasetLock made = LockOf(recipe, tree, locked);
            directory.Record(made, _name, growth.Added.Count > 0 ? growth.List : null);
            return made;
        }
        finally
        {
            directory.ClearStaging();
        }
    }

    private static DatasetLock LockOf(DatasetRecipe recipe, Oid tree, LockedCanvas locked)
    {
        return new DatasetLock
        {
            Recipe = recipe.Hash(),
            Tree = tree,
            Split = "as imported",
            ImportedFrom = recipe.ImportedFrom,
            Canvases = new SortedDictionary<string, LockedCanvas>(StringComparer.Ordinal) { [Canvas.Own.ToString()] = locked },
        };
    }

    /// <summary>Annotations in VOC layout are kept byte for byte: what lint finds in them is found at the user's own lines.</summary>
    private byte[]? ReadAnnotation(LabelledImage image)
    {
        if (_annotations.GetValueOrDefault(image.Id) is not { } path)
        {
            return null;
        }

        string name = Path.GetRelativePath(_from, path);
        byte[] bytes = SmallFile.Read(path, name, Annotation.LengthMax);
        // The one thing that cannot stay: the name of a file that is not in the set.
        return Path.GetFileName(image.File) == image.Id + ".jpg" ? bytes : ImportLosses.Renamed(bytes, image.Id + ".jpg", name);
    }
}
