using System.Runtime.InteropServices;
using System.Text;

namespace DlStore.Images;

/// <summary>
/// The functions of libturbojpeg (interface 2.x, <c>turbojpeg.h</c>) that <see cref="JpegCodec"/> calls. They are found at the first use
/// and may be called by any thread; a
/// handle belongs to one thread at a time.
/// </summary>
internal sealed unsafe partial class TurboJpeg
{
    public const int FormatRgb = 0;
    public const int FormatCmyk = 11;
    public const int Sampling420 = 2;
    public const int NoRealloc = 1024;
    public const int AccurateDct = 4096;
    public const int StopOnWarning = 8192;
    public const int LimitScans = 32768;
    private const string Soname = "libturbojpeg.so.0";

    // A missing library is not remembered: the user may install it while a server runs.
    private static readonly Lazy<TurboJpeg> Loaded = new(static () => new TurboJpeg(), LazyThreadSafetyMode.PublicationOnly);
    private readonly Lazy<string> _version;

    private TurboJpeg()
    {
        nint library = NativeCode.Load(Soname, "libturbojpeg0", "reading and writing images");
        nint Find(string name) => NativeCode.Find(library, name, Soname);
        InitCompress = (delegate* unmanaged<nint>)Find("tjInitCompress");
        InitDecompress = (delegate* unmanaged<nint>)Find("tjInitDecompress");
        Destroy = (delegate* unmanaged<nint, int>)Find("tjDestroy");
        Compress = (delegate* unmanaged<nint, byte*, int, int, int, int, byte**, nuint*, int, int, int, int>)Find("tjCompress2");
        Decompress = (delegate* unmanaged<nint, byte*, nuint, byte*, int, int, int, int, int, int>)Find("tjDecompress2");
        BufferSize = (delegate* unmanaged<int, int, int, nuint>)Find("tjBufSize");
        ErrorText = (delegate* unmanaged<nint, byte*>)Find("tjGetErrorStr2");
        nint compress = (nint)Compress;
        _version = new Lazy<string>(() => ReadVersion(compress));

        // The library takes settings of the encoder from these variables, which would make the bytes depend on the user's shell.
        UnsetVariable("TJ_OPTIMIZE");
        UnsetVariable("TJ_ARITHMETIC");
        UnsetVariable("TJ_RESTART");
        UnsetVariable("TJ_PROGRESSIVE");
    }

    /// <summary>Gets the loaded library.</summary>
    /// <exception cref="DlsException">Kind Failed: it is not installed.</exception>
    public static TurboJpeg Get => Loaded.Value;

    public delegate* unmanaged<nint> InitCompress { get; }

    public delegate* unmanaged<nint> InitDecompress { get; }

    public delegate* unmanaged<nint, int> Destroy { get; }

    public delegate* unmanaged<nint, byte*, int, int, int, int, byte**, nuint*, int, int, int, int> Compress { get; }

    public delegate* unmanaged<nint, byte*, nuint, byte*, int, int, int, int, int, int> Decompress { get; }

    public delegate* unmanaged<int, int, int, nuint> BufferSize { get; }

    private delegate* unmanaged<nint, byte*> ErrorText { get; }

    /// <summary>Gets the version that the library file itself names, for example <c>2.1.5</c>; <c>unknown</c> if it names none.</summary>
    public string Version => _version.Value;

    /// <summary>Gives the last error of a handle.</summary>
    /// <param name="handle">The handle.</param>
    /// <returns>The library's words without the name of its function.</returns>
    public string Error(nint handle)
    {
        string text = Marshal.PtrToStringUTF8((nint)ErrorText(handle)) ?? "no reason given";
        int colon = text.IndexOf("(): ", StringComparison.Ordinal);
        return colon >= 0 ? text[(colon + 4)..] : text;
    }

    // Interface 2.x has no function for it; the file has it in its table of messages ("libjpeg-turbo version 2.1.5 (build 20230203)").
    private static string ReadVersion(nint function)
    {
        ReadOnlySpan<byte> before = "libjpeg-turbo version "u8;
        if (NativeCode.FindFile(function) is not { } path)
        {
            return "unknown";
        }

        ReadOnlySpan<byte> file = File.ReadAllBytes(path);
        for (int at = file.IndexOf(before); at >= 0; at = file.IndexOf(before))
        {
            file = file[(at + before.Length)..];
            int length = file.IndexOfAny((byte)' ', (byte)0);
            if (length is > 0 and < 32 && file[0] is >= (byte)'0' and <= (byte)'9')
            {
                return Encoding.ASCII.GetString(file[..length]);
            }
        }

        return "unknown";
    }

    [LibraryImport("libc", EntryPoint = "unsetenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int UnsetVariable(string name);
}
