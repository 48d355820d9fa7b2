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
        try
        {
            Span<byte> head = stackalloc byte[HeadLength];
            head = head[..(int)Math.Min(HeadLength, source.Length)];
            ByteRange.Read(source, 0, head);
            return head.StartsWith("PK\u0003\u0004"u8) ? new WeightFacts(WeightFacts.TorchZip, TorchFile.Read(source), null, null, null)
                : WhyUnknown(head) is { } why ? Unknown(why)
                : DarknetFile.Find(source) ?? Unknown("it is neither a zip file of torch.save nor a file of darknet");
        }
        catch (InvalidDataException e)
        {
            return Unknown(e.Message);
        }
        catch (IOException e)
        {
            throw new DlsException(ErrorKind.Failed, $"read '{name}': {e.Message}", inner: e);
        }
    }

    private static WeightFacts Unknown(string reason) => new(WeightFacts.Unknown, [], null, null, reason);

    /// <summary>Says why the file is of a kind that is known, but not read.</summary>
    private static string? WhyUnknown(ReadOnlySpan<byte> head)
    {
        // The number 0x1950a86a20f9469cfc6c, which torch.save wrote first before version 1.6.
        ReadOnlySpan<byte> legacy = [0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19];
        return head.Length == 0 ? "it is empty"
            : head.Length >= 14 && head[0] == 0x80 && head[2..].StartsWith(legacy)
                ? "it was written in the form before PyTorch 1.6; load it and save it again to have it looked into"
            : head[0] == 0x80 && head.Length > 1 && head[1] is >= 2 and <= 5 ? "it is a bare pickle, not a file of torch.save"
            : null;
    }
}
