using DlStore.Images;

namespace DlStore.Data.Recipes;

/// <summary>
/// Draws the parameters of one image from its own random stream; docs/formats/augmentation.md has the order of the draws.
/// </summary>
internal static class AugmentationDraw
{
    /// <summary>How often a set of parameters that was drawn before is drawn anew.</summary>
    public const int AttemptsMax = 16;

    /// <summary>Draws one image's parameters.</summary>
    /// <param name="recipe">The recipe; its seed and edge mode count.</param>
    /// <param name="step">The step.</param>
    /// <param name="stream">What tells this master at this placement apart from every other: project, master's digest, placement.</param>
    /// <param name="image">The image's number within the step.</param>
    /// <param name="attempt">0, or how often the same parameters had been drawn before.</param>
    /// <param name="width">The master's columns.</param>
    /// <param name="height">The master's rows.</param>
    /// <returns>The parameters.</returns>
    public static Augmentation Draw(Recipe recipe, RecipeStep step, string stream, int image, int attempt, int width, int height)
    {
        ImageRandom random = new(recipe.Seed, stream, step.ToText(), ((long)image * AttemptsMax) + attempt);
        Augmentation drawn = new()
        {
            RotationMilli = Pick(ref random, step.Rotation, 0),
            ShiftY = Length(ref random, step.Height, step.HeightIsShare, height),
            ShiftX = Length(ref random, step.Width, step.WidthIsShare, width),
            ShearMilli = Pick(ref random, step.Shear, 0),
            ZoomX = Pick(ref random, step.Zoom, Augmentation.ZoomUnit),
            ZoomY = Pick(ref random, step.Zoom, Augmentation.ZoomUnit),
            Brightness = Pick(ref random, step.Brightness, Augmentation.BrightnessUnit),
        };
        int channel = Pick(ref random, step.Channel, 0);
        return drawn with
        {
            ChannelR = channel,
            ChannelG = channel,
            ChannelB = channel,
            FlipX = step.Flip is FlipChoice.Horizontal or FlipChoice.Both && random.Next(0, 1) == 1,
            FlipY = step.Flip is FlipChoice.Vertical or FlipChoice.Both && random.Next(0, 1) == 1,
            CropLeft = Length(ref random, step.Crop, true, width) / 1_000,
            CropTop = Length(ref random, step.Crop, true, height) / 1_000,
            CropRight = Length(ref random, step.Crop, true, width) / 1_000,
            CropBottom = Length(ref random, step.Crop, true, height) / 1_000,
            Edge = step.Edge || recipe.Edge,
        };
    }

    private static int Pick(ref ImageRandom random, DrawRange? range, int otherwise) =>
        range is not { } r ? otherwise : r.IsFixed ? r.Low : (int)random.Next(r.Low, r.High);

    /// <summary>A share of a side becomes 1/1000 pixels before the draw, so that every pixel position can come up.</summary>
    private static int Length(ref ImageRandom random, DrawRange? range, bool isShare, int side) =>
        Pick(ref random, range is { } r && isShare ? new DrawRange(r.Low * side, r.High * side) : range, 0);
}
