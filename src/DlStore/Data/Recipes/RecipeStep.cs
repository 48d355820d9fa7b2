using System.Globalization;
using System.Text;

namespace DlStore.Data.Recipes;

/// <summary>From where to where one parameter is drawn, both ends included, in the fixed units of docs/formats/augmentation.md.</summary>
/// <param name="Low">The least value.</param>
/// <param name="High">The greatest value.</param>
public readonly record struct DrawRange(int Low, int High)
{
    /// <summary>Gets a value indicating whether the range holds one value only.</summary>
    public bool IsFixed => Low == High;
}

/// <summary>Which mirror images a step may make.</summary>
public enum FlipChoice
{
    /// <summary>None.</summary>
    None,
    /// <summary>Left and right, every second image on average.</summary>
    Horizontal,
    /// <summary>Up and down, every second image on average.</summary>
    Vertical,
    /// <summary>Each of the two by a draw of its own.</summary>
    Both,
}

/// <summary>
/// One step of a recipe: what is drawn for each of its images. A parameter that is null stays what it is. Lengths in pixels and lengths as
/// a share of the side are kept apart,
/// since a share is known only with the master.
/// </summary>
public sealed record RecipeStep
{
    /// <summary>Gets how the step is named in records: the operations in it, or <c>mix</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Gets how many images the step makes from each master at each placement.</summary>
    public required int Count { get; init; }

    /// <summary>Gets the shift of the height, 1/1000 pixel, or 1/1000 of the height if <see cref="HeightIsShare"/>.</summary>
    public DrawRange? Height { get; init; }

    /// <summary>Gets a value indicating whether <see cref="Height"/> is a share.</summary>
    public bool HeightIsShare { get; init; }

    /// <summary>Gets the shift of the width, 1/1000 pixel, or 1/1000 of the width if <see cref="WidthIsShare"/>.</summary>
    public DrawRange? Width { get; init; }

    /// <summary>Gets a value indicating whether <see cref="Width"/> is a share.</summary>
    public bool WidthIsShare { get; init; }

    /// <summary>Gets the zoom, 1/10000, drawn for each direction by itself.</summary>
    public DrawRange? Zoom { get; init; }

    /// <summary>Gets the rotation, 1/1000 degree.</summary>
    public DrawRange? Rotation { get; init; }

    /// <summary>Gets the shear, 1/1000 degree.</summary>
    public DrawRange? Shear { get; init; }

    /// <summary>Gets the brightness, 1/1000.</summary>
    public DrawRange? Brightness { get; init; }

    /// <summary>Gets what is added to every channel, -255 to 255.</summary>
    public DrawRange? Channel { get; init; }

    /// <summary>Gets what is cut from each side, 1/1000 of that side, drawn for each of the four by itself.</summary>
    public DrawRange? Crop { get; init; }

    /// <summary>Gets the mirror images.</summary>
    public FlipChoice Flip { get; init; }

    /// <summary>Gets a value indicating whether the step makes edge pictures.</summary>
    public bool Edge { get; init; }

    /// <summary>Gives the one text of the step, for the recipe's hash: every operation in a fixed order, numbers in their units.</summary>
    /// <returns>One line.</returns>
    public string ToText()
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"step name={Name} count={Count}");
        Add(text, HeightIsShare ? "height-share" : "height", Height);
        Add(text, WidthIsShare ? "width-share" : "width", Width);
        Add(text, "zoom", Zoom);
        Add(text, "rotation", Rotation);
        Add(text, "shear", Shear);
        Add(text, "brightness", Brightness);
        Add(text, "channel", Channel);
        Add(text, "crop", Crop);
        if (Flip != FlipChoice.None)
        {
            text.Append(" flip=").Append(FlipText(Flip));
        }

        return text.Append(Edge ? " edge" : "").ToString();
    }

    private static string FlipText(FlipChoice flip) => flip switch
    {
        FlipChoice.None => "none",
        FlipChoice.Horizontal => "horizontal",
        FlipChoice.Vertical => "vertical",
        FlipChoice.Both => "both",
        _ => throw new ArgumentOutOfRangeException(nameof(flip)),
    };

    private static void Add(StringBuilder text, string name, DrawRange? range)
    {
        if (range is { } r)
        {
            text.Append(CultureInfo.InvariantCulture, $" {name}={r.Low}..{r.High}");
        }
    }
}
