namespace DlStore.Images;

/// <summary>
/// A picture made ready for sampling: four bytes a pixel, and one more column and row that repeat the last, so that a pixel and its
/// neighbours on the right and below can
/// always be read. The buffers are used again for the next picture.
/// </summary>
internal sealed class TexelSource
{
    /// <summary>Gets the pixels, red in the lowest byte, the highest byte 0.</summary>
    public uint[] Texels { get; private set; } = [];

    /// <summary>Gets how many texels lie between a row and the next.</summary>
    public int Stride { get; private set; }

    /// <summary>Gets the picture; null before the first load.</summary>
    public Raster? Raster { get; private set; }

    /// <summary>Takes a picture.</summary>
    /// <param name="raster">The picture; it must not change until the next load.</param>
    public void Load(Raster raster)
    {
        Raster = raster;
        Stride = raster.Width + 1;
        long count = (long)Stride * (raster.Height + 1);
        if (Texels.Length < count)
        {
            Texels = GC.AllocateUninitializedArray<uint>(checked((int)count));
        }

        for (int y = 0; y < raster.Height; y++)
        {
            ReadOnlySpan<byte> row = raster.Row(y);
            Span<uint> texels = Texels.AsSpan(y * Stride, Stride);
            for (int x = 0; 3 * x < row.Length; x++)
            {
                ReadOnlySpan<byte> pixel = row.Slice(3 * x, 3);
                texels[x] = pixel[0] | ((uint)pixel[1] << 8) | ((uint)pixel[2] << 16);
            }

            texels[^1] = texels[^2];
        }

        Texels.AsSpan((raster.Height - 1) * Stride, Stride).CopyTo(Texels.AsSpan(raster.Height * Stride));
    }
}
