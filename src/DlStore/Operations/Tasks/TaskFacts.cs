using DlStore.Data.Names;
using DlStore.Data.Texts;
using DlStore.Io;
using DlStore.Learning.Records;
using DlStore.Learning.Runs;
using DlStore.Objects;

namespace DlStore.Operations.Tasks;

/// <summary>
/// <c>dls task import --facts</c>: keeps what is still known of weights whose bytes are lost: digest, date, data set, parent. Their state
/// is <c>absent</c>, so nothing
/// can be deployed or trained from them. docs/formats/task-import.md.
/// </summary>
public static class TaskFacts
{
    /// <summary>Runs the command.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="file">The file of facts, as typed.</param>
    /// <param name="name">The task's name.</param>
    /// <returns>One entry an attempt.</returns>
    /// <exception cref="DlsException">Kind Failed: the name is used, or the file cannot be used; the line is named.</exception>
    public static IReadOnlyList<TaskImportResult> Run(Repo repo, string file, string name)
    {
        PortableName task = PortableName.Parse(name, "task");
        YamlNode yaml = SafeYaml.ReadFile(Path.GetFullPath(Path.Combine(repo.StartDirectory, file)), file);
        using FileLock held = TaskCreate.Lock(repo, task);
        TaskRecord? before = ImportedTask.FindOrRequireFree(repo, task);
        List<ImportedAttempt> attempts = [];
        List<string> memos = [];
        foreach (YamlNode one in yaml.Items ?? [yaml])
        {
            attempts.Add(Read(repo, one, (before?.Attempts.Count ?? 0) + attempts.Count + 1));
            memos.AddRange(one.Find("memo") is { } memo ? [memo.RequireText()] : []);
        }

        if (attempts.Count == 0)
        {
            throw yaml.Bad("it states no facts");
        }

        ImportedTask.Write(repo, before, task, Path.GetFileName(file), memos.Count > 0 ? string.Join('\n', memos) : null, attempts, []);
        return [.. attempts.Select(a => new TaskImportResult(task.Value, a.Record))];
    }

    private static ImportedAttempt Read(Repo repo, YamlNode facts, int n)
    {
        facts.RequireOnly("kind", "weights", "path", "size", "date", "dataset", "parent", "parameters", "classes", "metrics", "memo");
        YamlNode kindText = facts.Find("kind") ?? throw facts.Bad("there is no key 'kind'");
        PortableName kind = PortableName.TryParse(kindText.RequireText(), out PortableName parsed)
            ? parsed : throw kindText.Bad($"'{kindText.Text}' is no name of a kind");
        Oid oid = DigestOf(facts.Find("weights") ?? throw facts.Bad("there is no key 'weights'"));
        string path = facts.Find("path")?.RequireText() ?? "weights";
        long size = facts.Find("size")?.RequireNumber(0, long.MaxValue) ?? 0;
        string? date = facts.Find("date") is { } at ? RunEvidence.TimeText(TimeOf(at)) : null;
        AttemptStart start = ImportedTask.Start(repo, n, kind) with
        {
            Parameters = Texts(facts.Find("parameters")),
            Classes = [.. (facts.Find("classes")?.RequireItems() ?? []).Select(static c => c.RequireText())],
            Initial = facts.Find("parent") is { } parent ? ImportedTask.ParentOf(repo, parent.RequireText(), kind) : null,
            Inputs = facts.Find("dataset") is { } dataset ? [DatasetOf(dataset)] : [],
        };
        BestVersion weights = new(path, oid, size, date ?? "", 0, "", false);
        return new ImportedAttempt(start, new AttemptRecord
        {
            N = n,
            Id = start.Id,
            Kind = kind.Value,
            State = RunState.Absent,
            Why = "only facts of it are known; its bytes are lost",
            Finished = date,
            Best = [weights],
            Weights = weights,
            Metrics = Texts(facts.Find("metrics")),
        });
    }

    private static AttemptInput DatasetOf(YamlNode node)
    {
        if (node.Keys is null)
        {
            return new AttemptInput("dataset/data_set", DigestOf(node), 0, null, null);
        }

        node.RequireOnly("name", "sha256");
        YamlNode? name = node.Find("name");
        string shown = name is null ? "data_set" : PortableName.TryParse(name.RequireText(), out PortableName parsed)
            ? parsed.Value : throw name.Bad($"'{name.Text}' is no name of a data set");
        return new AttemptInput(
            $"dataset/{shown}", DigestOf(node.Find("sha256") ?? throw node.Bad("there is no key 'sha256'")), 0, null, null);
    }

    private static Oid DigestOf(YamlNode node) => ImportedTask.ParseDigest(node.RequireText())
        ?? throw node.Bad($"'{node.Text}' is no SHA-256: 64 hex digits, lower case, with or without 'sha256:'");

    private static long TimeOf(YamlNode node)
    {
        try
        {
            return ImportedTask.ParseTime(node.RequireText(), "read a date");
        }
        catch (DlsException e) when (e.Kind == ErrorKind.Usage)
        {
            throw node.Bad($"'{node.Text}' is no date; write 2023-02-03 or 2023-02-03T12:00:00Z");
        }
    }

    private static SortedDictionary<string, string> Texts(YamlNode? node) =>
        new((node?.RequireKeys() ?? []).ToDictionary(static k => k.Key, static k => k.Value.RequireText()), StringComparer.Ordinal);
}
