using System.Globalization;
using DlStore.Data.Names;
using DlStore.Data.Recipes;
using DlStore.Data.Sets;
using DlStore.Io;
using DlStore.Learning.Logs;
using DlStore.Learning.Records;
using DlStore.Lineage;
using DlStore.Objects;
using DlStore.Targets;

namespace DlStore.Operations.Index;

/// <summary>A file of git that says something about lineage: which it is by its path, and what it says as rows of the index.</summary>
internal static class RecordFile
{
    /// <summary>Gets the largest file that is read; a longer one is a problem of its own.</summary>
    public const int LengthMax = 64 << 20;

    /// <summary>Gets which paths of git count.</summary>
    public static IReadOnlyList<string> Pathspecs { get; } = ["*.dls", TaskRecord.Root, DatasetRecipe.Root, Deployment.Root, Project.Root];

    /// <summary>Tells what a path is.</summary>
    /// <param name="path">From the top of the work tree.</param>
    /// <returns>The kind, or null for a path that says nothing.</returns>
    public static string? KindOf(string path)
    {
        if (path.EndsWith(Pointer.Suffix, StringComparison.Ordinal))
        {
            return RelPath.TryParse(path[..^Pointer.Suffix.Length], out _, out _) ? "pointer" : null;
        }

        return path.Split('/') switch
        {
            [TaskRecord.Root, var task, TaskRecord.FileName] when PortableName.TryParse(task, out _) => "task",
            [TaskRecord.Root, var task, "attempts", var n, AttemptRecord.FileName] when PortableName.TryParse(task, out _)
                && n.All(char.IsAsciiDigit) => "attempt",
            [TaskRecord.Root, var task, "attempts", var n, MetricFile.Name] when PortableName.TryParse(task, out _)
                && int.TryParse(n, NumberStyles.None, CultureInfo.InvariantCulture, out int _) => "curve",
            [TaskRecord.Root, var task, TaskRecord.MemoName] when PortableName.TryParse(task, out _) => "memo",
            [DatasetRecipe.Root, var file] when file.EndsWith(".lock", StringComparison.Ordinal)
                && PortableName.TryParse(file[..^5], out _) => "dataset",
            [".dlstore", "deploys", var target, var file] when file.EndsWith(".json", StringComparison.Ordinal)
                && PortableName.TryParse(target, out _) => "deployment",
            [Project.Root, var project, "master", var file] when PortableName.TryParse(project, out _)
                && (Master.IsName(file) || file.EndsWith(".xml", StringComparison.OrdinalIgnoreCase)) => "master",
            _ => null,
        };
    }

    /// <summary>
    /// Reads a version of a record. One that cannot be read is kept with the reason: it must not be asked for again and again.
    /// </summary>
    public static IndexedRecord Read(string path, string kind, byte[] bytes)
    {
        Oid digest = Oid.Of(bytes);
        try
        {
            IReadOnlyList<IndexRow> rows = kind switch
            {
                "pointer" => OfPointer(bytes, path),
                "task" => OfTask(TaskRecord.Parse(bytes, path), path),
                "attempt" => OfAttempt(AttemptRecord.Parse(bytes, path), path),
                "curve" => RecordNumbers.OfCurve(MetricFile.Parse(bytes, path), path),
                "memo" => [RecordNumbers.OfMemo(bytes, path)],
                "dataset" => OfDataset(DatasetLock.Parse(bytes, path), Path.GetFileNameWithoutExtension(path)),
                "deployment" => OfDeployment(Deployment.Parse(bytes, path)),
                "master" => [new IndexRow("master", path.Split('/')[1], MasterFileKinds.Name(
                    path.EndsWith(".xml", StringComparison.OrdinalIgnoreCase)
                        ? MasterFileKind.Annotation : MasterFileKind.Master), digest)],
                _ => throw new ArgumentOutOfRangeException(nameof(kind)),
            };
            return new IndexedRecord(path, digest, kind, null, rows);
        }
        catch (DlsException e)
        {
            return new IndexedRecord(path, digest, kind, e.Message, []);
        }
    }

    /// <summary>Text that is no pointer is somebody's file of that name, not a damaged record.</summary>
    private static IndexRow[] OfPointer(byte[] bytes, string path)
    {
        if (!Pointer.LooksLike(bytes))
        {
            return [];
        }

        Pointer pointer = Pointer.Parse(bytes, path);
        string[] names = path[..^Pointer.Suffix.Length].Split('/');
        IndexRow row = new("pointer", pointer.Kind == ObjectKind.Tree ? "tree" : "blob", pointer.Oid, pointer.Size, pointer.Files);
        return names is [Project.Root, var project, "master", var file] && pointer.Kind == ObjectKind.Blob && Master.IsName(file)
            ? [row, new IndexRow("master", project, MasterFileKinds.Name(MasterFileKind.Master), pointer.Oid)] : [row];
    }

    private static List<IndexRow> OfTask(TaskRecord task, string path)
    {
        RequireName(task.Name, path.Split('/')[1], path);
        List<IndexRow> rows = [new IndexRow("task", task.Name, task.Created, task.By, task.ImportedFrom)];
        rows.AddRange(task.Reused.Select(r => new IndexRow("reused", task.Name, r.Kind, r.Task, r.Attempt)));
        foreach (AttemptStart a in task.Attempts)
        {
            string parameters = string.Join(
                ' ', a.Parameters.OrderBy(static p => p.Key, StringComparer.Ordinal).Select(static p => $"{p.Key}={p.Value}"));
            rows.Add(new IndexRow(
                "attempt", a.Id, task.Name, (long)a.N, a.Kind, a.Host, a.Created, a.By, a.Commit, parameters, a.Data?.Name, a.Data?.Canvas,
                a.Data?.Tree, a.Data?.DirHash, a.TestSet));
            rows.AddRange(a.Parameters.Select(p => new IndexRow("parameter", a.Id, p.Key, p.Value)));
            rows.AddRange(a.Sources.Select((s, i) => new IndexRow(
                "source", a.Id, (long)i, s.Path, s.Commit, s.Tree, s.Files, (long)s.Dirty.Count, (long)s.Withheld.Count)));
            rows.AddRange(a.Sources.Select(s => Artifact(a.Id, task.Name, ArtifactRole.Source, s.Path, s.Tree, 0)));
            rows.AddRange(a.Data is { } data ? [Artifact(a.Id, task.Name, ArtifactRole.Data, data.Name, data.Tree, 0),
                Artifact(a.Id, task.Name, ArtifactRole.View, data.Name, data.View, 0)] : []);
            rows.AddRange(a.TestSetTree is { } tree ? [Artifact(a.Id, task.Name, ArtifactRole.TestSet, a.TestSet ?? "", tree, 0)] : []);
            rows.AddRange(a.Initial is { } initial ? [Artifact(a.Id, task.Name, ArtifactRole.Initial, initial)] : []);
            rows.AddRange(a.Inputs.Select(i => Artifact(a.Id, task.Name, ArtifactRole.Input, i)));
        }

        return rows;
    }

    private static List<IndexRow> OfAttempt(AttemptRecord record, string path)
    {
        string task = path.Split('/')[1];
        List<IndexRow> rows = [
            new IndexRow(
                "outcome", record.Id, task, record.Kind, RunStates.Name(record.State), record.Why, record.Started, record.Finished)];
        rows.AddRange(RecordNumbers.OfAttempt(record));
        if (record.Weights is { } w)
        {
            rows.Add(Artifact(record.Id, task, ArtifactRole.Weight, w.Path, w.Oid, w.Size, w.Inherited));
        }

        rows.AddRange(record.Best.Select(b => Artifact(record.Id, task, ArtifactRole.Best, b.Path, b.Oid, b.Size, b.Inherited)));
        rows.AddRange(record.Files.Select(f => Artifact(record.Id, task, ArtifactRole.Output, f.Path, f.Oid, f.Size)));
        rows.AddRange(record.Log is { } log ? [Artifact(record.Id, task, ArtifactRole.Log, "log", log, 0)] : []);
        rows.AddRange(record.Outputs is { } outputs ? [Artifact(record.Id, task, ArtifactRole.Outputs, "outputs", outputs, 0)] : []);
        return rows;
    }

    private static List<IndexRow> OfDataset(DatasetLock found, string name)
    {
        List<IndexRow> rows = [];
        foreach ((string canvas, LockedCanvas c) in found.Canvases)
        {
            rows.Add(new IndexRow("dataset", name, canvas, found.Tree, c.DirHash, c.Engine, (long)c.Images, found.ImportedFrom));
            foreach (LockedSource source in c.Sources)
            {
                rows.Add(new IndexRow("dataset_source", canvas, ImageOrigins.Name(source.Kind), source.Name,
                    string.Join(' ', source.Labels), (long)source.Images));
                rows.AddRange(source.Masters.Select(m => new IndexRow("dataset_master", canvas, source.Name, m)));
            }
        }

        return rows;
    }

    private static List<IndexRow> OfDeployment(Deployment d)
    {
        List<IndexRow> rows = [new IndexRow("deployment", d.Target, (long)d.Seq,
            d.Id, d.Kind, DeployActions.Name(d.Action), DeployOutcomes.Name(d.Outcome), d.Task, d.Attempt, d.Live, d.At, d.By)];
        rows.AddRange(d.Files.Where(static f => f.Oid is not null)
            .Select(static f => new IndexRow("deployment_file", FileRoles.Name(f.Role), f.Path, f.Oid, f.Size, f.Files)));
        return rows;
    }

    private static IndexRow Artifact(
        string attempt, string task, ArtifactRole role, string path, Oid oid, long size, bool inherited = false) =>
        new("artifact", attempt, task, ArtifactRoles.Name(role), path, oid, size, null, null, inherited ? 1L : 0L);

    private static IndexRow Artifact(string attempt, string task, ArtifactRole role, AttemptInput input) =>
        new("artifact", attempt, task, ArtifactRoles.Name(role), input.Path, input.Oid, input.Size, input.Task, input.Attempt, 0L);

    private static void RequireName(string found, string expected, string path)
    {
        if (found != expected)
        {
            throw new DlsException(
                ErrorKind.Corrupt, $"read '{path}': it says that it is task '{EntryName.Show(System.Text.Encoding.UTF8.GetBytes(found))}'");
        }
    }
}
