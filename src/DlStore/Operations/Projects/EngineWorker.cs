using System.Buffers;
using DlStore.Data.Annotations;
using DlStore.Data.Recipes;
using DlStore.Images;
using DlStore.Io;
using DlStore.Objects;

namespace DlStore.Operations.Projects;

/// <summary>An image of a build whose parameters are drawn.</summary>
/// <param name="Source">The picture it is made of.</param>
/// <param name="Placement">Where it stands on the canvas.</param>
/// <param name="Step">The step of the recipe it belongs to.</param>
/// <param name="Parameters">What was drawn.</param>
internal sealed record ImageToMake(TileSource Source, Placement Placement, RecipeStep Step, Augmentation Parameters);

/// <summary>Renders images of a build: what one thread needs again and again.</summary>
internal sealed class EngineWorker(Project project, Canvas canvas) : IDisposable
{
    private readonly Augmenter _augmenter = new();
    private readonly JpegCodec _codec = new();
    private readonly ArrayBufferWriter<byte> _annotation = new();
    private readonly Raster? _whole = canvas.IsOwn ? null : new Raster(canvas.Width, canvas.Height);
    private Raster? _tile;
    private Raster? _loaded;
    private (int Left, int Width, int Height) _painted;

    public BuiltImage Make(int number, ImageToMake image, string directory)
    {
        Raster source = image.Source.Picture;
        if (_tile is null || _tile.Width != source.Width || _tile.Height != source.Height)
        {
            _tile = new Raster(source.Width, source.Height);
        }

        if (!ReferenceEquals(_loaded, source))
        {
            _augmenter.Load(source);
            _loaded = source;
        }

        FillColour fill = project.Recipe.Fill;
        _augmenter.Apply(
            image.Parameters, project.Recipe.Rule, new Fill(project.Recipe.FillNearest, fill.Red, fill.Green, fill.Blue), _tile);
        int left = _whole is null ? 0 : Placements.Left(image.Placement, canvas.Width, _tile.Width);
        Raster picture = _whole is null ? _tile : Paste(_tile, left);
        ReadOnlySpan<byte> jpeg = _codec.Encode(picture, project.Recipe.Quality);
        (List<BuiltObject> objects, int cut) = MapObjects(image, left);
        BuiltImage built = new()
        {
            Id = $"{project.Name}_{number}",
            Oid = Oid.Of(jpeg),
            Size = jpeg.Length,
            Width = picture.Width,
            Height = picture.Height,
            Source = image.Source.Name,
            Placement = _whole is null ? null : Placements.ToText(image.Placement),
            Step = image.Step.Name,
            Parameters = image.Parameters.ToText(),
            Cut = cut,
            Objects = objects,
        };
        AtomicFile.WriteStaged($"{directory}/{built.Id}.jpg", jpeg);
        BuildDirectory.WriteAnnotation(built, _annotation);
        AtomicFile.WriteStaged($"{directory}/{built.Id}.xml", _annotation.WrittenSpan);
        return built;
    }

    public void Dispose() => _codec.Dispose();

    private Raster Paste(Raster tile, int left)
    {
        // Rows below the tile never change; beside it the background is painted once, and the tile has one place in a build of one
        // placement.
        FillColour around = project.Recipe.Background;
        if (_painted != (left, tile.Width, tile.Height))
        {
            Paint(_whole!, around);
            _painted = (left, tile.Width, tile.Height);
        }

        for (int y = 0; y < tile.Height; y++)
        {
            tile.Row(y).CopyTo(_whole!.Row(y)[(3 * left)..]);
        }

        return _whole!;
    }

    private static void Paint(Raster raster, FillColour colour)
    {
        Span<byte> row = raster.Row(0);
        for (int x = 0; x < row.Length; x += 3)
        {
            (row[x], row[x + 1], row[x + 2]) = (colour.Red, colour.Green, colour.Blue);
        }

        for (int y = 1; y < raster.Height; y++)
        {
            row.CopyTo(raster.Row(y));
        }
    }

    /// <summary>Boxes follow the transform; what is left of them is clipped to the tile, and how much went is recorded.</summary>
    private (List<BuiltObject> Objects, int Cut) MapObjects(ImageToMake image, int left)
    {
        List<BuiltObject> objects = [];
        int cut = 0;
        foreach (LabelledObject o in image.Source.Objects)
        {
            MappedBox mapped = Augmenter.MapBox(image.Parameters, project.Recipe.Rule,
                image.Source.Picture.Width, image.Source.Picture.Height, o.Box.XMin, o.Box.YMin, o.Box.XMax, o.Box.YMax);
            cut = Math.Max(cut, mapped.CutPermille);
            if (!mapped.IsGone)
            {
                objects.Add(new BuiltObject(o.Label, [mapped.XMin + left, mapped.YMin, mapped.XMax + left, mapped.YMax]));
            }
        }

        return (objects, cut);
    }
}
