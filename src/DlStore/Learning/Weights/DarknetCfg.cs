using System.Globalization;

namespace DlStore.Learning.Weights;

/// <summary>A mistake in a cfg.</summary>
/// <param name="Line">Its line, from 1.</param>
/// <param name="Code"><c>CFG_FILTERS</c>, <c>CFG_CLASSES</c> or <c>CFG_BATCH</c>.</param>
/// <param name="Message">What is wrong, in one sentence without a full stop.</param>
public sealed record CfgFlaw(int Line, string Code, string Message);

/// <summary>
/// What a cfg text of darknet says about classes and about training.
/// In front of every <c>[yolo]</c> section the last <c>[convolutional]</c> must have
/// <c>filters=(classes+5)*len(mask)</c>, and in front of
/// <c>[region]</c> <c>filters=(classes+coords+1)*num</c>; darknet itself stops at another number, or learns nothing with it. Of a batch,
/// every subdivision gets an image at least.
/// </summary>
/// <param name="Classes">The number all detection layers agree on, or null.</param>
/// <param name="Layers">How many detection layers there are.</param>
/// <param name="Flaws">In the order of the text.</param>
/// <param name="Parameters">How it trains, in the words of <c>[net]</c>: <c>batch</c>, <c>subdivisions</c>, <c>width</c>, <c>height</c>,
/// <c>learning_rate</c>, <c>burn_in</c>, <c>max_batches</c>, <c>momentum</c>, <c>decay</c>; those that it sets.</param>
public sealed record DarknetCfg(
    int? Classes, int Layers, IReadOnlyList<CfgFlaw> Flaws, IReadOnlyDictionary<string, string> Parameters)
{
    private static readonly string[] Trained =
        ["batch", "burn_in", "decay", "height", "learning_rate", "max_batches", "momentum", "subdivisions", "width"];


    // What darknet takes where a cfg says nothing.
    private const int ClassesDefault = 20;
    private const int CoordsDefault = 4;

    /// <summary>Reads a cfg.</summary>
    /// <param name="text">The whole file: sections in brackets, <c>key=value</c> with blanks anywhere, comments behind <c>#</c> and
    /// <c>;</c>.</param>
    /// <returns>What it says; a text that is no cfg has no layers.</returns>
    public static DarknetCfg Read(string text)
    {
        List<Section> sections = Sections(text);
        List<CfgFlaw> flaws = [];
        List<int> counts = [];
        Section? convolution = null;
        foreach (Section section in sections)
        {
            if (section.Name == "convolutional")
            {
                convolution = section;
            }
            else if (section.Name is "yolo" or "region")
            {
                counts.Add(section.Number("classes") ?? ClassesDefault);
                Check(section, convolution, flaws);
            }
        }

        if (counts.Distinct().Count() > 1)
        {
            Section other = sections.First(s => s.Name is "yolo" or "region" && (s.Number("classes") ?? ClassesDefault) != counts[0]);
            flaws.Add(new CfgFlaw(
                other.LineOf("classes"), "CFG_CLASSES", $"the detection layers do not agree on classes: {string.Join(", ", counts)}"));
        }

        Section? net = sections.Find(static s => s.Name is "net" or "network");
        if (net?.Number("batch") is { } batch && net.Number("subdivisions") is { } parts && batch < parts)
        {
            flaws.Add(new CfgFlaw(
                net.LineOf("subdivisions"), "CFG_BATCH", $"batch={batch} has no image for each of subdivisions={parts}"));
        }

        return new DarknetCfg(counts.Distinct().Count() == 1 ? counts[0] : null, counts.Count, [.. flaws.OrderBy(static f => f.Line)],
            new SortedDictionary<string, string>(Trained.Where(k => net?.Text(k) is { Length: > 0 }).ToDictionary(
                static k => k, k => net!.Text(k)!), StringComparer.Ordinal));
    }

    private static void Check(Section section, Section? convolution, List<CfgFlaw> flaws)
    {
        long classes = section.Number("classes") ?? ClassesDefault;
        long boxes = section.Name == "yolo" && section.Text("mask") is { } mask ? mask.Split(',').Length : section.Number("num") ?? 1;
        long expected = (classes + (section.Name == "yolo" ? 5 : (section.Number("coords") ?? CoordsDefault) + 1)) * boxes;
        if (convolution is null || convolution.Number("filters") != expected)
        {
            string rule = section.Name == "yolo"
                ? $"(classes+5)*len(mask) = ({classes}+5)*{boxes}" : $"(classes+coords+1)*num = {expected / boxes}*{boxes}";
            string found = convolution?.Text("filters") is { } filters ? $"filters={filters}" : "filters is not set";
            flaws.Add(new CfgFlaw(
                convolution?.LineOf("filters") ?? section.Line, "CFG_FILTERS",
                $"{found} in the convolutional layer in front of [{section.Name}] in line {section.Line}, expected {expected} = {rule}"));
        }
    }

    private static List<Section> Sections(string text)
    {
        List<Section> sections = [];
        string[] lines = text.Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            // As darknet: blanks count nowhere.
            string line = lines[i].Replace(" ", "", StringComparison.Ordinal).Replace("\t", "", StringComparison.Ordinal).TrimEnd('\r');
            if (line.StartsWith('['))
            {
                sections.Add(new Section(line.Trim('[', ']'), i + 1));
            }
            else if (line.Length > 0
                && line[0] is not ('#' or ';') && sections.Count > 0 && line.IndexOf('=', StringComparison.Ordinal) is var equals and > 0)
            {
                sections[^1].Add(line[..equals], line[(equals + 1)..], i + 1);
            }
        }

        return sections;
    }

    private sealed class Section(string name, int line)
    {
        private readonly Dictionary<string, (string Value, int Line)> _keys = new(StringComparer.Ordinal);

        public string Name { get; } = name;

        public int Line { get; } = line;

        public void Add(string key, string value, int line) => _keys.TryAdd(key, (value, line));

        public string? Text(string key) => _keys.TryGetValue(key, out (string Value, int Line) found) ? found.Value : null;

        public int? Number(string key) => int.TryParse(Text(key), NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? number : null;

        public int LineOf(string key) => _keys.TryGetValue(key, out (string Value, int Line) found) ? found.Line : Line;
    }
}
