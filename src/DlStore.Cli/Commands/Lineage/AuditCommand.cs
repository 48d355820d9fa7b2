using CommandLine;
using DlStore.Operations.Lineage;

namespace DlStore.Cli.Commands.Lineage;

/// <summary><c>dls audit [X...]</c>.</summary>
[Details("Walks the chain of each task: its record, the commit, sources, data set and lock, initial weights and "
    + "the task they came from, outputs, deployments. Every broken link is one line with a stable code. "
    + "Changes nothing and executes nothing. Bytes that are only known on a remote are no finding.")]
[Example("dls audit", "every task and deployment of the work tree")]
[Example("dls audit game1 --full", "one task, every byte hashed again")]
[Example("dls audit 8f14e45f", "the task that made these weights")]
[Exits(ExitCode.NoRepository, ExitCode.Findings, ExitCode.Missing, ExitCode.Corrupt)]
internal sealed class AuditCommand : Command
{
    private const int ElsewhereMax = 5;

    [Value(0, MetaName = "X", HelpText = "what `dls lineage` can trace; all tasks if none is given")]
    public IEnumerable<string> What { get; set; } = [];

    [Option("full", HelpText = "hash every byte again, and every data set")]
    public bool Full { get; set; }

    public override bool TryTakeWords(IReadOnlyList<string> words)
    {
        What = words;
        return true;
    }

    public override Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        AuditResult result;
        using (ProgressLine progress = session.StartProgress())
        {
            result = Audit.Run(session.Repo, new AuditOptions { What = [.. What], Full = Full, Progress = progress }, cancel);
        }

        if (Json)
        {
            session.Terminal.WriteJson(result, ResultJson.Default.AuditResult);
        }
        else
        {
            Print(session, result);
        }

        return Task.FromResult(result.Findings.Count == 0 ? ExitCode.Done
            : result.Findings.Any(static f => f.Severity == AuditSeverity.Corrupt) ? ExitCode.Corrupt
            : result.Findings.Any(static f => f.Severity == AuditSeverity.Missing) ? ExitCode.Missing
            : ExitCode.Findings);
    }

    private static void Print(Session session, AuditResult result)
    {
        foreach (AuditFinding finding in result.Findings)
        {
            session.Terminal.Result($"{finding.Code} {finding.Subject}: {finding.Message}", Ink.Bad);
        }

        foreach (string elsewhere in result.Elsewhere.Take(ElsewhereMax))
        {
            session.Terminal.Result($"note: {elsewhere}", Ink.Dim);
        }

        if (result.Elsewhere.Count > ElsewhereMax)
        {
            session.Terminal.Result(
                $"note: and {Format.Count(result.Elsewhere.Count - ElsewhereMax)} more links whose bytes are only known on a remote",
                Ink.Dim);
        }

        string walked = $"{Format.Count(result.Tasks, "task")}, {Format.Count(result.Attempts, "attempt")}, "
            + $"{Format.Count(result.Deployments, "deployment")}, {Format.Count(result.Objects, "object")} here";
        session.Terminal.Result(
            result.Findings.Count == 0 ? $"all right: {walked}" : $"{Format.Count(result.Findings.Count, "broken link")} in {walked}");
    }
}
