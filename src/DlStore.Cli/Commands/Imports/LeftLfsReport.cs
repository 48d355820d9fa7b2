using DlStore.Operations.Lfs;

namespace DlStore.Cli.Commands.Imports;

/// <summary>Lists what stays with git-lfs, or what is missing of it, each with its reason.</summary>
internal static class LeftLfsReport
{
    /// <summary>Prints the list; nothing if it is empty.</summary>
    /// <param name="terminal">Where to.</param>
    /// <param name="left">What to list.</param>
    /// <param name="what">What becomes of each.</param>
    public static void Print(Terminal terminal, IReadOnlyList<LeftLfsFile> left, string what)
    {
        foreach (LeftLfsFile file in left)
        {
            string at = file.Commit is { } commit ? $" in {commit[..Math.Min(12, commit.Length)]}" : "";
            terminal.Result($"{what} {terminal.Name(file.Path)}{at}: {file.Reason}{(file.Oid is { } oid ? $" ({oid})" : "")}");
        }

        if (left.Count > 0)
        {
            terminal.Warn($"{Format.Count(left.Count, "file")}: {what}");
        }
    }

    /// <summary>Prints what became of a history.</summary>
    /// <param name="terminal">Where to.</param>
    /// <param name="result">What was done.</param>
    /// <param name="isPlan">Whether nothing was written.</param>
    public static void PrintHistory(Terminal terminal, ImportLfsHistoryResult result, bool isPlan)
    {
        if (result.Pointers == 0)
        {
            terminal.Result("no commit has a file of git-lfs that could be taken over; no branch was made");
        }
        else
        {
            terminal.Result($"{(isPlan ? "would write" : "wrote")} branch {terminal.Name(result.Branch)}  "
                + $"{Format.Count(result.Commits, "commit")}, {Format.Count(result.Merges, "merge")}, "
                + $"{Format.Count(result.Objects, "object")} ({Format.Bytes(result.Bytes)})");
        }

        if (result.SignaturesDropped > 0)
        {
            terminal.Warn($"{Format.Count(result.SignaturesDropped, "commit")} lost the signature: it was of the old commit");
        }

        if (result.CommitMap is { } map)
        {
            terminal.Result($"old and new ids: {map}");
        }

        Print(terminal, result.Missing, "missing");
        if (result.Missing.Count > 0)
        {
            terminal.Note("their pointers are written; `dls import lfs` in a clone that has the bytes stores them, and so does "
                + "`dls add` of a copy of the file");
        }

        Print(terminal, result.Left, "stays with git-lfs");
        if (result.Commit is not null)
        {
            string name = terminal.Name(result.Branch);
            terminal.Note($"run `git log {name}` to look at it; `git checkout {name}`, then `dls checkout`, to use it");
        }
    }
}
