namespace DlStore.Images;

/// <summary>
/// The functions of FreeType 2 that <see cref="GlyphFont"/> calls, and where its structures have their fields on 64-bit Linux
/// (<c>freetype.h</c>, LP64).
/// </summary>
internal sealed unsafe class FreeType
{
    public const int LoadNoHinting = 2;
    public const int LoadRender = 4;
    public const int LoadNoBitmap = 8;
    public const int FaceGlyph = 152;
    public const int SlotAdvance = 128;
    public const int SlotBitmap = 152;
    public const int SlotBitmapLeft = 192;
    public const int SlotBitmapTop = 196;
    private const string Soname = "libfreetype.so.6";

    // A missing library is not remembered: the user may install it while a server runs.
    private static readonly Lazy<FreeType> Loaded = new(static () => new FreeType(), LazyThreadSafetyMode.PublicationOnly);

    private FreeType()
    {
        nint library = NativeCode.Load(Soname, "libfreetype6", "drawing characters");
        nint Find(string name) => NativeCode.Find(library, name, Soname);
        Init = (delegate* unmanaged<nint*, int>)Find("FT_Init_FreeType");
        Done = (delegate* unmanaged<nint, int>)Find("FT_Done_FreeType");
        Version = (delegate* unmanaged<nint, int*, int*, int*, void>)Find("FT_Library_Version");
        NewFace = (delegate* unmanaged<nint, byte*, nint, nint, nint*, int>)Find("FT_New_Memory_Face");
        SetSize = (delegate* unmanaged<nint, uint, uint, int>)Find("FT_Set_Pixel_Sizes");
        CharIndex = (delegate* unmanaged<nint, nuint, uint>)Find("FT_Get_Char_Index");
        LoadGlyph = (delegate* unmanaged<nint, uint, int, int>)Find("FT_Load_Glyph");
    }

    /// <summary>Gets the loaded library.</summary>
    /// <exception cref="DlsException">Kind Failed: it is not installed.</exception>
    public static FreeType Get => Loaded.Value;

    public delegate* unmanaged<nint*, int> Init { get; }

    public delegate* unmanaged<nint, int> Done { get; }

    public delegate* unmanaged<nint, int*, int*, int*, void> Version { get; }

    public delegate* unmanaged<nint, byte*, nint, nint, nint*, int> NewFace { get; }

    public delegate* unmanaged<nint, uint, uint, int> SetSize { get; }

    public delegate* unmanaged<nint, nuint, uint> CharIndex { get; }

    public delegate* unmanaged<nint, uint, int, int> LoadGlyph { get; }
}
