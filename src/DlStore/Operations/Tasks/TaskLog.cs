using DlStore.Learning.Records;
using DlStore.Learning.Runs;
using DlStore.Objects;

namespace DlStore.Operations.Tasks;

/// <summary><c>dls task log</c>: the log of an attempt, from the store if it is home, else from the host as it is now.</summary>
public static class TaskLog
{
    /// <summary>Reads a log.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="name">The task, or a part of it.</param>
    /// <param name="n">The attempt's number, or null for the newest of each kind.</param>
    /// <param name="test">Whether the log of the test is meant.</param>
    /// <param name="to">Takes kind and bytes; untrusted.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="DlsException">Kind Usage: no such attempt. Kind Missing: the log is not here.</exception>
    public static async Task RunAsync(
        Repo repo, string name, int? n, bool test, Action<string, ReadOnlyMemory<byte>> to, CancellationToken cancel)
    {
        AttemptOfTask[] attempts = [.. TaskStates.Select(repo, [name], newestOnly: n is null).Where(a => n is null || a.Start.N == n)];
        if (attempts.Length == 0)
        {
            throw new DlsException(
                ErrorKind.Usage, $"show the log of task '{name}': {(n is null ? "nothing of it was started" : $"it has no attempt {n}")}",
                $"`dls task show {name}` lists the attempts");
        }

        string file = test ? "test.log" : "log";
        foreach (AttemptOfTask attempt in attempts)
        {
            if (attempt.Record is not { } record)
            {
                to(attempt.Start.Kind, await new HostRun(repo.OpenHost(attempt.Start.Host),
                    repo.OpenHost(attempt.Start.Host).Address.Root, attempt.Start.Id).ReadLogAsync(file, cancel));
                continue;
            }

            if (record.Outputs is not { } outputs || (!test && record.Log is null))
            {
                throw new DlsException(
                    ErrorKind.Missing, $"show the log of attempt {record.N} of task '{attempt.Task.Name}': {record.Why ?? "it left none"}");
            }

            string path = $"{AttemptRecord.DirectoryOf(Data.Names.PortableName.Parse(attempt.Task.Name, "task"), record.N)}/outputs";
            await CopyAsync(repo, attempt, path, outputs, file, to, cancel);
        }
    }

    private static async Task CopyAsync(Repo repo,
        AttemptOfTask attempt, string path, Oid outputs, string file, Action<string, ReadOnlyMemory<byte>> to, CancellationToken cancel)
    {
        if (!repo.Store.Contains(outputs))
        {
            await TaskFiles.RequireHereAsync(repo, $"{path}/{file}", outputs, false, null, cancel);
        }

        WorkTree.PathEntry entry = TaskFiles.FindBelow(repo, outputs, file);
        if (!entry.IsPresent)
        {
            throw new DlsException(ErrorKind.Missing, $"show '{file}' of task '{attempt.Task.Name}': the attempt left none");
        }

        await TaskFiles.RequireHereAsync(repo, $"{path}/{file}", entry.Oid, false, null, cancel);
        using Stream stream = OutputReading.Open(repo, entry.Oid);
        byte[] buffer = new byte[1 << 20];
        for (int read; (read = await stream.ReadAsync(buffer, cancel)) > 0;)
        {
            to(attempt.Start.Kind, buffer.AsMemory(0, read));
        }
    }
}
