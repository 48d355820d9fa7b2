using System.Buffers.Binary;
using System.Text;
using DlStore.Learning.Weights;
using DlStore.TestKit;
using Xunit.Abstractions;

namespace DlStore.Tests.Learning;

public sealed class WeightFileTests(ITestOutputHelper output)
{
    [Fact]
    public void A_state_dictionary_shows_its_tensors_in_order()
    {
        WeightFacts facts = Inspect(TorchBytes.StateDict(
            ("conv1.weight", [2, 3], [1, 2, 3, 4, 5, float.NaN]), ("fc.bias", [2], [0, float.PositiveInfinity]), ("scalar", [], [7])));

        Assert.Null(facts.Reason);
        Assert.Equal(WeightFacts.TorchZip, facts.Format);
        Assert.Equal(
            ["conv1.weight [2,3] float32 6 nan=True inf=False",
                "fc.bias [2] float32 2 nan=False inf=True", "scalar [] float32 1 nan=False inf=False"],
            facts.Tensors.Select(
                static t => $"{t.Name} [{string.Join(',', t.Shape)}] {t.Type} {t.Numbers} nan={t.HasNan} inf={t.HasInfinity}"));
        Assert.Equal(9, facts.Numbers);
        Assert.True(facts.HasNan);
    }

    [Fact]
    public void Views_of_one_storage_are_told_apart()
    {
        byte[] numbers = Floats(1, float.NaN, 3, 4, 5, float.NegativeInfinity);
        TorchBytes file = new();
        file.Raw("}(");
        (string Name, long Offset, long[] Shape, long[] Stride)[] views = [("first", 0, [1], [1]),
            ("second", 1, [2], [1]), ("third", 2, [3], [1]), ("column", 0, [3], [2]), ("last", 5, [1], [1]), ("none", 9, [0, 4], [4, 1])];
        foreach ((string name, long offset, long[] shape, long[] stride) in views)
        {
            file.Text(name).Tensor("FloatStorage", "0", 6, offset, shape, stride);
        }

        WeightFacts facts = Inspect(file.Raw("u").Storage("0", numbers).ToZip());

        Assert.Equal(["second", "column"], facts.Tensors.Where(static t => t.HasNan).Select(static t => t.Name));
        Assert.Equal(["last"], facts.Tensors.Where(static t => t.HasInfinity).Select(static t => t.Name));
        Assert.Equal(6, facts.Tensors.Count);
    }

    [Theory]
    [InlineData("FloatStorage", "0000807f", false, true)]
    [InlineData("FloatStorage", "010080ff", true, false)]
    [InlineData("FloatStorage", "ffff7f7f", false, false)]
    [InlineData("HalfStorage", "007c", false, true)]
    [InlineData("HalfStorage", "01fe", true, false)]
    [InlineData("HalfStorage", "ff7b", false, false)]
    [InlineData("BFloat16Storage", "807f", false, true)]
    [InlineData("BFloat16Storage", "c1ff", true, false)]
    [InlineData("BFloat16Storage", "7f7f", false, false)]
    [InlineData("DoubleStorage", "000000000000f0ff", false, true)]
    [InlineData("DoubleStorage", "010000000000f07f", true, false)]
    [InlineData("DoubleStorage", "ffffffffffffef7f", false, false)]
    [InlineData("LongStorage", "ffffffffffffffff", false, false)]
    [InlineData("ComplexFloatStorage", "000000000000c07f", true, false)]
    [InlineData("BoolStorage", "01", false, false)]
    public void NaN_and_infinity_are_found_in_every_type_wherever_they_stand(string storage, string hex, bool isNan, bool isInfinite)
    {
        byte[] special = Convert.FromHexString(hex);
        int count = 1000;
        foreach (int at in (int[])[0, 7, 499, 999])
        {
            byte[] bytes = new byte[count * special.Length];
            special.CopyTo(bytes, at * special.Length);
            TorchBytes file = new TorchBytes().Raw("}").Text("w").Tensor(storage, "0", count, 0, [10, 100]).Raw("s").Storage("0", bytes);

            WeightTensor tensor = Assert.Single(Inspect(file.ToZip()).Tensors);
            Assert.Equal((isNan, isInfinite), (tensor.HasNan, tensor.HasInfinity));
        }
    }

    [Fact]
    public void Storages_larger_than_the_buffer_are_read_to_the_end()
    {
        Random random = Seeded.Start(output);
        float[] numbers = new float[300_000];
        Array.Fill(numbers, 0.5f);
        int at = random.Next(numbers.Length);
        numbers[at] = float.NaN;
        TorchBytes file = new TorchBytes().Raw("}(");
        for (int i = 0; i < 300; i++)
        {
            file.Text($"t{i}").Tensor("FloatStorage", "0", numbers.Length, i * 1000, [1000]);
        }

        WeightFacts facts = Inspect(file.Raw("u").Storage("0", Floats(numbers)).ToZip());

        Assert.Equal($"t{at / 1000}", Assert.Single(facts.Tensors, static t => t.HasNan).Name);
    }

    [Fact]
    public void Checkpoints_lists_parameters_and_whole_modules_show_paths()
    {
        TorchBytes file = new TorchBytes()
            .Raw("}(").Text("epoch").Number(3).Text("state").Raw("}").Text("w").Tensor("FloatStorage", "0", 1, 0, [1]).Raw("s");
        file.Text("list").Raw("](").Tensor("FloatStorage", "0", 1, 0, [1]).Raw("N").Tensor("FloatStorage", "0", 1, 0, [1]).Raw("e");
        // A module: NEWOBJ of an unknown class, BUILD with its fields; a parameter in it.
        file.Text("model").Global("nets", "Net").Raw([(byte)')', 0x81]).Raw("}(").Text("_modules")
            .Raw("}").Text("fc").Global("nn", "Linear").Raw([(byte)')', 0x81]).Raw("}").Text("_parameters").Raw("}").Text("weight");
        file.Global("torch._utils", "_rebuild_parameter")
            .Raw("(").Tensor("FloatStorage", "0", 1, 0, [1, 1]).Raw(0x88).Global("collections", "OrderedDict").Raw(")RtRssbsub");
        file.Raw("u").Storage("0", Floats(1));

        WeightFacts facts = Inspect(file.ToZip());

        Assert.Equal(["state.w", "list.0", "list.2", "model.fc.weight"], facts.Tensors.Select(static t => t.Name));
    }

    [Fact]
    public void Names_are_shown_harmless() =>
        Assert.Equal("a\\x1b[2J\\\\", Assert.Single(Inspect(TorchBytes.StateDict(("a\u001b[2J\\", [1], [1]))).Tensors).Name);

    [Theory]
    [InlineData(0, 2, 5, 20)]
    [InlineData(0, 1, 0, 16)]
    [InlineData(1, 0, 0, 20)]
    public void Darknet_headers_have_the_length_of_their_version(int major, int minor, int revision, int headLength)
    {
        byte[] bytes = Darknet(major, minor, revision, headLength, 64_000, 1, 2, 3);

        WeightFacts facts = Inspect(bytes);

        Assert.Equal(new DarknetHeader(major, minor, revision), facts.Darknet);
        Assert.Equal(64_000, facts.Seen);
        Assert.Equal((WeightFacts.DarknetFloats, 3, false), (facts.Format, facts.Numbers, facts.HasNan));
    }

    [Fact]
    public void A_darknet_file_with_NaN_is_as_the_page_shows()
    {
        WeightFacts facts = Inspect(Darknet(0, 2, 5, 20, 64, 1, float.NaN, 2));

        Assert.Equal(FormatPage.Read("weights-facts").Text("{\"darknet\""), Encoding.UTF8.GetString(facts.ToBytes()));
    }

    [Fact]
    public void A_file_on_disk_is_inspected_and_one_that_is_none_is_an_error()
    {
        using TempDir directory = new();
        string file = directory.Write("w.pth", TorchBytes.StateDict(("w", [1], [1])));

        Assert.Equal("w", Assert.Single(WeightFile.Inspect(file, "w.pth").Tensors).Name);
        Assert.Contains("'x.pth'",
            Assert.Throws<DlsException>(() => WeightFile.Inspect(directory.At("x.pth"), "x.pth")).Message, StringComparison.Ordinal);
        Assert.Contains(
            "directory", Assert.Throws<DlsException>(() => WeightFile.Inspect(directory.Path, "d")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Gigabytes_are_announced_and_nothing_is_allocated()
    {
        byte[] bytes = new TorchBytes()
            .Raw("}").Text("w").Tensor("FloatStorage", "0", 1L << 40, 0, [1L << 40]).Raw("s").Storage("0", Floats(1)).ToZip();
        long before = GC.GetAllocatedBytesForCurrentThread();

        WeightFacts facts = Inspect(bytes);

        Assert.Equal("its storage '0' has 4 bytes, where 1099511627776 numbers of 4 bytes are announced", facts.Reason);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 << 20);
    }

    internal static WeightFacts Inspect(byte[] bytes)
    {
        using MemoryStream stream = new(bytes);
        return WeightFile.Inspect(stream, "test.pth");
    }

    internal static byte[] Floats(params float[] numbers)
    {
        byte[] bytes = new byte[numbers.Length * 4];
        for (int i = 0; i < numbers.Length; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * 4), numbers[i]);
        }

        return bytes;
    }

    internal static byte[] Darknet(int major, int minor, int revision, int headLength, long seen, params float[] numbers)
    {
        byte[] head = new byte[20];
        BinaryPrimitives.WriteInt32LittleEndian(head, major);
        BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(4), minor);
        BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(8), revision);
        BinaryPrimitives.WriteInt64LittleEndian(head.AsSpan(12), seen);
        return [.. head.AsSpan(0, headLength), .. Floats(numbers)];
    }
}
