using System.Text;
using DlStore.Data.Annotations;
using DlStore.Data.Recipes;
using DlStore.Images;
using DlStore.Objects;
using DlStore.Operations.Store;

namespace DlStore.Operations.Projects;

/// <summary>One master with what is known of it before any pixel is read.</summary>
/// <param name="Master">As the project names it.</param>
/// <param name="File">Its bytes' place and oid.</param>
/// <param name="Annotation">The annotation, or null.</param>
/// <param name="AnnotationName">The annotation's file from the top of the work tree, or null.</param>
internal sealed record MasterInput(Master Master, KnownFile File, Annotation? Annotation, string? AnnotationName);

/// <summary>Everything that a build of one project is made from. Its key holds the hash of each, so equal keys mean equal builds.</summary>
internal sealed class BuildInputs
{
    private const string FontName = "font";

    private string? _fontFingerprint;

    private BuildInputs(Project project) => Project = project;

    public Project Project { get; }

    public IReadOnlyList<MasterInput> Masters { get; private init; } = [];

    public Annotation? GeneratorAnnotation { get; private init; }

    public KnownFile? Corpus { get; private init; }

    public KnownFile? Font { get; private init; }

    /// <summary>
    /// Gets all files in <c>master/</c> if a program makes the images, relative to the project: it may read each of them.
    /// </summary>
    public IReadOnlyList<KeyValuePair<string, Oid>> Readable { get; private init; } = [];

    /// <summary>Gets the program with its digest, or null for the built-in engine.</summary>
    public TrustedCommand? Command { get; private init; }

    /// <summary>Reads what a project is built from; opens annotations and hashes masters, corpora and programs.</summary>
    public static BuildInputs Read(Repo repo, Project project)
    {
        KnownFiles.RequireRealParents(repo, $"{project.Path}/build/x");
        GlyphSource? glyphs = project.Recipe.Glyphs;
        if (project.Masters.Count == 0 && glyphs is null && project.Recipe.Program is null)
        {
            if (ProjectReader.FindMisnamedMaster(project) is { } misnamed)
            {
                throw new DlsException(ErrorKind.Failed, $"build '{project.Name}': '{project.NameOf(misnamed)}' is not named image.jpg",
                    "rename it if it is a JPEG file, convert it if not");
            }

            throw new DlsException(
                ErrorKind.Failed,
                    $"build '{project.Name}': it has no master '{project.NameOf("master/image.jpg")}', no glyphs and no program",
                $"add a master, or make the project anew with `dls project new {project.Name} --image crop.jpg`");
        }

        RecipeProgram? program = project.Recipe.Program is null ? null : new RecipeProgram(repo.WorkTree, project);
        BuildInputs inputs = new(project)
        {
            Masters = [.. project.Masters.Select(m => ReadMaster(repo, project, m))],
            GeneratorAnnotation = project.Masters.Count == 0 && project.GeneratorAnnotation is { } own
                ? ReadAnnotation(repo, project.NameOf(own)) : null,
            Corpus = glyphs is null ? null : KnownFiles.Get(repo, glyphs.Corpus, "corpus"),
            Font = glyphs?.Font is { } font ? KnownFiles.Get(repo, font, FontName) : null,
            Readable = [
                .. program?.ListMasters().Select(f => KeyValuePair.Create(f, KnownFiles.Get(repo, project.NameOf(f), "master").Oid)) ?? []],
            Command = program?.Command(),
        };
        if (glyphs is not null)
        {
            using GlyphFont opened = inputs.OpenFont(repo);
            inputs._fontFingerprint = opened.Fingerprint;
        }

        return inputs;
    }

    /// <summary>Gives the digest of everything that decides the build.</summary>
    public Oid Key(Canvas canvas)
    {
        StringBuilder text = new(
            $"dls-build 1\nproject {Project.Name}\ncanvas {canvas}\nengine {Engine()}\nrecipe {Project.Recipe.Hash()}\n");
        text.Append("label ").Append(Project.Label ?? "").Append('\n');
        foreach (Placement placement in PlacementsOn(canvas))
        {
            text.Append("placement ").Append(Placements.ToText(placement)).Append('\n');
        }

        foreach (MasterInput master in Masters)
        {
            text.Append($"master {master.File.Oid} {(master.Annotation is { } a ? a.CanonicalHash().ToString() : "whole")}"
                + $" {master.Master.Image}\n");
        }

        foreach ((string name, Oid oid) in Readable)
        {
            text.Append($"readable {oid} {name}\n");
        }

        text.Append(GeneratorAnnotation is { } generator ? $"annotation {generator.CanonicalHash()}\n" : "");
        text.Append(Corpus is { } corpus ? $"corpus {corpus.Oid}\n" : "").Append(Font is { } font ? $"font {font.Oid}\n" : "");
        return Oid.Of(Encoding.UTF8.GetBytes(text.ToString()));
    }

    /// <summary>
    /// Gives what decides the pixels besides the sources: the engine's rules with the libraries under it, or the program.
    /// </summary>
    public string Engine() => Command is { } command ? $"program {command.Digest}"
        : _fontFingerprint is null ? Fingerprint()
        : $"{Fingerprint()}, font {_fontFingerprint}";

    /// <summary>Opens the font of a glyph project: its own, or the one that is installed.</summary>
    public GlyphFont OpenFont(Repo repo)
    {
        if (Font is { IsHere: false })
        {
            _ = KnownFiles.Read(repo, Font);
        }

        return GlyphFont.Open(Font is { } file ? $"{repo.WorkTree}/{file.Path}" : null);
    }

    /// <summary>Gives the fingerprint of the built-in engine here.</summary>
    public static string Fingerprint() => $"dls-engine {Recipe.EngineVersion}, {Jpeg.LibraryVersion}";

    /// <summary>Where the master fills the picture, the corners are one.</summary>
    public IReadOnlyList<Placement> PlacementsOn(Canvas canvas) => canvas.IsOwn ? [Project.Placements[0]] : Project.Placements;

    private static MasterInput ReadMaster(Repo repo, Project project, Master master)
    {
        string? name = master.Annotation is { } annotation ? project.NameOf(annotation) : null;
        return new MasterInput(
            master, KnownFiles.Get(repo, project.NameOf(master.Image), "master"), name is null ? null : ReadAnnotation(repo, name), name);
    }

    private static Annotation ReadAnnotation(Repo repo, string name) =>
        Annotation.Parse(KnownFiles.Read(repo, KnownFiles.Get(repo, name, "annotation")), name);
}
