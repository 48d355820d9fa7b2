using System.Text;
using DlStore.Io;
using Microsoft.Win32.SafeHandles;

namespace DlStore.Learning.Weights;

/// <summary>
/// Looks into weight files without Python. Nothing in a file is run or unpacked, and memory does not grow with its size: a hostile file
/// gets the format <c>unknown</c> and a reason
/// (docs/formats/weights-facts.md).
/// </summary>
public static class WeightFile
{
    private const int HeadLength = 16;

    private static ReadOnlySpan<byte> Hdf5Magic => [0x89, (byte)'H', (byte)'D', (byte)'F', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>Inspects a file.</summary>
    /// <param name="path">Absolute path; a symlink is followed.</param>
    /// <param name="name">The file as messages name it.</param>
    /// <returns>What its bytes say.</returns>
    /// <exception cref="DlsException">Kind Failed: the file cannot be read, or is no regular file.</exception>
    public static WeightFacts Inspect(string path, string name)
    {
        int fd = Sys.OpenAt(Posix.AtFdCwd, Encoding.UTF8.GetBytes(path), Posix.ReadOnly | Posix.NonBlock);
        if (fd < 0)
        {
            throw Sys.Error("read", name);
        }

        using SafeFileHandle handle = new(fd, ownsHandle: true);
        FileStat stat = Sys.StatOpen(fd);
        if (!stat.IsFile)
        {
            throw new DlsException(ErrorKind.Failed, $"read '{name}': it is a {stat.Describe()}");
        }

        using FileStream stream = new(handle, FileAccess.Read, bufferSize: 0);
        return Inspect(stream, name);
    }

    /// <summary>Inspects a file.</summary>
    /// <param name="source">The whole file; must be able to seek, and is left open at any place.</param>
    /// <param name="name">The file as messages name it.</param>
    /// <returns>What its bytes say.</returns>
    /// <exception cref="DlsException">Kind Failed: reading failed.</exception>
    public static WeightFacts Inspect(Stream source, string name)
    {
        string? begins = null;
        try
        {
            Span<byte> head = stackalloc byte[HeadLength];
            head = head[..(int)Math.Min(HeadLength, source.Length)];
            ByteRange.Read(source, 0, head);
            begins = Begins(source, head);
            return Read(source, begins) ?? DarknetFile.Find(source) ?? Unknown(
                head.Length == 0 ? "it is empty" : "it is neither a file of PyTorch, safetensors, ONNX or HDF5 nor one of darknet", null);
        }
        catch (InvalidDataException e)
        {
            return Unknown(e.Message, begins);
        }
        catch (IOException e)
        {
            throw new DlsException(ErrorKind.Failed, $"read '{name}': {e.Message}", inner: e);
        }
    }

    /// <summary>Reads a file that begins like one of the forms; null if it begins like none.</summary>
    private static WeightFacts? Read(Stream source, string? begins) => begins switch
    {
        "zip" => TorchFile.Read(source),
        WeightFacts.TorchLegacy => LegacyTorchFile.Read(source),
        "pickle" => Unknown("it is a bare pickle, not a file of torch.save", "pickle"),
        WeightFacts.SafeTensors => SafeTensorsFile.Read(source),
        WeightFacts.Onnx => OnnxFile.Read(source),
        WeightFacts.Hdf5 => new WeightFacts(WeightFacts.Hdf5, [], null, null, null) { Unread = "dls does not look into HDF5" },
        _ => null,
    };

    private static string? Begins(Stream source, ReadOnlySpan<byte> head) =>
        head.StartsWith("PK\u0003\u0004"u8) ? "zip"
        : LegacyTorchFile.IsOne(head) ? WeightFacts.TorchLegacy
        : head.Length > 1 && head[0] == 0x80 && head[1] is >= 2 and <= 5 ? "pickle"
        : head.StartsWith(Hdf5Magic) ? WeightFacts.Hdf5
        : SafeTensorsFile.IsOne(head, source.Length) ? WeightFacts.SafeTensors
        : OnnxFile.IsOne(head, source) ? WeightFacts.Onnx
        : null;

    private static WeightFacts Unknown(string reason, string? begins) =>
        new(WeightFacts.Unknown, [], null, null, reason) { Begins = begins };
}
