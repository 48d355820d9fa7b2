using System.Text;
using DlStore.Io;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace DlStore.Data.Texts;

/// <summary>
/// Reads the YAML that people write for dls: one document, at most 1 MiB, UTF-8 (or UTF-16 with a byte-order mark); mappings with text
/// keys, lists, scalars. Aliases, anchors and tags are refused (a few lines of
/// them can stand for gigabytes, or name types), duplicate keys too (readers disagree which one counts), and so is nesting deeper than 32.
/// </summary>
public static class SafeYaml
{
    /// <summary>The largest file, in bytes.</summary>
    public const int LengthMax = 1 << 20;

    private const int DepthMax = 32;

    /// <summary>Reads a file.</summary>
    /// <param name="path">Absolute path.</param>
    /// <param name="name">The file as messages name it, relative to the work tree.</param>
    /// <returns>Its value; an empty mapping for an empty file.</returns>
    /// <exception cref="DlsException">Kind Failed: it cannot be read, is a symlink, or is not such YAML; the line is named.</exception>
    public static YamlNode ReadFile(string path, string name) => Parse(SmallFile.Read(path, name, LengthMax), name);

    /// <summary>Reads a text.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="name">The file as messages name it.</param>
    /// <returns>Its value; an empty mapping for an empty file.</returns>
    /// <exception cref="DlsException">Kind Failed: it is not such YAML; the line is named.</exception>
    public static YamlNode Parse(ReadOnlySpan<byte> bytes, string name) => Parse(bytes, name, null);

    /// <summary>
    /// Reads a text of another program, in which an alias stands for the value that its anchor names: the value itself, not a copy, so a
    /// few lines stay a few values. Tags are refused here too.
    /// </summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="name">The file as messages name it.</param>
    /// <returns>Its value; an empty mapping for an empty file. Whoever walks it to its leaves has to limit how far.</returns>
    /// <exception cref="DlsException">Kind Failed: it is not such YAML; the line is named.</exception>
    internal static YamlNode ParseWithAliases(ReadOnlySpan<byte> bytes, string name) => Parse(bytes, name, []);

    private static YamlNode Parse(ReadOnlySpan<byte> bytes, string name, Dictionary<string, YamlNode>? anchors)
    {
        if (bytes.Length > LengthMax)
        {
            throw new DlsException(ErrorKind.Failed, $"read '{name}': it is larger than {LengthMax} bytes");
        }

        Parser parser = new(new StringReader(PlainText.Read(bytes, name)));
        try
        {
            return ReadDocument(parser, name, anchors);
        }
        catch (YamlException e)
        {
            throw DlsException.AtLine(ErrorKind.Failed, "read", name, e.Start.Line, LibraryWords.Of(e), "correct the file", e);
        }
        catch (Exception e) when (e is not DlsException and not OutOfMemoryException)
        {
            // The parser also throws what its own slips throw, such as InvalidOperationException for a plain key that is broken over a line
            // inside braces.
            throw new DlsException(ErrorKind.Failed, $"read '{name}' near line {Math.Max(1, parser.Current?.End.Line ?? 1)}: it "
                + "is not YAML that dls can read",
                "correct the file: close every bracket and quote, and put texts that go over several lines in quotes", e);
        }
    }

    private static YamlNode ReadDocument(Parser parser, string name, Dictionary<string, YamlNode>? anchors)
    {
        YamlNode? root = null;
        while (parser.MoveNext())
        {
            switch (parser.Current)
            {
                case StreamStart or StreamEnd or DocumentStart or DocumentEnd or Comment:
                    continue;
                case { } e when root is not null:
                    throw Refuse(name, e, "a second document begins here");
                default:
                    root = ReadValue(parser, name, 0, anchors);
                    continue;
            }
        }

        return root is null || root.IsEmpty ? new YamlNode(name, 1) { Keys = [] } : root;
    }

    private static YamlNode ReadValue(Parser parser, string name, int depth, Dictionary<string, YamlNode>? anchors)
    {
        ParsingEvent e = parser.Current!;
        if (anchors is not null && e is AnchorAlias alias)
        {
            return anchors.GetValueOrDefault(alias.Value.Value) ?? throw Refuse(name, e, $"no anchor '{alias.Value.Value}' stands above");
        }

        if (anchors is not null && e is NodeEvent { Anchor.IsEmpty: false, Tag.IsEmpty: true } anchored && depth <= DepthMax)
        {
            return anchors[anchored.Anchor.Value] = ReadPlain(parser, name, depth, anchors);
        }

        if (e is AnchorAlias || e is NodeEvent { Anchor.IsEmpty: false })
        {
            throw Refuse(name, e, "anchors and aliases are refused");
        }

        if (e is NodeEvent { Tag.IsEmpty: false })
        {
            throw Refuse(name, e, "tags are refused");
        }

        if (depth > DepthMax)
        {
            throw Refuse(name, e, $"values are nested deeper than {DepthMax}");
        }

        return ReadPlain(parser, name, depth, anchors);
    }

    private static YamlNode ReadPlain(Parser parser, string name, int depth, Dictionary<string, YamlNode>? anchors)
    {
        ParsingEvent e = parser.Current!;
        return e switch
        {
            Scalar scalar => new YamlNode(name, Line(e)) { Text = scalar.Value, IsQuoted = scalar.Style is not ScalarStyle.Plain },
            SequenceStart => ReadItems(parser, name, depth, anchors),
            MappingStart => ReadKeys(parser, name, depth, anchors),
            _ => throw Refuse(name, e, "unexpected content"),
        };
    }

    private static YamlNode ReadItems(Parser parser, string name, int depth, Dictionary<string, YamlNode>? anchors)
    {
        int line = Line(parser.Current!);
        List<YamlNode> items = [];
        while (Next(parser) is not SequenceEnd)
        {
            items.Add(ReadValue(parser, name, depth + 1, anchors));
        }

        return new YamlNode(name, line) { Items = items };
    }

    private static YamlNode ReadKeys(Parser parser, string name, int depth, Dictionary<string, YamlNode>? anchors)
    {
        int line = Line(parser.Current!);
        List<KeyValuePair<string, YamlNode>> keys = [];
        HashSet<string> seen = new(StringComparer.Ordinal);
        while (Next(parser) is var e and not MappingEnd)
        {
            YamlNode key = ReadValue(parser, name, depth + 1, anchors);
            if (key.Text is not { } text || !seen.Add(text))
            {
                throw Refuse(name, e, key.Text is null
                    ? "a key is not a text" : $"key '{EntryName.Show(Encoding.UTF8.GetBytes(key.Text))}' stands here twice");
            }

            Next(parser);
            keys.Add(new(text, ReadValue(parser, name, depth + 1, anchors)));
        }

        return new YamlNode(name, line) { Keys = keys };
    }

    private static ParsingEvent Next(Parser parser)
    {
        do
        {
            parser.MoveNext();
        }
        while (parser.Current is Comment);
        return parser.Current!;
    }

    private static int Line(ParsingEvent e) => (int)e.Start.Line;

    private static DlsException Refuse(
        string name, ParsingEvent e, string why) => DlsException.AtLine(ErrorKind.Failed, "read", name, Line(e), why, "correct the file");
}
