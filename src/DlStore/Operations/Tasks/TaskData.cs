using DlStore.Data.Annotations;
using DlStore.Data.Findings;
using DlStore.Data.Layouts;
using DlStore.Data.Names;
using DlStore.Data.Sets;
using DlStore.Io;
using DlStore.Learning.Kinds;
using DlStore.Learning.Records;
using DlStore.Objects;
using DlStore.Operations.Datasets;
using DlStore.Operations.Store;
using DlStore.WorkTree;

namespace DlStore.Operations.Tasks;

/// <summary>
/// The data set of a run: built if it has to be, checked by lint, and given as a tree in the layout that the kind wants. The canonical
/// layout is a part of the data set's own
/// tree; another one is written beside, read again, and stored, which adds labels and lists only, because the images are the same objects.
/// </summary>
internal static class TaskData
{
    /// <summary>Prepares the data set of a kind.</summary>
    /// <returns>What the record says of it, and the classes by id.</returns>
    /// <exception cref="DlsException">Kind Failed: lint blocks it; the findings are listed.</exception>
    public static (AttemptData Data, IReadOnlyList<string> Classes) Prepare(
        Repo repo, KindJob job, TaskCreateOptions options, ObjectWriter writer, CancellationToken cancel)
    {
        Kind kind = job.Kind;
        PortableName name = kind.Dataset!.Value;
        DatasetRecipe recipe = DatasetRecipe.Read(repo.WorkTree, name);
        if (recipe.ImportedFrom is null)
        {
            _ = DatasetBuild.Run(repo, new DatasetBuildOptions
            {
                Name = name.Value,
                AllowUnreviewed = options.AllowUnreviewed,
                Progress = options.Progress
            }, cancel);
            repo.Store.Refresh();
        }

        string canvas = (kind.Canvas ?? recipe.Canvases[0]).ToString();
        DatasetLock found = DatasetLock.Find(repo.WorkTree, name)
            ?? throw new DlsException(ErrorKind.Failed, $"use data set '{name}': it has no lock", $"run `dls dataset build {name}`");
        if (job.CheckedData != found.Tree)
        {
            Require(repo, name, canvas, options, cancel);
        }

        LockedCanvas locked = found.Canvases[canvas];
        Oid view = kind.Layout == SetLayout.Voc
            ? Canonical(repo, name, found, canvas) : StoreView(repo, kind, name, canvas, writer, cancel);
        AttemptData data = new(name.Value, canvas, found.Tree, locked.DirHash, SetLayouts.Names[(int)kind.Layout], view);
        return (data, [.. locked.Classes.Select(static c => c.Name)]);
    }

    /// <summary>
    /// Checks that a data set may be trained on as it lies here: it is what its lock says, lint does not block it, and none of its train
    /// and val images is in a test set.
    /// </summary>
    /// <returns>The tree that was checked.</returns>
    /// <exception cref="DlsException">Kind Failed: it may not; says why. Kind Missing: it was not pulled.</exception>
    public static Oid Require(Repo repo, PortableName name, string canvas, TaskCreateOptions options, CancellationToken cancel)
    {
        DatasetLock found = DatasetLock.Find(repo.WorkTree, name)
            ?? throw new DlsException(ErrorKind.Failed, $"use data set '{name}': it has no lock", $"run `dls dataset build {name}`");
        RequireAccepted(repo, name, canvas, options, cancel);
        if (new DatasetDirectory(repo, name).WhyIncomplete(found, cancel) is { } why)
        {
            // Another layout is written from the files, and the record names the lock's: both must be the same.
            throw new DlsException(ErrorKind.Failed, $"train on data set '{name}': {why}",
                $"`dls status -v {DatasetRecipe.Root}/{name}` shows what differs; "
                    + $"`dls checkout --force {DatasetRecipe.Root}/{name}` brings the recorded one back (the changes go to the trash)");
        }

        RefuseTestImages(repo, name, found, canvas);
        return found.Tree;
    }

    private static void RefuseTestImages(Repo repo, PortableName name, DatasetLock found, string canvas)
    {
        PathEntry images = TaskFiles.FindBelow(repo, found.Tree, $"{canvas}/{DatasetWriter.Root}/{VocLayout.Images}");
        if (!images.IsDirectory)
        {
            return;
        }

        Dictionary<string, Oid> oids = TreeFiles.List(repo, images.Oid).ToDictionary(
            static f => Path.GetFileNameWithoutExtension(f.Path), static f => f.Oid, StringComparer.Ordinal);
        // Which side each is on is read only if there is a test set at all.
        IEnumerable<(Oid, string)> learned = VocSet.Read(DatasetLintRun.DirectoryOf(repo, name, canvas)).Set.Images
            .Where(i => i.Side is SplitSide.Train or SplitSide.Val && oids.ContainsKey(i.Id)).Select(i => (oids[i.Id], $"{i.Id}.jpg"));
        TestSetImages.Refuse(repo, $"train on data set '{name}' at {canvas}", learned);
    }

    private static void RequireAccepted(Repo repo, PortableName name, string canvas, TaskCreateOptions options, CancellationToken cancel)
    {
        DatasetLintOptions lint = new()
        { Target = name.Value, Canvas = canvas, Accept = [.. options.Accept.Except(NetworkCfg.Codes)], Progress = options.Progress };
        Finding[] errors = [
            .. DatasetLintRun.Run(repo, lint, cancel).SelectMany(static r => r.Findings).Where(static f => f.Severity == Severity.Error)];
        if (errors.Length > 0)
        {
            string codes = string.Join(',', errors.Select(static f => f.Code).Distinct().Order(StringComparer.Ordinal));
            throw new DlsException(ErrorKind.Failed, $"train on data set '{name}' at {canvas}: lint has "
                + $"{CountWords.Of(errors.Length, "error")}",
                $"mend them (`dls dataset lint {name}` shows all), or accept them by name with `--accept {codes}`")
            {
                Items = [.. errors.Take(20).Select(static f => $"{f.Code} {f.File}{(f.Line > 0 ? $":{f.Line}" : "")} {f.Message}")],
            };
        }
    }

    private static Oid Canonical(Repo repo, PortableName name, DatasetLock found, string canvas)
    {
        PathEntry entry = TaskFiles.FindBelow(repo, found.Tree, $"{canvas}/{DatasetWriter.Root}");
        return entry.IsDirectory ? entry.Oid : throw new DlsException(ErrorKind.Corrupt,
            $"use data set '{name}': its tree has no directory '{canvas}/{DatasetWriter.Root}'", $"run `dls dataset verify {name}`");
    }

    private static Oid StoreView(Repo repo, Kind kind, PortableName name, string canvas, ObjectWriter writer, CancellationToken cancel)
    {
        string temp = $"{repo.StateDirectory}/tmp/view-{TempName.Next()}";
        AtomicFile.MakeDirectory(Path.GetDirectoryName(temp)!);
        try
        {
            LabelledSet set = VocSet.Read(DatasetLintRun.DirectoryOf(repo, name, canvas)).Set;
            _ = SetLayouts.Write(kind.Layout, set, temp, new ExportOptions { Name = "data_set" });
            if (kind.Layout == SetLayout.Darknet)
            {
                DarknetPaths.Rewrite(temp, kind.FromCwd(kind.Data), kind.FromCwd("backup"));
            }

            return SourceCapture.StoreDirectory(repo, temp, writer, null, cancel).Oid;
        }
        finally
        {
            if (Directory.Exists(temp))
            {
                Directory.Delete(temp, recursive: true);
            }
        }
    }
}
