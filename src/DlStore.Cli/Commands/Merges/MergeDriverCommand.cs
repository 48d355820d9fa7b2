using System.Globalization;
using CommandLine;
using DlStore.Operations.Merges;

namespace DlStore.Cli.Commands.Merges;

/// <summary><c>dls merge-driver</c>: git calls it with three versions of a pointer.</summary>
[Details("Exit code 0: merged. 1: something clashes; the pointer that was written keeps this side's version of that, and git holds the "
    + "path unmerged. Any other: nothing was written, and git holds the path unmerged with this side's version.")]
[Example("dls merge-driver %O %A %B ./%P %L %Y", "merge.dls.driver in a clone's git configuration, as `dls init` writes it")]
[Exits(ExitCode.NoRepository, ExitCode.Locked, ExitCode.Missing, ExitCode.Corrupt)]
internal sealed class MergeDriverCommand : Command
{
    private const int FilesCount = 4;

    [Value(0, MetaName = "ARGS", HelpText = "base, ours, theirs, path, length of markers, name of the other side")]
    public IEnumerable<string> Words { get; set; } = [];

    [Option("inner", HelpText = "merge common ancestors: what clashes stays as it was before both")]
    public bool Inner { get; set; }

    public override bool SeesToHook => false;

    public override bool TryTakeWords(IReadOnlyList<string> words)
    {
        Words = words;
        return true;
    }

    public override async Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        string[] words = [.. Words];
        if (words.Length < FilesCount)
        {
            throw new DlsException(ErrorKind.Usage, "merge-driver: git gives it four words and more: base, ours, theirs, path",
                "it is not for you to run; `dls resolve` is");
        }

        MergeDriverResult result = await MergeDriver.RunAsync(session.Repo, new MergeDriverOptions
        {
            BaseFile = words[0],
            OursFile = words[1],
            TheirsFile = words[2],
            Path = words[3].StartsWith("./", StringComparison.Ordinal) ? words[3][2..] : words[3],
            MarkerLength = words.Length > 4 && int.TryParse(words[4], NumberStyles.None, CultureInfo.InvariantCulture, out int n) ? n : 7,
            TheirsName = words.Length > 5 && words[5] is not ("" or "%Y") ? words[5] : null,
            IsInner = Inner,
        }, cancel);
        if (result is { Clashes: > 0, Path.Length: > 0 })
        {
            session.Terminal.Warn(
                $"{session.Terminal.Name(result.Path)}: {Format.Count(result.Clashes, "clash", "clashes")}; the rest is merged");
            session.Terminal.Detail("hint: ", "`dls resolve` lists what clashes and decides it");
        }

        return result.Clashes > 0 ? ExitCode.Failed : ExitCode.Done;
    }
}
