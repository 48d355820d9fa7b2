using DlStore.Operations.Merges;
using DlStore.WorkTree.Merges;

namespace DlStore.Cli.Commands.Merges;

/// <summary>What a look at unmerged pointers, or a decision about them, tells a person.</summary>
internal static class ResolveReport
{
    private const int LinesMax = 100;

    /// <summary>Prints what was merged, and what clashes still.</summary>
    public static void Print(Session session, ResolveResult result, bool dryRun)
    {
        if (result.Pointers.Count + result.Problems.Count == 0)
        {
            session.Terminal.Result("nothing is unmerged");
        }

        foreach (ResolvedPointer pointer in result.Pointers)
        {
            if (pointer.IsMerged)
            {
                PrintMerged(session, pointer, dryRun);
            }
            else
            {
                PrintOpen(session, pointer);
            }
        }

        foreach (string problem in result.Problems)
        {
            session.Terminal.Result($"problem: {session.Terminal.Name(problem)}", Ink.Bad);
        }
    }

    private static void PrintMerged(Session session, ResolvedPointer pointer, bool dryRun)
    {
        string would = dryRun ? "would be " : "";
        string name = session.Terminal.Name(pointer.Path);
        session.Terminal.Result(pointer.Pointer is { } p
            ? $"{name}  {would}merged and staged: {Format.Count(p.Files, "file")}, {Format.Bytes(p.Size)}"
            : $"{name}  {would}managed no more");
        foreach (string beside in pointer.Beside)
        {
            session.Terminal.Result($"  kept beside  {session.Terminal.Name($"{pointer.Path}/{beside}")}");
        }

        if (!dryRun)
        {
            session.Terminal.Note(pointer.Pointer is null ? "run `dls checkout` to remove the files that dls wrote there"
                : $"run `dls pull {session.Repo.ToTyped(pointer.Path.Value)}` to have its files");
        }
    }

    private static void PrintOpen(Session session, ResolvedPointer pointer)
    {
        string name = session.Terminal.Name(pointer.Path);
        int decided = pointer.Clashes.Count + pointer.Keys.Count - pointer.Left;
        session.Terminal.Result(
            $"{name}  {Format.Count(pointer.Left, "clash", "clashes")} to decide{(decided > 0 ? $", {decided} decided" : "")}", Ink.Bad);
        MergeClash[] open = [.. pointer.Clashes.Where(static c => c.Decided is null)];
        foreach (MergeClash clash in open.Take(LinesMax))
        {
            string path = clash.Path.Length == 0 ? pointer.Path.Value : $"{pointer.Path}/{clash.Path}";
            session.Terminal.Result($"  {session.Terminal.Name(path)}  {session.Terminal.Name(clash.Describe())}; {Sizes(clash)}");
        }

        if (open.Length > LinesMax)
        {
            session.Terminal.Result($"  and {Format.Count(open.Length - LinesMax)} more; --json lists all");
        }

        foreach (KeyClash key in pointer.Keys.Where(static k => k.Decided is null))
        {
            session.Terminal.Result($"  {name}.dls, key {key.Key}  {key.Ours ?? "nothing"} here, {key.Theirs ?? "nothing"} there");
        }

        string typed = session.Repo.ToTyped(pointer.Path.Value);
        session.Terminal.Note($"  `dls resolve --ours {typed}` keeps this side of it, `--theirs` takes the other, `--both` keeps both; "
            + "also for single paths inside");
    }

    private static string Sizes(MergeClash clash) => $"{Size(clash.Ours)} here, {Size(clash.Theirs)} there";

    private static string Size(ClashSide? side) => side is null ? "nothing"
        : side.Files is { } files ? Format.Count(files, "file") : Format.Bytes(side.Size);
}
