using System.Text;
using DlStore.Learning.Kinds;
using DlStore.Learning.Logs;
using DlStore.Learning.Runs;

namespace DlStore.Operations.Tasks;

/// <summary>Something that was noticed while a run was followed.</summary>
/// <param name="Kind">The kind of the attempt.</param>
/// <param name="Text">One line; untrusted parts are escaped.</param>
public sealed record FollowNote(string Kind, string Text);

/// <summary>
/// Follows runs: gives their logs as they grow, says at once what the rules of the kind notice, and returns when they have ended. Nothing
/// depends on it: it may be killed, and
/// called again, from anywhere. A lost connection is taken up again where it broke.
/// </summary>
/// <param name="repo">The repository.</param>
/// <param name="write">Takes the bytes of a log: the kind, then the bytes as they come; untrusted.</param>
/// <param name="note">Takes what was noticed.</param>
public sealed class TaskFollow(Repo repo, Action<string, ReadOnlyMemory<byte>> write, Action<FollowNote> note)
{
    private const int TriesMax = 20;
    private const int PauseMs = 3000;

    /// <summary>Gets who is told the kind and the points of metrics as the log names them; null for nobody.</summary>
    public Action<string, IReadOnlyList<MetricLine>>? Points { get; init; }

    /// <summary>Follows the newest attempts of a task that are not home yet.</summary>
    /// <param name="names">Tasks or parts.</param>
    /// <param name="cancel">Ends it; the runs go on.</param>
    public async Task RunAsync(IReadOnlyList<string> names, CancellationToken cancel) =>
        await Task.WhenAll(
            TaskStates.Select(repo, names, newestOnly: true).Where(static a => a.Record is null).Select(a => FollowAsync(a, cancel)));

    private async Task FollowAsync(AttemptOfTask attempt, CancellationToken cancel)
    {
        Kind? kind = TaskStates.FindKind(repo, attempt.Start.Kind);
        HostRun run = new(repo.OpenHost(attempt.Start.Host), repo.OpenHost(attempt.Start.Host).Address.Root, attempt.Start.Id);
        foreach (string log in attempt.Start.Test is null ? (string[])["log"] : ["log", "test.log"])
        {
            await FollowLogAsync(attempt, run, log, kind, cancel);
        }

        // The log ends a moment before the exit code is there: the last versions of the weights are kept in between.
        for (int i = 0; i < 60 && (await run.StateAsync(cancel)) is { HasEnded: false, Alive: true }; i++)
        {
            await Task.Delay(500, cancel);
        }
    }

    private async Task FollowLogAsync(AttemptOfTask attempt, HostRun run, string log, Kind? kind, CancellationToken cancel)
    {
        LogReader? reader = kind is null ? null : new LogReader(kind.Log);
        long seen = 0;
        for (int tries = 0; ; tries++)
        {
            try
            {
                await run.FollowAsync(log, seen, bytes =>
                {
                    seen += bytes.Length;
                    tries = 0;
                    write(attempt.Start.Kind, bytes);
                    Notice(attempt, reader, bytes);
                }, cancel);
                return;
            }
            catch (DlsException e) when (tries < TriesMax)
            {
                note(new FollowNote(attempt.Start.Kind, $"{e.Message}; the run goes on, trying again"));
                await Task.Delay(PauseMs, cancel);
            }
        }
    }

    private void Notice(AttemptOfTask attempt, LogReader? reader, ReadOnlyMemory<byte> bytes)
    {
        if (reader?.Feed(bytes.Span) is not { } batch)
        {
            return;
        }

        if (batch.Metrics.Count > 0)
        {
            Points?.Invoke(attempt.Start.Kind, batch.Metrics);
        }

        foreach (LogEvent found in batch.Events)
        {
            if (found.Kind != LogEventKind.Best)
            {
                note(new FollowNote(attempt.Start.Kind,
                    $"{found.Kind} at line {found.LineNumber}: {Io.EntryName.Show(Encoding.UTF8.GetBytes(found.Text))}"));
            }
        }
    }
}
