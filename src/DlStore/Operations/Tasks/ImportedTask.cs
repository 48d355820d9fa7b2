using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using DlStore.Data.Names;
using DlStore.Learning.Records;
using DlStore.Learning.Runs;

using Oid = DlStore.Objects.Oid;

namespace DlStore.Operations.Tasks;

/// <summary>An attempt that is added by an import.</summary>
/// <param name="Start">What is known of its beginning.</param>
/// <param name="Record">What is known of its end.</param>
internal sealed record ImportedAttempt(AttemptStart Start, AttemptRecord Record);

/// <summary>The record of a task that no run of dls made.</summary>
internal static class ImportedTask
{
    /// <summary>Reads the task that an import adds to, which must have been imported itself.</summary>
    /// <returns>The task, or null if the name is free.</returns>
    /// <exception cref="DlsException">Kind Usage: the name is that of another task.</exception>
    public static TaskRecord? FindOrRequireFree(Repo repo, PortableName name)
    {
        if (TaskRecord.Find(repo.WorkTree, name) is { ImportedFrom: not null } task)
        {
            return task;
        }

        TaskNames.RequireFree(repo, name);
        return null;
    }

    /// <summary>Makes the start of an attempt of which nothing is known.</summary>
    public static AttemptStart Start(Repo repo, int n, PortableName kind) => new()
    {
        N = n,
        Id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)),
        Kind = kind.Value,
        KindDigest = Oid.Of([]),
        Host = AttemptStart.ImportedHost,
        Created = RunEvidence.TimeText(repo.Clock.GetUtcNow().ToUnixTimeSeconds()),
        By = TaskStart.Person(repo),
        Commit = "",
        Train = "",
        Parameters = new SortedDictionary<string, string>(),
        Sources = [],
    };

    /// <summary>Finds the weights of a parent: a task, a part of one, or a digest.</summary>
    /// <exception cref="DlsException">Kind Usage: there is no such task, or it has no weights.</exception>
    public static AttemptInput ParentOf(Repo repo, string typed, PortableName kind)
    {
        if (ParseDigest(typed) is { } digest)
        {
            return new AttemptInput("initial", digest, 0, null, null);
        }

        TaskPart part = TaskPart.Parse(typed);
        AttemptOfTask? found = TaskNames.FindPart(repo, TaskNames.Get(repo, part.Task), part.Kind ?? kind);
        return found?.Record?.Weights is { } weights
            ? new AttemptInput("initial", weights.Oid, weights.Size, found.Task.Name, found.Start.Id)
            : throw new DlsException(
                ErrorKind.Usage, $"import from parent '{typed}': {(found is null ? "that task has no such kind" : "it has no weights")}",
                $"`dls task show {part.Task}` shows what it has");
    }

    /// <summary>Reads a digest with or without its prefix.</summary>
    /// <returns>The oid, or null if it is none.</returns>
    public static Oid? ParseDigest(string text) => Oid.TryParse(text, out Oid oid) || (text.Length == 64 && Oid.TryParseHex(text, out oid))
        ? oid : null;

    /// <summary>Reads a date or time; without a zone it is UTC.</summary>
    /// <returns>Seconds since 1970.</returns>
    /// <exception cref="DlsException">Kind Usage: it is none.</exception>
    public static long ParseTime(string text, string doing) =>
        DateTimeOffset.TryParseExact(text, ["yyyy-MM-dd", "yyyy-MM-ddTHH:mm", "yyyy-MM-ddTHH:mm:ss", "yyyy-MM-ddTHH:mm:ssZ",
            "yyyy-MM-ddTHH:mm:sszzz"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset at)
            ? at.ToUnixTimeSeconds()
            : throw new DlsException(ErrorKind.Usage, $"{doing}: '{text}' is no date", "write 2023-02-03 or 2023-02-03T12:00:00Z");

    /// <summary>Writes an import: what it stored, then its records, the task's last.</summary>
    public static void Write(Repo repo, TaskRecord? before, PortableName name,
        string from, string? memo, IReadOnlyList<ImportedAttempt> attempts, IReadOnlyList<KeyValuePair<string, byte[]>> stored)
    {
        TaskRecord task = before ?? new TaskRecord
        {
            Name = name.Value,
            Created = attempts[0].Start.Created,
            By = attempts[0].Start.By,
            Kinds = [],
            ImportedFrom = from
        };
        task = task with
        {
            Attempts = [.. task.Attempts, .. attempts.Select(static a => a.Start)],
            Kinds = [.. task.Kinds.Concat(attempts.Select(static a => a.Start.Kind)).Distinct().Order(StringComparer.Ordinal)],
            ImportedFrom = before is null || task.ImportedFrom!.Split(", ").Contains(from)
                ? task.ImportedFrom : $"{task.ImportedFrom}, {from}",
        };
        List<KeyValuePair<string, byte[]>> files = [.. stored];
        if (memo is not null)
        {
            string text = TaskMemo.Read(repo, name) + (memo.EndsWith('\n') ? memo : memo + "\n");
            files.Add(new($"{TaskRecord.DirectoryOf(name)}/{TaskMemo.FileName}", Encoding.UTF8.GetBytes(text)));
        }

        foreach (ImportedAttempt one in attempts)
        {
            string home = AttemptRecord.DirectoryOf(name, one.Start.N);
            files.Add(new($"{home}/{Provenance.FileName}", Provenance.ToBytes(task, one.Start, one.Record)));
            AttemptRecord record = one.Record.WithBeside(files.Where(f => f.Key.StartsWith(home + "/", StringComparison.Ordinal)));
            files.Add(new($"{home}/{AttemptRecord.FileName}", record.ToBytes()));
        }

        files.Add(new(TaskRecord.FileOf(name), task.ToBytes()));
        TaskFiles.Write(repo, files);
    }
}
