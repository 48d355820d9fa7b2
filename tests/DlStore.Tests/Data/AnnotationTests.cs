using System.Buffers;
using System.Text;
using DlStore.Data.Annotations;
using DlStore.TestKit;
using Xunit.Abstractions;

namespace DlStore.Tests.Data;

public sealed class AnnotationTests(ITestOutputHelper output)
{
    private const string Foreign = """
        <?xml version="1.0" encoding="UTF-8"?>
        <!-- made elsewhere -->
        <annotation verified="yes">
          <folder>shots</folder>
          <filename>a.jpg</filename>
          <path>/home/somebody/a.jpg</path>
          <source><database>Unknown</database><image>x</image></source>
          <size>
            <width>300</width><height>100</height><depth>3</depth>
          </size>
          <segmented>0</segmented>
          <object>
            <name>close</name>
            <part><name>corner</name><bndbox><xmin>9</xmin><ymin>9</ymin><xmax>9</xmax><ymax>9</ymax></bndbox></part>
            <bndbox>
              <xmin> 1.0</xmin><ymin>2</ymin><xmax>30</xmax><ymax>40.5</ymax>
            </bndbox>
          </object>
          <object>
            <name>A &amp; B</name><pose>Left</pose><truncated>1</truncated><difficult>1</difficult>
            <bndbox><ymax>100</ymax><xmax>300</xmax><ymin>1</ymin><xmin>1</xmin></bndbox>
          </object>
        </annotation>
        """;

    [Fact]
    public void What_other_tools_wrote_is_read_with_its_lines_and_flaws()
    {
        Annotation read = Parse(Foreign);

        Assert.Equal(("shots", "a.jpg", "/home/somebody/a.jpg", 300, 100, 3),
            (read.Folder, read.FileName, read.Path, read.Width, read.Height, read.Depth));
        Assert.Equal((5, 8), (read.FileNameLine, read.SizeLine));
        Assert.Equal(["close", "A & B"], read.Objects.Select(static o => o.Label));
        Assert.Equal([new PixelBox(1, 2, 30, 41), new PixelBox(1, 1, 300, 100)], read.Objects.Select(static o => o.Box));
        Assert.Equal([12, 19], read.Objects.Select(static o => o.Line));
        Assert.Equal([15, 21], read.BoxLines);
        Assert.True(read.Objects[1].Difficult && read.Objects[1].Truncated && read.Objects[1].Pose == "Left");
        Assert.Equal(
            [(AnnotationFlaw.FloatNumber, 16, "xmin 1.0"),
                (AnnotationFlaw.FloatNumber, 16, "ymax 40.5"), (AnnotationFlaw.NoDifficult, 12, "difficult"),
                (AnnotationFlaw.NoTruncated, 12, "truncated"), (AnnotationFlaw.NoPose, 12, "pose")],
            read.Remarks.Select(static r => (r.Flaw, r.Line, r.Text)));
    }

    [Fact]
    public void The_canonical_encoding_is_what_the_page_shows()
    {
        Annotation made = new()
        {
            FileName = "close_1.jpg",
            Width = 400,
            Height = 400,
            Objects = [new LabelledObject("close", new PixelBox(1, 1, 32, 32))],
        };

        Assert.Equal(FormatPage.Read("labelled-sets").Text("<annotation>"), Encoding.UTF8.GetString(made.ToBytes()));
    }

    [Fact]
    public void Reading_what_was_written_gives_the_same_and_the_same_bytes_again()
    {
        Random random = Seeded.Start(output);
        ArrayBufferWriter<byte> buffer = new();
        for (int n = 0; n < 300; n++)
        {
            Annotation made = Random(random);
            buffer.Clear();
            made.WriteTo(buffer);

            Annotation read = Annotation.Parse(buffer.WrittenSpan, "a.xml");

            Assert.Equal(made.Objects, read.Objects.Select(static o => o with { Line = 0 }));
            Assert.Equal((made.FileName, made.Width, made.Height, made.Depth, made.Segmented, made.Database),
                (read.FileName, read.Width, read.Height, read.Depth, read.Segmented, read.Database));
            Assert.Equal(buffer.WrittenSpan.ToArray(), read.ToBytes());
            Assert.Empty(read.Remarks);
        }
    }

    [Fact]
    public void White_space_and_places_do_not_change_the_identity_but_a_pixel_does()
    {
        Annotation tabs = Parse(
            Foreign.Replace("  ", "\t", StringComparison.Ordinal).Replace("/home/somebody/", "C:\\", StringComparison.Ordinal));
        Annotation moved = Parse(Foreign.Replace("<ymin>2<", "<ymin>3<", StringComparison.Ordinal));

        Assert.Equal(Parse(Foreign).CanonicalHash(), tabs.CanonicalHash());
        Assert.NotEqual(Parse(Foreign).CanonicalHash(), moved.CanonicalHash());
        Assert.DoesNotContain("somebody", Encoding.UTF8.GetString(Parse(Foreign).ToBytes()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<annotation><object><name>a</name></object></annotation>", "a.xml:1': an object has no bndbox")]
    [InlineData("<annotation>\n<object>\n<bndbox><xmin>1</xmin><ymin>1</ymin><xmax>2</xmax></bndbox></object></annotation>",
        "a.xml:3': a bndbox has no ymax")]
    [InlineData("<annotation>\n<size><width>1e3</width></size></annotation>", "a.xml:2': width is '1e3', expected a whole number")]
    [InlineData(
        "<annotation>\n<size><width>99999999999</width></size></annotation>", "a.xml:2': width is '99999999999', expected a whole number")]
    [InlineData(
        "<annotation>\n<filename>a</filename>\n<filename>b</filename></annotation>", "a.xml:3': element 'filename' stands here twice")]
    [InlineData("<annotation>\n<segmented>yes</segmented></annotation>", "a.xml:2': segmented is 'yes', expected 0 or 1")]
    [InlineData("<annotation>\n<filename>a", "a.xml:2': it is not well-formed XML")]
    [InlineData("<annotation/>\n<annotation/>", "a.xml:2': it is not well-formed XML")]
    [InlineData("<html>\n</html>", "a.xml:1': the outermost element is not 'annotation'")]
    [InlineData("<annotation>\nclose</annotation>", "text stands between elements")]
    [InlineData("<annotation>\n<filename><b>x</b></filename></annotation>", "a.xml:2': it is not well-formed XML")]
    [InlineData("", "a.xml': it is empty")]
    public void What_cannot_be_meant_is_refused_with_its_line(string text, string message)
    {
        DlsException e = Assert.Throws<DlsException>(() => Parse(text));

        Assert.Equal(ErrorKind.Failed, e.Kind);
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Document_types_are_refused_whatever_they_would_do()
    {
        using TempDir dir = new();
        string secret = dir.Write("secret", "s3cret");
        string[] hostile =
        [
            "<!DOCTYPE a [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\"><!ENTITY "
                + "c \"&b;&b;&b;&b;&b;&b;\">]><annotation><folder>&c;</folder></annotation>",
            $"<!DOCTYPE a [<!ENTITY x SYSTEM \"file://{secret}\">]><annotation><folder>&x;</folder></annotation>",
            "<!DOCTYPE a SYSTEM \"http://127.0.0.1:9/x.dtd\"><annotation/>",
        ];

        Assert.All(hostile, static text =>
        {
            DlsException e = Assert.Throws<DlsException>(() => Parse(text));
            Assert.Contains("document type is refused", e.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("s3cret", e.ToString(), StringComparison.Ordinal);
        });
        Assert.Throws<DlsException>(static () => Parse("<annotation><folder>&unknown;</folder></annotation>"));
    }

    [Fact]
    public void Size_depth_and_count_have_limits()
    {
        string deep = string.Concat(Enumerable.Repeat("<x>", 50_000)) + string.Concat(Enumerable.Repeat("</x>", 50_000));
        string one = "<object><name>a</name><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>2</xmax><ymax>2</ymax></bndbox></object>";

        Assert.Contains("larger than", Assert.Throws<DlsException>(
            static () => Parse("<annotation>" + new string(' ', 10 << 20) + "</annotation>")).Message, StringComparison.Ordinal);
        Assert.Contains("nested deeper",
            Assert.Throws<DlsException>(() => Parse($"<annotation>{deep}</annotation>")).Message, StringComparison.Ordinal);
        Assert.Contains("more than 10000 objects", Assert.Throws<DlsException>(
            () => Parse($"<annotation>{string.Concat(Enumerable.Repeat(one, 10_001))}")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_name_that_leads_outside_is_only_text()
    {
        Assert.Equal("../../etc/passwd", Parse("<annotation><filename>../../etc/passwd</filename></annotation>").FileName);
    }

    [Fact]
    public void Characters_that_XML_has_not_are_refused_when_written()
    {
        Annotation made = new() { FileName = "a\u0001.jpg", Width = 1, Height = 1, Objects = [] };

        Assert.Contains("U+0001", Assert.Throws<DlsException>(made.ToBytes).Message, StringComparison.Ordinal);
    }

    private static Annotation Parse(string text) => Annotation.Parse(Encoding.UTF8.GetBytes(text), "a.xml");

    private static Annotation Random(Random random)
    {
        string[] words = ["close", "A & B", "<x>", "閉じる", "😀", "a\tb\r\nc", "\"q\"", "]]>"];
        return new Annotation
        {
            Folder = words[random.Next(words.Length)],
            FileName = words[random.Next(words.Length)],
            Database = words[random.Next(words.Length)],
            Width = random.Next(1, 65_536),
            Height = random.Next(1, 65_536),
            Depth = random.Next(1, 5),
            Segmented = random.Next(2) == 0,
            Objects = [.. Enumerable.Range(0, random.Next(5)).Select(_ => new LabelledObject(words[random.Next(words.Length)],
                new PixelBox(random.Next(-5, 99), random.Next(-5, 99), random.Next(65_536), random.Next(1_000_000_000)))
            {
                Pose = words[random.Next(words.Length)],
                Truncated = random.Next(2) == 0,
                Difficult = random.Next(2) == 0,
            })],
        };
    }
}
