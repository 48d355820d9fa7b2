namespace DlStore.Data.Layouts;

/// <summary>A line of a label file, before it is known what its fractions mean in pixels.</summary>
/// <param name="Number">The line, from 1.</param>
/// <param name="Class">The id of the class.</param>
/// <param name="X">Centre.</param>
/// <param name="Y">Centre.</param>
/// <param name="W">Width.</param>
/// <param name="H">Height.</param>
internal readonly record struct LabelLine(int Number, int Class, double X, double Y, double W, double H)
{
    /// <summary>Gets a value indicating whether the line was a polygon, around which the box goes.</summary>
    public bool IsShape { get; init; }
}
