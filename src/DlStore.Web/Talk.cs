using System.Runtime.InteropServices;
using System.Text;

namespace DlStore.Web;

/// <summary>
/// What this program says: results to standard output, the rest to standard error, each line at once. It writes where the descriptor
/// stands, which other programs may share: a stream of .NET would write at a place of its own.
/// </summary>
internal static unsafe partial class Talk
{
    private const int Interrupted = 4;

    /// <summary>Writes a line of the result.</summary>
    public static void Result(string line) => Write(1, line);

    /// <summary>Writes a document that is escaped already.</summary>
    public static void ResultBytes(ReadOnlySpan<byte> document) => Write(1, [.. document, (byte)'\n']);

    /// <summary>Says something that is not the result.</summary>
    public static void Note(string line) => Write(2, line);

    private static void Write(int descriptor, string line) =>
        Write(descriptor, Encoding.UTF8.GetBytes(Io.EntryName.Show(Encoding.UTF8.GetBytes(line)) + "\n"));

    /// <summary>A reader that has gone gets nothing more, and that is no error.</summary>
    private static void Write(int descriptor, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            nint n;
            fixed (byte* start = bytes)
            {
                n = WriteSome(descriptor, start, bytes.Length);
            }

            if (n < 0 && Marshal.GetLastPInvokeError() != Interrupted)
            {
                return;
            }

            bytes = n > 0 ? bytes[(int)n..] : bytes;
        }
    }

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint WriteSome(int descriptor, byte* bytes, nint length);
}
