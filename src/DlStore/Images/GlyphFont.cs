using System.Security.Cryptography;
using System.Text;

namespace DlStore.Images;

/// <summary>
/// A font file, drawn by FreeType without hinting, so that the pixels depend on the outlines, the size and FreeType's rasteriser only. One
/// instance serves one thread.
/// </summary>
public sealed unsafe class GlyphFont : IDisposable
{
    /// <summary>The largest size in pixels.</summary>
    public const int SizeMax = 4096;

    private const long FileBytesMax = 128 << 20;

    // Where Debian, Ubuntu and Fedora put the IPA gothic font.
    private static readonly string[] KnownPaths =
    [
        "/usr/share/fonts/opentype/ipafont-gothic/ipag.ttf",
        "/usr/share/fonts/truetype/ipafont-gothic/ipag.ttf",
        "/usr/share/fonts/ipa-gothic-fonts/ipag.ttf",
        "/usr/share/fonts/opentype/ipaexfont-gothic/ipaexg.ttf",
        "/usr/share/fonts/truetype/fonts-japanese-gothic.ttf",
    ];

    private readonly FreeType _freeType = FreeType.Get;
    private readonly byte[] _file;
    private nint _library;
    private nint _face;
    private int _size;

    private GlyphFont(string path, string name)
    {
        Name = name;
        _file = ReadFont(path, name);
        nint library = 0, face = 0;
        if (_freeType.Init(&library) != 0)
        {
            throw new DlsException(ErrorKind.Failed, "load 'libfreetype.so.6': it cannot be initialised");
        }

        _library = library;

        // The array is pinned by its allocation: FreeType reads it as long as the face lives.
        fixed (byte* bytes = _file)
        {
            if (_freeType.NewFace(library, bytes, _file.Length, 0, &face) != 0)
            {
                Free();
                throw new DlsException(ErrorKind.Failed, $"read font '{name}': it is no font that FreeType can read");
            }
        }

        _face = face;
        int major, minor, patch;
        _freeType.Version(library, &major, &minor, &patch);
        Fingerprint = $"{Convert.ToHexStringLower(SHA256.HashData(_file))} freetype {major}.{minor}.{patch}";
    }

    /// <summary>Finalizes an instance of the <see cref="GlyphFont"/> class.</summary>
    ~GlyphFont() => Free();

    /// <summary>Gets the font as messages name it.</summary>
    public string Name { get; }

    /// <summary>Gets what its pixels depend on: the SHA-256 of the font file in hex, and FreeType's version.</summary>
    public string Fingerprint { get; }

    /// <summary>Opens a font.</summary>
    /// <param name="path">Absolute path, or null for the IPA gothic font where the system has it.</param>
    /// <returns>The font.</returns>
    /// <exception cref="DlsException">Kind Failed: FreeType or the font is missing, or the file is no font; the hint names the
    /// package.</exception>
    public static GlyphFont Open(string? path = null)
    {
        string found = path ?? KnownPaths.FirstOrDefault(File.Exists)
            ?? throw new DlsException(
                ErrorKind.Failed, "find font 'IPA gothic': it is not installed", "apt-get install fonts-ipafont-gothic");
        return new GlyphFont(found, Path.GetFileName(found));
    }

    /// <summary>Tells whether the font has a character.</summary>
    /// <param name="character">The character.</param>
    /// <returns>True if it has a glyph of its own.</returns>
    public bool Has(Rune character)
    {
        ObjectDisposedException.ThrowIf(_face == 0, this);
        return _freeType.CharIndex(_face, (nuint)character.Value) != 0;
    }

    /// <summary>Draws one character in the middle of a square.</summary>
    /// <param name="character">The character.</param>
    /// <param name="side">The square's side in pixels.</param>
    /// <param name="size">The size of the em square in pixels, 1 to <see cref="SizeMax"/>; what is larger than the square is cut
    /// off.</param>
    /// <param name="ink">The colour of the character.</param>
    /// <param name="paper">The colour around it.</param>
    /// <returns>The picture; its inked part lies in the middle, rounded to the left and up.</returns>
    /// <exception cref="DlsException">Kind Failed: the font has no such character.</exception>
    public Raster Draw(Rune character, int side, int size, Colour ink, Colour paper)
    {
        Painter painter = new(new Raster(side, side));
        painter.Fill(0, 0, side, side, paper);
        GlyphBitmap bitmap = Render(character, size);
        bitmap.Draw(painter, (int)Math.Floor((side - bitmap.Width) / 2.0), (int)Math.Floor((side - bitmap.Height) / 2.0), ink);
        return painter.Raster;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    /// <summary>Renders one character.</summary>
    /// <param name="character">The character.</param>
    /// <param name="size">The size of the em square in pixels.</param>
    /// <returns>Its coverage, valid until the next call.</returns>
    internal GlyphBitmap Render(Rune character, int size)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, SizeMax);
        ObjectDisposedException.ThrowIf(_face == 0, this);
        uint index = _freeType.CharIndex(_face, (nuint)character.Value);
        if (index == 0)
        {
            throw new DlsException(ErrorKind.Failed, $"draw 'U+{character.Value:X4}': font '{Name}' has no such character");
        }

        bool isSet = _size == size || _freeType.SetSize(_face, 0, (uint)size) == 0;
        _size = isSet ? size : 0;
        if (!isSet || _freeType.LoadGlyph(_face, index, FreeType.LoadRender | FreeType.LoadNoHinting | FreeType.LoadNoBitmap) != 0)
        {
            throw new DlsException(
                ErrorKind.Failed, $"draw 'U+{character.Value:X4}': font '{Name}' is damaged there, or cannot be drawn at {size} pixels");
        }

        return new GlyphBitmap(*(nint*)(_face + FreeType.FaceGlyph));
    }

    private static byte[] ReadFont(string path, string name)
    {
        try
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1);
            if (file.Length > FileBytesMax)
            {
                throw new DlsException(ErrorKind.Failed, $"read font '{name}': it is larger than {FileBytesMax} bytes");
            }

            byte[] bytes = GC.AllocateUninitializedArray<byte>((int)file.Length, pinned: true);
            file.ReadExactly(bytes);
            return bytes;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DlsException(ErrorKind.Failed, $"read font '{name}': {e.Message}", inner: e);
        }
    }

    private void Free()
    {
        // Ends its faces too.
        if (_library != 0)
        {
            _freeType.Done(_library);
        }

        _library = 0;
        _face = 0;
    }
}
