using DlStore.Data.Names;
using DlStore.Data.Sets;
using DlStore.Learning.Records;
using DlStore.Lineage;
using DlStore.Objects;
using DlStore.Operations.Index;
using DlStore.Operations.Store;
using DlStore.WorkTree;

namespace DlStore.Operations.Lineage;

/// <summary>
/// Walks the links of one attempt: commit, sources, data set, test set, initial weights, outputs, weights, and the pointers beside its
/// record.
/// </summary>
internal sealed class AuditAttempt(
    Repo repo, LineageQuery query, AuditObjects objects, Action<AuditFinding> report,
        RecordSource source, PortableName task, AttemptStart start, AttemptRecord? record, string subject, bool full)
{
    private readonly string _directory = AttemptRecord.DirectoryOf(task, start.N);

    /// <summary>Gets who is told of a link that nobody recorded.</summary>
    public required Action<string> Unknown { get; init; }

    public void Walk()
    {
        WalkCommit();
        WalkSources();
        WalkData();
        if (start.TestSetTree is { } testSet)
        {
            Link("TESTSET", testSet, "testset.dls");
        }

        WalkInitial();
        foreach (AttemptInput input in start.Inputs)
        {
            WalkInput(input);
        }

        if (record is not null)
        {
            WalkOutputs(record);
            new AuditBeside(repo, report, source, _directory, record, subject).Walk();
        }
    }

    private void WalkCommit()
    {
        if (start.IsImported && start.Commit.Length == 0)
        {
            Unknown($"{subject}: it was imported; the commit that it ran from is not recorded");
        }
        else if (!repo.IsCommit(start.Commit))
        {
            Add("AUDIT_COMMIT_MISSING", start.Commit.Length == 0 ? "its record names no commit"
                : $"it ran from commit '{LineageFacts.Show(start.Commit)}', which is not in this repository");
        }
    }

    private void WalkSources()
    {
        for (int i = 0; i < start.Sources.Count; i++)
        {
            Link("SOURCE", start.Sources[i].Tree, i == 0 ? "source.dls" : $"source-{i + 1}.dls");
        }
    }

    private void WalkData()
    {
        if (start.Data is not { } data)
        {
            return;
        }

        Link("DATA", data.View, "data.dls");
        bool whole = data.Tree == data.View || objects.Tree(data.Tree, "DATASET", subject);
        KnownDataset[] locks = [
            .. query.DatasetsOf(data.Tree).Where(d => d.Name == data.Name && d.Canvas == data.Canvas && d.Tree == data.Tree)];
        if (locks.Length == 0)
        {
            Add("AUDIT_LOCK_MISSING", $"no version of '{DatasetLock.FileOf(PortableName.Parse(data.Name, "data set"))}' in "
                + $"this repository has tree '{data.Tree}' for {LineageFacts.Show(data.Canvas)}");
        }
        else if (!locks.Any(d => d.DirHash == data.DirHash))
        {
            Add("AUDIT_LOCK_DIFFERS", $"the lock of data set {data.Name} says dirHash '{locks[0].DirHash}' for "
                + $"tree '{data.Tree}', the task's record says '{data.DirHash}'");
        }

        if (full && whole)
        {
            CheckDirHash(data);
        }
    }

    private void CheckDirHash(AttemptData data)
    {
        PathEntry at = data.FindCanonical(repo.Store.Read);
        Oid? found = at.IsDirectory ? DirHash.Of(TreeFiles.List(repo, at.Oid)) : null;
        if (found != data.DirHash)
        {
            Add("AUDIT_DIRHASH_WRONG", AuditSeverity.Corrupt,
                $"the files of data set {data.Name} hash to '{found?.ToString() ?? "nothing"}', the task's record says '{data.DirHash}'");
        }
    }

    private void WalkInitial()
    {
        if (start.Initial is not { } initial)
        {
            return;
        }

        WalkInput(initial, "INITIAL");
        CheckPointer(initial.Oid, "initial.dls");
        if (initial.Attempt is not { } id)
        {
            return;
        }

        if (query.FindAttempt(id) is not { } parent)
        {
            Add("AUDIT_PARENT_MISSING", $"its initial weights came from attempt {LineageFacts.Show(id)}"
                + $"{(initial.Task is { } t ? $" of task '{LineageFacts.Show(t)}'" : "")}, of which there is no record");
        }
        else if (initial.Task is { } named && named != parent.Task)
        {
            Add("AUDIT_PARENT_DIFFERS", $"its initial weights are said to come from task '{LineageFacts.Show(named)}"
                + $"', but attempt {id} belongs to task '{parent.Task}'");
        }
        else if (!query.ArtifactsOf(id).Any(a => a.IsMade && a.Oid == initial.Oid))
        {
            Add("AUDIT_INITIAL_FOREIGN", $"its initial weights '{initial.Oid}' are no output of {parent.Task}/"
                + $"{parent.Kind} attempt {parent.N}, from which they are said to come");
        }
    }

    /// <summary>An input may be a directory of the repository or a file of it; the store says which.</summary>
    private void WalkInput(AttemptInput input, string link = "INPUT")
    {
        Oid oid = input.Oid;
        _ = query.Pointers(oid).Any(static p => p.Kind == ObjectKind.Tree)
            ? objects.Tree(oid, link, subject) : objects.Blob(oid, link, subject);
    }

    private void WalkOutputs(AttemptRecord outcome)
    {
        if (outcome.Weights is { Inherited: true } weights)
        {
            Add("AUDIT_WEIGHTS_INHERITED",
                $"its weights '{LineageFacts.Show(weights.Path)}' ('{weights.Oid}') were there before the run: it did not make them");
        }

        // A record of facts whose bytes are lost has nothing to find.
        if (outcome.State == RunState.Absent || outcome.Outputs is not { } outputs)
        {
            return;
        }

        Link("OUTPUTS", outputs, "outputs.dls");
        if (repo.Store.Find(outputs) is null)
        {
            return;
        }

        foreach ((string path, Oid oid) in outcome.Files.Select(static f => ($"work/{f.Path}", f.Oid))
            .Concat(outcome.Best.Select(static b => ($"best/{b.Oid.ToHex()}", b.Oid)))
            .Concat(outcome.Log is { } log ? [("log", log)] : []))
        {
            CheckListed(outputs, path, oid);
        }
    }

    private void CheckListed(Oid outputs, string path, Oid oid)
    {
        try
        {
            PathEntry found = new TreeMerge(
                repo.Store.Read, static (_, _) => { }).Find(new PathEntry(TreeMode.Directory, outputs, 0, 0), path);
            if (!found.IsPresent || found.Oid != oid)
            {
                Add("AUDIT_OUTPUTS_DIFFER", $"its record says that '{LineageFacts.Show(path)}' is '{oid}', its outputs "
                    + $"{(found.IsPresent ? $"have '{found.Oid}' there" : "do not have it")}");
            }
        }
        catch (DlsException e) when (e.Kind is ErrorKind.Missing or ErrorKind.Corrupt)
        {
            // The listing is reported with the tree.
        }
    }

    private void Link(string link, Oid digest, string pointer)
    {
        CheckPointer(digest, pointer);
        _ = objects.Tree(digest, link, subject);
    }

    private void CheckPointer(Oid digest, string pointer)
    {
        string file = $"{_directory}/{pointer}";
        if (source.FindPointer(file) is not { } found)
        {
            if (start.IsImported && source.Find(file) is null)
            {
                // An import writes no pointers to what other records hold.
                return;
            }

            Add("AUDIT_POINTER_MISSING", $"'{file}' is not there or cannot be read; it should name '{digest}'");
        }
        else if (found.Oid != digest)
        {
            Add("AUDIT_POINTER_DIFFERS", $"'{file}' names '{found.Oid}', the record says '{digest}'");
        }
    }

    private void Add(string code, string message) => Add(code, AuditSeverity.Broken, message);

    private void Add(string code, AuditSeverity severity, string message) => report(new AuditFinding(code, severity, subject, message));
}
