using DlStore.Operations.Deploys;
using DlStore.Targets;

namespace DlStore.Cli.Commands.Deploys;

/// <summary>How deployments are shown.</summary>
internal static class DeployReport
{
    /// <summary>Prints what was done, or would be, and what else was done for it.</summary>
    public static void PrintAll(
        Terminal terminal, IReadOnlyList<DeployUnit> units, IReadOnlyList<string> notes, IReadOnlyList<string> copies)
    {
        foreach (DeployUnit unit in units)
        {
            Print(terminal, unit);
        }

        foreach (string note in notes)
        {
            terminal.Warn(note);
        }

        if (copies.Count > 0)
        {
            terminal.Note($"staged {Format.Count(copies.Count, "entry", "entries")} of the journal in .dlstore/deploys; run `git commit`");
        }
    }

    private static void Print(Terminal terminal, DeployUnit unit)
    {
        string what = unit.Task is null
            ? "what was there before dls" : $"task {unit.Task}{(unit.Attempt > 0 ? $", attempt {unit.Attempt}" : "")}";
        terminal.Result($"{UnitStates.Name(unit.State)}: kind {unit.Kind} on target {unit.Target}: {what}", unit.State == UnitState.Planned
            ? Ink.Changed : Ink.Good);
        PrintFiles(terminal, unit.Files);
        PrintAccept(terminal, unit.Accept);
        foreach (string note in unit.Notes)
        {
            terminal.Warn(note);
        }
    }

    /// <summary>Prints files with their digests.</summary>
    public static void PrintFiles(Terminal terminal, IReadOnlyList<DeployedFile> files)
    {
        foreach (DeployedFile file in files)
        {
            string digest = file.What == FileSort.Absent
                ? "nothing" : (file.What is FileSort.Tree or FileSort.Dir ? file.DirHash : file.Oid)?.ToString() ?? "";
            terminal.Result($"  {FileRoles.Name(file.Role),-8} {terminal.Name(file.Path)}  {digest}"
                + $"{(file.Files > 1 ? $"  {Format.Count(file.Files, "file")}" : "")}");
        }
    }

    /// <summary>Prints what weights are good for.</summary>
    public static void PrintAccept(Terminal terminal, IReadOnlyDictionary<string, string> accept)
    {
        if (accept.Count > 0)
        {
            terminal.Result($"  accept   {string.Join(", ", accept.Select(a => $"{a.Key} {terminal.Name(a.Value)}"))}");
        }
    }
}
