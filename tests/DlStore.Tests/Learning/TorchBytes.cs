using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace DlStore.Tests.Learning;

/// <summary>Writes pickles of protocol 2 and the zip files of torch.save, right ones and wrong ones.</summary>
internal sealed class TorchBytes
{
    private readonly MemoryStream _pickle = new();
    private readonly List<(string Name, byte[] Bytes)> _entries = [];

    public TorchBytes() => Raw(0x80, 2);

    /// <summary>Gets the folder in the zip file.</summary>
    public string Folder { get; init; } = "archive";

    /// <summary>Gets or sets how entries are stored.</summary>
    public CompressionLevel Level { get; set; } = CompressionLevel.NoCompression;

    /// <summary>A file of one ordered dictionary of float32 tensors, as a state dictionary is saved.</summary>
    public static byte[] StateDict(params (string Name, long[] Shape, float[] Numbers)[] tensors)
    {
        TorchBytes file = new();
        file.Global("collections", "OrderedDict").Raw((byte)')', (byte)'R', (byte)'(');
        for (int i = 0; i < tensors.Length; i++)
        {
            byte[] bytes = new byte[tensors[i].Numbers.Length * 4];
            for (int k = 0; k < tensors[i].Numbers.Length; k++)
            {
                BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(k * 4), tensors[i].Numbers[k]);
            }

            string key = i.ToString(System.Globalization.CultureInfo.InvariantCulture);
            file.Text(tensors[i].Name).Tensor("FloatStorage", key, tensors[i].Numbers.Length, 0, tensors[i].Shape).Storage(key, bytes);
        }

        return file.Raw((byte)'u').ToZip();
    }

    public TorchBytes Raw(params byte[] bytes)
    {
        _pickle.Write(bytes);
        return this;
    }

    public TorchBytes Raw(string ascii) => Raw(Encoding.Latin1.GetBytes(ascii));

    public TorchBytes Global(string module, string name) => Raw($"c{module}\n{name}\n");

    public TorchBytes Text(string text)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        byte[] length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, utf8.Length);
        return Raw((byte)'X').Raw(length).Raw(utf8);
    }

    public TorchBytes Number(long number)
    {
        byte[] bytes = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
        return Raw(0x8A, 8).Raw(bytes);
    }

    /// <summary>Pushes a tensor that views a storage in row order.</summary>
    public TorchBytes Tensor(string storage, string key, long count, long offset, long[] shape, long[]? stride = null)
    {
        Global("torch._utils", "_rebuild_tensor_v2")
            .Raw("((").Text("storage").Global("torch", storage).Text(key).Text("cpu").Number(count).Raw("tQ").Number(offset);
        if (stride is null)
        {
            stride = new long[shape.Length];
            for (int i = shape.Length - 1, step = 1; i >= 0; step *= (int)shape[i], i--)
            {
                stride[i] = step;
            }
        }

        foreach (long[] sizes in (long[][])[shape, stride])
        {
            Raw((byte)'(');
            foreach (long size in sizes)
            {
                Number(size);
            }

            Raw((byte)'t');
        }

        return Raw((byte)0x89).Global("collections", "OrderedDict").Raw(")RtR");
    }

    public TorchBytes Storage(string key, byte[] bytes) => Entry("data/" + key, bytes);

    public TorchBytes Entry(string name, byte[] bytes)
    {
        _entries.Add((name, bytes));
        return this;
    }

    /// <summary>Gives the pickle alone.</summary>
    public byte[] Pickle() => _pickle.ToArray();

    public byte[] ToZip()
    {
        Raw((byte)'.');
        MemoryStream stream = new();
        using (ZipArchive zip = new(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach ((string name, byte[] bytes) in _entries.Prepend(("data.pkl", _pickle.ToArray())))
            {
                using Stream entry = zip.CreateEntry($"{Folder}/{name}", Level).Open();
                entry.Write(bytes);
            }
        }

        return stream.ToArray();
    }
}
