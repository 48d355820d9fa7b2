namespace DlStore.Images.Sheets;

/// <summary>Colours and distances of contact sheets.</summary>
internal static class SheetStyle
{
    public const int Margin = 24;
    public const int Gap = 14;
    public const int Padding = 6;
    public const int LineWidth = 2;

    public static readonly Colour Paper = new(255, 255, 255);
    public static readonly Colour Card = new(246, 247, 249);
    public static readonly Colour Mat = new(232, 235, 239);
    public static readonly Colour Border = new(208, 213, 221);
    public static readonly Colour Text = new(28, 32, 40);
    public static readonly Colour Faint = new(100, 108, 120);
    public static readonly Colour Alarm = new(176, 16, 32);
    public static readonly Colour AlarmPaper = new(253, 232, 232);
    public static readonly Colour Unknown = new(120, 124, 130);

    // Twelve hues that differ in lightness too; neighbours in a class list get colours far apart.
    private static readonly Colour[] Palette =
    [
        new(224, 36, 44), new(20, 104, 214), new(18, 150, 62), new(238, 128, 8), new(132, 60, 190), new(0, 160, 176),
        new(230, 30, 150), new(128, 84, 44), new(150, 164, 0), new(30, 40, 130), new(250, 110, 110), new(0, 98, 84),
    ];

    /// <summary>Gives a class its colour; after twelve they repeat.</summary>
    public static Colour OfClass(int index, int count) => index < 0 || index >= count ? Unknown : Palette[index % Palette.Length];

    /// <summary>Gives the colour of letters on a colour.</summary>
    public static Colour On(Colour ground) => (77 * ground.R) + (150 * ground.G) + (29 * ground.B) > 150 * 256 ? Text : Paper;
}
