using DlStore.Data.Names;
using DlStore.Data.Texts;
using DlStore.Images;
using DlStore.Io;

namespace DlStore.Data.Recipes;

/// <summary>
/// Reads projects from their directories. Looks at names and at project.yaml only: no image, annotation or program is opened.
/// </summary>
public static class ProjectReader
{
    private const string DefaultMaster = "master/image.jpg";
    private static readonly TimeSpan _timeLimitMax = TimeSpan.FromDays(2);

    /// <summary>Lists the projects of a work tree: the directories below <c>projects/</c> that look like one.</summary>
    /// <param name="workTree">Absolute path of the work tree.</param>
    /// <returns>Their names, sorted.</returns>
    public static IReadOnlyList<PortableName> List(string workTree)
    {
        string root = $"{workTree}/{Project.Root}";
        List<PortableName> found = [];
        foreach (string directory in Directory.Exists(root) ? Directory.EnumerateDirectories(root) : [])
        {
            bool looksSo = File.Exists($"{directory}/{Project.FileName}")
                || Directory.Exists($"{directory}/master") || File.Exists($"{directory}/master.dls")
                || Directory.Exists($"{directory}/data_augmentation");
            if (looksSo && PortableName.TryParse(System.IO.Path.GetFileName(directory), out PortableName name))
            {
                found.Add(name);
            }
        }

        found.Sort();
        return found;
    }

    /// <summary>Reads one project.</summary>
    /// <param name="workTree">Absolute path of the work tree.</param>
    /// <param name="name">Its name.</param>
    /// <returns>The project.</returns>
    /// <exception cref="DlsException">Kind Usage: there is no such project. Kind Failed: a directory is a symlink, or project.yaml cannot
    /// be used; the line is named.</exception>
    public static Project Read(string workTree, PortableName name)
    {
        string directory = $"{workTree}/{Project.Root}/{name}";
        InsidePath.RequireRealParents(workTree, $"{Project.Root}/{name}/{Project.FileName}");
        if (!Sys.TryStat(directory, out _))
        {
            throw new DlsException(ErrorKind.Usage,
                $"use project '{name}': there is no directory '{Project.Root}/{name}'", "run `dls project list` to see the projects");
        }

        string file = $"{Project.Root}/{name}/{Project.FileName}";
        byte[] bytes = SmallFile.Find($"{directory}/{Project.FileName}", file, SafeYaml.LengthMax) ?? [];
        YamlNode yaml = SafeYaml.Parse(bytes, file);
        yaml.RequireOnly(
            "label", "masters", "annotation", "placements", "fill",
                "background", "seed", "count", "expected", "review", "edge", "quality", "affine", "recipe", "inputs", "cwd", "tree",
                "timeout", "origin");
        return ReadKeys(directory, name, yaml);
    }

    /// <summary>
    /// Finds a file that is meant to be the master and has another ending: without a word the project would count as one that has none.
    /// </summary>
    /// <param name="project">A project without masters.</param>
    /// <returns>Relative to the project, or null.</returns>
    internal static string? FindMisnamedMaster(Project project)
    {
        string root = $"{project.Directory}/master";
        IEnumerable<string> names = Directory.Exists(root)
            ? Directory.EnumerateFiles(root).Select(static f => System.IO.Path.GetFileName(f)!) : [];
        return names.Where(static n => n.StartsWith("image.", StringComparison.OrdinalIgnoreCase) && n != "image.jpg"
            && ImageKind.IsOtherName(n)).Order(StringComparer.Ordinal).FirstOrDefault() is { } found ? $"master/{found}" : null;
    }

    private static Project ReadKeys(string directory, PortableName name, YamlNode yaml)
    {
        IReadOnlyList<Master> masters = ReadMasters(directory, yaml);
        Recipe recipe = ReadRecipe(directory, yaml);
        string? annotation = yaml.Find("annotation") is { } a ? Inside(a) : null;
        return new Project
        {
            Name = name,
            Directory = directory,
            Label = yaml.Find("label")?.RequireText(),
            Masters = recipe.Glyphs is null ? masters : [],
            GeneratorAnnotation = masters.Count > 0
                ? null : annotation ?? FirstThat(directory, "master/image_extended.xml", "master/master.xml", "master/image.xml"),
            Placements = ReadPlacements(name, yaml),
            Recipe = recipe,
            Expected = yaml.Find("expected") is { } expected ? (int)expected.RequireNumber(1, 10_000_000) : null,
            Review = ReadReview(yaml.Find("review")),
            Origin = ReadOrigin(yaml.Find("origin")),
        };
    }

    private static IReadOnlyList<Master> ReadMasters(string directory, YamlNode yaml)
    {
        string? own = yaml.Find("annotation") is { } a ? Inside(a) : null;
        if (yaml.Find("masters") is not { } list)
        {
            return IsThere(directory, DefaultMaster) ? [new Master(DefaultMaster, own ?? AnnotationOf(directory, DefaultMaster))] : [];
        }

        List<Master> masters = [];
        foreach (YamlNode item in list.RequireItems())
        {
            if (item.Keys is not null)
            {
                item.RequireOnly("image", "annotation");
                string image = Image(item.Find("image") ?? throw item.Bad("key 'image' is missing"));
                masters.Add(
                    new Master(image, item.Find("annotation") is { } annotation ? Inside(annotation) : AnnotationOf(directory, image)));
            }
            else
            {
                string image = Image(item);
                masters.Add(new Master(image, AnnotationOf(directory, image) ?? own));
            }
        }

        return masters;
    }

    private static string Image(YamlNode node) =>
        Inside(node) is { } path && path.EndsWith(".jpg", StringComparison.Ordinal)
            ? path : throw node.Bad($"master '{node.Text}' is not named .jpg: images of projects are JPEG files with that ending");

    /// <summary>A master <c>x.jpg</c> is described by <c>x_extended.xml</c> (made on the labelling aid) or <c>x.xml</c>.</summary>
    private static string? AnnotationOf(string directory, string image)
    {
        string stem = image[..^System.IO.Path.GetExtension(image).Length];
        return FirstThat(directory, stem + "_extended.xml", stem + ".xml");
    }

    private static string? FirstThat(
        string directory, params string[] candidates) => candidates.FirstOrDefault(c => File.Exists($"{directory}/{c}"));

    /// <summary>A master that was not pulled yet is there as its pointer, or inside the pointer of its directory.</summary>
    private static bool IsThere(string directory, string relative) =>
        File.Exists($"{directory}/{relative}")
            || File.Exists($"{directory}/{relative}.dls") || File.Exists($"{directory}/{System.IO.Path.GetDirectoryName(relative)}.dls");

    private static Recipe ReadRecipe(string directory, YamlNode yaml)
    {
        YamlNode? node = yaml.Find("recipe");
        int count = yaml.Find("count") is { } c ? RecipeReader.ReadCount(c) : 99;
        Recipe recipe = new()
        {
            Seed = yaml.Find("seed")?.RequireNumber(0, long.MaxValue) ?? 0,
            FillNearest = yaml.Find("fill")?.Text == "nearest",
            Fill = yaml.Find("fill") is { } fill && fill.Text != "nearest" ? ReadColour(fill) : new FillColour(125, 125, 125),
            Background = yaml.Find("background") is { } background ? ReadColour(background) : new FillColour(255, 255, 255),
            Edge = yaml.Find("edge")?.RequireBool() ?? false,
            Quality = (int)(yaml.Find("quality")?.RequireNumber(1, 100) ?? 95),
            Rule = ReadRule(yaml.Find("affine")),
            TimeLimit = ReadTimeLimit(yaml.Find("timeout")),
            FromTop = ReadFromTop(yaml.Find("cwd")),
            Tree = ReadTree(yaml.Find("tree")),
            Inputs = yaml.Find("inputs") is { } inputs ? [.. inputs.RequireItems().Select(Inside).Order(StringComparer.Ordinal)] : [],
        };
        return node is null ? Default(directory, recipe, count)
            : node.Keys is null ? recipe with { Steps = RecipeReader.ReadSteps(node, count) } : ReadMaker(node, recipe, count);
    }

    private static Recipe Default(string directory, Recipe recipe, int count) => File.Exists($"{directory}/{Project.DefaultProgram}")
        ? recipe with { Program = [Project.DefaultProgram] } : recipe with { Steps = RecipeReader.Suite(count) };

    private static Recipe ReadMaker(YamlNode node, Recipe recipe, int count)
    {
        node.RequireOnly("program", "glyphs", "steps");
        if (node.Find("program") is { } program)
        {
            node.RequireOnly("program");
            IReadOnlyList<YamlNode> words = program.RequireItems();
            return words.Count == 0 ? throw program.Bad("the program is missing")
                : recipe with { Program = [Inside(words[0]), .. words.Skip(1).Select(static w => w.RequireText())] };
        }

        IReadOnlyList<RecipeStep> steps = node.Find("steps") is { } list ? RecipeReader.ReadSteps(list, count) : RecipeReader.Suite(count);
        return recipe with { Steps = steps, Glyphs = node.Find("glyphs") is { } glyphs ? ReadGlyphs(glyphs) : null };
    }

    private static GlyphSource ReadGlyphs(YamlNode node)
    {
        node.RequireOnly("corpus", "font", "size", "characters", "ink", "paper");
        return new GlyphSource(
            Inside(node.Find("corpus") ?? throw node.Bad("key 'corpus' is missing")),
            node.Find("font") is { } font ? Inside(font) : null,
            (int)(node.Find("size")?.RequireNumber(8, 1024) ?? 64),
            (int)(node.Find("characters")?.RequireNumber(1, 100_000) ?? 1_000),
            (byte)(node.Find("ink")?.RequireNumber(0, 255) ?? 0),
            (byte)(node.Find("paper")?.RequireNumber(0, 255) ?? 255));
    }

    /// <summary>Names that begin with <c>ru_</c> mean the right corner, as in the seeds.</summary>
    private static IReadOnlyList<Placement> ReadPlacements(PortableName name, YamlNode yaml)
    {
        if (yaml.Find("placements") is not { } node)
        {
            return name.Value.StartsWith("ru_", StringComparison.Ordinal) ? [Placement.RightUpper] : [Placement.LeftUpper];
        }

        Placement[] found = [.. node.RequireItems()
            .Select(static i => Placements.Find(i.RequireText()) ?? throw i.Bad($"placement '{i.Text}' is neither lu nor ru"))];
        return found.Length > 0 && found.Distinct().Count() == found.Length
            ? found : throw node.Bad("placements are a list of lu and ru, each once");
    }

    private static AffineRule ReadRule(YamlNode? node) => node?.RequireText() switch
    {
        null or "fixed" => AffineRule.Fixed,
        "keras-1.1.2" => AffineRule.Keras112,
        "keras-core" => AffineRule.KerasCore,
        _ => throw node.Bad($"affine '{node.Text}' is none of fixed, keras-1.1.2, keras-core"),
    };

    private static ReviewState ReadReview(YamlNode? node) => node?.RequireText() switch
    {
        null or "accepted" => ReviewState.Accepted,
        "unreviewed" => ReviewState.Unreviewed,
        "rejected" => ReviewState.Rejected,
        _ => throw node.Bad($"review '{node.Text}' is none of accepted, unreviewed, rejected"),
    };

    private static FillColour ReadColour(YamlNode node)
    {
        byte[] parts = [.. node.RequireItems().Select(static i => (byte)i.RequireNumber(0, 255))];
        return parts.Length switch
        {
            1 => new FillColour(parts[0], parts[0], parts[0]),
            3 => new FillColour(parts[0], parts[1], parts[2]),
            _ => throw node.Bad("a colour is one number from 0 to 255, or a list of three"),
        };
    }

    private static TimeSpan ReadTimeLimit(YamlNode? node) =>
        node is null ? new Recipe().TimeLimit : TimeSpan.FromSeconds(node.RequireNumber(1, (long)_timeLimitMax.TotalSeconds));

    private static bool ReadFromTop(YamlNode? node) => node?.RequireText() switch
    {
        "top" => true,
        null or "project" => false,
        _ => throw node.Bad($"cwd '{node.Text}' is neither project nor top"),
    };

    private static string? ReadTree(YamlNode? node) => node is null ? null
        : PortableName.TryParse(node.RequireText(), out PortableName name)
        ? name.Value : throw node.Bad($"tree '{node.Text}' is not a plain name of one directory");

    private static SortedDictionary<string, string> ReadOrigin(YamlNode? node)
    {
        SortedDictionary<string, string> origin = new(StringComparer.Ordinal);
        foreach (KeyValuePair<string, YamlNode> pair in node?.RequireKeys() ?? [])
        {
            origin[pair.Key] = pair.Value.RequireText();
        }

        return origin;
    }

    /// <summary>A path in a file of the repository must not lead out of it.</summary>
    private static string Inside(YamlNode node) =>
        RelPath.TryParse(node.RequireText(), out RelPath path, out string? reason)
            ? path.Value : throw node.Bad($"path '{EntryName.Show(System.Text.Encoding.UTF8.GetBytes(node.Text!))}' is refused: {reason}");
}
