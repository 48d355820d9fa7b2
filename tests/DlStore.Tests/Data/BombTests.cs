using System.Globalization;
using System.Text;
using DlStore.Data.Annotations;
using DlStore.Data.Findings;
using DlStore.Data.Layouts;
using DlStore.Data.Recipes;
using DlStore.Data.Texts;
using DlStore.Images;
using DlStore.Learning.Weights;
using DlStore.TestKit;
using DlStore.Tests.Learning;
using Xunit.Abstractions;

namespace DlStore.Tests.Data;

/// <summary>
/// Files that are small and stand for much, or large and stand for little: each ends in an error of its own or a result, in bounded time
/// and memory.
/// </summary>
[Collection(AloneTests.Name)]
public sealed class BombTests(ITestOutputHelper output)
{
    private static readonly TimeSpan _timeMax = TimeSpan.FromSeconds(20);

    public static TheoryData<string> YamlBombs => new(
        string.Concat(Enumerable.Range(
            0, 9).Select(static i => $"a{i}: &a{i} [{string.Join(',', Enumerable.Repeat(i == 0 ? "x" : $"*a{i - 1}", 9))}]\n")),
        "a: &a\n  b: *a\n",
        "<<: *x\n",
        new string('[', 500_000),
        string.Concat(Enumerable.Repeat("{a: ", 200_000)),
        string.Concat(Enumerable.Range(0, 400).Select(static i => new string(' ', i) + "a:\n")),
        string.Concat(Enumerable.Repeat("- ", 400_000)),
        "a: " + new string('&', 900_000),
        "a: \"" + string.Concat(Enumerable.Repeat("\\U0010FFFF", 90_000)),
        "{a\nb: 1}\n",
            "{a\rb: 1}\n", "a\rb: 1\n", "{a\n\n  b: 1, c}\n", "[a\nb: 1]\n", "{? a\nb : 1}\n", "%YAML 9.9\n---\na: 1\n", "a: |\n\t x\n",
            "\"a\nb\": 1\n", "{\"a\nb\": 1}\n", "a: 'x\0y'\n", "--- ---\n", "!<!", "? ? ? ?", "a: *", "&", "@a: b\n", "`a`: b\n",
            "a: \"\\q\"\n", "a: \"\\x\"\n", "%TAG ! tag:\n", "{,}", "[,]", "{a: b: c}", "- a\nb: c\n", "\uFEFFa: 1\n", "a: >99\n x\n");

    [Theory]
    [MemberData(nameof(YamlBombs))]
    public void Yaml_is_read_or_refused_with_its_line(string text)
    {
        Bounded("yaml", () => Assert.True(SafeYaml.Parse(Encoding.UTF8.GetBytes(text), "x.yaml").Line >= 1));
    }

    [Fact]
    public void Yaml_with_half_a_million_items_is_read()
    {
        Bounded("yaml list", () => Assert.Equal(260_000, SafeYaml.Parse(
            Encoding.UTF8.GetBytes($"a: [{string.Join(',', Enumerable.Repeat("1", 260_000))}]\n"), "x").Find("a")!.Items!.Count));
        Bounded("yaml keys", () => Assert.Equal(100_000, SafeYaml.Parse(
            Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 100_000).Select(static i => $"k{i}: 1\n"))), "x").Keys!.Count));
    }

    [Fact]
    public void Random_damage_of_yaml_is_an_error_of_the_file()
    {
        Random random = Seeded.Start(output);
        byte[] sample = Encoding.UTF8.GetBytes("name: close\nlist: [a, 'b c', {k: v, 'q': \"w\\n\"}]\nmap:\n  - one: 1\n "
            + "   two: |\n      text\n      more\n  - > \n   folded\n# end\n");
        byte[] marks = "\r\n\t {}[]:,-?&*!|>'\"%@`#\\~\0\x7f"u8.ToArray();
        int refused = 0;
        for (int i = 0; i < 20_000; i++)
        {
            byte[] bytes = (byte[])sample.Clone();
            for (int n = random.Next(1, 5); n > 0; n--)
            {
                bytes[random.Next(bytes.Length)] = marks[random.Next(marks.Length)];
            }

            try
            {
                SafeYaml.Parse(bytes, "x");
            }
            catch (DlsException e)
            {
                Assert.Equal(ErrorKind.Failed, e.Kind);
                refused++;
            }
        }

        output.WriteLine($"20,000 mutations, {refused} refused");
    }

    [Theory]
    [InlineData("""<!DOCTYPE a [<!ENTITY x "y"><!ENTITY z "&x;&x;">]><annotation>&z;</annotation>""", "document type")]
    [InlineData("""<!DOCTYPE a SYSTEM "file:///etc/passwd"><annotation/>""", "document type")]
    public void Xml_entities_are_refused(string text, string message) =>
        Bounded("xml entities", () => Assert.Contains(message,
            Assert.Throws<DlsException>(() => Annotation.Parse(Encoding.UTF8.GetBytes(text), "a.xml")).Message, StringComparison.Ordinal));

    [Fact]
    public void Xml_of_a_million_objects_depths_and_attributes_is_refused()
    {
        foreach (string text in (string[])[
            "<annotation>" + string.Concat(Enumerable.Repeat("<object><name>a</name></object>", 1_000_000)) + "</annotation>",
            "<annotation>" + string.Concat(Enumerable.Repeat("<o>", 300_000)),
            "<annotation><filename>" + new string('a', 1_000_000) + "</filename></annotation>",
            "<annotation>" + string.Concat(Enumerable.Repeat("&amp;", 200_000)) + "</annotation>"])
        {
            Bounded("xml", () => Assert.Throws<DlsException>(() => Annotation.Parse(Encoding.UTF8.GetBytes(text), "a.xml")));
        }
    }

    [Fact]
    public void Xml_of_a_hundred_thousand_attributes_is_read_in_bounded_time() =>
        Bounded("xml attributes", () => Annotation.Parse(Encoding.UTF8.GetBytes(
            "<annotation " + string.Concat(Enumerable.Range(0, 80_000).Select(static i => $"a{i}='' ")) + "/>"), "a.xml"));

    [Theory]
    [InlineData("""{"categories":[{"id":1e400,"name":"a"}],"images":[],"annotations":[]}""")]
    [InlineData("""{"categories":[{"id":99999999999999999999,"name":"a"}],"images":[],"annotations":[]}""")]
    [InlineData("""{"categories":[],"images":[],"annotations":[{"id":1,"image_id":1,"category_id":1,"bbox":[1e999,0,1,1]}]}""")]
    [InlineData("""{"categories":[],"images":[],"annotations":[]}x""")]
    [InlineData("""{"categories":[],"categories":[],"images":[],"annotations":[]}""")]
    [InlineData("""{"categories":[],"images":{},"annotations":[]}""")]
    [InlineData("""{"categories":[],"images":[]""")]
    public void Json_numbers_and_forms_are_refused(string text) => Bounded("json", () => Assert.Throws<DlsException>(() => ReadCoco(text)));

    [Fact]
    public void Json_as_deep_or_long_as_a_file_can_be_is_refused()
    {
        Bounded("json depth", () => Assert.Throws<DlsException>(() => ReadCoco(new string('[', 8_000_000))));
        Bounded("json depth in a key",
            () => Assert.Throws<DlsException>(() => ReadCoco("{\"info\":" + string.Concat(Enumerable.Repeat("{\"a\":", 1_000_000)))));
        Bounded("json one text", () => Assert.Throws<DlsException>(() => ReadCoco("{\"info\":\"" + new string('a', 80 << 20))));
        Bounded("json number", () => Assert.Throws<DlsException>(() => ReadCoco("{\"categories\":[{\"id\":" + new string('9', 1_000_000))));
    }

    [Fact]
    public void A_large_coco_file_is_read_in_less_memory_than_it_has_bytes()
    {
        using TempDir dir = new();
        dir.Write("images/a.jpg", SampleJpeg.Make(100, 100, "a"));
        Directory.CreateDirectory(dir.At("annotations"));
        const int objects = 9_000;
        // What other programs write with every box: an outline that dls does not need.
        string outline = string.Join(
            ',', Enumerable.Range(0, 1_000).Select(static i => (i % 97).ToString(CultureInfo.InvariantCulture) + ".25"));
        using (StreamWriter file = new(dir.At("annotations/instances_train.json")))
        {
            file.Write("{\"info\":{\"year\":2026},\"annotations\":[");
            for (int i = 0; i < objects; i++)
            {
                file.Write($"{(i > 0 ? "," : "")}{{\"segmentation\":[[{outline}"
                    + $"]],\"area\":1,\"iscrowd\":0,\"image_id\":1,\"bbox\":[1,2,3,4],\"category_id\":1,\"id\":{i + 1}}}");
            }

            file.Write("],\"images\":[{\"id\":1,\"file_name\":\"a.jpg\",\"width\":100,\"height\":100}],\"categories\":[{\"id\":1,\"name\":\"a\"}]}");
        }

        long length = new FileInfo(dir.At("annotations/instances_train.json")).Length;
        Assert.True(length > 50_000_000, $"{length}");
        // What is held counts, not what the collector has not come to yet.
        long allocatedMax = 0;
        using Timer timer = new(_ => allocatedMax = Math.Max(allocatedMax, GC.GetTotalMemory(true)), null, 0, 20);
        long before = GC.GetTotalMemory(true);

        Bounded("coco", () => Assert.Equal(objects, Assert.Single(CocoSet.Read(dir.Path).Set.Images).Objects.Count));

        output.WriteLine($"{length} bytes, {allocatedMax - before} in memory at most");
        Assert.True(allocatedMax - before < length, $"{allocatedMax - before} bytes more than before, for a file of {length}");
    }

    [Fact]
    public void Pictures_of_absurd_size_are_refused_by_their_header()
    {
        byte[] jpeg = SampleJpeg.Make(65_535, 65_535, "bomb");
        Bounded("jpeg master", () => Assert.Contains(
            "65535x65535", Assert.Throws<DlsException>(() => MasterJpeg.Require(jpeg, "a.jpg")).Message, StringComparison.Ordinal));
        Bounded("jpeg decode", () => Assert.Throws<DlsException>(() => Jpeg.Decode(jpeg, "a.jpg")));
        using TempDir dir = new();
        Assert.Null(ImageFile.Open(dir.Write("a.jpg", jpeg), "a.jpg", ImageRule.JpegOnly, out _, out Finding? fault));
        Assert.Contains("cannot hold the 65535x65535 pixels", fault!.Message, StringComparison.Ordinal);

        // 2^31 - 1 on a side, and no pixels.
        byte[] png = [
            0x89, .. "PNG\r\n\u001a\n"u8, 0, 0, 0, 13, .. "IHDR"u8, 0x7f, 0xff, 0xff, 0xff, 0x7f, 0xff, 0xff, 0xff, 8, 6, 0, 0, 0];
        Bounded("png", () => Assert.Contains(
            "PNG", Assert.Throws<DlsException>(() => MasterJpeg.Require(png, "a.png")).Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Weights_with_lying_zip_directories_are_unknown_with_a_reason()
    {
        byte[] whole = TorchBytes.StateDict(("w", [2, 2], [1, 2, 3, 4]));
        int at = whole.AsSpan().LastIndexOf("PK\u0005\u0006"u8);
        foreach ((int offset, byte[] lie) in ((int, byte[])[])[
            (8, [0xff, 0xff]), (10, [0xff, 0xff]), (12, [0xff, 0xff, 0xff, 0xff]),
                (16, [0xff, 0xff, 0xff, 0xff]), (12, [0xff, 0xff, 0xff, 0x7f]), (16, [0xfe, 0xff, 0xff, 0xff])])
        {
            byte[] bytes = (byte[])whole.Clone();
            lie.CopyTo(bytes, at + offset);
            // A count that dls does not need may lie; then everything else must be as it was.
            Bounded("zip lie", () => Assert.True(
                WeightFile.Inspect(new MemoryStream(bytes), "w.pth") is { Reason: not null } or { Tensors.Count: 1, Numbers: 4 }));
        }

        // A zip64 end that announces 2^63 - 1 entries and bytes.
        byte[] zip64 = [.. whole.AsSpan(0, at), .. "PK\u0006\u0006"u8, 44, 0, 0, 0, 0, 0, 0, 0, 45, 0, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0,
            .. Enumerable.Repeat(Long(long.MaxValue), 4).SelectMany(static b => b),
                .. "PK\u0006\u0007"u8, 0, 0, 0, 0, .. Long(at), 1, 0, 0, 0,
            .. "PK\u0005\u0006"u8, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0];
        Bounded("zip64 lie", () => Assert.NotNull(WeightFile.Inspect(new MemoryStream(zip64), "w.pth").Reason));
        Bounded("deep pickle", () => Assert.NotNull(WeightFile.Inspect(new MemoryStream(new TorchBytes()
            .Raw(new string(']', 3_000_000) + string.Concat(Enumerable.Repeat('a', 2_999_999)) + ".").ToZip()), "w.pth").Reason));
        Bounded("wide pickle", () => Assert.NotNull(WeightFile.Inspect(
            new MemoryStream(new TorchBytes().Raw(string.Concat(Enumerable.Repeat("}(", 4_000_000))).ToZip()), "w.pth").Reason));
    }

    private static byte[] Long(long value) => BitConverter.GetBytes(value);

    private static SetReading ReadCoco(string text)
    {
        using TempDir dir = new();
        dir.Write("annotations/instances_train.json", text);
        return CocoSet.Read(dir.Path);
    }

    /// <summary>Runs it; only a DlsException may leave it, in time and within 512 MiB beside what is there already.</summary>
    private void Bounded(string what, Action read)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        TimeSpan start = Environment.CpuUsage.TotalTime;
        try
        {
            read();
        }
        catch (DlsException e)
        {
            Assert.True(e.Kind is ErrorKind.Failed or ErrorKind.Corrupt, e.Message);
        }

        // Of this process, in which nothing else runs meanwhile: what a clock on the wall shows depends on the machine's other work.
        TimeSpan took = Environment.CpuUsage.TotalTime - start;
        output.WriteLine(
            $"{what}: {took.TotalMilliseconds:0} ms of CPU, {(GC.GetAllocatedBytesForCurrentThread() - before) >> 20} MiB allocated");
        Assert.True(took < _timeMax, $"{what} took {took} of CPU");
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 2L << 30,
            $"{what} allocated {GC.GetAllocatedBytesForCurrentThread() - before}");
    }
}
