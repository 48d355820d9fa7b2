using System.Text;
using DlStore.Data.Names;
using DlStore.Learning.Records;

namespace DlStore.Operations.Tasks;

/// <summary><c>dls task memo</c>: reads or replaces the memo of a task. Git keeps the old ones.</summary>
public static class TaskMemo
{
    /// <summary>The file name of a memo.</summary>
    public const string FileName = TaskRecord.MemoName;

    private const int LengthMax = 1 << 20;

    /// <summary>Runs the command.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="name">The task.</param>
    /// <param name="text">The new text, or null to read.</param>
    /// <param name="append">Whether the text comes after what is there.</param>
    /// <returns>The memo as it is now.</returns>
    /// <exception cref="DlsException">Kind Usage: there is no such task.</exception>
    public static string Run(Repo repo, string name, string? text, bool append)
    {
        PortableName task = TaskPart.Parse(name).Task;
        _ = TaskNames.Get(repo, task);
        string before = Read(repo, task);
        if (text is null)
        {
            return before;
        }

        string after = (append ? before : "") + (text.EndsWith('\n') ? text : text + "\n");
        TaskFiles.Write(repo, [new($"{TaskRecord.DirectoryOf(task)}/{FileName}", Encoding.UTF8.GetBytes(after))]);
        return after;
    }

    /// <summary>Reads a memo; empty if there is none.</summary>
    internal static string Read(Repo repo, PortableName task)
    {
        string file = $"{TaskRecord.DirectoryOf(task)}/{FileName}";
        return Io.SmallFile.Find($"{repo.WorkTree}/{file}", file, LengthMax) is { } bytes ? Encoding.UTF8.GetString(bytes) : "";
    }
}
