using System.Runtime.InteropServices;
using System.Text;

namespace DlStore.Io;

/// <summary>Turns this process into another program: signals, terminal and exit code are that program's from then on.</summary>
internal static unsafe partial class ProgramExec
{
    /// <summary>Does it; comes back only with an error.</summary>
    /// <param name="path">Absolute path of the program.</param>
    /// <param name="arguments">Its arguments after its own name; none may hold NUL.</param>
    /// <param name="environment">Its whole environment.</param>
    /// <returns>Why it could not be done.</returns>
    public static DlsException Replace(string path, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment)
    {
        byte[][] words = [.. arguments.Prepend(path).Select(Terminated)];
        byte[][] variables = [.. environment.Select(static v => Terminated($"{v.Key}={v.Value}"))];
        nint[] argv = Pin(words), envp = Pin(variables);
        fixed (nint* a = argv, e = envp)
        fixed (byte* file = Terminated(path))
        {
            _ = ExecVe(file, a, e);
        }

        return Sys.Error("start", path);
    }

    private static byte[] Terminated(string text) => Encoding.UTF8.GetBytes(text + '\0');

    /// <summary>Copies texts to where nothing moves them, ended by a null pointer; the process ends or fails right after.</summary>
    private static nint[] Pin(byte[][] texts)
    {
        nint[] pointers = new nint[texts.Length + 1];
        for (int i = 0; i < texts.Length; i++)
        {
            pointers[i] = Marshal.AllocHGlobal(texts[i].Length);
            Marshal.Copy(texts[i], 0, pointers[i], texts[i].Length);
        }

        return pointers;
    }

    [LibraryImport("libc", EntryPoint = "execve", SetLastError = true)]
    private static partial int ExecVe(byte* path, nint* arguments, nint* environment);
}
