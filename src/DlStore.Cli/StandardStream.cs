using System.Runtime.InteropServices;

namespace DlStore.Cli;

/// <summary>
/// A standard stream by its number, read and written without a buffer. Stands in for System.Console, whose set-up costs start-up time and
/// whose streams hide that the reader has gone. Not FileStream: that one writes at its own offset, which breaks output shared with other
/// processes (<c>{ dls status; date; } &gt; log</c>).
/// </summary>
internal sealed partial class StandardStream(int number) : Stream
{
    public const int Input = 0;
    public const int Output = 1;
    public const int Talk = 2;

    private const int Interrupted = 4;
    private const int TryAgain = 11;

    public bool IsTerminal => NativeIsTerminal(number) == 1;

    public override bool CanRead => number == Input;

    public override bool CanSeek => false;

    public override bool CanWrite => number != Input;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Asks the terminal how wide it is; 0 if it does not say.</summary>
    public int ReadColumns()
    {
        const nuint GetWindowSize = 0x5413;
        WindowSize size = default;
        return NativeControl(number, GetWindowSize, ref size) == 0 ? size.Columns : 0;
    }

    public override int Read(Span<byte> buffer)
    {
        while (true)
        {
            nint count = NativeRead(number, ref MemoryMarshal.GetReference(buffer), (nuint)buffer.Length);
            if (count >= 0)
            {
                return (int)count;
            }

            ThrowUnlessRetry("read standard input");
        }
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            nint count = NativeWrite(number, ref MemoryMarshal.GetReference(buffer), (nuint)buffer.Length);
            if (count >= 0)
            {
                buffer = buffer[(int)count..];
            }
            else
            {
                ThrowUnlessRetry(number == Output ? "write standard output" : "write standard error");
            }
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private static void ThrowUnlessRetry(string what)
    {
        int error = Marshal.GetLastPInvokeError();
        if (error == TryAgain)
        {
            // The terminal was set non-blocking by another program that shares it.
            Thread.Sleep(1);
        }
        else if (error != Interrupted)
        {
            // The runtime's own convention: HResult of an IOException is errno (Terminal and ErrorReport look for EPIPE and ENOSPC).
            throw new IOException($"{what}: {Marshal.GetPInvokeErrorMessage(error)}", error);
        }
    }

    [LibraryImport("libc", EntryPoint = "isatty")]
    private static partial int NativeIsTerminal(int descriptor);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint NativeRead(int descriptor, ref byte buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint NativeWrite(int descriptor, ref readonly byte buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "ioctl")]
    private static partial int NativeControl(int descriptor, nuint request, ref WindowSize size);

    [StructLayout(LayoutKind.Sequential)]
    private struct WindowSize
    {
        public ushort Rows;
        public ushort Columns;
        public ushort WidthPixels;
        public ushort HeightPixels;
    }
}
