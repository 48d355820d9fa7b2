namespace DlStore.Images;

/// <summary>
/// What is done to one image: integers in fixed units, so that the text in a record and the computation are the same numbers. The default
/// value changes nothing.
/// The parts are applied in the order in which the text names them; docs/formats/augmentation.md has the formulas.
/// </summary>
public readonly record struct Augmentation
{
    /// <summary>What a zoom of 1 is.</summary>
    public const int ZoomUnit = 10_000;

    /// <summary>What a brightness of 1 is.</summary>
    public const int BrightnessUnit = 1_000;

    private readonly int _zoomX;
    private readonly int _zoomY;
    private readonly int _brightness;

    /// <summary>Gets the columns cut from the left before anything else; what is left is scaled to the picture's size.</summary>
    public int CropLeft { get; init; }

    /// <summary>Gets the rows cut from the top.</summary>
    public int CropTop { get; init; }

    /// <summary>Gets the columns cut from the right.</summary>
    public int CropRight { get; init; }

    /// <summary>Gets the rows cut from the bottom.</summary>
    public int CropBottom { get; init; }

    /// <summary>Gets a value indicating whether the edges of the picture take its place, black on white.</summary>
    public bool Edge { get; init; }

    /// <summary>
    /// Gets the rotation in 1/1000 degree, -360000 to 360000, positive as Keras turns (clockwise on the screen by
    /// <see cref="AffineRule.Fixed"/>).
    /// </summary>
    public int RotationMilli { get; init; }

    /// <summary>Gets the shift of the width in 1/1000 pixel; positive moves the content to the left, as in Keras (its <c>ty</c>).</summary>
    public int ShiftX { get; init; }

    /// <summary>Gets the shift of the height in 1/1000 pixel; positive moves the content up, as in Keras (its <c>tx</c>).</summary>
    public int ShiftY { get; init; }

    /// <summary>Gets the shear in 1/1000 degree, -80000 to 80000.</summary>
    public int ShearMilli { get; init; }

    /// <summary>
    /// Gets the zoom of the width in 1/10000, 100 to 1000000; more than 1 shrinks the object, as in Keras (its <c>zy</c>).
    /// </summary>
    public int ZoomX
    {
        get => _zoomX + ZoomUnit;
        init => _zoomX = value - ZoomUnit;
    }

    /// <summary>Gets the zoom of the height in 1/10000, 100 to 1000000 (Keras' <c>zx</c>).</summary>
    public int ZoomY
    {
        get => _zoomY + ZoomUnit;
        init => _zoomY = value - ZoomUnit;
    }

    /// <summary>Gets what is added to red, -255 to 255.</summary>
    public int ChannelR { get; init; }

    /// <summary>Gets what is added to green, -255 to 255.</summary>
    public int ChannelG { get; init; }

    /// <summary>Gets what is added to blue, -255 to 255.</summary>
    public int ChannelB { get; init; }

    /// <summary>Gets a value indicating whether left and right change places.</summary>
    public bool FlipX { get; init; }

    /// <summary>Gets a value indicating whether top and bottom change places.</summary>
    public bool FlipY { get; init; }

    /// <summary>Gets the factor of every sample in 1/1000, 0 to 100000.</summary>
    public int Brightness
    {
        get => _brightness + BrightnessUnit;
        init => _brightness = value - BrightnessUnit;
    }

    /// <summary>Gets a value indicating whether rows are moved at all: anything but crop, edge, flip and colour.</summary>
    internal bool HasAffine => RotationMilli != 0
        || ShiftX != 0 || ShiftY != 0 || ShearMilli != 0 || ZoomX != ZoomUnit || ZoomY != ZoomUnit;

    /// <summary>Gets a value indicating whether anything is cut off.</summary>
    internal bool HasCrop => (CropLeft | CropTop | CropRight | CropBottom) != 0;

    /// <summary>Reads the text form.</summary>
    /// <param name="text">What <see cref="ToText"/> gives; there is one valid form.</param>
    /// <returns>The parameters.</returns>
    /// <exception cref="DlsException">Kind Failed: another form, or a value out of its range.</exception>
    public static Augmentation Parse(string text)
    {
        Augmentation parsed = AugmentationText.Read(text);
        parsed.Check();
        return parsed.ToText() == text
            ? parsed
            : throw new DlsException(ErrorKind.Failed, $"read augmentation '{text}': it is not in the one valid form, '{parsed.ToText()}'");
    }

    /// <summary>
    /// Gives the text form, for example <c>rotation=-2.113 shift=1.250,-3.500 zoom=0.9213,1.1022</c>; <c>none</c> if nothing is changed.
    /// </summary>
    /// <returns>One line of printable ASCII.</returns>
    public string ToText() => AugmentationText.Write(this);

    /// <summary>Tells whether all values are in their ranges.</summary>
    /// <exception cref="DlsException">Kind Failed: one is not; the message names it.</exception>
    public void Check()
    {
        Range("crop", Math.Min(Math.Min(CropLeft, CropTop), Math.Min(CropRight, CropBottom)), 0, Raster.SideMax);
        Range("crop", Math.Max(Math.Max(CropLeft, CropTop), Math.Max(CropRight, CropBottom)), 0, Raster.SideMax);
        Range("rotation", RotationMilli, -360_000, 360_000);
        Range("shift", ShiftX, -1000 * Raster.SideMax, 1000 * Raster.SideMax);
        Range("shift", ShiftY, -1000 * Raster.SideMax, 1000 * Raster.SideMax);
        Range("shear", ShearMilli, -80_000, 80_000);
        Range("zoom", ZoomX, ZoomUnit / 100, ZoomUnit * 100);
        Range("zoom", ZoomY, ZoomUnit / 100, ZoomUnit * 100);
        Range("channel", ChannelR, -255, 255);
        Range("channel", ChannelG, -255, 255);
        Range("channel", ChannelB, -255, 255);
        Range("brightness", Brightness, 0, BrightnessUnit * 100);
    }

    /// <inheritdoc/>
    public override string ToString() => ToText();

    private static void Range(string name, int value, int min, int max)
    {
        if (value < min || value > max)
        {
            throw new DlsException(ErrorKind.Failed,
                $"read augmentation: {name} {value} is not from {min} to {max} (in the units of `dls help augmentation`)");
        }
    }
}
