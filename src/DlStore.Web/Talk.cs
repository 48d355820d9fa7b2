using System.Text;
using Microsoft.Win32.SafeHandles;

namespace DlStore.Web;

/// <summary>What this program says: results to standard output, the rest to standard error, each line at once.</summary>
internal static class Talk
{
    /// <summary>Writes a line of the result.</summary>
    public static void Result(string line) => Write(1, line);

    /// <summary>Writes a document that is escaped already.</summary>
    public static void ResultBytes(ReadOnlySpan<byte> document) => Write(1, [.. document, (byte)'\n']);

    /// <summary>Says something that is not the result.</summary>
    public static void Note(string line) => Write(2, line);

    private static void Write(int descriptor, string line) =>
        Write(descriptor, Encoding.UTF8.GetBytes(Io.EntryName.Show(Encoding.UTF8.GetBytes(line)) + "\n"));

    private static void Write(int descriptor, ReadOnlySpan<byte> bytes)
    {
        using SafeFileHandle handle = new(descriptor, ownsHandle: false);
        using FileStream stream = new(handle, FileAccess.Write, bufferSize: 0);
        stream.Write(bytes);
    }
}
