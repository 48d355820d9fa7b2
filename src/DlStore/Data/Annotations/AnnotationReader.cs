using System.Xml;

namespace DlStore.Data.Annotations;

/// <summary>
/// Reads one annotation. The file may be hostile: document types (and with them entities and outside files) are refused, and length, depth
/// and the count of objects are limited.
/// An element that decides something may stand only once, because readers differ in which one they take.
/// </summary>
internal sealed class AnnotationReader
{
    private readonly AnnotationXml _xml;
    private readonly List<LabelledObject> _objects = [];
    private readonly List<int> _boxLines = [];
    private readonly List<AnnotationRemark> _remarks = [];
    private readonly int[] _box = new int[4];

    private AnnotationReader(XmlReader xml, string name) => _xml = new AnnotationXml(xml, name, _remarks);

    public static unsafe Annotation Read(ReadOnlySpan<byte> bytes, string name)
    {
        if (bytes.Length is 0 or > Annotation.LengthMax)
        {
            throw new DlsException(ErrorKind.Failed, bytes.IsEmpty
                ? $"read '{name}': it is empty" : $"read '{name}': it is larger than {Annotation.LengthMax} bytes");
        }

        try
        {
            fixed (byte* start = bytes)
            {
                using UnmanagedMemoryStream stream = new(start, bytes.Length);
                using XmlReader xml = XmlReader.Create(stream, AnnotationXml.Settings);
                return new AnnotationReader(xml, name).ReadRoot();
            }
        }
        catch (XmlException e)
        {
            // The reader refuses a document type without telling a line; its exception has no other mark of it.
            string why = e.LineNumber == 0 && AnnotationXml.BeginsWithDocumentType(bytes)
                ? "a document type is refused: annotations need none"
                : "it is not well-formed XML: " + Io.LibraryWords.Of(e);
            throw DlsException.InFile(name, Math.Max(1, e.LineNumber), why, "correct the file", e);
        }
    }

    private Annotation ReadRoot()
    {
        _xml.EnterRoot("annotation");

        Annotation made =
            new() { FileName = "", Width = 0, Height = 0, Objects = _objects, BoxLines = _boxLines, Remarks = _remarks, Depth = 0 };
        Seen seen = default;
        for (bool more = _xml.Enter(); more; more = _xml.Next())
        {
            made = ReadField(made, ref seen);
        }

        _xml.RequireEnd();
        if (made.FileName.Length == 0)
        {
            _remarks.Add(new AnnotationRemark(AnnotationFlaw.NoFileName, 1, "filename"));
        }

        if (!seen.Has(Field.Size))
        {
            _remarks.Add(new AnnotationRemark(AnnotationFlaw.NoSize, 1, "size"));
        }

        return made;
    }

    private Annotation ReadField(Annotation made, ref Seen seen)
    {
        int line = _xml.Line;
        switch (_xml.Element)
        {
            case "folder":
                Once(ref seen, Field.Folder);
                return made with { Folder = _xml.ReadText() };
            case "filename":
                Once(ref seen, Field.FileName);
                return made with { FileName = _xml.ReadText(), FileNameLine = line };
            case "path":
                Once(ref seen, Field.Path);
                return made with { Path = _xml.ReadText() };
            case "source":
                return ReadSource(made);
            case "size":
                Once(ref seen, Field.Size);
                return ReadSize(made) with { SizeLine = line };
            case "segmented":
                Once(ref seen, Field.Segmented);
                return made with { Segmented = _xml.ReadFlag("segmented") };
            case "object":
                ReadObject();
                return made;
            default:
                _xml.Skip();
                return made;
        }
    }

    private Annotation ReadSource(Annotation made)
    {
        for (bool more = _xml.Enter(); more; more = _xml.Next())
        {
            if (_xml.Element == "database")
            {
                made = made with { Database = _xml.ReadText() };
            }
            else
            {
                _xml.Skip();
            }
        }

        return made;
    }

    private Annotation ReadSize(Annotation made)
    {
        Seen seen = default;
        for (bool more = _xml.Enter(); more; more = _xml.Next())
        {
            switch (_xml.Element)
            {
                case "width":
                    Once(ref seen, Field.Width);
                    made = made with { Width = _xml.ReadNumber("width") };
                    break;
                case "height":
                    Once(ref seen, Field.Height);
                    made = made with { Height = _xml.ReadNumber("height") };
                    break;
                case "depth":
                    Once(ref seen, Field.Depth);
                    made = made with { Depth = _xml.ReadNumber("depth") };
                    break;
                default:
                    _xml.Skip();
                    break;
            }
        }

        return made;
    }

    private void ReadObject()
    {
        if (_objects.Count == Annotation.ObjectsMax)
        {
            throw _xml.Bad($"there are more than {Annotation.ObjectsMax} objects");
        }

        int line = _xml.Line;
        int boxLine = 0;
        Seen seen = default;
        LabelledObject item = new("", default) { Line = line };
        for (bool more = _xml.Enter(); more; more = _xml.Next())
        {
            item = ReadObjectField(item, ref seen, ref boxLine);
        }

        Finish(item, seen, line, boxLine);
    }

    private LabelledObject ReadObjectField(LabelledObject item, ref Seen seen, ref int boxLine)
    {
        switch (_xml.Element)
        {
            case "name":
                Once(ref seen, Field.Name);
                return item with { Label = _xml.ReadText() };
            case "pose":
                Once(ref seen, Field.Pose);
                return item with { Pose = _xml.ReadText() };
            case "truncated":
                Once(ref seen, Field.Truncated);
                return item with { Truncated = _xml.ReadFlag("truncated") };
            case "difficult":
                Once(ref seen, Field.Difficult);
                return item with { Difficult = _xml.ReadFlag("difficult") };
            case "bndbox":
                Once(ref seen, Field.Box);
                boxLine = _xml.Line;
                return item with { Box = ReadBox() };
            default:
                // A VOC "part" holds a name and a box of its own; nothing inside it is this object's.
                _xml.Skip();
                return item;
        }
    }

    private void Finish(LabelledObject item, Seen seen, int line, int boxLine)
    {
        if (item.Label.Length == 0 || boxLine == 0)
        {
            throw _xml.BadAt(line, item.Label.Length == 0 ? "an object has no name" : "an object has no bndbox");
        }

        Remark(seen, Field.Difficult, AnnotationFlaw.NoDifficult, line, "difficult");
        Remark(seen, Field.Truncated, AnnotationFlaw.NoTruncated, line, "truncated");
        Remark(seen, Field.Pose, AnnotationFlaw.NoPose, line, "pose");
        _objects.Add(item);
        _boxLines.Add(boxLine);
    }

    private void Remark(Seen seen, Field field, AnnotationFlaw flaw, int line, string element)
    {
        if (!seen.Has(field))
        {
            _remarks.Add(new AnnotationRemark(flaw, line, element));
        }
    }

    private PixelBox ReadBox()
    {
        int line = _xml.Line;
        Seen seen = default;
        for (bool more = _xml.Enter(); more; more = _xml.Next())
        {
            Field side = _xml.Element switch
            {
                "xmin" => Field.XMin,
                "ymin" => Field.YMin,
                "xmax" => Field.XMax,
                "ymax" => Field.YMax,
                _ => Field.None
            };
            if (side == Field.None)
            {
                _xml.Skip();
                continue;
            }

            Once(ref seen, side);
            _box[side - Field.XMin] = _xml.ReadNumber(_xml.Element);
        }

        for (Field side = Field.XMin; side <= Field.YMax; side++)
        {
            if (!seen.Has(side))
            {
                throw _xml.BadAt(line, $"a bndbox has no {side.ToString().ToLowerInvariant()}");
            }
        }

        return new PixelBox(_box[0], _box[1], _box[2], _box[3]);
    }

    private void Once(ref Seen seen, Field field)
    {
        if (!seen.Add(field))
        {
            throw _xml.Bad($"element '{_xml.Element}' stands here twice");
        }
    }

    private enum Field
    {
        None, Folder, FileName, Path, Size, Segmented, Width, Height, Depth, Name, Pose, Truncated, Difficult, Box, XMin, YMin, XMax, YMax,
    }

    /// <summary>Which elements stood in one parent.</summary>
    private struct Seen
    {
        private int _bits;

        public bool Add(Field field)
        {
            int bit = 1 << (int)field;
            bool isNew = (_bits & bit) == 0;
            _bits |= bit;
            return isNew;
        }

        public readonly bool Has(Field field) => (_bits & (1 << (int)field)) != 0;
    }
}
