using DlStore.Data.Annotations;
using DlStore.Data.Names;
using DlStore.Data.Recipes;
using DlStore.Images;
using DlStore.Io;
using DlStore.Objects;
using DlStore.Operations.Words;

namespace DlStore.Operations.Projects;

/// <summary>A master of a project that was made.</summary>
/// <param name="Path">From the top of the work tree.</param>
/// <param name="Oid">Digest of its bytes.</param>
/// <param name="Width">Columns.</param>
/// <param name="Height">Rows.</param>
public sealed record NewMaster(string Path, Oid Oid, int Width, int Height);

/// <summary>What project new did.</summary>
/// <param name="Project">The name.</param>
/// <param name="Label">The class.</param>
/// <param name="Placements">Where on a canvas the masters are put, as text.</param>
/// <param name="Masters">The masters.</param>
/// <param name="Files">Every file of the project, from the top of the work tree.</param>
/// <param name="Trusted">The digest of the program that was allowed, or null.</param>
/// <param name="Characters">How many characters a corpus gives; 0 without one.</param>
/// <param name="Remarks">What the user should know, each a sentence.</param>
public sealed record ProjectNewResult(
    string Project, string Label,
        IReadOnlyList<string> Placements, IReadOnlyList<NewMaster> Masters, IReadOnlyList<string> Files, string? Trusted, int Characters,
    IReadOnlyList<string> Remarks);

/// <summary>
/// <c>dls project new</c>: from a crop to a project with an exactly fitting annotation and the default recipe written out, in one step.
/// </summary>
public sealed class ProjectNew
{
    private readonly Repo _repo;
    private readonly ProjectNewOptions _options;
    private readonly PortableName _name;
    private readonly List<ProjectFile> _files = [];
    private readonly List<NewMaster> _masters = [];
    private readonly List<string> _remarks = [];
    private int _characters;

    private ProjectNew(Repo repo, ProjectNewOptions options)
    {
        _repo = repo;
        _options = options;
        _name = PortableName.Parse(options.Name, "project");
    }

    private string Root => $"{Project.Root}/{_name}";

    /// <summary>Runs the command.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="options">What to make.</param>
    /// <returns>What was made.</returns>
    /// <exception cref="DlsException">Kind Usage: options that do not go together. Kind Failed: the name is taken, or a file cannot be
    /// used; nothing was made then.</exception>
    public static ProjectNewResult Run(Repo repo, ProjectNewOptions options) => new ProjectNew(repo, options).Run();

    private ProjectNewResult Run()
    {
        using FileLock? held = _options.DryRun ? null : _repo.LockProjects();
        ProjectDraft draft = Plan();
        string? trusted = null;
        if (!_options.DryRun)
        {
            ProjectFiles.Make(
                _repo, [new ProjectFiles(_name, _files) { Directories = ["build", "data_augmentation", "jupyter_notebook", "master"] }],
                _options.Origin, null, CancellationToken.None);
            trusted = draft.Program is null ? null : Allow();
        }

        return new ProjectNewResult(
            _name.Value, draft.Label, [.. draft.Placements.Select(Placements.ToText)],
                _masters, [.. _files.Select(f => $"{Root}/{f.Relative}").Order(StringComparer.Ordinal)], trusted, _characters, _remarks);
    }

    private ProjectDraft Plan()
    {
        RequireOptions();
        ProjectNames.Read(_repo).RequireFree(_name);
        string label = _options.Label
            ?? (_options.Corpus is null && _name.Value.StartsWith("ru_", StringComparison.Ordinal) ? _name.Value[3..] : _name.Value);
        RequireLabel(label, _remarks);
        IReadOnlyList<Placement> placements = _options.Placements.Count > 0 ? _options.Placements
            : _name.Value.StartsWith("ru_", StringComparison.Ordinal) ? [Placement.RightUpper]
            : [Placement.LeftUpper];
        TakeImages(label);
        ProjectDraft draft = new()
        {
            Name = _name,
            Label = label,
            Masters = [.. _masters.Select(m => m.Path[(Root.Length + 1)..])],
            Placements = placements,
            Program = _options.Program is { } program ? TakeProgram(program) : null,
            Glyphs = _options.Corpus is { } corpus ? TakeGlyphs(corpus) : null,
            Count = _options.Count,
            Seed = _options.Seed,
        };
        TakeText("project.yaml", draft.ToYaml());
        TakeText("README.md", draft.ToReadme());
        return draft;
    }

    private void RequireOptions()
    {
        if (_options is { Images.Count: 0, Program: null, Corpus: null })
        {
            throw Usage("it has nothing to make images of", "give --image crop.jpg, or --glyphs TEXT, or --program FILE");
        }

        if (_options.Corpus is not null && (_options.Images.Count > 0 || _options.Program is not null))
        {
            throw Usage("--glyphs goes with neither --image nor --program", "make two projects");
        }

        if (_options.Font is not null && _options.Corpus is null)
        {
            throw Usage("--font goes with --glyphs only", "leave it out");
        }

        RequireRange("--size", _options.GlyphSize, 8, 1_024);
        RequireRange("--characters", _options.CharactersMax, 1, 100_000);
        RequireRange("--count", _options.Count, 1, 100_000);
        RequireRange("--seed", _options.Seed, 0, long.MaxValue);
        if (_options.Origin is { } origin && (origin.Length is 0 or > 500 || origin.Any(char.IsControl)))
        {
            throw Usage("--origin is not one line of at most 500 characters", "give the URL");
        }
    }

    private void RequireRange(string option, long value, long min, long max)
    {
        if (value < min || value > max)
        {
            throw Usage($"{option} {value} is not from {min} to {max}", "choose another number");
        }
    }

    /// <summary>Refuses a text that cannot name a class, and remarks on one that readers change.</summary>
    internal static void RequireLabel(string label, List<string> remarks)
    {
        if (LabelName.WhyRefused(label) is { } why)
        {
            throw new DlsException(ErrorKind.Usage, $"use label '{EntryName.Show(System.Text.Encoding.UTF8.GetBytes(label))}': {why}",
                "a label is one line of at most 100 characters");
        }

        if (!LabelName.IsLowerCase(label))
        {
            remarks.Add($"label '{label}' has upper-case letters; readers such as the SSD one turn them into lower case");
        }
    }

    private void TakeImages(string label)
    {
        KnownMasters? known = _options.Images.Count > 0 ? KnownMasters.Read(_repo) : null;
        for (int i = 0; i < _options.Images.Count; i++)
        {
            string typed = _options.Images[i];
            TakenPicture taken = TakenPicture.Take(TypedFile.Read(_repo, typed), typed, isLabelled: false);
            (byte[] bytes, JpegHeader header) = (taken.Bytes, taken.Header);
            _ = Jpeg.Decode(bytes, typed);
            Oid oid = Oid.Of(bytes);
            string stem = i == 0 ? "master/image" : $"master/image_{i + 1}";
            if (_masters.Find(m => m.Oid == oid) is not null)
            {
                throw new DlsException(
                    ErrorKind.Failed, $"make project '{_name}': image '{typed}' is given twice, byte for byte", "leave one out");
            }

            if (known!.Find(oid) is { } twin)
            {
                _remarks.Add($"image '{typed}' is a master of project '{twin.Project}' already; "
                    + "if the two labels differ, no training can get both right");
            }

            if (taken.Changes is { } changes)
            {
                _remarks.Add($"image '{typed}' is {changes}; '{stem}.jpg' is that, and '{typed}' stays where it is");
            }

            if (header.IsCmyk)
            {
                throw new DlsException(
                    ErrorKind.Failed, $"use image '{typed}': it is stored in printing inks (CMYK), which readers show in wrong colours",
                    "save it as an RGB JPEG");
            }

            _files.Add(new ProjectFile($"{stem}.jpg", () => bytes, IsManaged: true));
            _files.Add(new ProjectFile($"{stem}.xml", Exact($"{stem}.jpg", header, label).ToBytes));
            _masters.Add(new NewMaster($"{Root}/{stem}.jpg", oid, header.Width, header.Height));
        }
    }

    /// <summary>Gives the annotation of an image that its object fills.</summary>
    /// <param name="image">The file relative to the project.</param>
    /// <param name="header">Its size.</param>
    /// <param name="label">The class.</param>
    internal static Annotation Exact(string image, JpegHeader header, string label) => new()
    {
        Folder = "master",
        FileName = Path.GetFileName(image),
        Width = header.Width,
        Height = header.Height,
        Depth = header.Channels,
        Objects = [new LabelledObject(label, PixelBox.Whole(header.Width, header.Height))],
    };

    private string TakeProgram(string typed)
    {
        byte[] bytes = TypedFile.Read(_repo, typed);
        bool starts = bytes.AsSpan().StartsWith("#!"u8) || bytes.AsSpan().StartsWith("\u007fELF"u8);
        string relative = $"data_augmentation/{SafeName(typed)}";
        if (!starts)
        {
            throw new DlsException(
                ErrorKind.Failed, $"use program '{typed}': the system cannot start it, it has no first line that names an interpreter",
                "begin it with a line such as `#!/usr/bin/env python3`");
        }

        _files.Add(new ProjectFile(relative, () => bytes, IsExecutable: true));
        return relative;
    }

    private GlyphSource TakeGlyphs(string typed)
    {
        string corpus = TakeSource(typed);
        _characters = Corpus.ReadCharacters(TypedFile.At(_repo, typed), typed, _options.CharactersMax).Count;
        string? font = _options.Font is { } file ? TakeSource(file) : null;
        using (GlyphFont? opened = _options.Font is { } path ? GlyphFont.Open(TypedFile.At(_repo, path)) : null)
        {
            // Opening is the check; a build that fails tomorrow is too late.
            return new GlyphSource(
                $"{Root}/{corpus}", font is null ? null : $"{Root}/{font}", _options.GlyphSize, _options.CharactersMax, 0, 255);
        }
    }

    private string TakeSource(string typed)
    {
        byte[] bytes = TypedFile.Read(_repo, typed);
        string relative = $"corpus/{SafeName(typed)}";
        _files.Add(new ProjectFile(relative, () => bytes, IsManaged: true));
        return relative;
    }

    private static string SafeName(string typed) => RelPath.TryParse(Path.GetFileName(typed), out RelPath name, out string? reason)
        ? name.Value
        : throw new DlsException(ErrorKind.Usage, $"use file '{typed}': its name is refused: {reason}", "rename it");

    private void TakeText(
        string relative, string text) => _files.Add(new ProjectFile(relative, () => System.Text.Encoding.UTF8.GetBytes(text)));

    /// <summary>What the user makes by dls here is trusted: exactly these bytes.</summary>
    private string Allow()
    {
        TrustedCommand command = new RecipeProgram(_repo.WorkTree, ProjectReader.Read(_repo.WorkTree, _name)).Command();
        using FileLock held = _repo.LockWorkTree();
        new TrustList(_repo.CommonDirectory).Allow([command]);
        return command.Digest.ToString();
    }

    private DlsException Usage(string why, string hint) => new(ErrorKind.Usage, $"make project '{_name}': {why}", hint);
}
