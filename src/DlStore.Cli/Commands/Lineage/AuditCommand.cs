using CommandLine;
using DlStore.Operations.Lineage;

namespace DlStore.Cli.Commands.Lineage;

/// <summary><c>dls audit [X...]</c>.</summary>
[Details("Walks the chain of each task: its record, the commit, sources, data set and lock, initial weights and "
    + "the task they came from, outputs, deployments. Every broken link is one line with a stable code. "
    + "Changes nothing and executes nothing. Bytes that are only on a remote are no finding, but were not looked into: "
    + "`dls fetch` brings them. If something is not here, the remotes are asked for their index files.")]
[Example("dls audit", "every task and deployment of the work tree")]
[Example("dls audit game1 --full", "one task, every byte hashed again")]
[Example("dls audit 8f14e45f", "the task that made these weights")]
[Exits(ExitCode.NoRepository, ExitCode.Findings, ExitCode.Missing, ExitCode.Corrupt)]
internal sealed class AuditCommand : Command
{
    private const int NotesMax = 5;

    [Value(0, MetaName = "X", HelpText = "what `dls lineage` can trace; all tasks if none is given")]
    public IEnumerable<string> What { get; set; } = [];

    [Option("full", HelpText = "hash every byte again, and every data set")]
    public bool Full { get; set; }

    public override bool TryTakeWords(IReadOnlyList<string> words)
    {
        What = words;
        return true;
    }

    public override async Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        AuditResult result;
        using (ProgressLine progress = session.StartProgress())
        {
            result = await Audit.RunAsync(session.Repo, new AuditOptions { What = [.. What], Full = Full, Progress = progress }, cancel);
        }

        if (Json)
        {
            session.Terminal.WriteJson(result, ResultJson.Default.AuditResult);
        }
        else
        {
            Print(session, result);
        }

        return result.Findings.Count == 0 ? ExitCode.Done
            : result.Findings.Any(static f => f.Severity == AuditSeverity.Corrupt) ? ExitCode.Corrupt
            : result.Findings.Any(static f => f.Severity == AuditSeverity.Missing) ? ExitCode.Missing
            : ExitCode.Findings;
    }

    private static void Print(Session session, AuditResult result)
    {
        foreach (AuditFinding finding in result.Findings)
        {
            session.Terminal.Result($"{finding.Code} {finding.Subject}: {finding.Message}", Ink.Bad);
        }

        PrintSome(session, result.Elsewhere, "links whose bytes are only on a remote");
        PrintSome(session, result.Unknown, "links that nobody recorded");
        PrintSome(session, result.Erased, "links that lack what was erased");
        string walked = $"{Format.Count(result.Tasks, "task")}, {Format.Count(result.Attempts, "attempt")}, "
            + $"{Format.Count(result.Deployments, "deployment")}, {Format.Count(result.Objects, "object")} here";
        session.Terminal.Result(
            result.Findings.Count > 0 ? $"{Format.Count(result.Findings.Count, "broken link")} in {walked}"
            : result.Elsewhere.Count > 0 ? $"no broken link in what is here: {walked}; {Format.Count(result.Elsewhere.Count, "link")} "
                + $"{(result.Elsewhere.Count == 1 ? "was" : "were")} not looked into, `dls fetch` brings the bytes"
            : result.Tasks + result.Deployments == 0 ? "nothing to audit: no task and no deployment is in the work tree"
            : $"all right: {walked}"
                + $"{(result.Erased.Count == 0 ? "" : $"; {Format.Count(result.Erased.Count, "link")} with erased objects")}");
    }

    private static void PrintSome(Session session, IReadOnlyList<string> notes, string what)
    {
        foreach (string note in notes.Take(NotesMax))
        {
            session.Terminal.Result($"note: {note}", Ink.Dim);
        }

        if (notes.Count > NotesMax)
        {
            session.Terminal.Result($"note: and {Format.Count(notes.Count - NotesMax)} more {what}", Ink.Dim);
        }
    }
}
