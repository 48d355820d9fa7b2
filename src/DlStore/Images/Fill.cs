namespace DlStore.Images;

/// <summary>What a pixel gets that comes from outside the source picture.</summary>
/// <param name="IsNearest">True: the nearest pixel of the source's border, and the colour does not matter.</param>
/// <param name="R">Red.</param>
/// <param name="G">Green.</param>
/// <param name="B">Blue.</param>
public readonly record struct Fill(bool IsNearest, byte R, byte G, byte B)
{
    /// <summary>Gets the rule that repeats the border.</summary>
    public static Fill Nearest => new(true, 0, 0, 0);

    /// <summary>Gives the rule that fills with one grey.</summary>
    /// <param name="value">0 (black) to 255 (white).</param>
    /// <returns>The rule.</returns>
    public static Fill Grey(byte value) => new(false, value, value, value);
}
