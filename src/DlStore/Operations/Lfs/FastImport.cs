using DlStore.Git;
using DlStore.Io;

namespace DlStore.Operations.Lfs;

/// <summary>Writes commits by <c>git fast-import</c>: one process, whatever their number.</summary>
internal static class FastImport
{
    private const int BufferSize = 256 * 1024;

    /// <summary>
    /// The C library gives memory back to the system after every object and asks for it again: without room to keep, ten thousand commits
    /// take a minute in place of three seconds (git 2.39, glibc 2.36).
    /// </summary>
    private static readonly KeyValuePair<string, string> KeepMemory = new("MALLOC_TOP_PAD_", "16777216");

    /// <summary>Runs it. The refs of the stream are written when it has ended well, else none is.</summary>
    /// <param name="git">The repository to write to.</param>
    /// <param name="options">More options.</param>
    /// <param name="write">Writes the stream; its last command is <c>done</c>.</param>
    /// <returns>What <paramref name="write"/> gave.</returns>
    /// <exception cref="DlsException">Kind Failed: git refused something.</exception>
    public static T Run<T>(GitProcess git, IReadOnlyList<string> options, Func<Stream, T> write)
    {
        using ChildProcess import = git.Start(
            ["fast-import", "--quiet", "--force", "--done", "--date-format=raw-permissive", .. options], KeepMemory);
        T done;
        try
        {
            using BufferedStream buffer = new(import.Input, BufferSize);
            done = write(buffer);
            buffer.Flush();
        }
        catch (IOException) when (import.WaitForExit() != 0)
        {
            throw Failed("fast-import", import);
        }

        return import.WaitForExit() == 0 ? done : throw Failed("fast-import", import);
    }

    /// <summary>Makes the error of a git that ended early.</summary>
    /// <param name="what">The subcommand.</param>
    /// <param name="child">The process.</param>
    public static DlsException Failed(string what, ChildProcess child)
    {
        string first = child.ReadError().Trim().Split('\n')[0];
        return new DlsException(
            ErrorKind.Failed, $"rewrite commits: 'git {what}' ended early{(first.Length == 0 ? "" : $": {first}")}", "run `git fsck`");
    }
}
