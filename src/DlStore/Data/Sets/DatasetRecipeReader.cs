using DlStore.Data.Names;
using DlStore.Data.Recipes;
using DlStore.Data.Splits;
using DlStore.Data.Texts;
using DlStore.Io;

namespace DlStore.Data.Sets;

/// <summary>Reads recipes of data sets and follows their includes; an include that comes back to itself is refused.</summary>
/// <param name="workTree">Absolute path of the work tree.</param>
internal sealed class DatasetRecipeReader(string workTree)
{
    private const int IncludesMax = 32;
    private readonly List<PortableName> _under = [];
    private IReadOnlyList<PortableName>? _all;

    public DatasetRecipe Read(PortableName name)
    {
        string file = DatasetRecipe.FileOf(name);
        byte[] bytes = SmallFile.Find($"{workTree}/{file}", file, SafeYaml.LengthMax)
            ?? throw new DlsException(ErrorKind.Usage, $"use data set '{name}': there is no file '{file}'",
                "run `dls dataset list`, or write the file; `dls help dataset-file` describes it");
        YamlNode yaml = SafeYaml.Parse(bytes, file);
        yaml.RequireOnly(
            "projects", "exclude", "include", "merge", "aliases", "images", "classes", "canvas", "split", "layouts", "accept", "imported");
        if (_under.Contains(name) || _under.Count == IncludesMax)
        {
            throw yaml.Bad($"it includes itself ({string.Join(" -> ", _under.Append(name))})");
        }

        _under.Add(name);
        IReadOnlyList<DatasetRecipe> included = yaml.Find("include") is { } include
            ? [.. include.RequireItems().Select(i => Read(Name(i)))] : [];
        _under.RemoveAt(_under.Count - 1);
        return Flatten(name, yaml, included);
    }

    private DatasetRecipe Flatten(PortableName name, YamlNode yaml, IReadOnlyList<DatasetRecipe> included)
    {
        SortedDictionary<PortableName,
            string> merge = new(included.SelectMany(static i => i.Merge).DistinctBy(static m => m.Key).ToDictionary());
        ReadMerge(yaml.Find("merge"), merge);
        SortedDictionary<string, string> aliases = new(
            included.SelectMany(static i => i.Aliases).DistinctBy(static a => a.Key).ToDictionary(), StringComparer.Ordinal);
        foreach ((string label, YamlNode to) in yaml.Find("aliases")?.RequireKeys() ?? [])
        {
            aliases[label] = to.RequireText();
        }

        SortedSet<PortableName> projects = [.. included.SelectMany(static i => i.Projects), .. merge.Keys];
        foreach (YamlNode item in yaml.Find("projects")?.RequireItems() ?? [])
        {
            projects.UnionWith(Match(item));
        }

        foreach (YamlNode item in yaml.Find("exclude")?.RequireItems() ?? [])
        {
            projects.ExceptWith(Match(item));
        }

        return new DatasetRecipe
        {
            Name = name,
            Projects = [.. projects],
            Merge = merge,
            Aliases = aliases,
            Images = [.. included.SelectMany(
                static i => i.Images).Concat(yaml.Find("images")?.RequireItems().Select(ReadImages) ?? []).Distinct()],
            Classes = yaml.Find("classes") is { } classes ? Name(classes) : name,
            Canvases = ReadCanvases(yaml.Find("canvas")),
            Split = ReadSplit(yaml.Find("split")),
            Layouts = ReadTexts(yaml.Find("layouts"), ["voc"]),
            Accept = ReadTexts(yaml.Find("accept"), []),
            ImportedFrom = yaml.Find("imported")?.RequireText(),
        };
    }

    /// <summary>
    /// Class by class, the projects whose objects it takes. A project may give its objects to one class only, and a class is not made of
    /// itself.
    /// </summary>
    private void ReadMerge(YamlNode? node, SortedDictionary<PortableName, string> merge)
    {
        foreach ((string label, YamlNode sources) in node?.RequireKeys() ?? [])
        {
            foreach (YamlNode source in sources.RequireItems())
            {
                foreach (PortableName project in Match(source))
                {
                    if (project.Value == label)
                    {
                        throw source.Bad($"'{label}' is merged into itself");
                    }

                    if (merge.TryGetValue(project, out string? other) && other != label)
                    {
                        throw source.Bad($"project '{project}' is merged into '{other}' and into '{label}'");
                    }

                    merge[project] = label;
                }
            }
        }
    }

    /// <summary>A name, or a pattern with <c>*</c> and <c>?</c> over the projects that are there.</summary>
    private IEnumerable<PortableName> Match(YamlNode item)
    {
        string text = item.RequireText();
        if (!text.Contains('*', StringComparison.Ordinal) && !text.Contains('?', StringComparison.Ordinal))
        {
            return [Name(item)];
        }

        _all ??= ProjectReader.List(workTree);
        PortableName[] found = [
            .. _all.Where(p => System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(text, p.Value, ignoreCase: false))];
        return found.Length > 0 ? found : throw item.Bad($"no project matches '{text}'");
    }

    private static RealImages ReadImages(YamlNode node)
    {
        if (node.Keys is null)
        {
            return new RealImages(Inside(node), true);
        }

        node.RequireOnly("from", "split");
        bool keep = node.Find("split")?.RequireText() switch
        {
            null or "keep" => true,
            "divide" => false,
            _ => throw node.Bad("split is neither keep nor divide"),
        };
        return new RealImages(Inside(node.Find("from") ?? throw node.Bad("key 'from' is missing")), keep);
    }

    private static IReadOnlyList<Canvas> ReadCanvases(YamlNode? node)
    {
        Canvas[] found = [.. (node?.RequireItems() ?? []).Select(static i => Canvas.TryParse(i.RequireText(), out Canvas c)
            ? c : throw i.Bad($"canvas '{i.Text}' is neither own nor WIDTHxHEIGHT"))];
        return found.Length == 0
            ? [Canvas.Own] : [.. found.DistinctBy(static c => c.ToString()).OrderBy(static c => c.ToString(), StringComparer.Ordinal)];
    }

    private static SplitOptions ReadSplit(YamlNode? node)
    {
        if (node is null)
        {
            return new SplitOptions();
        }

        node.RequireOnly("train", "seed", "method", "val_from");
        return new SplitOptions
        {
            TrainPercent = (int)(node.Find("train")?.RequireNumber(0, 100) ?? 80),
            Seed = node.Find("seed")?.RequireText() ?? "0",
            Method = node.Find("method")?.RequireText() switch
            {
                null or "hash" => SplitMethod.Hash,
                "legacy" => SplitMethod.Legacy,
                _ => throw node.Bad("method is neither hash nor legacy"),
            },
            ValFromReal = node.Find("val_from")?.RequireText() switch
            {
                null or "any" => false,
                "real" => true,
                _ => throw node.Bad("val_from is neither any nor real"),
            },
        };
    }

    private static IReadOnlyList<string> ReadTexts(YamlNode? node, IReadOnlyList<string> otherwise) =>
        node is null ? otherwise : [.. node.RequireItems().Select(static i => i.RequireText()).Distinct().Order(StringComparer.Ordinal)];

    private static PortableName Name(YamlNode node) =>
        PortableName.TryParse(node.RequireText(), out PortableName name)
            ? name : throw node.Bad($"'{EntryName.Show(System.Text.Encoding.UTF8.GetBytes(node.Text!))}' is not a portable name");

    private static string Inside(YamlNode node) =>
        RelPath.TryParse(node.RequireText(), out RelPath path, out string? reason)
            ? path.Value : throw node.Bad($"path '{EntryName.Show(System.Text.Encoding.UTF8.GetBytes(node.Text!))}' is refused: {reason}");
}
