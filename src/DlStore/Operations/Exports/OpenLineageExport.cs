using System.Text.Json;
using DlStore.Data.Names;
using DlStore.Learning.Records;
using DlStore.Operations.Store;
using DlStore.Operations.Tasks;

namespace DlStore.Operations.Exports;

/// <summary>Attempts as events of OpenLineage.</summary>
/// <param name="Events">The events, as they are sent.</param>
/// <param name="NotHome">Attempts that are not home, of which only the start is told: <c>TASK/KIND #N</c>.</param>
public sealed record OpenLineageExportResult(IReadOnlyList<JsonElement> Events, IReadOnlyList<string> NotHome)
{
    /// <summary>Gives the events as JSON lines.</summary>
    /// <returns>One event a line, each with a line feed.</returns>
    public string ToLines() => string.Concat(Events.Select(static e => e.GetRawText() + "\n"));
}

/// <summary>
/// <c>dls task export openlineage</c>: attempts as run events that a lineage server takes (docs/formats/exports.md). It reads records only:
/// no host is asked, no byte is fetched.
/// </summary>
public static class OpenLineageExport
{
    /// <summary>Runs the command.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="names">Tasks or parts of tasks, as typed; empty for all.</param>
    /// <returns>The events; the same records give the same bytes.</returns>
    /// <exception cref="DlsException">Kind Usage: no such task, or the repository has no id. Kind Corrupt: a record is damaged.</exception>
    public static OpenLineageExportResult Run(Repo repo, IReadOnlyList<string> names)
    {
        string id = repo.Config.RepoId
            ?? throw new DlsException(ErrorKind.Usage, "export to OpenLineage: the repository has no id", "`dls init` makes one");
        IReadOnlyList<AttemptOfTask> attempts = ExportedAttempts.List(repo, names);
        List<byte[]> events = [];
        foreach (AttemptOfTask attempt in attempts)
        {
            OpenLineageRun run = new("dls://" + id, attempt, InitialNameOf(repo, attempt.Start.Initial),
                TaskMemo.Read(repo, PortableName.Parse(attempt.Task.Name, "task")));
            events.AddRange(run.Events());
        }

        return new OpenLineageExportResult(
            [.. events.Select(Parse)], [.. attempts.Where(static a => a.Record is null).Select(FinishedAttempt.Show)]);
    }

    private static JsonElement Parse(byte[] json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }

    /// <summary>Finds the name that initial weights have as the output of their own attempt; null if no record here says it.</summary>
    private static string? InitialNameOf(Repo repo, AttemptInput? initial)
    {
        if (initial is null || !PortableName.TryParse(initial.Task, out PortableName name))
        {
            return null;
        }

        KnownFiles.RequireRealParents(repo, TaskRecord.FileOf(name));
        if (TaskRecord.Find(repo.WorkTree, name) is not { } task
            || task.Attempts.FirstOrDefault(a => a.Id == initial.Attempt) is not { } start)
        {
            return null;
        }

        AttemptRecord? record = AttemptRecord.Find(repo.WorkTree, name, start.N);
        return record is not null && record.Best.Append(record.Weights).Any(b => b?.Oid == initial.Oid)
            ? OpenLineageRun.NameOf(task.Name, start.Kind, "weights") : null;
    }
}
