using DlStore.Data.Annotations;
using DlStore.Images;
using DlStore.Images.Pictures;
using DlStore.Images.Sheets;
using DlStore.Io;
using DlStore.Operations.Store;

namespace DlStore.Operations.Projects;

/// <summary>Makes cells of contact sheets: decodes one picture at a time and keeps only its thumbnail.</summary>
internal sealed class SheetPictures(IReadOnlyList<string> classes) : IDisposable
{
    /// <summary>The side of a picture on a sheet, pixels.</summary>
    public const int Side = 180;

    private const int Quality = 90;
    private readonly JpegCodec _codec = new();

    /// <summary>Makes the cell of a picture; one that cannot be decoded becomes a grey cell that says so.</summary>
    /// <param name="file">Absolute path.</param>
    /// <param name="caption">Its name.</param>
    /// <param name="objects">What is in it.</param>
    /// <param name="detail">A second line.</param>
    /// <param name="flag">Codes of findings, or null.</param>
    public SheetCell Cell(string file, string caption, IReadOnlyList<LabelledObject> objects, string detail, string? flag)
    {
        try
        {
            Raster picture = _codec.Decode(SmallFile.Read(file, caption, KnownFiles.LengthMax), caption);
            SheetBox[] boxes = [.. objects.Select(o => new SheetBox(o.Box.XMin, o.Box.YMin, o.Box.XMax, o.Box.YMax, IndexOf(o.Label)))];
            return new SheetCell(Thumbnail.Fit(picture, Side), picture.Width, picture.Height, boxes, caption, detail, flag);
        }
        catch (DlsException)
        {
            return Grey(caption, detail, flag ?? "cannot be decoded");
        }
    }

    /// <summary>Makes the cell of a picture of any kind that is known, with its size in the second line.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="caption">Its name.</param>
    /// <param name="detail">What begins the second line.</param>
    public SheetCell Cell(byte[] bytes, string caption, string detail)
    {
        try
        {
            Raster picture = PictureHeader.TryRead(bytes, out _) is { } header
                ? PictureDecoder.Decode(bytes, header, caption) : _codec.Decode(bytes, caption);
            return new SheetCell(Thumbnail.Fit(picture, Side), picture.Width, picture.Height, [], caption,
                $"{detail}, {picture.Width}x{picture.Height}", null);
        }
        catch (DlsException)
        {
            return Grey(caption, detail, "cannot be decoded");
        }
    }

    /// <summary>Makes a cell without a picture.</summary>
    public static SheetCell Grey(string caption, string detail, string flag)
    {
        Raster grey = new(8, 8);
        grey.Pixels.AsSpan().Fill(200);
        return new SheetCell(grey, 8, 8, [], caption, detail, flag);
    }

    /// <summary>Draws a sheet as a file of a form.</summary>
    public static byte[] Draw(Sheet sheet, int columns, SheetForm form)
    {
        GlyphFont? font = TryOpenFont(sheet);
        try
        {
            Raster drawn = ContactSheet.Draw(sheet, columns, Side, font);
            return form switch
            {
                SheetForm.Jpeg => Jpeg.Encode(drawn, Quality),
                SheetForm.Png => PngWriter.Write(drawn)
            };
        }
        finally
        {
            font?.Dispose();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _codec.Dispose();

    private int IndexOf(string label)
    {
        for (int i = 0; i < classes.Count; i++)
        {
            if (classes[i] == label)
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>Only words beyond ASCII need a font; without one they show as question marks, which is no reason to fail.</summary>
    private static GlyphFont? TryOpenFont(Sheet sheet)
    {
        IEnumerable<string> words = sheet.Classes.Select(static c => c.Name).Concat(
            sheet.Sections.SelectMany(static s => s.Cells.SelectMany(static c => (string[])[c.Caption, c.Detail]).Append(s.Heading)));
        if (words.All(static w => System.Text.Ascii.IsValid(w)))
        {
            return null;
        }

        try
        {
            return GlyphFont.Open();
        }
        catch (DlsException)
        {
            return null;
        }
    }
}
