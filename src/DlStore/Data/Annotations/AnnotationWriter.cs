using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace DlStore.Data.Annotations;

/// <summary>
/// Writes the canonical encoding of an annotation. A data set has 100,000 of them, hence bytes by hand and no object per file.
/// </summary>
internal static class AnnotationWriter
{
    public static void Write(Annotation annotation, ArrayBufferWriter<byte> buffer)
    {
        buffer.Write("<annotation>\n\t<folder>"u8);
        WriteText(annotation.Folder, buffer);
        buffer.Write("</folder>\n\t<filename>"u8);
        WriteText(annotation.FileName, buffer);
        // labelImg writes an absolute path here; a place on one machine would change the bytes on another.
        buffer.Write("</filename>\n\t<path>"u8);
        WriteText(annotation.FileName, buffer);
        buffer.Write("</path>\n\t<source>\n\t\t<database>"u8);
        WriteText(annotation.Database, buffer);
        buffer.Write("</database>\n\t</source>\n\t<size>\n\t\t<width>"u8);
        WriteNumber(annotation.Width, buffer);
        buffer.Write("</width>\n\t\t<height>"u8);
        WriteNumber(annotation.Height, buffer);
        buffer.Write("</height>\n\t\t<depth>"u8);
        WriteNumber(annotation.Depth, buffer);
        buffer.Write("</depth>\n\t</size>\n\t<segmented>"u8);
        WriteNumber(annotation.Segmented ? 1 : 0, buffer);
        buffer.Write("</segmented>\n"u8);
        foreach (LabelledObject item in annotation.Objects)
        {
            WriteObject(item, buffer);
        }

        buffer.Write("</annotation>\n"u8);
    }

    private static void WriteObject(LabelledObject item, ArrayBufferWriter<byte> buffer)
    {
        buffer.Write("\t<object>\n\t\t<name>"u8);
        WriteText(item.Label, buffer);
        buffer.Write("</name>\n\t\t<pose>"u8);
        WriteText(item.Pose, buffer);
        buffer.Write("</pose>\n\t\t<truncated>"u8);
        WriteNumber(item.Truncated ? 1 : 0, buffer);
        buffer.Write("</truncated>\n\t\t<difficult>"u8);
        WriteNumber(item.Difficult ? 1 : 0, buffer);
        buffer.Write("</difficult>\n\t\t<bndbox>\n\t\t\t<xmin>"u8);
        WriteNumber(item.Box.XMin, buffer);
        buffer.Write("</xmin>\n\t\t\t<ymin>"u8);
        WriteNumber(item.Box.YMin, buffer);
        buffer.Write("</ymin>\n\t\t\t<xmax>"u8);
        WriteNumber(item.Box.XMax, buffer);
        buffer.Write("</xmax>\n\t\t\t<ymax>"u8);
        WriteNumber(item.Box.YMax, buffer);
        buffer.Write("</ymax>\n\t\t</bndbox>\n\t</object>\n"u8);
    }

    private static void WriteNumber(int number, ArrayBufferWriter<byte> buffer)
    {
        Utf8Formatter.TryFormat(number, buffer.GetSpan(11), out int written);
        buffer.Advance(written);
    }

    private static void WriteText(string text, ArrayBufferWriter<byte> buffer)
    {
        int from = 0;
        for (int i = 0; i < text.Length; i++)
        {
            ReadOnlySpan<byte> escape = text[i] switch
            {
                '&' => "&amp;"u8,
                '<' => "&lt;"u8,
                '>' => "&gt;"u8,
                // A reader would turn these into a blank or a line feed.
                '\r' => "&#13;"u8,
                '\n' => "&#10;"u8,
                '\t' => "&#9;"u8,
                _ => default,
            };
            if (escape.IsEmpty)
            {
                RequireXml(text, i);
                continue;
            }

            Encoding.UTF8.GetBytes(text.AsSpan(from, i - from), buffer);
            buffer.Write(escape);
            from = i + 1;
        }

        Encoding.UTF8.GetBytes(text.AsSpan(from), buffer);
    }

    private static void RequireXml(string text, int i)
    {
        char c = text[i];
        bool isLone = char.IsHighSurrogate(c) ? !(i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            : char.IsLowSurrogate(c) && !(i > 0 && char.IsHighSurrogate(text[i - 1]));
        if (c < ' ' || c >= '\ufffe' || isLone)
        {
            throw new DlsException(ErrorKind.Failed,
                $"write annotation: character U+{(int)c:X4} cannot stand in an XML file", "rename the image or the class");
        }
    }
}
