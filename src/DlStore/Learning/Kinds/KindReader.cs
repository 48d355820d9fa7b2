using System.Globalization;
using DlStore.Data.Layouts;
using DlStore.Data.Names;
using DlStore.Data.Recipes;
using DlStore.Data.Texts;
using DlStore.Io;
using DlStore.Learning.Logs;
using DlStore.Objects;

namespace DlStore.Learning.Kinds;

/// <summary>
/// Reads kinds. A key of the file replaces the same key of the preset as a whole; a key that nobody knows is refused, so that a misspelt
/// one is not passed over.
/// </summary>
public sealed class KindReader
{
    private static readonly string[] Known =
    [
        "preset", "dataset", "canvas", "layout",
            "data", "host", "source", "files", "inputs", "initial", "train", "test", "testset", "testset_into", "results", "parameters",
        "collect", "best", "log", "stop", "stall", "limit", "accept", "deploy", "steps", "directories", "cwd", "result",
    ];

    private readonly YamlNode _own;
    private readonly YamlNode? _preset;

    private KindReader(YamlNode own, YamlNode? preset)
    {
        _own = own;
        _preset = preset;
    }

    /// <summary>Lists the kinds of a work tree.</summary>
    /// <param name="workTree">Absolute path of the work tree.</param>
    /// <returns>Names, sorted.</returns>
    public static IReadOnlyList<PortableName> List(string workTree)
    {
        string root = $"{workTree}/{Kind.Root}";
        List<PortableName> found = [];
        foreach (string file in Directory.Exists(root) ? Directory.EnumerateFiles(root, "*.yaml") : [])
        {
            if (PortableName.TryParse(Path.GetFileNameWithoutExtension(file), out PortableName name))
            {
                found.Add(name);
            }
        }

        found.Sort();
        return found;
    }

    /// <summary>Reads a kind.</summary>
    /// <param name="workTree">Absolute path of the work tree.</param>
    /// <param name="name">The kind.</param>
    /// <returns>The kind.</returns>
    /// <exception cref="DlsException">Kind Usage: there is no such kind. Kind Failed: its file is wrong or lacks a key; both are
    /// named.</exception>
    public static Kind Read(string workTree, PortableName name)
    {
        string file = Kind.FileOf(name);
        byte[] bytes = SmallFile.Find($"{workTree}/{file}", file, SafeYaml.LengthMax)
            ?? throw new DlsException(ErrorKind.Usage, $"use kind '{name}': there is no file '{file}'",
                "`dls kind list` shows the kinds; `dls help kind-file` describes the file");
        return Parse(name, bytes);
    }

    /// <summary>Reads the text of a kind.</summary>
    /// <param name="name">The kind.</param>
    /// <param name="bytes">The whole file.</param>
    /// <returns>The kind.</returns>
    /// <exception cref="DlsException">Kind Failed: the file is wrong or lacks a key; both are named.</exception>
    public static Kind Parse(PortableName name, ReadOnlySpan<byte> bytes)
    {
        YamlNode own = SafeYaml.Parse(bytes, Kind.FileOf(name));
        own.RequireOnly(Known);
        string? preset = own.Find("preset")?.RequireText();
        byte[] below = preset is null ? [] : Preset.Names.Contains(preset) ? Preset.Read(preset)
            : throw own.Find("preset")!.Bad($"preset '{preset}' is not known (known: {string.Join(", ", Preset.Names)})");
        KindReader reader = new(own, preset is null ? null : SafeYaml.Parse(below, $"preset {preset}"));
        byte[] both = [.. bytes, 0, .. below];
        return reader.Read(name, preset, Oid.Of(both));
    }

    private Kind Read(PortableName name, string? preset, Oid digest)
    {
        (string source, bool onHost) = ReadSource();
        YamlNode? stall = Find("stall");
        return new Kind
        {
            Name = name,
            Preset = preset,
            Dataset = NameOf("dataset", "data set"),
            Canvas = ReadCanvas(),
            Layout = Find("layout") is { } layout ? Layout(layout) : SetLayout.Voc,
            Data = PathOf("data") ?? "data_set",
            Cwd = PathOf("cwd"),
            Host = NameOf("host", "host")?.Value ?? "local",
            Source = source,
            SourceOnHost = onHost,
            Files = Texts("files"),
            Inputs = ReadInputs(),
            InitialInto = PathOf("initial"),
            Train = Require("train").RequireText(),
            Test = Find("test")?.RequireText(),
            TestSet = NameOf("testset", "test set"),
            TestSetInto = PathOf("testset_into") ?? "test_set",
            Results = PathOf("results"),
            Result = [.. (Find("result") is { Items: null } one ? [one] : Find("result")?.RequireItems() ?? []).Select(ReadResult)],
            Parameters = ReadMap("parameters"),
            Collect = Texts("collect") is { Count: > 0 } collect ? [.. collect.Select(static c => c)] : throw Missing("collect"),
            BestFiles = ReadBest(),
            Directories = Texts("directories"),
            Log = LogRules.Read(Find("log"), Find("stop")),
            Steps = Find("steps")?.RequireText(),
            StallSeconds = stall is null
                ? 0 : Seconds(stall.Keys is null ? stall : stall.Find("after") ?? throw stall.Bad("key 'after' is missing")),
            StallStops = stall?.Keys is not null && stall.Find("action")?.RequireText() == "stop",
            LimitSeconds = Find("limit") is { } limit ? Seconds(limit) : 0,
            Accept = ReadMap("accept"),
            Deploy = ReadDeploy(),
            Digest = digest,
        };
    }

    private YamlNode? Find(string key) => _own.Find(key) ?? (_own.RequireKeys().Any(k => k.Key == key) ? null : _preset?.Find(key));

    private YamlNode Require(string key) => Find(key) ?? throw Missing(key);

    private DlsException Missing(string key) =>
        new(ErrorKind.Failed, $"read '{_own.File}': key '{key}' is missing{(_preset is null ? "" : $" there and in {_preset.File}")}",
            $"add a line `{key}: ...`; `dls help kind-file` describes it");

    private PortableName? NameOf(string key, string what) =>
        Find(key) is not { } node ? null : PortableName.TryParse(node.RequireText(), out PortableName name)
            ? name : throw node.Bad($"'{node.Text}' is no name of a {what}");

    private IReadOnlyList<string> Texts(string key) => [.. (Find(key)?.RequireItems() ?? []).Select(RequireInside)];

    private string? PathOf(string key) => Find(key) is { } node ? RequireInside(node) : null;

    /// <summary>Paths of a kind lie below the directory they are relative to; the host's script relies on it.</summary>
    private static string RequireInside(YamlNode node)
    {
        string text = node.RequireText();
        bool bad = text.StartsWith('/') || text.StartsWith('-') || text.Split(
            '/').Any(static p => p is ".." or "" || p.Equals(".git", StringComparison.OrdinalIgnoreCase)) || text.Any(char.IsControl);
        return bad ? throw node.Bad(
            $"'{EntryName.Show(System.Text.Encoding.UTF8.GetBytes(text))}' is not a path below the run's directory") : text;
    }

    private (string Source, bool OnHost) ReadSource()
    {
        YamlNode node = Require("source");
        string text = node.RequireText();
        if (text.StartsWith("host:", StringComparison.Ordinal))
        {
            string path = text["host:".Length..];
            return path.StartsWith('/') || path.StartsWith("~/", StringComparison.Ordinal)
                ? (path, true) : throw node.Bad("a source on the host is written `host:/absolute/path` or `host:~/path`");
        }

        return (text, false);
    }

    private Canvas? ReadCanvas() =>
        Find("canvas") is not { } node ? null : Data.Recipes.Canvas.TryParse(node.RequireText(), out Canvas canvas)
            ? canvas : throw node.Bad($"canvas '{node.Text}' is neither own nor WIDTHxHEIGHT");

    private static SetLayout Layout(YamlNode node)
    {
        int at = SetLayouts.Names.ToList().IndexOf(node.RequireText());
        return at >= 0
            ? (SetLayout)at : throw node.Bad($"layout '{node.Text}' is not known (known: {string.Join(", ", SetLayouts.Names)})");
    }

    private KindInput[] ReadInputs() =>
    [
        .. (Find("inputs")?.RequireItems() ?? []).Select(static i =>
        {
            if (i.Text is not null)
            {
                return new KindInput(RequireInside(i), RequireInside(i));
            }

            i.RequireOnly("from", "to");
            return new KindInput(RequireInside(i.Find("from") ?? throw i.Bad("key 'from' is missing")),
                RequireInside(i.Find("to") ?? throw i.Bad("key 'to' is missing")));
        }),
    ];

    private SortedDictionary<string, string> ReadMap(string key)
    {
        SortedDictionary<string, string> map = new(StringComparer.Ordinal);
        foreach (KeyValuePair<string, YamlNode> pair in Find(key)?.RequireKeys() ?? [])
        {
            bool ok = pair.Key.Length > 0
                && pair.Key.All(static c => char.IsAsciiLetterOrDigit(c) || c == '_') && !char.IsAsciiDigit(pair.Key[0]);
            map[ok ? pair.Key : throw pair.Value.Bad($"'{pair.Key}' is no name: letters, digits and _ only")] = pair.Value.Text
                ?? throw pair.Value.Bad("expected a text or number");
        }

        return map;
    }

    private static ResultRule ReadResult(YamlNode node)
    {
        node.RequireOnly("pattern", "file");
        YamlNode? pattern = node.Find("pattern");
        string? file = node.Find("file") is { } named ? RequireInside(named) : null;
        return file is null && pattern is null ? throw node.Bad("a result needs 'pattern', 'file' or both")
            : new ResultRule(
                file, pattern is null ? null : LogPattern.Compile($"'{pattern.File}' line {pattern.Line}", pattern.RequireText()));
    }

    private string[] ReadBest()
    {
        YamlNode? best = Find("best");
        best?.RequireOnly("file");
        return [.. (best?.Find("file")?.RequireItems() ?? []).Select(RequireInside)];
    }

    private KindDeploy? ReadDeploy()
    {
        YamlNode? node = Find("deploy");
        node?.RequireOnly("weight", "data", "classes", "smoke");
        return node is null ? null : new KindDeploy(
            RequireInside(node.Find("weight") ?? throw node.Bad("key 'weight' is missing")), node.Find("data") is { } data
                ? RequireInside(data) : null,
            node.Find("classes") is { } classes ? RequireInside(classes) : null, node.Find("smoke")?.RequireText());
    }

    /// <summary>Reads a length of time: <c>90</c> or <c>90s</c>, <c>30m</c>, <c>12h</c>, <c>3d</c>.</summary>
    private static int Seconds(YamlNode node)
    {
        string text = node.RequireText();
        int unit = text[^1] switch { 's' => 1, 'm' => 60, 'h' => 3600, 'd' => 86400, _ => char.IsAsciiDigit(text[^1]) ? 1 : 0 };
        string digits = char.IsAsciiDigit(text[^1]) ? text : text[..^1];
        return unit > 0 && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int n) && n <= 100_000_000 / unit
            ? n * unit
            : throw node.Bad($"'{text}' is no length of time such as 90s, 30m, 12h or 3d");
    }
}
