using System.Buffers.Binary;
using System.Text;
using DlStore.Learning.Weights;

namespace DlStore.Tests.Learning;

/// <summary>Forms of weight files beside torch's zip and darknet's: they are looked into, or said not to be, and nothing between.</summary>
public sealed class OtherWeightFileTests
{
    private static string Show(WeightFacts facts) => $"{facts.Format} " + string.Join(", ", facts.Tensors.Select(
        static t => $"{t.Name} [{string.Join(',', t.Shape)}] {t.Type} {(t.IsRead ? $"nan {t.Nan} inf {t.Infinity}" : "unread")}"))
        + (facts.Unread is { } unread ? $"; {unread}" : "");

    [Fact]
    public void Safetensors_are_looked_into()
    {
        byte[] numbers = [.. WeightFileTests.Floats(1, float.NaN, 3, float.PositiveInfinity), 0x00, 0x3C, 0x01, 0x7C, 0xC0];

        WeightFacts facts = WeightFileTests.Inspect(SafeTensors(
            "{\"__metadata__\":{\"format\":\"pt\"},\"fc.weight\":{\"dtype\":\"F32\",\"shape\":[2,2],\"data_offsets\":[0,16]},"
            + "\"fc.bias\":{\"dtype\":\"F16\",\"shape\":[2],\"data_offsets\":[16,20]},"
            + "\"q\":{\"dtype\":\"F8_E4M3\",\"shape\":[1],\"data_offsets\":[20,21]}}", numbers));

        Assert.Equal("safetensors fc.weight [2,2] float32 nan 1 inf 1, fc.bias [2] float16 nan 1 inf 0, q [1] f8_e4m3 unread; "
            + "1 of 3 tensors are of a type that dls does not look into", Show(facts));
        Assert.Equal(2, ClassCount.Guess(facts).Count);
        Assert.Contains("\"name\":\"q\",\"numbers\":1,\"shape\":[1]", Encoding.UTF8.GetString(facts.ToBytes()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}}", "has 4 bytes for 2 numbers of 4")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[9],\"data_offsets\":[0,36]}}", "behind its own end")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[8,4]}}", "behind its own end")]
    [InlineData("{\"a\":{\"dtype\":\"F32\"}}", "its header is damaged")]
    [InlineData("{\"a\":[1]}", "its header is damaged")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[4611686018427387904],\"data_offsets\":[0,4]}}", "")]
    [InlineData("{broken}", "its header is damaged")]
    public void Damaged_safetensors_are_unread(string header, string why)
    {
        WeightFacts facts = WeightFileTests.Inspect(SafeTensors(header, WeightFileTests.Floats(1, 2)));

        Assert.Equal((WeightFacts.Unknown, "safetensors"), (facts.Format, facts.Begins));
        Assert.Contains(why, facts.Unread!, StringComparison.Ordinal);
    }

    [Fact]
    public void Onnx_is_looked_into_with_constants_of_its_nodes()
    {
        byte[] raw = Message((1, Varints(2, 2)), (2, Varint(1)), (8, "fc.weight"u8.ToArray()), (9, WeightFileTests.Floats(1, 2, float.NaN, 4)));
        byte[] packed = Message((1, Varints(2)), (2, Varint(1)), (4, WeightFileTests.Floats(1, float.NegativeInfinity)), (8, "fc.bias"u8.ToArray()));
        byte[] elsewhere = Message((1, Varints(5)), (2, Varint(1)), (8, "big"u8.ToArray()), (14, Varint(1)));
        byte[] constant = Message((1, Varints(1)), (2, Varint(7)), (7, Varints(3)));
        byte[] graph = Message((1, Message((5, Message((5, constant))))), (5, raw), (5, packed), (5, elsewhere));
        byte[] model = [0x08, 8, .. Message((2, "pytorch"u8.ToArray()), (7, graph))];

        WeightFacts facts = WeightFileTests.Inspect(model);

        Assert.Equal("onnx constant [1] int64 nan 0 inf 0, fc.weight [2,2] float32 nan 1 inf 0, fc.bias [2] float32 nan 0 inf 1, "
            + "big [5] float32 unread; 1 of 4 tensors lie in other files, or are of a type that dls does not look into", Show(facts));
        Assert.Equal(2, ClassCount.Guess(facts).Count);
        for (int cut = 12; cut < model.Length; cut += 7)
        {
            Assert.Equal(WeightFacts.Unknown, WeightFileTests.Inspect(model[..cut]).Format);
        }
    }

    [Fact]
    public void Hdf5_is_told_and_not_looked_into()
    {
        WeightFacts facts = WeightFileTests.Inspect([0x89, (byte)'H', (byte)'D', (byte)'F', 13, 10, 26, 10, .. new byte[100]]);

        Assert.Equal("hdf5 ; dls does not look into HDF5", Show(facts));
        Assert.Null(ClassCount.Guess(facts).Count);
    }

    [Fact]
    public void Torch_of_before_is_looked_into()
    {
        Assert.Equal("torch-legacy w [2] float32 nan 1 inf 0, b [1] float16 nan 0 inf 1", Show(WeightFileTests.Inspect(Legacy(
            true, ("w", "FloatStorage", "7", 2, WeightFileTests.Floats(float.NaN, 2)), ("b", "HalfStorage", "10", 1, [0x00, 0x7C])))));
        Assert.Equal("it was written on a big-endian machine", WeightFileTests.Inspect(Legacy(
            false, ("w", "FloatStorage", "7", 1, WeightFileTests.Floats(1)))).Unread);
        byte[] whole = Legacy(true, ("w", "FloatStorage", "7", 2, WeightFileTests.Floats(1, 2)));
        for (int cut = 20; cut < whole.Length; cut += 5)
        {
            WeightFacts facts = WeightFileTests.Inspect(whole[..cut]);
            Assert.Equal((WeightFacts.Unknown, "torch-legacy"), (facts.Format, facts.Begins));
        }
    }

    [Fact]
    public void What_no_tensor_views_was_not_looked_into()
    {
        TorchBytes storages = new TorchBytes().Raw("}(").Text("w").Tensor("FloatStorage", "0", 1, 0, [1])
            .Storage("0", WeightFileTests.Floats(1)).Storage("1", WeightFileTests.Floats(float.NaN));
        TorchBytes quantized = new TorchBytes().Raw("}(").Text("q").Tensor("QInt8Storage", "0", 2, 0, [2]).Storage("0", [1, 2]);

        Assert.Equal("torch-zip w [1] float32 nan 0 inf 0; 1 storage that no known tensor views",
            Show(WeightFileTests.Inspect(storages.Raw("u").ToZip())));
        Assert.Equal("torch-zip q [2] qint8 unread; 1 quantized tensor", Show(WeightFileTests.Inspect(quantized.Raw("u").ToZip())));
    }

    /// <summary>A sparse tensor is made of others, which stand among the arguments of what makes it.</summary>
    [Fact]
    public void What_a_tensor_is_made_of_is_looked_into()
    {
        TorchBytes file = new TorchBytes().Raw("}").Text("emb").Global("torch._utils", "_rebuild_sparse_tensor").Raw("(")
            .Tensor("LongStorage", "0", 1, 0, [1, 1]).Tensor("FloatStorage", "1", 1, 0, [1]).Raw("tRs")
            .Storage("0", new byte[8]).Storage("1", WeightFileTests.Floats(float.NaN));

        Assert.Equal("torch-zip emb.0 [1,1] int64 nan 0 inf 0, emb.1 [1] float32 nan 1 inf 0", Show(WeightFileTests.Inspect(file.ToZip())));
    }

    [Fact]
    public void Arrays_of_numpy_that_may_hold_NaN_were_not_looked_into()
    {
        TorchBytes Array(string type) => new TorchBytes().Raw("}").Text("mean").Global("numpy.core.multiarray", "_reconstruct")
            .Raw("(").Global("numpy", "ndarray").Raw("tR(").Number(1).Global("numpy", "dtype").Raw("(").Text(type).Raw([0x89, 0x88])
            .Raw("tRtbs");

        Assert.Equal("torch-zip ; 1 array of numpy", Show(WeightFileTests.Inspect(Array("f8").ToZip())));
        Assert.Equal("torch-zip ", Show(WeightFileTests.Inspect(Array("u4").ToZip())));
    }

    private static byte[] SafeTensors(string header, byte[] numbers)
    {
        byte[] length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        return [.. length, .. Encoding.UTF8.GetBytes(header), .. numbers];
    }

    private static byte[] Varint(ulong value)
    {
        List<byte> bytes = [];
        for (; value >= 0x80; value >>= 7)
        {
            bytes.Add((byte)(value | 0x80));
        }

        return [.. bytes, (byte)value];
    }

    private static byte[] Varints(params ulong[] values) => [.. values.SelectMany(Varint)];

    /// <summary>A message; fields 2 and 14 of a tensor are numbers, everything else bytes.</summary>
    private static byte[] Message(params (int Number, byte[] Value)[] fields) => [.. fields.SelectMany(static f =>
        f.Number is 2 or 14 && f.Value.Length == 1 ? (byte[])[.. Varint((ulong)f.Number << 3), .. f.Value]
            : [.. Varint(((ulong)f.Number << 3) | 2), .. Varint((ulong)f.Value.Length), .. f.Value])];

    private static byte[] Legacy(bool little, params (string Name, string Type, string Key, long Count, byte[] Bytes)[] tensors)
    {
        byte[] magic = [0x80, 2, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, (byte)'.'];
        TorchBytes value = new TorchBytes().Raw("}(");
        TorchBytes keys = new TorchBytes().Raw("](");
        List<byte> numbers = [];
        foreach ((string name, string type, string key, long count, byte[] bytes) in tensors)
        {
            value.Text(name).Global("torch._utils", "_rebuild_tensor_v2").Raw("((").Text("storage").Global("torch", type).Text(key).Text("cpu")
                .Number(count).Raw("NtQ").Number(0).Raw("(").Number(count).Raw("t(").Number(1).Raw("ttR");
            keys.Text(key);
            byte[] length = new byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(length, count);
            numbers.AddRange([.. length, .. bytes]);
        }

        return
        [
            .. magic, .. new TorchBytes().Number(1001).Raw(".").Pickle(),
            .. new TorchBytes().Raw("}").Text("little_endian").Raw([(byte)(little ? 0x88 : 0x89), (byte)'s', (byte)'.']).Pickle(),
            .. value.Raw("u.").Pickle(), .. keys.Raw("e.").Pickle(), .. numbers,
        ];
    }
}
