using System.Text;
using CommandLine;
using DlStore.Objects;
using DlStore.Operations.Views;

namespace DlStore.Cli.Commands.Merges;

/// <summary><c>dls pointer-text FILE</c>: git calls it to have lines that it can compare, in <c>git log -p</c>, <c>git show</c>.</summary>
[Details("Prints a pointer and what it names, one line a file: the start of its digest, its size and its path. In a listing of more than "
    + "about 5,000 files directories stand as one line each. Where the listing is not here the pointer is printed as it is.")]
[Example("dls pointer-text FILE", "diff.dls.textconv in a clone's git configuration, as `dls init` writes it")]
[Exits(ExitCode.NoRepository)]
internal sealed class PointerTextCommand : Command
{
    private const int DigitsMax = 12;

    [Value(0, MetaName = "FILE", Required = true, HelpText = "a pointer file")]
    public string File { get; set; } = "";

    public override bool SeesToHook => false;

    public override Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        byte[] bytes = Io.SmallFile.Read(Path.GetFullPath(File), File, 1 << 20);
        session.Terminal.ResultText(Encoding.UTF8.GetString(bytes));
        try
        {
            foreach (PointerTextLine line in PointerText.List(session.Repo, Pointer.Parse(bytes, File)))
            {
                string files = line.Path.EndsWith('/') ? $"  {Format.Count(line.Files, "file")}" : "";
                session.Terminal.Result(
                    $"{line.Oid.ToHex()[..DigitsMax]} {Format.Bytes(line.Size),10}  {session.Terminal.Name(line.Path)}{files}");
            }
        }
        catch (DlsException e) when (e.Kind is ErrorKind.Missing or ErrorKind.Corrupt)
        {
            session.Terminal.Result($"(not listed: {e.Message})");
        }

        return Task.FromResult(ExitCode.Done);
    }
}
