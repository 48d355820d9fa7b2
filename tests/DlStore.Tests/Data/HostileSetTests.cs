using System.Text;
using DlStore.Data.Annotations;
using DlStore.Data.Findings;
using DlStore.Data.Layouts;
using DlStore.Data.Lint;
using DlStore.TestKit;
using Xunit.Abstractions;

namespace DlStore.Tests.Data;

/// <summary>Sets with random damage: whatever is in them, a reader gives a set, findings or one error, and nothing else.</summary>
public sealed class HostileSetTests(ITestOutputHelper output)
{
    private static readonly string[] Pieces = [
        "<", "</object>", "<object>", "\0", "\r", "\n\n", "..", "/", "\"", "{", "[[[[", "-1", "1e999", "NaN", "99999999999999999999",
        "\ud83d\ude00", "&amp;", "&x;", "<![CDATA[", "<!DOCTYPE", "*a", "&a", "!!x", ": ", "null", "\u2028", "\\u0000"];

    [Theory]
    [InlineData(SetLayout.Voc)]
    [InlineData(SetLayout.Darknet)]
    [InlineData(SetLayout.Ultralytics)]
    [InlineData(SetLayout.Coco)]
    public void A_damaged_file_gives_findings_or_an_error_that_names_it(SetLayout layout)
    {
        Random random = Seeded.Start(output);
        using TempDir dir = new();
        SetLayouts.Write(layout, SampleSet.Random(dir, random, 8), dir.At("set"), new ExportOptions());
        string[] files = [.. Directory.EnumerateFiles(dir.At("set"), "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
        int refused = 0;
        for (int n = 0; n < 400; n++)
        {
            string file = files[random.Next(files.Length)];
            byte[] good = File.ReadAllBytes(file);
            File.WriteAllBytes(file, Damage(random, good));
            try
            {
                SetReading read = SetLayouts.Read(layout, dir.At("set"), null, n % 2 == 0 ? ImageRule.JpegOnly : ImageRule.AnyPicture);
                // Whatever is damaged, every image and box is in the set or in a finding.
                Assert.Null(read.Missing());
                refused += read.Findings.Any(static f => f.Severity == Severity.Error) ? 1 : 0;
                Assert.All(read.Findings, static f => Assert.Contains(LintCodes.All, c => c.Code == f.Code));
            }
            catch (DlsException)
            {
                refused++;
            }

            DatasetLint.RunAny(dir.At("set"), new LintOptions { Consumers = Enum.GetValues<LintConsumer>() }, out _);

            File.WriteAllBytes(file, good);
        }

        Assert.True(refused > 20, $"only {refused} of 400 damaged sets were noticed");
    }

    [Theory]
    [InlineData(SetForm.VocPairs)]
    [InlineData(SetForm.YoloPairs)]
    [InlineData(SetForm.Labelme)]
    public void A_damaged_file_beside_an_image_gives_findings_too(SetForm form)
    {
        Random random = Seeded.Start(output);
        using TempDir dir = new();
        for (int i = 0; i < 6; i++)
        {
            dir.Write($"train/x{i}.jpg", SampleJpeg.Make(64, 48, $"{i}"));
            _ = form switch
            {
                SetForm.VocPairs => dir.Write($"train/x{i}.xml", Encoding.UTF8.GetString(new Annotation
                {
                    FileName = $"x{i}.jpg",
                    Width = 64,
                    Height = 48,
                    Objects = [new LabelledObject("a", new PixelBox(1, 2, 30, 40))]
                }.ToBytes())),
                SetForm.YoloPairs => dir.Write($"train/x{i}.txt", "0 0.5 0.5 0.25 0.25\n0 0.1 0.1 0.2 0.1 0.2 0.3\n"),
                _ => dir.Write($"train/x{i}.json", """{"shapes":[{"label":"a","points":[[1,2],[30.5,40]],"shape_type":"rectangle"}]}"""),
            };
        }

        dir.Write("train/classes.txt", "a\n");
        string[] files = [.. Directory.EnumerateFiles(dir.At("train")).Order(StringComparer.Ordinal)];
        for (int n = 0; n < 300; n++)
        {
            string file = files[random.Next(files.Length)];
            byte[] good = File.ReadAllBytes(file);
            File.WriteAllBytes(file, Damage(random, good));

            SetReading read = SetLayouts.ReadForm(form, dir.Path, null, ImageRule.AnyPicture);

            Assert.Null(read.Missing());
            Assert.Equal(6, read.ImagesSeen);
            DatasetLint.RunAny(dir.Path, new LintOptions { Consumers = Enum.GetValues<LintConsumer>() }, out _);
            File.WriteAllBytes(file, good);
        }
    }

    [Fact]
    public void An_encoding_that_is_not_there_is_an_error_of_the_file()
    {
        Assert.Contains("not well-formed", Assert.Throws<DlsException>(static () => Annotation.Parse(
            "<?xml version=\"1.0\" encoding=\"Shift_JIS\"?><annotation/>"u8, "a.xml")).Message, StringComparison.Ordinal);
        Assert.Throws<DlsException>(static () => Annotation.Parse([0x3C, 0x61, 0xFF, 0xFE, 0x3E], "a.xml"));
        Assert.Equal("a.jpg", Annotation.Parse(Encoding.Unicode.GetPreamble()
            .Concat(Encoding.Unicode.GetBytes("<annotation><filename>a.jpg</filename></annotation>")).ToArray(), "a.xml").FileName);
    }

    private static byte[] Damage(Random random, byte[] good)
    {
        List<byte> bytes = [.. good];
        for (int n = random.Next(1, 4); n > 0; n--)
        {
            int at = random.Next(bytes.Count + 1);
            switch (random.Next(4))
            {
                case 0:
                    bytes.InsertRange(at, Encoding.UTF8.GetBytes(Pieces[random.Next(Pieces.Length)]));
                    break;
                case 1:
                    bytes.RemoveRange(at, random.Next(bytes.Count - at + 1));
                    break;
                case 2 when at < bytes.Count:
                    bytes[at] = (byte)random.Next(256);
                    break;
                default:
                    bytes.InsertRange(at, bytes[..Math.Min(at, 60)]);
                    break;
            }
        }

        return [.. bytes];
    }
}
