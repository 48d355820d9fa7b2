using System.Collections.Concurrent;
using System.Text;
using DlStore.Data.Annotations;
using DlStore.Data.Recipes;
using DlStore.Images;
using DlStore.Io;
using DlStore.Operations.Store;

namespace DlStore.Operations.Projects;

/// <summary>A picture that images are made of, decoded once.</summary>
/// <param name="Name">The master relative to the project, or the character.</param>
/// <param name="Identity">What names it in its random streams: the digest of its bytes, or the character.</param>
/// <param name="Picture">Its pixels.</param>
/// <param name="Objects">What is in it, in its own pixels.</param>
internal sealed record TileSource(string Name, string Identity, Raster Picture, IReadOnlyList<LabelledObject> Objects);

/// <summary>
/// Makes a build with the built-in engine: first all parameters are drawn, one after the other, which is cheap and decides everything; then
/// images are rendered on all cores in
/// any order. Only the draws of one build are in memory, never its pictures.
/// </summary>
internal sealed class EngineBuild(BuildInputs inputs, Canvas canvas, int threads)
{
    /// <summary>How much of a master's side a character takes, 1/100: the rest is margin that a small shift or turn may use.</summary>
    private const int GlyphShare = 80;

    private readonly Project _project = inputs.Project;
    private readonly List<ImageToMake> _images = [];

    /// <summary>Gets how many images repeat the parameters of an earlier one.</summary>
    public int Copies { get; private set; }

    /// <summary>Gets how many images the build has; known after <see cref="Draw"/>.</summary>
    public int Count => _images.Count;

    /// <summary>Decodes the sources and draws the parameters of every image.</summary>
    public void Draw(Repo repo)
    {
        IReadOnlyList<TileSource> sources = inputs.Corpus is null ? [.. inputs.Masters.Select(m => Decode(repo, m))] : Render(repo);
        HashSet<(string, Placement, Augmentation)> seen = [];
        foreach (Placement placement in inputs.PlacementsOn(canvas))
        {
            foreach (TileSource source in sources)
            {
                RequireRoom(source);
                string stream = $"{_project.Name}\n{source.Identity}\n{Placements.ToText(placement)}";
                foreach (RecipeStep step in _project.Recipe.Steps)
                {
                    for (int i = 0; i < step.Count; i++)
                    {
                        _images.Add(new ImageToMake(source, placement, step, DrawNew(seen, step, source, placement, stream, i)));
                    }
                }
            }
        }
    }

    /// <summary>Renders all images into a directory.</summary>
    /// <returns>What was made, in the order of the numbers.</returns>
    public IReadOnlyList<BuiltImage> Render(string directory, Action done, CancellationToken cancel)
    {
        BuiltImage[] made = new BuiltImage[_images.Count];
        ConcurrentBag<EngineWorker> free = [];
        try
        {
            // Ranges, so that a thread keeps its source for a while; small ones, so that all threads end together.
            AllCores.Each(
                Partitioner.Create(0, made.Length, Math.Clamp(made.Length / (8 * threads), 1, 64)).GetDynamicPartitions(), threads, range =>
            {
                EngineWorker worker = free.TryTake(out EngineWorker? idle) ? idle : new EngineWorker(_project, canvas);
                for (int n = range.Item1; n < range.Item2; n++)
                {
                    cancel.ThrowIfCancellationRequested();
                    made[n] = worker.Make(n, _images[n], directory);
                    done();
                }

                free.Add(worker);
            }, cancel);
        }
        finally
        {
            foreach (EngineWorker worker in free)
            {
                worker.Dispose();
            }
        }

        return made;
    }

    private Augmentation DrawNew(
        HashSet<(string, Placement, Augmentation)> seen, RecipeStep step, TileSource source, Placement placement, string stream, int image)
    {
        Augmentation drawn = default;
        for (int attempt = 0; attempt < AugmentationDraw.AttemptsMax; attempt++)
        {
            drawn = AugmentationDraw.Draw(_project.Recipe, step, stream, image, attempt, source.Picture.Width, source.Picture.Height);
            if (seen.Add((source.Identity, placement, drawn)))
            {
                return drawn;
            }
        }

        Copies++;
        return drawn;
    }

    private TileSource Decode(Repo repo, MasterInput master)
    {
        byte[] bytes = KnownFiles.Read(repo, master.File);
        JpegHeader header = MasterJpeg.Require(bytes, master.File.Path);
        Raster picture = Jpeg.Decode(bytes, master.File.Path);
        return new TileSource(
            master.Master.Image, master.File.Oid.ToHex(),
                picture, TileObjects.Of(_project, master.Annotation, master.AnnotationName ?? "", header.Width, header.Height));
    }

    private List<TileSource> Render(Repo repo)
    {
        GlyphSource glyphs = _project.Recipe.Glyphs!;
        if (!inputs.Corpus!.IsHere)
        {
            _ = KnownFiles.Read(repo, inputs.Corpus);
        }

        using GlyphFont font = inputs.OpenFont(repo);
        Colour ink = new(glyphs.Ink, glyphs.Ink, glyphs.Ink);
        Colour paper = new(glyphs.Paper, glyphs.Paper, glyphs.Paper);
        List<TileSource> sources = [];
        foreach (Rune character in Corpus.ReadCharacters($"{repo.WorkTree}/{inputs.Corpus.Path}", inputs.Corpus.Path, glyphs.CharactersMax))
        {
            if (!font.Has(character))
            {
                throw new DlsException(
                    ErrorKind.Failed,
                        $"build '{_project.Name}': font '{font.Name}' has no character '{character}' (U+{character.Value:X4})",
                        "name a font that has it with `font:`, or use fewer `characters:`");
            }

            Raster picture = font.Draw(character, glyphs.Size, glyphs.Size * GlyphShare / 100, ink, paper);
            string label = $"{_project.Label ?? _project.Name.Value}_u{character.Value:x4}";
            sources.Add(new TileSource(character.ToString(),
                $"u{character.Value:x4}", picture, [new LabelledObject(label, PixelBox.Whole(glyphs.Size, glyphs.Size))]));
        }

        return sources;
    }

    private void RequireRoom(TileSource source)
    {
        if (!canvas.IsOwn && (source.Picture.Width > canvas.Width || source.Picture.Height > canvas.Height))
        {
            throw new DlsException(
                ErrorKind.Failed, $"build '{_project.Name}' for canvas {canvas}: master '{source.Name}' is "
                    + $"{source.Picture.Width}x{source.Picture.Height} and does not fit",
                "use a larger canvas, or `own`");
        }
    }
}
