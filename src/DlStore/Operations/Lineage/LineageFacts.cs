using System.Globalization;
using System.Text;
using DlStore.Data.Names;
using DlStore.Learning.Records;
using DlStore.Lineage;
using DlStore.Objects;
using DlStore.Operations.Projects;

namespace DlStore.Operations.Lineage;

/// <summary>Turns what the index knows into nodes with facts for people; both directions of a walk use it.</summary>
/// <param name="repo">The repository.</param>
/// <param name="query">The index.</param>
internal sealed class LineageFacts(Repo repo, LineageQuery query)
{
    private const int TextMax = 160;
    private IReadOnlyList<(KnownDeployment Deployment, IReadOnlyList<KnownDeployedFile> Files)>? _live;
    private KnownMasters? _masters;

    /// <summary>Gets what is live on each target as far as copies of its journal are here.</summary>
    public IReadOnlyList<(KnownDeployment Deployment, IReadOnlyList<KnownDeployedFile> Files)> Live =>
        _live ??= [.. query.LastDeployments().Select(d => (d, query.FilesOf(d)))];

    public LineageNode Task(string name)
    {
        List<string> facts = [];
        AddMemo(facts, name);
        facts.AddRange(query.ReusedBy(name).Select(static r => $"{r.Kind} is taken over from task {r.Task}"));
        return new LineageNode($"task:{name}", LineageKind.Task, name, facts);
    }

    public LineageNode Attempt(KnownAttempt a)
    {
        List<string> facts = [a.State is null ? "not collected" : a.Why is null ? a.State : $"{a.State}: {Show(a.Why)}"];
        facts.Add(a.Finished is { } finished
            ? $"{Show(finished)} on {a.Host} by {Show(a.By)}" : $"started {Show(a.Created)} on {a.Host} by {Show(a.By)}");
        facts.Add($"commit {Show(a.Commit)}");
        if (a.Parameters.Length > 0)
        {
            facts.Add(Show(a.Parameters));
        }

        AddMemo(facts, a.Task);
        return new LineageNode($"attempt:{a.Id}", LineageKind.Attempt, $"{a.Task}/{a.Kind} attempt {a.N}", facts);
    }

    public static LineageNode UnknownAttempt(string id, string? task) =>
        new($"attempt:{id}", LineageKind.Attempt, $"{(task is null ? "an attempt" : task)} {id[..12]}",
            ["no record of it is in this repository"]);

    public static LineageNode Source(KnownSource s) => new(
        $"source:{s.Tree}:{s.Path}", LineageKind.Source, Show(s.Path),
        [
            s.Commit is null ? "not a git repository" : $"commit {Show(s.Commit)}",
            s.Commit is null ? $"{Count(s.Files, "file")} captured"
                : s.Dirty > 0 ? $"dirty: {Count(s.Dirty, "file")} {(s.Dirty == 1 ? "differs" : "differ")}, captured" : "clean",
            .. s.Withheld > 0 ? (string[])[$"{Count(s.Withheld, "file")} withheld"] : [],
            $"tree {s.Tree}",
        ]);

    public static LineageNode Dataset(KnownDataset d) => new(
        $"dataset:{d.Name}:{d.Tree}:{d.Canvas}", LineageKind.Dataset, $"{d.Name} {d.Canvas}",
        [
            $"{Count(d.Images, "image")}, {(d.Commit is null ? "lock not committed" : $"locked at {d.Commit[..12]}")}",
            $"dirHash {d.DirHash}",
            .. d.Engine is { } engine ? (string[])[$"engine {Show(engine)}"] : [],
            .. d.ImportedFrom is { } from ? (string[])[$"imported from {Show(from)}"] : [],
        ]);

    /// <summary>
    /// A data set that an attempt names and no lock does: a clone without its history, or a lock that was never committed.
    /// </summary>
    public static LineageNode UnlockedDataset(KnownAttempt a) => new(
        $"dataset:{a.Dataset}:{a.Tree}:{a.Canvas}", LineageKind.Dataset, $"{Show(a.Dataset!)} {Show(a.Canvas!)}",
            [$"dirHash {a.DirHash?.ToString() ?? "unknown"}", $"tree {a.Tree}", "no lock in this repository has this tree"]);

    public static LineageNode Project(string name, string kind, IReadOnlyList<string> facts) => new(
        $"{(kind == "real" ? "real" : "project")}:{name}", kind == "real" ? LineageKind.RealImages : LineageKind.Project, Show(name),
        facts);

    public LineageNode Master(Oid oid)
    {
        IReadOnlyList<KnownMasterFile> files = query.MasterFiles(oid);
        string[] facts = files.Count > 0 ? [.. files.Take(3).Select(static f => $"{Show(f.Path)} at {f.Commit?[..12] ?? "the work tree"}")]
            : (_masters ??= KnownMasters.Read(repo)).Find(oid) is { } here ? [$"{here.Path} in the work tree"]
            : ["no commit has a file with these bytes in a master directory"];
        return new LineageNode(
            $"object:{oid}", files.Any(static f => f.Kind == MasterFileKind.Annotation) ? LineageKind.Annotation : LineageKind.Master,
            oid.ToString(), facts);
    }

    /// <summary>An object by what records say of it.</summary>
    public LineageNode Object(Oid oid)
    {
        List<string> facts = [];
        LineageKind kind = LineageKind.Object;
        foreach (KnownArtifact a in query.ArtifactsOf(oid))
        {
            kind = a.Role is ArtifactRole.Weight or ArtifactRole.Best or ArtifactRole.Initial ? LineageKind.Weights : kind;
            string size = a.Size > 0 ? $", {a.Size.ToString(CultureInfo.InvariantCulture)} bytes" : "";
            if (a.IsMade && facts.Count < 3)
            {
                facts.Add($"{Show(a.Path)}{size}{(a.Inherited ? ", inherited: it was there before the run" : "")}");
            }
        }

        if (facts.Count == 0)
        {
            facts.AddRange(query.Pointers(oid).Take(3).Select(static p => $"{Show(p.Path)} at commit {p.Commit![..12]}"));
        }

        return new LineageNode($"object:{oid}", kind, oid.ToString(), [.. facts.Distinct()]);
    }

    public LineageNode Target(KnownDeployment d)
    {
        string what = d.Task is { } task ? $"task {Show(task)}" : "nothing that dls deployed";
        return new LineageNode($"target:{d.Target}",
            LineageKind.Target, d.Target, [$"{what} is live by entry {d.Seq} ({Show(d.Action)}) of {Show(d.At)}{Age(d.At)} by {Show(d.By)}",
            "that is the newest copy of its journal here; the target was not asked"]);
    }

    /// <summary>Makes text of a record harmless and short.</summary>
    public static string Show(string text)
    {
        string shown = Io.EntryName.Show(Encoding.UTF8.GetBytes(text));
        return shown.Length > TextMax ? shown[..TextMax] + "..." : shown;
    }

    private static string Count(long n, string what) => string.Create(CultureInfo.InvariantCulture, $"{n} {what}{(n == 1 ? "" : "s")}");

    private string Age(string at)
    {
        if (!DateTimeOffset.TryParse(at, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset then))
        {
            return "";
        }

        TimeSpan age = repo.Clock.GetUtcNow() - then;
        return string.Create(CultureInfo.InvariantCulture, $", {(age.TotalDays >= 1 ? $"{(long)age.TotalDays} d" : age.TotalHours >= 1 ? $"{(long)age.TotalHours} h" : $"{Math.Max(0, (long)age.TotalMinutes)} min")} ago");
    }

    private void AddMemo(List<string> facts, string task)
    {
        if (PortableName.TryParse(task, out PortableName name) && FirstLine(name) is { Length: > 0 } line)
        {
            facts.Add($"memo: {Show(line)}");
        }
    }

    private string? FirstLine(PortableName task)
    {
        string path = $"{TaskRecord.DirectoryOf(task)}/{TaskRecord.MemoName}";
        byte[]? bytes = null;
        try
        {
            bytes = Io.SmallFile.Find($"{repo.WorkTree}/{path}", path, 1 << 20);
        }
        catch (DlsException)
        {
            // A memo that is a symlink or huge says nothing.
        }

        bytes ??= query.NewestCommitOf(TaskRecord.FileOf(task)) is { } commit
            ? repo.Git.CatFile.Read($"{commit}:{path}", 1 << 20)?.Bytes : null;
        return bytes is null ? null : Encoding.UTF8.GetString(
            bytes).Split('\n').Select(static l => l.Trim(' ', '#', '\r', '\t')).FirstOrDefault(static l => l.Length > 0);
    }
}
