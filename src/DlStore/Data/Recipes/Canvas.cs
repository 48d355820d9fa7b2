using System.Globalization;

namespace DlStore.Data.Recipes;

/// <summary>
/// The size of the pictures that a build makes: one for all (<c>400x400</c>, the master lies in a corner of it), or each master's own
/// (<c>own</c>).
/// </summary>
/// <param name="Width">Columns; 0 for own.</param>
/// <param name="Height">Rows; 0 for own.</param>
public readonly record struct Canvas(int Width, int Height)
{
    /// <summary>The largest side.</summary>
    public const int SideMax = 8192;

    /// <summary>Gets the canvas of each master's own size.</summary>
    public static Canvas Own { get; }

    /// <summary>Gets a value indicating whether each picture has its master's size.</summary>
    public bool IsOwn => Width == 0;

    /// <summary>Reads a canvas.</summary>
    /// <param name="text"><c>own</c> or <c>WIDTHxHEIGHT</c>, decimal without leading zeros.</param>
    /// <param name="canvas">The canvas.</param>
    /// <returns>False if it is neither, or a side is not 1 to 8,192.</returns>
    public static bool TryParse(string text, out Canvas canvas)
    {
        canvas = default;
        if (text == "own")
        {
            return true;
        }

        string[] sides = text.Split('x');
        if (sides.Length != 2 || !TrySide(sides[0], out int width) || !TrySide(sides[1], out int height))
        {
            return false;
        }

        canvas = new Canvas(width, height);
        return true;
    }

    /// <summary>Reads a canvas or fails.</summary>
    /// <param name="text"><c>own</c> or <c>WIDTHxHEIGHT</c>.</param>
    /// <returns>The canvas.</returns>
    /// <exception cref="DlsException">Kind Usage: neither.</exception>
    public static Canvas Parse(string text) => TryParse(text, out Canvas canvas)
        ? canvas
        : throw new DlsException(
            ErrorKind.Usage, $"use canvas '{text}': it is neither 'own' nor WIDTHxHEIGHT, as in 400x400", $"sides go from 1 to {SideMax}");

    /// <inheritdoc/>
    public override string ToString() => IsOwn ? "own" : string.Create(CultureInfo.InvariantCulture, $"{Width}x{Height}");

    private static bool TrySide(string text, out int side)
    {
        side = 0;
        return text.Length is > 0 and <= 4
            && text[0] != '0' && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out side) && side <= SideMax;
    }
}
