using CommandLine;
using DlStore.Objects;
using DlStore.Operations.Store;

namespace DlStore.Cli.Commands.Store;

/// <summary><c>dls ls [PATH]</c>.</summary>
[Details("Lists pointers, or what is inside one, from listings alone: nothing has to be on disk.")]
[Example("dls ls", "all pointers")]
[Example("dls ls data --recursive", "every file a directory pointer names")]
[Example("dls ls data/train --rev v1", "one directory as it was at a tag")]
[Exits(ExitCode.Partial, ExitCode.NoRepository, ExitCode.Missing)]
internal sealed class LsCommand : Command
{
    [Value(0, MetaName = "PATH", HelpText = "a managed path, a path inside one, or a directory above some")]
    public string? Target { get; set; }

    [Option("rev", MetaValue = "REV", HelpText = "the pointers of this commit")]
    public string? Rev { get; set; }

    [Option('R', "recursive", HelpText = "go down into directories")]
    public bool Recursive { get; set; }

    [Option("oid", HelpText = "print digests")]
    public bool ShowOid { get; set; }

    public override Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        IEnumerable<ListedEntry> entries = Ls.Run(session.Repo, Target, Rev, Recursive, cancel);
        IReadOnlyList<UnreadablePointer> left = Target is null && Rev is null ? session.Repo.ListPointers().Unreadable : [];
        int code = left.Count > 0 ? ExitCode.Partial : ExitCode.Done;
        if (Json)
        {
            session.Terminal.WriteJson([.. entries], ResultJson.Default.IReadOnlyListListedEntry);
            UnreadableReport.Print(session, left);
            return Task.FromResult(code);
        }

        foreach (ListedEntry entry in entries)
        {
            string size = entry.Mode == TreeMode.Directory
                ? $"{Format.Bytes(entry.Size)} in {Format.Count(entry.Files, "file")}" : Format.Bytes(entry.Size);
            string oid = ShowOid ? $"{entry.Oid}  " : "";
            string mark = entry.Mode switch
            {
                TreeMode.Directory => "/",
                TreeMode.Executable => "*",
                TreeMode.Symlink => "@",
                TreeMode.File or TreeMode.None => "",
                _ => ""
            };
            string absent = entry.IsHere ? "" : $"  ({entry.Erased ?? "not here"})";
            session.Terminal.Result($"{oid}{session.Terminal.Name(entry.Path)}{mark}  {size}{absent}");
        }

        UnreadableReport.Print(session, left);
        return Task.FromResult(code);
    }
}
