using System.Text;

namespace DlStore.Io;

/// <summary>What to start. Never a shell: arguments reach the program as they are.</summary>
internal sealed record ChildCommand
{
    /// <summary>Gets the program: a name that is looked for in PATH of <see cref="Environment"/>, or a path with a slash.</summary>
    public required string Program { get; init; }

    /// <summary>Gets the arguments after the program's own name; none may hold NUL.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>Gets the child's whole environment; nothing of this process's own is added.</summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    /// <summary>Gets the directory to start in, or null for this process's own.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>
    /// Gets a value indicating whether the child gets a session of its own: no terminal to ask on, and it can be ended with all it started.
    /// </summary>
    public bool OwnSession { get; init; }

    /// <summary>
    /// Finds the program's file. Empty and relative entries of PATH are skipped: they would run what lies in the current directory.
    /// </summary>
    /// <returns>A path to an executable file, or null.</returns>
    public string? FindProgram()
    {
        if (Program.Contains('/'))
        {
            return SpawnNative.IsExecutable(Program) ? Program : null;
        }

        string path = Environment.TryGetValue("PATH", out string? given) ? given : "/usr/local/bin:/usr/bin:/bin";
        foreach (string directory in path.Split(':'))
        {
            if (directory.StartsWith('/') && SpawnNative.IsExecutable($"{directory}/{Program}"))
            {
                return $"{directory}/{Program}";
            }
        }

        return null;
    }

    /// <summary>Lists the environment as the system wants it.</summary>
    /// <returns><c>NAME=value</c> strings.</returns>
    public IReadOnlyList<string> EnvironmentLines()
    {
        List<string> lines = new(Environment.Count);
        foreach ((string name, string value) in Environment)
        {
            lines.Add($"{name}={value}");
        }

        return lines;
    }

    /// <summary>Lays strings out one after the other, each ended by NUL.</summary>
    /// <param name="strings">Strings without NUL.</param>
    /// <param name="starts">Where each begins.</param>
    /// <returns>UTF-8 bytes.</returns>
    /// <exception cref="DlsException">Kind Usage: a string holds NUL, which would silently cut it.</exception>
    public static byte[] Pack(IReadOnlyList<string> strings, out int[] starts)
    {
        int length = 0;
        starts = new int[strings.Count];
        for (int i = 0; i < strings.Count; i++)
        {
            if (strings[i].Contains('\0'))
            {
                throw new DlsException(ErrorKind.Usage, $"refuse argument '{strings[i].Replace("\0", "\\x00")}': it holds a NUL character");
            }

            starts[i] = length;
            length += Encoding.UTF8.GetByteCount(strings[i]) + 1;
        }

        byte[] block = new byte[length];
        for (int i = 0; i < strings.Count; i++)
        {
            Encoding.UTF8.GetBytes(strings[i], block.AsSpan(starts[i]));
        }

        return block;
    }
}
