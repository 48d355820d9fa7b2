using CommandLine;
using DlStore.Data.Recipes;
using DlStore.Operations.Setup;

namespace DlStore.Cli.Commands.Setup;

/// <summary><c>dls trust [NAME...]</c>.</summary>
[Details("A repository can name programs, and dls runs none of them until this clone has allowed its exact content: the digest "
    + "of its words, its directory and its inputs is kept under the git directory, where no commit can reach it. A "
    + "changed program has to be allowed again. Without names the commands are listed and nothing is allowed.")]
[Example("dls trust", "list the programs that projects and kinds name, allowed or not")]
[Example("dls trust close", "allow the program of one project or kind as it is now")]
[Example("dls trust --revoke close", "take that back")]
[Exits(ExitCode.NoRepository, ExitCode.Locked)]
internal sealed class TrustCommand : Command
{
    [Value(0, MetaName = "NAME", HelpText = "projects and kinds whose program to allow")]
    public IEnumerable<string> Names { get; set; } = [];

    [Option("list", HelpText = "list only; the default without names")]
    public bool List { get; set; }

    [Option("all", HelpText = "every program that the repository names")]
    public bool All { get; set; }

    [Option("revoke", HelpText = "take permissions back")]
    public bool Revoke { get; set; }

    [Option("dry-run", HelpText = "show the state and change nothing")]
    public bool DryRun { get; set; }

    public override Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        TrustOptions options = new() { Names = [.. Names], All = All, Revoke = Revoke, DryRun = DryRun || List };
        IReadOnlyList<TrustLine> lines = Trust.Run(session.Repo, options);
        if (Json)
        {
            session.Terminal.WriteJson(lines, ResultJson.Default.IReadOnlyListTrustLine);
            return Task.FromResult(ExitCode.Done);
        }

        foreach (TrustLine line in lines)
        {
            string state = line.Problem is not null ? "unreadable" : line.IsTrusted ? "allowed" : "not allowed";
            session.Terminal.Result(
                $"{state,-11}  {line.Subject}  {session.Terminal.Name(line.Line)}", line.IsTrusted ? Ink.Good : Ink.Changed);
            session.Terminal.Result($"             {line.Problem ?? line.Digest?.ToString()}", Ink.Dim);
        }

        if (lines.Count == 0)
        {
            session.Terminal.Note("no project names a program");
        }
        else if (lines.Any(static l => !l.IsTrusted && l.Problem is null))
        {
            session.Terminal.Note("read a program, then allow it with `dls trust PROJECT`");
        }

        return Task.FromResult(ExitCode.Done);
    }
}
