using DlStore.Data.Sets;

namespace DlStore.Cli.Commands.Datasets;

/// <summary>How a data set at one canvas is told.</summary>
internal static class DatasetReport
{
    private const int ClassesShown = 12;

    /// <summary>Takes a name as people type it, with or without its directory and extension.</summary>
    public static string NameOf(string typed)
    {
        string last = typed.TrimEnd('/').Split('/')[^1];
        return last.EndsWith(".yaml", StringComparison.Ordinal) ? last[..^5] : last;
    }

    /// <summary>Takes the name of a data set of the repository; a directory or file that is none of its data sets is refused.</summary>
    public static string NameOf(Session session, string verb, string typed)
    {
        string name = NameOf(typed), at = Path.Combine(session.CurrentDirectory, typed);
        return !Path.Exists(at) || File.Exists($"{session.Repo.WorkTree}/{DatasetRecipe.Root}/{name}.yaml") ? name
            : throw new DlsException(ErrorKind.Usage, $"{verb} '{typed}': it is a {(Directory.Exists(at) ? "directory" : "file")}, "
                + "not a data set of this repository", Directory.Exists(at)
                ? $"`dls dataset import auto {Io.ShellWord.Of(typed)} NAME` makes a data set of one that holds labelled images"
                : "run `dls dataset list` to see the data sets");
    }

    public static void Print(Terminal terminal, string canvas, LockedCanvas locked)
    {
        terminal.Result($"  {canvas}  {Format.Count(locked.Images, "image")} ({Format.Bytes(locked.Bytes)}): train "
            + $"{Format.Count(locked.Sides[0])}, val {Format.Count(locked.Sides[1])}, test {Format.Count(locked.Sides[2])}");
        terminal.Result($"    dirHash {locked.DirHash}");
        foreach (LockedClass c in locked.Classes.Take(ClassesShown))
        {
            terminal.Result($"    {c.Id,3} {c.Name}  train {Format.Count(c.Train)}, val {Format.Count(c.Val)}, "
                + $"test {Format.Count(c.Test)}, {Format.Count(c.Boxes, "box", "boxes")}");
        }

        if (locked.Classes.Count > ClassesShown)
        {
            terminal.Result($"    ... and {Format.Count(locked.Classes.Count - ClassesShown)} more classes");
        }

        if (locked.Twins.Groups > 0)
        {
            string conflicts = locked.Twins.Conflicts > 0
                ? $"; {Format.Count(locked.Twins.Conflicts)} images carry two labels: no classifier can "
                + $"get more than {Math.Min(99.9, locked.Twins.Ceiling / 100.0):0.0} % right" : "";
            terminal.Result($"    twins: {Format.Count(locked.Twins.Images, "image")} in "
                + $"{Format.Count(locked.Twins.Groups, "group")} of equal bytes{conflicts}", Ink.Changed);
        }

        string[] same = [.. locked.Sources.Where(static s => s.SameMaster).Select(static s => s.Name)];
        if (same.Length > 0)
        {
            terminal.Result($"    same-master (val is optimistic): {string.Join(", ", same.Take(ClassesShown))}"
                + $"{(same.Length > ClassesShown ? ", ..." : "")}", Ink.Dim);
        }

        terminal.Result($"    lint: {LintOf(locked.Lint)}", locked.Lint.Errors > 0 ? Ink.Bad : Ink.Plain);
    }

    /// <summary>Gives how many errors, warnings and notes there are, and in brackets the codes of all of them.</summary>
    public static string LintOf(LockedLint lint)
    {
        int notes = lint.Codes.Values.Sum() - lint.Errors - lint.Warnings;
        return $"{Format.Count(lint.Errors, "error")}, {Format.Count(lint.Warnings, "warning")}"
            + (notes > 0 ? $", {Format.Count(notes, "note")}" : "")
            + (lint.Codes.Count == 0 ? "" : $" ({string.Join(", ", lint.Codes.Select(static c => $"{c.Key} {c.Value}"))})");
    }
}
