namespace DlStore.Images;

/// <summary>The coverage of one rendered character, in FreeType's memory.</summary>
/// <param name="slot">The glyph slot.</param>
internal readonly unsafe ref struct GlyphBitmap(nint slot)
{
    /// <summary>Gets the columns of the inked part; 0 for a space.</summary>
    public int Width { get; } = *(int*)(slot + FreeType.SlotBitmap + 4);

    /// <summary>Gets the rows of the inked part.</summary>
    public int Height { get; } = *(int*)(slot + FreeType.SlotBitmap);

    /// <summary>Gets how far the inked part lies right of the pen.</summary>
    public int Left { get; } = *(int*)(slot + FreeType.SlotBitmapLeft);

    /// <summary>Gets how far its first row lies above the baseline.</summary>
    public int Top { get; } = *(int*)(slot + FreeType.SlotBitmapTop);

    /// <summary>Gets how far the pen moves, in pixels.</summary>
    public int Advance { get; } = (int)((*(nint*)(slot + FreeType.SlotAdvance) + 32) >> 6);

    /// <summary>Draws the inked part.</summary>
    /// <param name="painter">The picture.</param>
    /// <param name="x">The column of its first column.</param>
    /// <param name="y">The row of its first row.</param>
    /// <param name="ink">The colour.</param>
    public void Draw(Painter painter, int x, int y, Colour ink)
    {
        int pitch = *(int*)(slot + FreeType.SlotBitmap + 8);
        byte* rows = *(byte**)(slot + FreeType.SlotBitmap + 16);
        for (int row = 0; row < Height; row++)
        {
            for (int column = 0; column < Width; column++)
            {
                painter.Mix(x + column, y + row, ink, rows[((long)row * pitch) + column]);
            }
        }
    }
}
