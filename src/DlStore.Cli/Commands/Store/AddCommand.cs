using CommandLine;
using DlStore.Operations.Moves;
using DlStore.Operations.Store;

namespace DlStore.Cli.Commands.Store;

/// <summary><c>dls add PATH...</c>.</summary>
[Details("Stores files and directories and writes a pointer PATH.dls beside each; a directory gets one pointer. The pointer and the "
    + "ignore file are staged in git, the bytes never are. Files that were never pulled here stay in a directory's pointer.")]
[Example("dls add data", "store the directory and stage its pointer")]
[Example("dls add data/new.jpg", "add one file to a directory that is managed already")]
[Example("dls add 'weights/*.pth'", "store each file under a pointer of its own")]
[Example("dls add vgg.pth --origin https://example.org/vgg.pth --checksum sha256:2c26b46b68ff...", "a downloaded file, checked")]
[Exits(ExitCode.NoRepository, ExitCode.Locked, ExitCode.Corrupt)]
internal sealed class AddCommand : Command
{
    [Value(0, MetaName = "PATH", Required = true, HelpText = "files, directories or globs to store")]
    public IEnumerable<string> Paths { get; set; } = [];

    [Option("no-git", HelpText = "do not stage the pointer and the ignore file")]
    public bool NoGit { get; set; }

    [Option("remove", HelpText = "drop paths that are not on disk even if they were never pulled here")]
    public bool Remove { get; set; }

    [Option("demand", HelpText = "mark the pointer: fetch and check out only when it is named")]
    public bool Demand { get; set; }

    [Option("origin", MetaValue = "URL", HelpText = "note in the pointer where the bytes come from")]
    public string? Origin { get; set; }

    [Option("checksum", MetaValue = "NAME:HEX",
        HelpText = "store the file only if it has this checksum: sha256, sha1, sha512 or md5, as its publisher gives it")]
    public string? Checksum { get; set; }

    [Option("dry-run", HelpText = "show what would be stored and write nothing")]
    public bool DryRun { get; set; }

    public override bool TryTakeWords(IReadOnlyList<string> words)
    {
        Paths = words;
        return words.Count > 0;
    }

    public override Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        if (Checksum is { } checksum)
        {
            FileChecksum.Require(session.Repo, [.. Paths], checksum);
        }

        AddResult result;
        using (ProgressLine progress = session.StartProgress())
        {
            result = Add.Run(session.Repo, new AddOptions
            {
                Paths = [.. Paths],
                NoGit = NoGit,
                Remove = Remove,
                Demand = Demand,
                Origin = Origin is { } origin ? FileChecksum.RequireOrigin(origin) : null,
                DryRun = DryRun,
                Progress = progress
            }, cancel);
        }

        if (Json)
        {
            session.Terminal.WriteJson(result, ResultJson.Default.AddResult);
            return Task.FromResult(ExitCode.Done);
        }

        Print(session.Terminal, result);
        return Task.FromResult(ExitCode.Done);
    }

    private void Print(Terminal terminal, AddResult result)
    {
        foreach (AddedPath path in result.Paths)
        {
            string what = path.IsNew ? "added" : path.IsChanged ? "updated" : "unchanged";
            string kept = path.NotPulled > 0 ? $", {Format.Count(path.NotPulled)} of them not pulled here" : "";
            terminal.Result($"{(DryRun ? "would be " : "")}{what} {terminal.Name(path.Path)}  "
                + $"{Format.Count(path.Pointer.Files, "file")}, {Format.Bytes(path.Pointer.Size)}{kept}");
        }

        if (result.Ignored.Count > 0)
        {
            terminal.Note($"left out {Format.Count(result.Ignored.Count, "path")} by .dlsignore: "
                + $"{string.Join(", ", result.Ignored.First.Take(3).Select(terminal.Name))}{(result.Ignored.Count > 3 ? " ..." : "")}");
        }

        if (result.FilesRead > 0)
        {
            terminal.Note($"read {Format.Count(result.FilesRead, "file")} ({Format.Bytes(result.BytesRead)}"
                + $"), stored {Format.Count(result.ObjectsStored)} new objects");
        }

        if (result.Paths.Any(p => p.IsChanged) && !DryRun)
        {
            terminal.Note(NoGit ? "the pointer is not staged: run `git add` on it" : "staged; run `git commit`, then `dls push`");
        }
    }
}
