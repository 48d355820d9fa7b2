using System.Text;
using System.Text.RegularExpressions;
using DlStore.Io;
using DlStore.Learning.Kinds;
using DlStore.Learning.Records;
using DlStore.Objects;
using DlStore.WorkTree;

namespace DlStore.Operations.Tasks;

/// <summary>What storing the files of an import came to.</summary>
/// <param name="Outputs">The tree of the outputs.</param>
/// <param name="Files">Files below <c>work/</c>.</param>
/// <param name="Weights">The weights, or null.</param>
/// <param name="WeightsChanged">When that file was changed, seconds since 1970.</param>
/// <param name="Log">The log, or null.</param>
/// <param name="Results">The results, or null.</param>
/// <param name="Sums">The list for <c>sha256sum -c</c>.</param>
internal sealed record StoredImport(
    TreeTotals Outputs, IReadOnlyList<OutputFile> Files, OutputFile? Weights, long WeightsChanged, Oid? Log, Oid? Results, string Sums);

/// <summary>The files of an import: those of one directory by their paths in it, or single files by their names.</summary>
internal sealed class ImportedFiles
{
    private static readonly string[] WeightSuffixes = [
        ".pth", ".pt", ".weights", ".onnx", ".h5", ".keras", ".safetensors", ".tflite", ".ckpt"];
    private static readonly EnumerationOptions Below =
        new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = false };

    /// <summary>Where each file lies: directory and path in it.</summary>
    private readonly SortedDictionary<string, (string Root, string Path)> _files = new(StringComparer.Ordinal);

    private ImportedFiles(string from, IReadOnlyList<string> left)
    {
        From = from;
        Left = left;
    }

    /// <summary>Gets the names of what was imported, without directories.</summary>
    public string From { get; }

    /// <summary>Gets files that are not taken: <c>path size</c>, or with the reason.</summary>
    public IReadOnlyList<string> Left { get; }

    /// <summary>Gets the paths of the files, sorted.</summary>
    public IReadOnlyCollection<string> Paths => _files.Keys;

    /// <summary>Finds the files.</summary>
    /// <exception cref="DlsException">Kind Usage: a path is not there, two files have one name, or nothing is left.</exception>
    public static ImportedFiles Find(Repo repo, TaskImportOptions options)
    {
        string[] typed = [.. options.Paths.Select(p => Path.GetFullPath(Path.Combine(repo.StartDirectory, p)).TrimEnd('/'))];
        List<string> left = [];
        ImportedFiles found = new(
            string.Join(", ", typed.Select(static p => EntryName.Show(Encoding.UTF8.GetBytes(Path.GetFileName(p))))), left);
        foreach ((string path, string shown) in typed.Zip(options.Paths))
        {
            if (Directory.Exists(path) && typed.Length == 1)
            {
                foreach (string file in Directory.EnumerateFiles(path, "*", Below).Select(
                    f => Path.GetRelativePath(path, f)).Where(static f => !f.Split('/').Contains(".git")).Order(StringComparer.Ordinal))
                {
                    found.Take(options, path, file, left);
                }
            }
            else if (File.Exists(path))
            {
                found.Take(options, Path.GetDirectoryName(path)!, Path.GetFileName(path), left);
            }
            else
            {
                throw new DlsException(ErrorKind.Usage,
                    $"import '{shown}': {(Directory.Exists(path) ? "a directory is imported alone" : "no such file or directory")}");
            }
        }

        return found._files.Count > 0 ? found : throw new DlsException(
            ErrorKind.Usage, $"import '{string.Join("', '", options.Paths)}': there is no file to take in it")
        { Items = left };
    }

    /// <summary>Lists the files that may be the weights, by their paths alone.</summary>
    /// <param name="globs">Those of the kind: the files of the first that matches any.</param>
    public IReadOnlyList<string> Candidates(IReadOnlyList<string> globs)
    {
        if (globs.Count == 0)
        {
            return [.. Paths.Where(static p => WeightSuffixes.Contains(Path.GetExtension(p)))];
        }

        return globs.Select(g => new Regex(GlobExpression.ToExtended(g), RegexOptions.NonBacktracking | RegexOptions.CultureInvariant))
            .Select(r => Paths.Where(p => Ends(p).Any(r.IsMatch)).ToArray()).FirstOrDefault(static f => f.Length > 0) ?? [];
    }

    /// <summary>
    /// Stores the files and makes the tree of the outputs. The caller commits, and has seen to it that weight, log and results are among
    /// the files.
    /// </summary>
    public StoredImport Store(Repo repo,
        ObjectWriter writer, string? weight, string? log, string? results, IProgress<WorkProgress>? progress, CancellationToken cancel)
    {
        Dictionary<string, DiskEntry> entries = new(StringComparer.Ordinal);
        foreach (IGrouping<string, KeyValuePair<string, (string Root, string Path)>> root in _files.GroupBy(static f => f.Value.Root))
        {
            DiskTree tree = FileListTree.Of(root.Key, root.Select(static f => f.Value.Path),
                static gone => throw new DlsException(ErrorKind.Failed, $"import '{gone}': it went away, or its name is not valid UTF-8"));
            _ = new FileIngest(tree, repo.Store, writer, repo.Config.PackThreshold, repo.Threads, progress).Run(cancel);
            foreach ((string path, (_, string at)) in root)
            {
                int slash = at.LastIndexOf('/');
                entries[path] = EntryOf(tree.Find(slash < 0 ? "" : at[..slash])!, at[(slash + 1)..]);
            }
        }

        DiskEntry? Named(string? path) => path is null ? null : entries[path];

        SortedDictionary<string,
            DiskEntry> outputs = new(entries.ToDictionary(static e => "work/" + e.Key, static e => e.Value), StringComparer.Ordinal);
        foreach ((string path, DiskEntry? entry) in ((string, DiskEntry?)[])[("log", Named(log)), ("test.log", Named(results)),
            (weight is null ? "" : $"best/{entries[weight].Oid.ToHex()}", weight is null ? null : entries[weight])])
        {
            if (entry is { } kept)
            {
                outputs[path] = kept;
            }
        }

        TreeTotals totals = WriteTree(writer, [.. outputs]);
        OutputFile Output(string path) => new(EntryName.Show(Encoding.UTF8.GetBytes(path)), entries[path].Oid, entries[path].Size);
        return new StoredImport(
            totals, [.. entries.Keys.Order(StringComparer.Ordinal).Select(Output)], weight is null
                ? null : Output(weight), weight is null ? 0 : entries[weight].Mtime / 1_000_000_000,
            Named(log)?.Oid, Named(results)?.Oid,
            OutputSums.Of([.. outputs.Select(
                static o => new KeyValuePair<string, PathEntry>(o.Key, new PathEntry(o.Value.Mode, o.Value.Oid, o.Value.Size, 1)))]));
    }

    /// <summary>Writes the nodes of a directory, children first.</summary>
    private static TreeTotals WriteTree(ObjectWriter writer, IReadOnlyList<KeyValuePair<string, DiskEntry>> files)
    {
        TreeWriter tree = new(writer.AppendNode);
        // Names are in the order of their bytes, which is not that of UTF-16 for every pair.
        foreach (IGrouping<string,
            KeyValuePair<string, DiskEntry>> name in files.GroupBy(static f => f.Key.Split('/', 2)[0]).OrderBy(static g => g.Key,
            Comparer<string>.Create(static (a, b) => Encoding.UTF8.GetBytes(a).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(b)))))
        {
            DiskEntry first = name.First().Value;
            if (name.First().Key == name.Key)
            {
                tree.Add(Encoding.UTF8.GetBytes(name.Key), first.Mode, first.Size, first.Oid, 1);
            }
            else
            {
                TreeTotals below = WriteTree(writer, [.. name.Select(static f => new KeyValuePair<string,
                    DiskEntry>(f.Key[(f.Key.IndexOf('/', StringComparison.Ordinal) + 1)..], f.Value))]);
                tree.Add(Encoding.UTF8.GetBytes(name.Key), TreeMode.Directory, below.Size, below.Oid, below.Files);
            }
        }

        return tree.Finish();
    }

    private static DiskEntry EntryOf(DirListing directory, string name)
    {
        if (directory.Find(Encoding.UTF8.GetBytes(name)) is var i and >= 0)
        {
            return directory.Entries[i];
        }

        throw new DlsException(ErrorKind.Failed, $"import '{name}': it went away while it was read");
    }

    private void Take(TaskImportOptions options, string root, string path, List<string> left)
    {
        string shown = EntryName.Show(Encoding.UTF8.GetBytes(path));
        if (options.Only.Count > 0
            && !options.Only.Any(g => Regex.IsMatch(path, GlobExpression.ToExtended(g), RegexOptions.NonBacktracking)))
        {
            left.Add($"{shown} {new FileInfo($"{root}/{path}").Length}");
        }
        else if (!options.Include.Contains(path) && (SecretScan.WhyName(path) ?? WhyContent($"{root}/{path}")) is { } why)
        {
            left.Add($"{shown}: {why}");
        }
        else if (!_files.TryAdd(path, (root, path)))
        {
            throw new DlsException(
                ErrorKind.Usage, $"import '{shown}': two of the files have this name", "put them into one directory, and import that");
        }
    }

    private static string? WhyContent(string file) => new FileInfo(file).Length > SecretScan.LookMax
        ? null : SecretScan.WhyContent(SmallFile.Read(file, file, SecretScan.LookMax));

    /// <summary>
    /// An old output holds the directories of the machine it is from, so a glob of the kind is looked for at the end of a path.
    /// </summary>
    private static IEnumerable<string> Ends(string path)
    {
        for (int at = 0; at >= 0; at = path.IndexOf('/', at) is var slash and >= 0 ? slash + 1 : -1)
        {
            yield return path[at..];
        }
    }
}
