using System.Globalization;
using System.Text;
using DlStore.Data.Sets;
using DlStore.Learning.Kinds;
using DlStore.Learning.Weights;
using DlStore.Objects;

namespace DlStore.Operations.Tasks;

/// <summary>
/// The cfg of a darknet network that a kind trains: the one its command names, else the only one that lies beside the program. It is told
/// by what it holds, detection layers, and not by the kind.
/// </summary>
/// <param name="Path">The file, relative to the run's work directory.</param>
/// <param name="Cfg">What it says.</param>
internal sealed record NetworkCfg(string Path, DarknetCfg Cfg)
{
    /// <summary>The codes of what is wrong with a cfg, which <c>--accept</c> takes beside those of lint.</summary>
    public static readonly string[] Codes = ["CFG_BATCH", "CFG_CLASSES", "CFG_FILTERS", ClassesCode];

    /// <summary>A cfg that speaks of another number of classes than the data set has.</summary>
    private const string ClassesCode = "CFG_DATASET";

    private const string Suffix = ".cfg";
    private const int LengthMax = 1 << 20;
    private const int FilesMax = 20;
    private static readonly char[] Parting = [' ', '\t', '\n', '\'', '"', ';', '&', '|', '(', ')', '=', '<', '>'];

    /// <summary>Finds it.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="command">The command that trains, parameters filled in.</param>
    /// <param name="files">The cfg files that lie at the top of the work directory.</param>
    /// <param name="read">Reads a file of the work directory; null if there is none.</param>
    /// <returns>Null if there is none, or several and the command names none of them.</returns>
    public static NetworkCfg? Find(Kind kind, string command, IEnumerable<string> files, Func<string, byte[]?> read)
    {
        NetworkCfg? Read(string path) => read(path) is { Length: > 0 and <= LengthMax } bytes
            && DarknetCfg.Read(Encoding.UTF8.GetString(bytes)) is { Layers: > 0 } cfg ? new NetworkCfg(path, cfg) : null;

        foreach (string word in command.Split(Parting, StringSplitOptions.RemoveEmptyEntries).Where(IsCfg))
        {
            string path = System.IO.Path.GetRelativePath("/", System.IO.Path.GetFullPath(word, "/" + kind.Cwd));
            if (!word.StartsWith('/') && Read(path) is { } named)
            {
                return named;
            }
        }

        NetworkCfg[] all = [.. files.Where(static f => IsCfg(f) && !f.Contains('/', StringComparison.Ordinal)).Take(FilesMax).Select(Read)
            .OfType<NetworkCfg>()];
        return all.Length == 1 ? all[0] : null;
    }

    /// <summary>Finds it among the files of the work tree, before anything is stored.</summary>
    public static NetworkCfg? Find(Repo repo, Kind kind, string command, SourcePlan source)
    {
        HashSet<string> files = new(source.Files, StringComparer.Ordinal);
        return Find(kind, command, source.Files, path =>
            kind.Inputs.FirstOrDefault(i => i.To == path) is { } input ? ReadFile($"{repo.WorkTree}/{input.From}")
                : files.Contains(path) ? ReadFile($"{source.Root}/{path}") : null);
    }

    /// <summary>Finds it before anything is stored, and refuses it where it would learn nothing.</summary>
    /// <exception cref="DlsException">Kind Failed: something is wrong that was not accepted.</exception>
    public static NetworkCfg? FindGood(
        Repo repo, Kind kind, IReadOnlyDictionary<string, string> parameters,
        SourcePlan? source, bool isBuilt, IReadOnlyList<string> accepted)
    {
        NetworkCfg? found = source is null ? null : Find(repo, kind, CommandTemplate.Fill(kind.Train, parameters), source);
        found?.Require(kind, isBuilt ? ClassesOf(repo, kind) : null, [.. accepted]);
        return found;
    }

    /// <summary>Finds it in a stored source; one whose bytes are not here is none.</summary>
    public static NetworkCfg? Find(Repo repo, Kind kind, string command, Oid source) => Find(kind, command, [], path =>
        !repo.Store.Contains(source) ? null
            : TaskFiles.FindBelow(repo, source, path) is { IsPresent: true, IsDirectory: false, Size: <= LengthMax } entry
                && repo.Store.Contains(entry.Oid) ? repo.Store.Read(entry.Oid) : null);

    /// <summary>Says what is wrong with it.</summary>
    public IEnumerable<CfgFlaw> Flaws(int? classes) => classes is { } there && Cfg.Classes is { } here && here != there
        ? Cfg.Flaws.Append(new CfgFlaw(0, ClassesCode, string.Create(
            CultureInfo.InvariantCulture, $"its detection layers have classes={here}, and the data set has {there}")))
        : Cfg.Flaws;

    /// <summary>Refuses a network that would learn nothing.</summary>
    /// <exception cref="DlsException">Kind Failed: something is wrong that was not accepted; every flaw is named with its line.</exception>
    public void Require(Kind kind, int? classes, IReadOnlyCollection<string> accepted)
    {
        CfgFlaw[] flaws = [.. Flaws(classes).Where(f => !accepted.Contains(f.Code))];
        if (flaws.Length > 0)
        {
            string codes = string.Join(',', flaws.Select(static f => f.Code).Distinct().Order(StringComparer.Ordinal));
            throw new DlsException(ErrorKind.Failed, $"train kind '{kind.Name}' with '{Path}': the cfg has "
                + $"{CountWords.Of(flaws.Length, "error")}",
                $"correct it, or accept them by name with `--accept {codes}`")
            {
                Items = [.. flaws.Select(f => $"{f.Code} {Path}{(f.Line > 0 ? $":{f.Line}" : "")} {f.Message}")],
            };
        }
    }

    /// <summary>A parameter that the kind has is what the command is given; the cfg says the rest.</summary>
    public static SortedDictionary<string, string> Added(IReadOnlyDictionary<string, string> parameters, NetworkCfg? cfg)
    {
        SortedDictionary<string, string> all = new(parameters.ToDictionary(), StringComparer.Ordinal);
        foreach ((string name, string value) in cfg?.Cfg.Parameters ?? new Dictionary<string, string>())
        {
            all.TryAdd(name, value);
        }

        return all;
    }

    /// <summary>Gives the number of classes that the lock of a data set has; every canvas has the same.</summary>
    public static int? ClassesOf(Repo repo, Kind kind) => kind.Dataset is { } name && DatasetLock.Find(repo.WorkTree, name) is { } found
        ? found.Canvases.Values.Select(static c => (int?)c.Classes.Count).FirstOrDefault() : null;

    private static bool IsCfg(string path) => path.EndsWith(Suffix, StringComparison.Ordinal);

    private static byte[]? ReadFile(string path) =>
        new FileInfo(path) is { Exists: true, Length: <= LengthMax } ? File.ReadAllBytes(path) : null;
}
