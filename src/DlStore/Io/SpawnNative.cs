using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace DlStore.Io;

/// <summary>
/// The C library's functions that <see cref="ChildProcess"/> is made of. Only plain pointers and numbers, so no stub is compiled at
/// start-up.
/// </summary>
internal static partial class SpawnNative
{
    public const int NoSuchProgram = 2;             // ENOENT
    public const int Interrupted = 4;               // EINTR
    public const int SignalKill = 9;
    public const int NoHang = 1;                    // WNOHANG
    public const short SetSignalDefault = 0x04;     // POSIX_SPAWN_SETSIGDEF
    public const short SetSignalMask = 0x08;        // POSIX_SPAWN_SETSIGMASK

    /// <summary>
    /// Room for any of posix_spawn_file_actions_t (80), posix_spawnattr_t (336), sigset_t (128) and struct sigaction (152) of glibc and
    /// musl.
    /// </summary>
    public const int OpaqueSize = 512;

    private const short NewSession = 0x80;          // POSIX_SPAWN_SETSID
    private const int CloseOnExec = 0x80000;        // O_CLOEXEC
    private const uint MemoryCloseOnExec = 1;       // MFD_CLOEXEC
    private const int DuplicateAbove = 1030;        // F_DUPFD_CLOEXEC
    private const int GetPipeSize = 1032;           // F_GETPIPE_SZ
    private const int Readable = 1;                 // POLLIN; the end of a pipe (POLLHUP) is always told
    private const int Executable = 1;               // X_OK
    private const int SignalPipe = 13;
    private const int SignalChild = 17;
    private const nint Ignored = 1;                 // SIG_IGN
    private const int PipeSizeMin = 4096;

    /// <summary>Makes a pipe whose ends no child inherits.</summary>
    /// <returns>The reading and the writing end.</returns>
    public static unsafe (SafeFileHandle Read, SafeFileHandle Write) MakePipe()
    {
        int* ends = stackalloc int[2];
        if (pipe2(ends, CloseOnExec) != 0)
        {
            throw Failed("make a pipe");
        }

        return (AboveStandard(ends[0]), AboveStandard(ends[1]));
    }

    /// <summary>
    /// Makes a nameless file in memory that no child inherits. Unlike a pipe it never fills up, so nobody has to read along.
    /// </summary>
    /// <returns>A handle open for reading and writing.</returns>
    public static unsafe SafeFileHandle MakeMemoryFile()
    {
        fixed (byte* name = "dls\0"u8)
        {
            int descriptor = memfd_create(name, MemoryCloseOnExec);
            return descriptor >= 0 ? AboveStandard(descriptor) : throw Failed("make a file in memory");
        }
    }

    /// <summary>Tells how many bytes a pipe takes before a writer waits.</summary>
    /// <param name="pipe">Either end.</param>
    /// <returns>At least one page.</returns>
    public static int PipeSize(SafeFileHandle pipe) => Math.Max(PipeSizeMin, fcntl((int)pipe.DangerousGetHandle(), GetPipeSize, 0));

    /// <summary>Waits until a pipe has bytes or has ended.</summary>
    /// <param name="pipe">The reading end.</param>
    /// <param name="timeoutMs">How long to wait; 0 only looks.</param>
    /// <returns>True if a read would not wait.</returns>
    public static unsafe bool WaitReadable(SafeFileHandle pipe, int timeoutMs)
    {
        // struct pollfd: int descriptor, short events, short returned events.
        int* wanted = stackalloc int[2];
        wanted[0] = (int)pipe.DangerousGetHandle();
        wanted[1] = Readable;
        return poll(wanted, 1, timeoutMs) > 0;
    }

    /// <summary>Tells whether this process may execute a file.</summary>
    /// <param name="path">A path.</param>
    /// <returns>True for an executable regular file.</returns>
    public static bool IsExecutable(string path) => File.Exists(path) && access(path, Executable) == 0;

    /// <summary>
    /// Makes sure that children can be waited for: a parent that ignores SIGCHLD hands that down, and then the kernel throws exit codes
    /// away.
    /// </summary>
    public static unsafe void WatchChildren()
    {
        byte* action = stackalloc byte[OpaqueSize];
        if (sigaction(SignalChild, null, action) == 0 && *(nint*)action == Ignored)
        {
            signal(SignalChild, 0);
        }
    }

    /// <summary>
    /// Fills spawn attributes: no blocked signals, and SIGPIPE and SIGCHLD as they are by default. The runtime ignores SIGPIPE, and a
    /// program
    /// that inherits that would not end when its reader is gone.
    /// </summary>
    /// <param name="attributes">An initialised posix_spawnattr_t.</param>
    /// <param name="ownSession">Give the child a session of its own: no terminal, and a process group that can be ended as a whole.</param>
    public static unsafe void SetSignals(byte* attributes, bool ownSession)
    {
        byte* signals = stackalloc byte[OpaqueSize];
        sigemptyset(signals);
        posix_spawnattr_setsigmask(attributes, signals);
        sigaddset(signals, SignalPipe);
        sigaddset(signals, SignalChild);
        posix_spawnattr_setsigdefault(attributes, signals);
        posix_spawnattr_setflags(attributes, (short)(SetSignalDefault | SetSignalMask | (ownSession ? NewSession : 0)));
    }

    // A dup2 onto 0, 1 or 2 must not overwrite another of our ends; that can happen when dls itself was started with these closed.
    private static SafeFileHandle AboveStandard(int descriptor)
    {
        if (descriptor > 2)
        {
            return new SafeFileHandle(descriptor, ownsHandle: true);
        }

        int moved = fcntl(descriptor, DuplicateAbove, 3);
        new SafeFileHandle(descriptor, ownsHandle: true).Dispose();
        return moved >= 0 ? new SafeFileHandle(moved, ownsHandle: true) : throw Failed("duplicate a descriptor");
    }

    private static DlsException Failed(string what)
        => new(ErrorKind.Failed, $"cannot {what}: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");

#pragma warning disable SA1300, IDE1006, CA1707 // the C library's own names
    [LibraryImport("libc")]
    public static unsafe partial int posix_spawn(
        int* pid, byte* path, byte* actions, byte* attributes, byte** arguments, byte** environment);

    [LibraryImport("libc")]
    public static unsafe partial int posix_spawn_file_actions_init(byte* actions);

    [LibraryImport("libc")]
    public static unsafe partial int posix_spawn_file_actions_destroy(byte* actions);

    [LibraryImport("libc")]
    public static unsafe partial int posix_spawn_file_actions_adddup2(byte* actions, int from, int to);

    [LibraryImport("libc")]
    public static unsafe partial int posix_spawn_file_actions_addchdir_np(byte* actions, byte* path);

    [LibraryImport("libc")]
    public static unsafe partial int posix_spawnattr_init(byte* attributes);

    [LibraryImport("libc")]
    public static unsafe partial int posix_spawnattr_destroy(byte* attributes);

    [LibraryImport("libc", SetLastError = true)]
    public static unsafe partial int waitpid(int pid, int* status, int options);

    [LibraryImport("libc")]
    public static partial int kill(int pid, int signal);

    [LibraryImport("libc")]
    private static unsafe partial int posix_spawnattr_setflags(byte* attributes, short flags);

    [LibraryImport("libc")]
    private static unsafe partial int posix_spawnattr_setsigdefault(byte* attributes, byte* signals);

    [LibraryImport("libc")]
    private static unsafe partial int posix_spawnattr_setsigmask(byte* attributes, byte* signals);

    [LibraryImport("libc")]
    private static unsafe partial int sigemptyset(byte* signals);

    [LibraryImport("libc")]
    private static unsafe partial int sigaddset(byte* signals, int signal);

    [LibraryImport("libc")]
    private static unsafe partial int sigaction(int signal, byte* next, byte* old);

    [LibraryImport("libc")]
    private static partial nint signal(int signal, nint handler);

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial int pipe2(int* ends, int flags);

    [LibraryImport("libc")]
    private static unsafe partial int poll(int* wanted, nuint count, int timeoutMs);

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial int memfd_create(byte* name, uint flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fcntl(int descriptor, int command, int argument);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int access(string path, int mode);
#pragma warning restore SA1300, IDE1006, CA1707
}
