using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using DlStore.Data.Annotations;
using DlStore.Data.Names;
using DlStore.Data.Recipes;
using DlStore.Data.Texts;
using DlStore.Io;

namespace DlStore.Operations.Imports;

/// <summary>What a configuration of the seeds' program says of one set.</summary>
/// <param name="Set">The set: the end of the file's name.</param>
/// <param name="Canvas">The canvas, or null.</param>
/// <param name="Into">The class that merged projects become, or null.</param>
/// <param name="Sources">The merged projects.</param>
internal sealed record ImportConfig(string Set, Canvas? Canvas, string? Into, IReadOnlyList<string> Sources);

/// <summary>
/// Turns the sets of a checkout of the seeds' program into data set files: which projects, which are merged into one class, which canvas.
/// Its configurations are Python; they are read, never run.
/// </summary>
internal static partial class ImportSets
{
    /// <summary>The set whose projects all the others have too.</summary>
    public const string Shared = "common";

    private const int LengthMax = 1 << 20;

    /// <summary>Reads the configurations and the list of more projects to merge.</summary>
    /// <param name="directory">Absolute path of the checkout.</param>
    /// <param name="remarks">Gets what could not be used, each a sentence.</param>
    public static IReadOnlyList<ImportConfig> ReadConfigs(string directory, List<string> remarks)
    {
        string config = $"{directory}/config";
        if (!Directory.Exists(config))
        {
            return [];
        }

        List<string> more = [];
        foreach (string file in Directory.EnumerateFiles(config, "additional_merge_target_src_*.txt").Order(StringComparer.Ordinal))
        {
            more.AddRange(Text(file).Split('\n').Select(static l => l.Trim()).Where(static l => l.Length > 0));
        }

        List<ImportConfig> configs = [];
        foreach (string file in Directory.EnumerateFiles(config, "*.py").Order(StringComparer.Ordinal))
        {
            if (SetName().Match(Path.GetFileNameWithoutExtension(file)) is { Success: true } match
                && PortableName.TryParse(match.Groups[1].Value, out PortableName set))
            {
                configs.Add(ReadConfig(set.Value, Text(file), more, remarks));
            }
        }

        if (more.Count > 0 && configs.All(static c => c.Into is null))
        {
            remarks.Add($"config/ lists {more.Count} more projects to merge, but no configuration says into which class");
        }

        return configs;
    }

    /// <summary>Gives the data set file of a set.</summary>
    /// <param name="set">The set.</param>
    /// <param name="projects">Its projects.</param>
    /// <param name="includesShared">Whether it takes in the shared set.</param>
    /// <param name="config">Its configuration, or null.</param>
    /// <param name="exists">Tells whether a project is there, under the name that it has here; null if it is not.</param>
    /// <param name="remarks">Gets what could not be used.</param>
    public static string ToYaml(string set,
        IReadOnlyList<string> projects, bool includesShared, ImportConfig? config, Func<string, string?> exists, List<string> remarks)
    {
        StringBuilder text = new(
            "# Made by `dls project import` from the set of that name; `dls help dataset-file` describes the keys.\n");
        text.Append(includesShared ? $"include: [{Shared}]\n" : "");
        if (projects.Count > 0)
        {
            text.Append(
                "projects:\n").AppendJoin("", projects.Order(StringComparer.Ordinal).Select(static p => $"  - {ProjectDraft.Quote(p)}\n"));
        }

        if (config?.Into is { } into && Sources(set, config, exists, remarks) is { Count: > 0 } sources)
        {
            text.Append(CultureInfo.InvariantCulture, $"merge:\n  {ProjectDraft.Quote(into)}:\n")
                .AppendJoin("", sources.Select(static s => $"    - {ProjectDraft.Quote(s)}\n"));
        }

        text.Append(config?.Canvas is { } canvas ? $"canvas: {canvas}\n" : "");
        return text.ToString();
    }

    private static List<string> Sources(string set, ImportConfig config, Func<string, string?> exists, List<string> remarks)
    {
        List<string> sources = [];
        foreach (string source in config.Sources.Distinct())
        {
            if (source == config.Into)
            {
                remarks.Add($"set '{set}' lists '{source}' as a source of itself; left out");
            }
            else if (exists(source) is { } name)
            {
                sources.Add(name);
            }
            else
            {
                remarks.Add($"set '{set}' merges '{source}' into '{config.Into}', but there is no such project; left out");
            }
        }

        sources.Sort(StringComparer.Ordinal);
        return [.. sources.Distinct()];
    }

    private static ImportConfig ReadConfig(string set, string text, List<string> more, List<string> remarks)
    {
        IReadOnlyDictionary<string, PythonValue> values = PythonAssignments.Read(text);
        PythonValue? merge = values.Where(
            static v => v.Key.EndsWith("MERGE_CONFIG", StringComparison.Ordinal)).Select(static v => v.Value).FirstOrDefault();
        IReadOnlyList<string>? sources = merge?.Items is [{ } first, { Text: not null }, ..] ? first.Texts : null;
        string? into = sources is null ? null : merge!.Items![1].Text;
        if (merge is not null && (into is null || LabelName.WhyRefused(into) is not null))
        {
            remarks.Add($"the merge configuration of set '{set}' has an unknown form; left out");
            into = null;
        }

        if (values.Any(static v => v.Key.EndsWith("EDGE_MODE", StringComparison.Ordinal) && v.Value.Text == "True"))
        {
            remarks.Add(
                $"set '{set}' is built as edge pictures; write `edge: true` into the project.yaml of each project that is to be so");
        }

        return new ImportConfig(set, CanvasOf(values), into, into is null ? [] : [.. sources!, .. more]);
    }

    private static Canvas? CanvasOf(IReadOnlyDictionary<string, PythonValue> values)
    {
        PythonValue? size = values.Where(
            static v => v.Key.EndsWith("BASE_IMAGE_SIZE", StringComparison.Ordinal)).Select(static v => v.Value).FirstOrDefault();
        return size?.Items is not [{ Number: { } width }, { Number: { } height }] ? null
            : width < 0 ? Canvas.Own
            : Canvas.TryParse(string.Create(CultureInfo.InvariantCulture, $"{width}x{height}"), out Canvas canvas) ? canvas : null;
    }

    private static string Text(string file) => Encoding.UTF8.GetString(SmallFile.Read(file, Path.GetFileName(file), LengthMax));

    [GeneratedRegex("(?:config|settings)_([A-Za-z0-9._-]+)$")]
    private static partial Regex SetName();
}
