using CommandLine;
using DlStore.Objects;
using DlStore.Operations.Views;
using DlStore.WorkTree;

namespace DlStore.Cli.Commands.Merges;

/// <summary><c>dls diff-driver</c>: <c>git diff</c> calls it with two versions of a pointer.</summary>
[Details("Prints the files that differ, with their sizes, the first 50 of them and a count. Exit code 0 also where nothing could be "
    + "compared: git stops at any other. `git diff --no-ext-diff` shows the pointers themselves.")]
[Example("dls diff-driver PATH OLD HEX MODE NEW HEX MODE", "diff.dls.command in a clone's git configuration, as `dls init` writes it")]
[Exits(ExitCode.NoRepository)]
internal sealed class DiffDriverCommand : Command
{
    private const int ShownMax = 50;

    [Value(0, MetaName = "ARGS", HelpText = "path, old file, its id and mode, new file, its id and mode")]
    public IEnumerable<string> Words { get; set; } = [];

    public override bool SeesToHook => false;

    public override bool TryTakeWords(IReadOnlyList<string> words)
    {
        Words = words;
        return true;
    }

    public override Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        string[] words = [.. Words];
        string path = words.Length > 0 ? WithoutSuffix(words[0]) : throw new DlsException(
            ErrorKind.Usage, "diff-driver: git gives it seven words: path, old file, id, mode, new file, id, mode",
            "it is not for you to run; `dls diff` is");
        if (words.Length < 7)
        {
            session.Terminal.Result($"{path}: git has not merged its pointer; `dls resolve` lists what clashes");
            return Task.FromResult(ExitCode.Done);
        }

        try
        {
            Print(session, PointerChange.Compare(session.Repo, path, ReadSide(words[1]), ReadSide(words[4])));
        }
        catch (DlsException e)
        {
            session.Terminal.Result($"{path}: not compared: {e.Message}; `git diff --no-ext-diff` shows the pointers");
        }

        return Task.FromResult(ExitCode.Done);
    }

    private static void Print(Session session, PointerChange change)
    {
        session.Terminal.Result($"{change.Path}: {Totals(change.Before)} -> {Totals(change.After)}", Ink.Strong);
        if (change.Unknown is not null)
        {
            session.Terminal.Result($"  files not compared: {change.Unknown}; `dls fetch --all --listings` gets the listings");
            return;
        }

        foreach (DiffLine line in change.Lines.Take(ShownMax))
        {
            string from = line.From is null ? "" : $"{session.Terminal.Name(line.From)} -> ";
            string size = line.Kind == DiffKind.Changed ? $"{Format.Bytes(line.OldSize)} -> {Format.Bytes(line.NewSize)}"
                : Format.Bytes(line.Kind == DiffKind.Removed ? line.OldSize : line.NewSize);
            session.Terminal.Result($"  {line.Kind.ToString().ToLowerInvariant(),-9} {from}{session.Terminal.Name(line.Path)}  {size}");
        }

        if (change.Lines.Count > ShownMax)
        {
            session.Terminal.Result($"  and {Format.Count(change.Lines.Count - ShownMax)} more; `dls diff` lists them all");
        }
    }

    private static string Totals(Pointer? pointer) =>
        pointer is null ? "nothing" : $"{Format.Count(pointer.Files, "file")}, {Format.Bytes(pointer.Size)}";

    private static byte[] ReadSide(string file) =>
        file == "/dev/null" ? [] : Io.SmallFile.Read(Path.GetFullPath(file), file, Pointer.LengthMax);

    private static string WithoutSuffix(string path) =>
        path.EndsWith(Pointer.Suffix, StringComparison.Ordinal) ? path[..^Pointer.Suffix.Length] : path;
}
