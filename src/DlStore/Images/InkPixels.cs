namespace DlStore.Images;

/// <summary>Turns the four inks of a CMYK picture into light, without a colour profile, as browsers and most libraries do.</summary>
internal static class InkPixels
{
    /// <summary>Converts pixels.</summary>
    /// <param name="inks">Four bytes a pixel: cyan, magenta, yellow, black.</param>
    /// <param name="rgb">Takes three bytes a pixel.</param>
    /// <param name="isInverted">True if 255 means no ink, as Adobe's programs store it.</param>
    public static void ToRgb(ReadOnlySpan<byte> inks, Span<byte> rgb, bool isInverted)
    {
        int flip = isInverted ? 0 : 255;
        for (int from = 0, to = 0; to < rgb.Length; from += 4, to += 3)
        {
            int black = inks[from + 3] ^ flip;
            for (int i = 0; i < 3; i++)
            {
                rgb[to + i] = (byte)((((inks[from + i] ^ flip) * black) + 127) / 255);
            }
        }
    }
}
