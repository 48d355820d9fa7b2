namespace DlStore.Images;

/// <summary>
/// Makes augmented pictures of one source: load it once, apply as often as wanted. One instance serves one thread. The same source,
/// parameters, rule and
/// fill give the same bytes on every machine and thread: the coefficients are rounded before any pixel is touched, and the loops know only
/// integers (docs/formats/augmentation.md).
/// </summary>
public sealed class Augmenter
{
    private readonly TexelSource _plain = new();
    private readonly TexelSource _edges = new();
    private readonly ToneTable _tones = new();
    private bool _hasEdges;

    /// <summary>Gets or sets a value indicating whether vector instructions are used; the result is the same.</summary>
    internal bool UseVectors { get; set; } = true;

    /// <summary>Takes a source picture.</summary>
    /// <param name="source">The picture; it must not change until the next load.</param>
    public void Load(Raster source)
    {
        _plain.Load(source);
        _hasEdges = false;
    }

    /// <summary>Makes a picture.</summary>
    /// <param name="augmentation">The parameters.</param>
    /// <param name="rule">The centre and axes of the transform.</param>
    /// <param name="fill">What pixels from outside get; channel and brightness change it too, as in Keras.</param>
    /// <param name="target">Takes the picture; of the source's size, and not the source.</param>
    /// <exception cref="DlsException">Kind Failed: a parameter is out of its range, or more is cut off than the picture has.</exception>
    public void Apply(Augmentation augmentation, AffineRule rule, Fill fill, Raster target)
    {
        Raster raster = _plain.Raster ?? throw new InvalidOperationException("no source is loaded");
        if (target.Width != raster.Width || target.Height != raster.Height || ReferenceEquals(target, raster))
        {
            throw new ArgumentException("the target must be another picture of the source's size", nameof(target));
        }

        augmentation.Check();
        CheckCrop(augmentation, raster.Width, raster.Height);
        TexelSource source = augmentation.Edge ? Edges(raster) : _plain;
        FixedMap map = FixedMap.Of(augmentation, rule, raster.Width, raster.Height);
        if (!augmentation.HasCrop && map.IsWholeShift(out int dx, out int dy))
        {
            ShiftedRows.Copy(source.Raster!, dx, dy, fill, target);
        }
        else
        {
            AffineLoop loop = new(source, map, fill, UseVectors)
            {
                MinX = (long)augmentation.CropLeft << FixedMap.WeightBits,
                MaxX = (long)(raster.Width - 1 - augmentation.CropRight) << FixedMap.WeightBits,
                MinY = (long)augmentation.CropTop << FixedMap.WeightBits,
                MaxY = (long)(raster.Height - 1 - augmentation.CropBottom) << FixedMap.WeightBits,
            };
            loop.Run(target);
        }

        _tones.Apply(augmentation, target);
    }

    /// <summary>
    /// Finds where a box of the source lies in the picture that <see cref="Apply"/> makes; the bounding box of the turned rectangle, cut at
    /// the picture's border.
    /// </summary>
    /// <param name="augmentation">The parameters.</param>
    /// <param name="rule">The centre and axes of the transform.</param>
    /// <param name="width">Columns of the picture.</param>
    /// <param name="height">Rows of the picture.</param>
    /// <param name="xMin">First column of the box, counted from 1.</param>
    /// <param name="yMin">First row.</param>
    /// <param name="xMax">Last column, not before the first.</param>
    /// <param name="yMax">Last row, not before the first.</param>
    /// <returns>The box; the same one if nothing is moved.</returns>
    /// <exception cref="DlsException">Kind Failed: a parameter is out of its range, or more is cut off than the picture has.</exception>
    public static MappedBox MapBox(
        Augmentation augmentation, AffineRule rule, int width, int height, int xMin, int yMin, int xMax, int yMax)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(xMax, xMin);
        ArgumentOutOfRangeException.ThrowIfLessThan(yMax, yMin);
        augmentation.Check();
        CheckCrop(augmentation, width, height);
        return new BoxMap(augmentation, rule, width, height).Map(xMin, yMin, xMax, yMax);
    }

    private static void CheckCrop(Augmentation a, int width, int height)
    {
        // Of a single column or row nothing can be cut, and two pixels are the least that can be stretched.
        if ((a.CropLeft + a.CropRight > 0 && a.CropLeft + a.CropRight > width - 2)
            || (a.CropTop + a.CropBottom > 0 && a.CropTop + a.CropBottom > height - 2))
        {
            throw new DlsException(ErrorKind.Failed, $"augment image: '{a.ToText()}' cuts off more than {width}x{height} pixels have");
        }
    }

    private TexelSource Edges(Raster raster)
    {
        if (!_hasEdges)
        {
            _edges.Load(EdgePicture.Draw(raster));
            _hasEdges = true;
        }

        return _edges;
    }
}
