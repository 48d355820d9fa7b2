using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace DlStore.Io;

/// <summary>The two calls that a child process needs from the system: posix_spawn to start it, waitpid to learn how it ended.</summary>
internal static class ChildSpawn
{
    private static readonly Lazy<bool> _watching = new(() =>
    {
        SpawnNative.WatchChildren();
        return true;
    });

    public static unsafe int Start(ChildCommand command, SafeFileHandle input, SafeFileHandle output, SafeFileHandle error)
    {
        _ = _watching.Value;
        string program = command.FindProgram()
            ?? throw new DlsException(ErrorKind.Missing, $"cannot start '{command.Program}': there is no such program in PATH");
        byte[] strings = ChildCommand.Pack([program, command.WorkingDirectory ?? "", .. command.Arguments], out int[] starts);
        byte[] environment = ChildCommand.Pack(command.EnvironmentLines(), out int[] environmentStarts);
        byte* actions = stackalloc byte[SpawnNative.OpaqueSize];
        byte* attributes = stackalloc byte[SpawnNative.OpaqueSize];
        SpawnNative.posix_spawn_file_actions_init(actions);
        SpawnNative.posix_spawnattr_init(attributes);
        int pid;
        int failure;
        fixed (byte* text = strings, environmentText = environment)
        fixed (byte** arguments = new byte*[starts.Length], environmentLines = new byte*[environmentStarts.Length + 1])
        {
            Point(arguments, text, starts.AsSpan(1));
            arguments[0] = text;
            Point(environmentLines, environmentText, environmentStarts);
            SpawnNative.SetSignals(attributes, command.OwnSession);
            SpawnNative.posix_spawn_file_actions_adddup2(actions, (int)input.DangerousGetHandle(), 0);
            SpawnNative.posix_spawn_file_actions_adddup2(actions, (int)output.DangerousGetHandle(), 1);
            SpawnNative.posix_spawn_file_actions_adddup2(actions, (int)error.DangerousGetHandle(), 2);
            if (command.WorkingDirectory is not null)
            {
                SpawnNative.posix_spawn_file_actions_addchdir_np(actions, text + starts[1]);
            }

            failure = SpawnNative.posix_spawn(&pid, text, actions, attributes, arguments, environmentLines);
        }

        SpawnNative.posix_spawn_file_actions_destroy(actions);
        SpawnNative.posix_spawnattr_destroy(attributes);
        return failure == 0 ? pid : throw CannotStart(command, program, failure);
    }

    // The array is one longer than the strings and starts as zeros, so that the last pointer stays null.
    private static unsafe void Point(byte** pointers, byte* text, ReadOnlySpan<int> starts)
    {
        for (int i = 0; i < starts.Length; i++)
        {
            pointers[i] = text + starts[i];
        }
    }

    private static DlsException CannotStart(ChildCommand command, string program, int failure)
    {
        bool noDirectory = failure == SpawnNative.NoSuchProgram
            && command.WorkingDirectory is not null && !Directory.Exists(command.WorkingDirectory);
        return noDirectory
            ? new DlsException(ErrorKind.Failed, $"cannot start '{program}' in '{command.WorkingDirectory}': there is no such directory")
            : new DlsException(ErrorKind.Failed, $"cannot start '{program}': {Marshal.GetPInvokeErrorMessage(failure)}");
    }

    public static int Wait(int pid)
        => TryWait(pid, 0) ?? throw new InvalidOperationException("waitpid came back without a status");

    public static unsafe int? TryWait(int pid, int options)
    {
        while (true)
        {
            int status;
            int ended = SpawnNative.waitpid(pid, &status, options);
            if (ended == pid)
            {
                return status;
            }

            if (ended == 0)
            {
                return null;
            }

            int failure = Marshal.GetLastPInvokeError();
            if (failure != SpawnNative.Interrupted)
            {
                throw new DlsException(ErrorKind.Failed, $"cannot wait for process {pid}: {Marshal.GetPInvokeErrorMessage(failure)}");
            }
        }
    }
}
