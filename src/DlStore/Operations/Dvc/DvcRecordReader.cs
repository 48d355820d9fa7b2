using DlStore.Data.Texts;
using DlStore.Io;

namespace DlStore.Operations.Dvc;

/// <summary>
/// Reads <c>.dvc</c> files and <c>dvc.lock</c> (docs/formats/dvc-files.md). What it says of one out may be wrong without the others being
/// so: then the out carries the reason.
/// </summary>
internal static class DvcRecordReader
{
    private const int OriginMax = 500;
    private const int Md5Length = 32;

    /// <summary>Reads a record.</summary>
    /// <param name="file">From the top of the work tree.</param>
    /// <param name="bytes">All of it.</param>
    /// <param name="pipeline">What the <c>dvc.yaml</c> beside a lock says.</param>
    /// <exception cref="DlsException">Kind Failed: it is not such a file; the line is named.</exception>
    public static DvcRecord Read(string file, ReadOnlySpan<byte> bytes, DvcPipeline pipeline)
    {
        RefuseConflict(file, bytes);
        YamlNode root = SafeYaml.ParseWithAliases(bytes, file);
        return DvcRecord.IsLock(file) ? ReadLock(file, root, pipeline) : ReadFile(file, root);
    }

    private static DvcRecord ReadFile(string file, YamlNode root)
    {
        string directory = Join(DvcRecord.DirectoryOf(file), root.Find("wdir")?.RequireText() ?? ".");
        string? origin = OriginOf(root.Find("deps")?.RequireItems() ?? []);
        IReadOnlyList<YamlNode> outs = root.Find("outs")?.RequireItems() ?? [];
        return new DvcRecord(file, [.. outs.Select(o => ReadOut(file, o, directory) with { Origin = origin })])
        {
            IsStage = root.Find("cmd") is not null,
        };
    }

    private static DvcRecord ReadLock(string file, YamlNode root, DvcPipeline pipeline)
    {
        YamlNode? stages = root.Find("schema") is null ? root : root.Find("stages");
        List<DvcOut> outs = [];
        foreach (KeyValuePair<string, YamlNode> stage in stages?.RequireKeys() ?? [])
        {
            string? wdir = pipeline.WorkingDirectoryOf(stage.Key);
            string directory = Join(DvcRecord.DirectoryOf(file), wdir ?? ".");
            foreach (YamlNode item in stage.Value.Find("outs")?.RequireItems() ?? [])
            {
                DvcOut made = ReadOut(file, item, directory);
                outs.Add(wdir is null
                    ? made with { Path = default, Wrong = $"stage '{stage.Key}' runs in a directory that is computed" }
                    : made with { IsCached = made.IsCached && !pipeline.IsGits(stage.Key, made.Written) });
            }
        }

        return new DvcRecord(file, outs) { IsStage = true };
    }

    private static DvcOut ReadOut(string file, YamlNode item, string directory)
    {
        string written = item.Find("path")?.RequireText() ?? throw item.Bad("an out has no key 'path'");
        (RelPath path, string? outside, string? wrong) = Resolve(directory, written);
        string md5 = (item.Find("md5")?.RequireText() ?? "").ToLowerInvariant();
        bool isDirectory = md5.EndsWith(DvcListing.Suffix, StringComparison.Ordinal);
        md5 = isDirectory ? md5[..^DvcListing.Suffix.Length] : md5;
        string? hash = item.Find("hash")?.RequireText();
        IReadOnlyList<DvcEntry>? files = null;
        try
        {
            files = item.Find("files") is { } list ? DvcListing.Require([.. list.RequireItems().Select(ReadEntry)]) : null;
        }
        catch (BadValueException e)
        {
            wrong ??= e.Message;
        }

        wrong ??= hash is not (null or "md5" or "md5-dos2unix") ? $"its hash is '{hash}', and dls checks MD5 only" : null;
        wrong ??= md5.Length > 0 && !IsMd5(md5) ? $"'{item.Find("md5")!.Text}' is no MD5" : null;
        wrong ??= md5.Length == 0 && files is null && outside is null && item.Find("cache")?.Text != "false"
            ? "no MD5 is recorded, so its bytes cannot be told" : null;
        return new DvcOut
        {
            Record = file,
            Line = item.Line,
            Written = written,
            Path = wrong is null && outside is null ? path : default,
            Outside = outside,
            Wrong = outside is null ? wrong : null,
            Md5 = md5.Length == 0 ? null : md5,
            IsDirectory = isDirectory || files is not null,
            IsLegacy = hash is not "md5",
            IsExecutable = item.Find("isexec")?.Text == "true",
            IsCached = item.Find("cache")?.Text != "false",
            Remote = item.Find("remote")?.RequireText(),
            Files = files,
        };
    }

    private static DvcEntry ReadEntry(YamlNode item) => new(
        item.Find("relpath")?.RequireText() ?? throw item.Bad("a file has no key 'relpath'"),
        (item.Find("md5")?.RequireText() ?? "").ToLowerInvariant(), item.Find("isexec")?.Text == "true");

    /// <summary>Tells whether a text is an MD5 in lower-case hex.</summary>
    internal static bool IsMd5(string text) => text.Length == Md5Length && text.All(char.IsAsciiHexDigitLower);

    /// <summary>Takes a path to the top of the work tree, by its text alone.</summary>
    private static (RelPath Path, string? Outside, string? Wrong) Resolve(string directory, string written)
    {
        if (written.Contains("://", StringComparison.Ordinal) || written.StartsWith('/'))
        {
            return (default, "it lies outside of the repository", null);
        }

        string joined = Join(directory, written);
        if (joined == ".." || joined.StartsWith("../", StringComparison.Ordinal) || joined.StartsWith('/'))
        {
            return (default, "it lies outside of the repository", null);
        }

        return RelPath.TryParse(joined, out RelPath path, out string? reason) ? (path, null, null) : (default, null, reason);
    }

    /// <summary>Joins two paths and takes <c>.</c> and <c>..</c> away; what leads above the top begins with <c>..</c>.</summary>
    private static string Join(string directory, string path)
    {
        if (path.StartsWith('/'))
        {
            return path;
        }

        List<string> parts = [];
        foreach (string part in $"{directory}/{path}".Split('/').Where(static p => p is not ("" or ".")))
        {
            if (part == ".." && parts.Count > 0 && parts[^1] != "..")
            {
                parts.RemoveAt(parts.Count - 1);
            }
            else
            {
                parts.Add(part);
            }
        }

        string joined = string.Join('/', parts);
        return directory.StartsWith('/') ? "/" + joined : joined;
    }

    private static string? OriginOf(IReadOnlyList<YamlNode> deps)
    {
        if (deps is not [{ Keys: not null } dep] || dep.Find("path")?.Text is not { } path)
        {
            return null;
        }

        string? origin = path.Contains("://", StringComparison.Ordinal) ? path : null;
        if (dep.Find("repo") is { } repo && repo.Find("url")?.Text is { } url)
        {
            origin = $"{url}#{repo.Find("rev_lock")?.Text ?? repo.Find("rev")?.Text ?? "HEAD"}:{path}";
        }

        return origin is null || origin.Length > OriginMax || origin.Any(char.IsControl) || HoldsPassword(origin) ? null : origin;
    }

    private static bool HoldsPassword(string url)
    {
        int start = url.IndexOf("://", StringComparison.Ordinal) is var scheme and >= 0 ? scheme + 3 : url.Length;
        int end = url.IndexOf('/', start) is var slash and >= 0 ? slash : url.Length;
        int at = url.IndexOf('@', start, end - start);
        return at >= 0 && url.IndexOf(':', start, at - start) >= 0;
    }

    private static void RefuseConflict(string file, ReadOnlySpan<byte> bytes)
    {
        int line = 0;
        foreach (Range range in bytes.Split((byte)'\n'))
        {
            line++;
            if (bytes[range].StartsWith("<<<<<<< "u8) || bytes[range].StartsWith(">>>>>>> "u8))
            {
                throw DlsException.AtLine(ErrorKind.Failed, "read", file, line, "git has not merged it",
                    "end the merge first: `git checkout --ours` or `--theirs` of that file takes one side whole");
            }
        }
    }
}
