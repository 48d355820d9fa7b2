namespace DlStore.Data.Recipes;

/// <summary>Where on a canvas a master lies.</summary>
public enum Placement
{
    /// <summary>In the left upper corner; written <c>lu</c>.</summary>
    LeftUpper,
    /// <summary>In the right upper corner; written <c>ru</c>.</summary>
    RightUpper,
}

/// <summary>Reads, writes and computes placements.</summary>
public static class Placements
{
    /// <summary>Gives the text of a placement.</summary>
    /// <param name="placement">The placement.</param>
    /// <returns><c>lu</c> or <c>ru</c>.</returns>
    public static string ToText(Placement placement) => placement switch
    {
        Placement.LeftUpper => "lu",
        Placement.RightUpper => "ru",
        _ => throw new ArgumentOutOfRangeException(nameof(placement)),
    };

    /// <summary>Reads a placement.</summary>
    /// <param name="text">Candidate.</param>
    /// <returns>The placement, or null.</returns>
    public static Placement? Find(string text) => text switch
    {
        "lu" => Placement.LeftUpper,
        "ru" => Placement.RightUpper,
        _ => null,
    };

    /// <summary>Gives the column at which a tile begins; it always begins at the first row.</summary>
    /// <param name="placement">The placement.</param>
    /// <param name="canvasWidth">Columns of the canvas.</param>
    /// <param name="tileWidth">Columns of the tile, at most those of the canvas.</param>
    /// <returns>From 0.</returns>
    public static int Left(Placement placement, int canvasWidth, int tileWidth) => placement == Placement.RightUpper
        ? canvasWidth - tileWidth : 0;
}
