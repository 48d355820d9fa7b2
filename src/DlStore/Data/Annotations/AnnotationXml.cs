using System.Globalization;
using System.Text;
using System.Xml;

namespace DlStore.Data.Annotations;

/// <summary>Moves through the elements of one annotation file and reads their texts, within limits: the file may be hostile.</summary>
internal sealed class AnnotationXml(XmlReader xml, string name, List<AnnotationRemark> remarks)
{
    private const int DepthMax = 16;
    private const int TextMax = 4096;

    /// <summary>No document types, hence no entities and no outside files.</summary>
    public static XmlReaderSettings Settings { get; } = new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
        IgnoreWhitespace = true,
        MaxCharactersInDocument = Annotation.LengthMax,
        MaxCharactersFromEntities = 1,
        CloseInput = false,
    };

    /// <summary>Gets the line of the current element, from 1.</summary>
    public int Line => Math.Max(1, ((IXmlLineInfo)xml).LineNumber);

    /// <summary>Gets the name of the current element.</summary>
    public string Element => xml.LocalName;

    /// <summary>Moves to the outermost element.</summary>
    public void EnterRoot(string element)
    {
        xml.MoveToContent();
        if (xml.NodeType != XmlNodeType.Element || xml.LocalName != element)
        {
            throw Bad($"the outermost element is not '{element}'");
        }
    }

    /// <summary>Reads what comes after the outermost element: a second one or rubbish is an error, not passed over.</summary>
    public void RequireEnd()
    {
        while (xml.Read())
        {
        }
    }

    /// <summary>Moves to the first element inside the current one. False if there is none; the reader then stands behind it.</summary>
    public bool Enter()
    {
        if (xml.Depth > DepthMax)
        {
            throw Bad($"elements are nested deeper than {DepthMax}");
        }

        if (xml.IsEmptyElement)
        {
            xml.Read();
            return false;
        }

        xml.Read();
        return Next();
    }

    /// <summary>Stays at an element, or leaves the parent if there is none left.</summary>
    public bool Next()
    {
        if (xml.MoveToContent() == XmlNodeType.Element)
        {
            return true;
        }

        if (xml.NodeType != XmlNodeType.EndElement)
        {
            throw Bad("text stands between elements");
        }

        xml.Read();
        return false;
    }

    /// <summary>Passes over an element that dls does not know, but not over its depth.</summary>
    public void Skip()
    {
        int depth = xml.Depth;
        bool isEmpty = xml.IsEmptyElement;
        xml.Read();
        while (!isEmpty && xml.Depth > depth)
        {
            if (xml.Depth > DepthMax)
            {
                throw Bad($"elements are nested deeper than {DepthMax}");
            }

            xml.Read();
        }

        if (!isEmpty)
        {
            xml.Read();
        }
    }

    public string ReadText()
    {
        int line = Line;
        string text = xml.ReadElementContentAsString();
        return text.Length <= TextMax ? text : throw BadAt(line, $"a text is longer than {TextMax} characters");
    }

    public bool ReadFlag(string element)
    {
        int line = Line;
        return ReadText().Trim() switch
        {
            "0" => false,
            "1" => true,
            // VOC's own tools leave it empty for "not said".
            "" => false,
            string text => throw BadAt(line, $"{element} is '{Shown(text)}', expected 0 or 1"),
        };
    }

    public int ReadNumber(string element)
    {
        int line = Line;
        string text = ReadText().Trim();
        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number)
            && Math.Abs((long)number) <= 1_000_000_000)
        {
            return number;
        }

        if (decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint,
            CultureInfo.InvariantCulture, out decimal real) && Math.Abs(real) <= 1_000_000_000)
        {
            remarks.Add(new AnnotationRemark(AnnotationFlaw.FloatNumber, line, $"{element} {text}"));
            return (int)Math.Round(real, MidpointRounding.AwayFromZero);
        }

        throw BadAt(line, $"{element} is '{Shown(text)}', expected a whole number");
    }

    private static string Shown(string text) => Io.EntryName.Show(Encoding.UTF8.GetBytes(text.Length > 40 ? text[..40] : text));

    public DlsException Bad(string why) => BadAt(Line, why);

    public DlsException BadAt(int line, string why) => DlsException.InFile(name, line, why, "correct the file");

    /// <summary>Tells whether a document type is the first thing behind the declaration, comments and instructions.</summary>
    public static bool BeginsWithDocumentType(ReadOnlySpan<byte> bytes)
    {
        bool isWide = bytes.Length > 1 && bytes[0] + bytes[1] == 0xFE + 0xFF;
        Encoding encoding = !isWide ? Encoding.Latin1 : bytes[0] == 0xFF ? Encoding.Unicode : Encoding.BigEndianUnicode;
        ReadOnlySpan<char> rest = encoding.GetString(
            bytes[(isWide ? 2 : bytes.StartsWith(Encoding.UTF8.Preamble) ? 3 : 0)..]).AsSpan().TrimStart();
        while (rest.StartsWith("<?", StringComparison.Ordinal) || rest.StartsWith("<!--", StringComparison.Ordinal))
        {
            string end = rest[1] == '?' ? "?>" : "-->";
            int at = rest.IndexOf(end, StringComparison.Ordinal);
            rest = at < 0 ? [] : rest[(at + end.Length)..].TrimStart();
        }

        return rest.StartsWith("<!DOCTYPE", StringComparison.Ordinal);
    }
}
