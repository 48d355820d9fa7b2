namespace DlStore.Images;

/// <summary>A colour of a pixel.</summary>
/// <param name="R">Red.</param>
/// <param name="G">Green.</param>
/// <param name="B">Blue.</param>
public readonly record struct Colour(byte R, byte G, byte B)
{
    /// <summary>Gets black.</summary>
    public static Colour Black => new(0, 0, 0);

    /// <summary>Gets white.</summary>
    public static Colour White => new(255, 255, 255);

    /// <summary>Gives the colour between this one and another.</summary>
    /// <param name="other">The other.</param>
    /// <param name="share">How much of it, 0 to 255.</param>
    /// <returns>The mixed colour, rounded.</returns>
    public Colour Mix(Colour other, int share) => new(Mix(R, other.R, share), Mix(G, other.G, share), Mix(B, other.B, share));

    private static byte Mix(int a, int b, int share) => (byte)(((a * (255 - share)) + (b * share) + 127) / 255);
}
