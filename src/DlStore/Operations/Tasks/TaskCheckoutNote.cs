using DlStore.Io;

namespace DlStore.Operations.Tasks;

/// <summary>
/// The note that a checkout of a task into a directory is under way: durable before the directory is made, removed when it is whole.
/// </summary>
/// <param name="commonDirectory">Absolute path of dls's directory that all work trees share.</param>
/// <param name="directory">The absolute path of the directory.</param>
internal sealed class TaskCheckoutNote(string commonDirectory, string directory)
{
    /// <summary>Gets the file.</summary>
    public string Path { get; } = $"{commonDirectory}/task-checkouts/{Fnv1a.Hex(directory)}";

    public string? Find() => EscapedLine.ReadFile(Path) is [var where, var what] && where == EscapedLine.Escape(directory)
        ? EscapedLine.Unescape(what) : null;

    public void Write(string what)
    {
        AtomicFile.MakeDirectory(System.IO.Path.GetDirectoryName(Path)!);
        AtomicFile.Write(Path, $"{EscapedLine.Escape(directory)}\n{EscapedLine.Escape(what)}\n");
    }

    public void Remove() => File.Delete(Path);
}
