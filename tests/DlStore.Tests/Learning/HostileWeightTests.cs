using System.Buffers.Binary;
using System.IO.Compression;
using DlStore.Learning.Weights;
using DlStore.TestKit;
using Xunit.Abstractions;

namespace DlStore.Tests.Learning;

public sealed class HostileWeightTests(ITestOutputHelper output)
{
    [Fact]
    public void A_pickle_that_would_run_a_command_runs_nothing()
    {
        using TempDir directory = new();
        string witness = directory.At("witness");
        foreach (string call in (string[])["R", "\u0081", "}\u0092"])
        {
            TorchBytes file = new TorchBytes()
                .Raw("}(").Text("bad").Global("os", "system").Raw("(").Text($"touch {witness}").Raw("t" + call);
            file.Text("w").Tensor("FloatStorage", "0", 1, 0, [1]).Raw("u").Storage("0", WeightFileTests.Floats(1));

            // What a call would return is of no interest; the tensor beside it is.
            Assert.Equal("w", Assert.Single(WeightFileTests.Inspect(file.ToZip()).Tensors).Name);
        }

        Assert.False(File.Exists(witness));
    }

    [Fact]
    public void Deep_nesting_is_refused_without_deep_recursion()
    {
        TorchBytes file = new();
        file.Raw(new string(']', 1_000_000)).Raw(new string('a', 999_999));

        Assert.Equal("its values are nested deeper than 64", WeightFileTests.Inspect(file.ToZip()).Reason);
    }

    [Fact]
    public async Task Lists_that_hold_each_other_twice_cost_no_more_than_they_are_long()
    {
        // 50 levels, each holding the one below twice: 2^50 paths.
        TorchBytes file = new TorchBytes().Raw("]").Raw((byte)'q', 0);
        for (byte i = 0; i < 50; i++)
        {
            file.Raw("](").Raw((byte)'h', i, (byte)'h', i, (byte)'e').Raw((byte)'q', (byte)(i + 1));
        }

        // Walking them all would take years.
        Assert.Empty((await Task.Run(() => WeightFileTests.Inspect(file.ToZip())).WaitAsync(TimeSpan.FromMinutes(5))).Tensors);
    }

    [Fact]
    public void A_list_that_holds_itself_ends() => Assert.Null(
        WeightFileTests.Inspect(new TorchBytes().Raw("]").Raw((byte)'q', 0, (byte)'h', 0, (byte)'a').ToZip()).Reason);

    [Fact]
    public void A_huge_memo_and_endless_operations_are_refused()
    {
        TorchBytes memo = new TorchBytes().Raw("N");
        byte[] put = new byte[5];
        put[0] = (byte)'r';
        for (int i = 0; i < 1_000_010; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(put.AsSpan(1), i);
            memo.Raw(put);
        }

        Assert.Equal("its pickle remembers more than 1000000 values", WeightFileTests.Inspect(memo.ToZip()).Reason);
        Assert.Equal("its pickle has more than 4000000 operations",
            WeightFileTests.Inspect(new TorchBytes().Raw(new string('N', 4_000_010)).ToZip()).Reason);
    }

    [Theory]
    [InlineData("X\u00ff\u00ff\u00ff\u00ff", "its pickle ends in the middle of an operation")]
    [InlineData("\u008d\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff", "its pickle names a length beyond 2^63")]
    [InlineData("X\u0001\u0000\u0000\u0000\u00ff", "its pickle holds a text that is not UTF-8")]
    [InlineData("cno end", "its pickle ends in the middle of an operation")]
    [InlineData("h\u0005", "its pickle asks for what it did not remember")]
    [InlineData("t", "its pickle closes what it did not open")]
    [InlineData("(N0N00", "its pickle takes from an empty stack")]
    [InlineData("R", "its pickle takes from an empty stack")]
    [InlineData("\u0093", "its pickle takes from an empty stack")]
    [InlineData("NN\u0093", "its pickle imports something that has no name")]
    [InlineData("I5\n", "its pickle holds operation 0x49, which PyTorch does not write")]
    [InlineData("\u0080\u0007", "its pickle is of an unknown protocol")]
    public void A_broken_pickle_is_told(
        string raw, string reason) => Assert.Equal(reason, WeightFileTests.Inspect(new TorchBytes().Raw(raw).ToZip()).Reason);

    [Theory]
    [InlineData(4, 0, 5, 1, "a tensor reaches beyond its storage '0'")]
    [InlineData(4, 3, 2, 1, "a tensor reaches beyond its storage '0'")]
    [InlineData(4, 0, 4, 2, "a tensor reaches beyond its storage '0'")]
    [InlineData(4, 0, long.MaxValue, long.MaxValue, "a tensor reaches beyond its storage '0'")]
    [InlineData(5, 0, 5, 1, "its storage '0' has 16 bytes, where 5 numbers of 4 bytes are announced")]
    [InlineData(3, 0, 3, 1, "its storage '0' has 16 bytes, where 3 numbers of 4 bytes are announced")]
    public void Lengths_that_do_not_agree_are_told(long count, long offset, long size, long stride, string reason)
    {
        TorchBytes file = new TorchBytes()
            .Raw("}").Text("w").Tensor("FloatStorage", "0", count, offset, [size], [stride]).Raw("s").Storage("0", new byte[16]);

        Assert.Equal(reason, WeightFileTests.Inspect(file.ToZip()).Reason);
    }

    [Fact]
    public void A_product_of_sizes_that_cannot_be_counted_is_told()
    {
        TorchBytes file = new TorchBytes()
            .Raw("}").Text("w").Tensor("FloatStorage", "0", 1, 0, [1L << 40, 1L << 40], [0, 0]).Raw("s").Storage("0", new byte[4]);

        Assert.Equal("a tensor has more numbers than can be counted", WeightFileTests.Inspect(file.ToZip()).Reason);
    }

    [Fact]
    public void Entries_that_overlap_or_are_compressed_are_told()
    {
        byte[] zeros = new byte[1 << 20];
        TorchBytes bomb = new() { Level = CompressionLevel.SmallestSize };
        bomb.Raw("}").Text("w").Tensor("FloatStorage", "0", zeros.Length / 4, 0, [zeros.Length / 4]).Raw("s").Storage("0", zeros);
        Assert.Equal("an entry of the zip file is compressed or encrypted, which PyTorch does not write",
            WeightFileTests.Inspect(bomb.ToZip()).Reason);

        // Two entries of the directory that name the same bytes: the second one's offset is overwritten by the first one's.
        TorchBytes twice = new TorchBytes().Raw("}(").Text("a").Tensor("FloatStorage", "0", 1000, 0, [1000])
            .Text("b").Tensor("FloatStorage", "1", 1000, 0, [1000]).Text("c").Tensor("FloatStorage", "2", 1000, 0, [1000]).Raw("u");
        byte[] zip = twice.Storage("0", new byte[4000]).Storage("1", []).Storage("2", []).ToZip();
        long[] entries = [.. Directory(zip)];
        foreach (int i in (int[])[2, 3])
        {
            zip.AsSpan((int)entries[1] + 42, 4).CopyTo(zip.AsSpan((int)entries[i] + 42));
            zip.AsSpan((int)entries[1] + 20, 8).CopyTo(zip.AsSpan((int)entries[i] + 20));
        }

        Assert.Equal("its storages come to more bytes than the file has", WeightFileTests.Inspect(zip).Reason);
    }

    [Fact]
    public void A_size_that_the_file_does_not_have_is_told()
    {
        byte[] zip = TorchBytes.StateDict(("w", [4], [1, 2, 3, 4]));
        foreach (long entry in Directory(zip))
        {
            byte[] wrong = [.. zip];
            BinaryPrimitives.WriteUInt32LittleEndian(wrong.AsSpan((int)entry + 20), 0x7FFF_FFFF);
            BinaryPrimitives.WriteUInt32LittleEndian(wrong.AsSpan((int)entry + 24), 0x7FFF_FFFF);
            Assert.NotNull(WeightFileTests.Inspect(wrong).Reason);
        }
    }

    [Fact]
    public void Other_files_are_unknown_with_a_reason()
    {
        (byte[] Bytes, string Reason)[] files =
        [
            ([], "it is empty"),
            ([0x80, 2, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, (byte)'.'],
                "its pickle ends in the middle of an operation"),
            ([0x80, 4, 0x95], "it is a bare pickle, not a file of torch.save"),
            (new TorchBytes { Folder = "a/b" }.ToZip(), "it is a zip file without data.pkl, so none of torch.save"),
            (new TorchBytes().Raw("N").Entry("byteorder", "big"u8.ToArray()).ToZip(), "it was written on a big-endian machine"),
            (new TorchBytes().Raw("}").Text("w").Tensor("QUInt4x2Storage", "0", 1, 0, [1]).Raw("s").Storage("0", [1]).ToZip(),
                "it holds numbers of a type that dls does not know ('QUInt4x2Storage')"),
            (new TorchBytes().Raw("}").Text("w").Tensor("ByteStorage", "../0", 1, 0, [1]).Raw("s").ToZip(),
                "its storage '../0' is missing"),
            ("hello, world, this is text"u8.ToArray(), "it is neither a file of PyTorch, safetensors, ONNX or HDF5 nor one of darknet"),
            (new byte[64], "it is neither a file of PyTorch, safetensors, ONNX or HDF5 nor one of darknet"),
            ([.. WeightFileTests.Darknet(0, 2, 5, 20, 1, 1), 7],
                "it begins like a file of darknet, but what follows is no whole number of 32-bit floats; it was cut off"),
            ("PK\u0003\u0004 and no more"u8.ToArray(), "its zip directory is damaged, or the file was cut off"),
        ];

        Assert.All(files, static f =>
        {
            WeightFacts facts = WeightFileTests.Inspect(f.Bytes);
            Assert.Equal((WeightFacts.Unknown, f.Reason), (facts.Format, facts.Reason));
            Assert.Empty(facts.Tensors);
        });
    }

    [Fact]
    public void Random_damage_never_harms()
    {
        Hostile hostile = new(output);
        hostile.Attack(TorchBytes.StateDict(("conv.weight", [2, 2], [1, 2, 3, 4]), ("fc.bias", [2], [0, 1])),
            static bytes => ClassCount.Guess(WeightFileTests.Inspect(bytes)));
        hostile.Attack(WeightFileTests.Darknet(0, 2, 5, 20, 1, 1, 2), static bytes => WeightFileTests.Inspect(bytes).ToBytes());
        // Whatever is damaged in a zip file is mostly its frame; this reaches the pickle itself.
        hostile.Attack(Pickle(), static bytes => Walk(bytes));
    }

    private static void Walk(byte[] pickle)
    {
        try
        {
            TensorNames.Walk(new Unpickler(pickle).Read());
        }
        catch (InvalidDataException e)
        {
            Assert.NotEmpty(e.Message);
        }
    }

    private static byte[] Pickle()
    {
        byte[] zip = TorchBytes.StateDict(("conv.weight", [2, 2], [1, 2, 3, 4]), ("fc.bias", [2], [0, 1]));
        using ZipArchive archive = new(new MemoryStream(zip));
        using MemoryStream pickle = new();
        using Stream entry = archive.GetEntry("archive/data.pkl")!.Open();
        entry.CopyTo(pickle);
        return pickle.ToArray();
    }

    /// <summary>Where the entries of a small zip file's directory begin.</summary>
    private static IEnumerable<long> Directory(byte[] zip)
    {
        for (int at = 0; at < zip.Length - 4; at++)
        {
            if (zip.AsSpan(at).StartsWith("PK\u0001\u0002"u8))
            {
                yield return at;
            }
        }
    }
}
