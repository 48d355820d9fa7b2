using System.Globalization;
using System.Text;
using DlStore.Data.Annotations;
using DlStore.Data.Layouts;
using DlStore.Data.Sets;
using DlStore.Learning.Kinds;
using DlStore.Learning.Records;
using DlStore.Objects;
using DlStore.Operations.Store;
using DlStore.Targets;
using DlStore.WorkTree;

namespace DlStore.Operations.Deploys;

/// <summary>What of a part is put in place, and whether it belongs together: class list, data and weights.</summary>
/// <param name="repo">The repository, whose store has every byte of it.</param>
/// <param name="part">The part.</param>
internal sealed class DeployContents(Repo repo, DeployPart part)
{
    /// <summary>Where the layouts keep the class list: VOC's canonical directory, darknet's.</summary>
    private static readonly string[] ClassesFiles = ["classes.txt", "obj.names"];

    /// <summary>Lists what is put in place, in the order in which it is switched.</summary>
    /// <exception cref="DlsException">Kind Failed: the class lists differ, or the weights have another number of classes.</exception>
    public IReadOnlyList<DeployedFile> List()
    {
        RequireClassCount();
        List<DeployedFile> files = [];
        if (part.Where.Classes is { } classes)
        {
            files.Add(ClassesAt(classes));
        }

        if (part.Where.Data is { } data)
        {
            files.Add(DataAt(data));
        }

        files.Add(new DeployedFile
        {
            Role = FileRole.Weight,
            Path = part.Where.Weight,
            What = FileSort.File,
            Oid = part.Weights.Oid,
            Size = part.Weights.Size,
            Files = 1,
        });
        return files;
    }

    private DeployedFile ClassesAt(string path)
    {
        byte[] classes = part.Classes.ToBytes();
        return new DeployedFile
        {
            Role = FileRole.Classes,
            Path = path,
            What = FileSort.File,
            Oid = Oid.Of(classes),
            Size = classes.Length,
            Files = 1,
        };
    }

    private DeployedFile DataAt(string path)
    {
        PathEntry tree = DataTree();
        RequireSameClasses(tree);
        List<FileDigest> digests = [];
        Collect(tree.Oid, "", digests, 0);
        return new DeployedFile
        {
            Role = FileRole.Data,
            Path = path,
            What = FileSort.Tree,
            Oid = tree.Oid,
            DirHash = DirHash.Of(digests),
            Release = "0000-" + part.Start.Id,
            Size = tree.Size,
            Files = tree.Files,
        };
    }

    private void RequireClassCount()
    {
        // Detectors of the SSD sort count the background as a class of its own.
        if (part.Record.WeightFacts.TryGetValue("classes", out string? text)
            && int.TryParse(text, CultureInfo.InvariantCulture, out int count)
            && count != part.Start.Classes.Count && count != part.Start.Classes.Count + 1)
        {
            throw new DlsException(
                ErrorKind.Failed,
                $"deploy {part.Subject}: its weights have {CountWords.Of(count, "class", "classes")}"
                    + $" and its class list has {part.Start.Classes.Count}",
                "these weights were not trained with this list: nothing was deployed");
        }
    }

    private PathEntry DataTree()
    {
        AttemptData data = part.Start.Data ?? throw new DlsException(
            ErrorKind.Failed, $"deploy {part.Subject}: it was trained without a data set, and the kind says where the data go",
            $"take 'data' out of the section 'deploy' of '{Kind.FileOf(part.Kind.Name)}'");
        if (data.Layout == AttemptData.UnknownLayout && part.Kind.Layout != SetLayout.Voc)
        {
            throw new DlsException(
                ErrorKind.Failed, $"deploy {part.Subject}: it was imported, so its data set is here in layout voc only, and the kind's is "
                    + $"{SetLayouts.Names[(int)part.Kind.Layout]}",
                $"take 'data' out of the section 'deploy' of '{Kind.FileOf(part.Kind.Name)}', or deploy a task that dls trained");
        }

        PathEntry found = data.FindDirectory(repo.Store.Read);
        if (!found.IsDirectory)
        {
            throw new DlsException(ErrorKind.Failed, $"deploy {part.Subject}: its data set {data.Name} has no directory for {data.Canvas}",
                "import the attempt again with the canvas that it was trained on");
        }

        TreeTotals totals = TreeTotals.Of(repo.Store.Read, found.Oid);
        return new PathEntry(TreeMode.Directory, found.Oid, totals.Size, totals.Files);
    }

    private void RequireSameClasses(in PathEntry tree)
    {
        Oid directory = tree.Oid;
        string? name = ClassesFiles.FirstOrDefault(n => Find(n) is { IsPresent: true, IsDirectory: false });
        if (name is null)
        {
            return;
        }

        ClassList list = ClassList.Parse(StoredFile.Read(repo, Find(name).Oid), $"{name} of data set {part.Start.Data!.Name}");
        if (!list.Labels.SequenceEqual(part.Start.Classes))
        {
            int at = list.Labels.Zip(part.Start.Classes).TakeWhile(static p => p.First == p.Second).Count();
            string differ = $"class {at} is '{(at < part.Start.Classes.Count ? part.Start.Classes[at] : "missing")}' for the weights "
                + $"and '{(at < list.Labels.Count ? list.Labels[at] : "missing")}' in the data set";
            throw new DlsException(
                ErrorKind.Failed,
                $"deploy {part.Subject}: the class list of its weights is not that of data set '{part.Start.Data.Name}': {differ}",
                "train with this data set, or deploy the task that was");
        }

        PathEntry Find(string file) => TreeLookup.Find(repo.Store.Read, directory, Encoding.UTF8.GetBytes(file));
    }

    private void Collect(Oid tree, string prefix, List<FileDigest> files, int depth)
    {
        TreeNode.RequireDepth(depth, prefix);
        TreeCursor cursor = new(repo.Store.Read, tree);
        while (cursor.Next())
        {
            string path = prefix + Encoding.UTF8.GetString(cursor.Name);
            if (cursor.Mode == TreeMode.Directory)
            {
                Collect(cursor.Oid, path + "/", files, depth + 1);
            }
            else if (cursor.Mode != TreeMode.Symlink)
            {
                files.Add(new FileDigest(path, cursor.Oid));
            }
        }
    }
}
