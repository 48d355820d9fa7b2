using System.Text;
using DlStore.Io;

namespace DlStore.Images;

/// <summary>
/// What the first bytes of a JPEG file say, read without any native library and without decoding pixels. Made for lint, which looks at
/// every file of a data set: it reads
/// 8 KiB and the last two bytes of a file, follows longer segments by seeking, and looks for the end marker within a file only if it is not
/// at its end. Nothing in a hostile file makes it fail other than by a
/// problem in words.
/// </summary>
public sealed record JpegHeader
{
    private const int HeadBytes = 8192;

    /// <summary>
    /// Gets the columns as they are stored, 1 to 65535; with an orientation of 5 to 8 the upright picture has them as rows.
    /// </summary>
    public required int Width { get; init; }

    /// <summary>Gets the rows as they are stored, 1 to 65535.</summary>
    public required int Height { get; init; }

    /// <summary>Gets the components of a pixel: 1 (grey), 3 (colour) or 4 (CMYK or YCCK).</summary>
    public required int Channels { get; init; }

    /// <summary>Gets the EXIF orientation, 1 (upright) to 8; 1 if there is none, or none that can be read.</summary>
    public required int Orientation { get; init; }

    /// <summary>Gets a value indicating whether the file has an Adobe marker; four components are then stored inverted.</summary>
    public required bool HasAdobe { get; init; }

    /// <summary>Gets a value indicating whether the picture is stored in several passes.</summary>
    public required bool IsProgressive { get; init; }

    /// <summary>Gets a value indicating whether the picture has its end marker (FFD9); a file that was cut off has none.</summary>
    public required bool HasEnd { get; init; }

    /// <summary>Gets how many bytes stand behind the end marker; the picture is whole all the same.</summary>
    public long TrailingBytes { get; init; }

    /// <summary>
    /// Gets the fewest bytes that can hold the picture: each block of 8x8 samples takes two Huffman codes of at least one bit, if it is
    /// stored in one pass.
    /// </summary>
    internal long LengthMin => IsProgressive || IsArithmetic ? 0 : (long)((Width + 7) / 8) * ((Height + 7) / 8) / 4;

    /// <summary>Gets a value indicating whether the picture is stored in arithmetic code.</summary>
    internal bool IsArithmetic { get; init; }

    /// <summary>Says why a file cannot hold the picture that it declares, of which a decoder would make room first.</summary>
    /// <param name="length">The bytes of the file.</param>
    /// <returns>The end of a sentence, or null: it may hold it.</returns>
    public string? WhyTooLarge(long length)
    {
        long pixels = (long)Width * Height;
        // A picture in passes has no least length, but nobody keeps 100 million pixels in 5 kB.
        return pixels > Raster.PixelsMax && length < Math.Max(LengthMin, pixels / 20_000)
            ? $"its {length} bytes cannot hold the {Width}x{Height} pixels that it declares" : null;
    }

    /// <summary>Gets the bits of a sample; 8, as others are refused.</summary>
    public int Precision => 8;

    /// <summary>Gets a value indicating whether the picture is made for printing inks: four components.</summary>
    public bool IsCmyk => Channels == 4;

    /// <summary>Gets the columns of the upright picture.</summary>
    public int UprightWidth => Orientation >= 5 ? Height : Width;

    /// <summary>Gets the rows of the upright picture.</summary>
    public int UprightHeight => Orientation >= 5 ? Width : Height;

    /// <summary>Reads the header of a file in memory.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="problem">Why there is none, as the end of a sentence: <c>it is a PNG file, not a JPEG</c>; null if there is
    /// one.</param>
    /// <returns>The header, or null.</returns>
    public static JpegHeader? TryRead(ReadOnlySpan<byte> bytes, out string? problem)
    {
        JpegBytes source = new(bytes, bytes.Length, -1, "");
        return Read(source, bytes.EndsWith((ReadOnlySpan<byte>)[0xFF, 0xD9]), out problem);
    }

    /// <summary>Reads the header of a file.</summary>
    /// <param name="path">Absolute path; a symlink is followed.</param>
    /// <param name="name">The file as messages name it.</param>
    /// <param name="problem">Why there is none, as the end of a sentence; null if there is one.</param>
    /// <returns>The header, or null.</returns>
    /// <exception cref="DlsException">Kind Failed: the file cannot be read, or is no regular file.</exception>
    public static JpegHeader? TryReadFile(string path, string name, out string? problem)
    {
        int fd = Sys.OpenAt(Posix.AtFdCwd, Encoding.UTF8.GetBytes(path), Posix.ReadOnly | Posix.NonBlock);
        if (fd < 0)
        {
            throw Sys.Error("read", name);
        }

        try
        {
            FileStat stat = Sys.StatOpen(fd);
            if (!stat.IsFile)
            {
                throw new DlsException(ErrorKind.Failed, $"read '{name}': it is a {stat.Describe()}");
            }

            Span<byte> head = stackalloc byte[HeadBytes];
            head = head[..Sys.ReadAt(fd, head, 0, name)];
            Span<byte> end = stackalloc byte[2];
            bool hasEnd = stat.Size >= 4 && Sys.ReadAt(fd, end, stat.Size - 2, name) == 2 && end[0] == 0xFF && end[1] == 0xD9;
            JpegBytes source = new(head, stat.Size, fd, name);
            return Read(source, hasEnd, out problem);
        }
        finally
        {
            Sys.Close(fd);
        }
    }

    /// <summary>Reads the header of a file that must have one.</summary>
    /// <param name="path">Absolute path; a symlink is followed.</param>
    /// <param name="name">The file as messages name it.</param>
    /// <returns>The header.</returns>
    /// <exception cref="DlsException">Kind Failed: the file cannot be read, or is no JPEG that dls decodes; the message says what it
    /// is.</exception>
    public static JpegHeader ReadFile(string path, string name) =>
        TryReadFile(path, name, out string? problem) ?? throw new DlsException(ErrorKind.Failed, $"read image '{name}': {problem}");

    private static JpegHeader? Read(JpegBytes source, bool hasEnd, out string? problem)
    {
        JpegMarkers markers = new();
        problem = markers.Walk(source);
        long? end = problem is not null || hasEnd ? null : JpegEnd.Find(source, markers.ScanStart);
        return problem is not null ? null : new JpegHeader
        {
            Width = markers.Width,
            Height = markers.Height,
            Channels = markers.Channels,
            Orientation = markers.Orientation,
            HasAdobe = markers.HasAdobe,
            IsProgressive = markers.IsProgressive,
            IsArithmetic = markers.IsArithmetic,
            HasEnd = hasEnd || end is not null,
            TrailingBytes = source.Length - (end ?? source.Length),
        };
    }
}
