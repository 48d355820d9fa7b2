using DlStore.Data.Names;
using DlStore.Learning.Records;
using DlStore.Lineage;
using DlStore.Objects;
using DlStore.Operations.Index;
using DlStore.Targets;
using DlStore.WorkTree;

namespace DlStore.Operations.Lineage;

/// <summary>
/// Walks the copies of deployments in the repository: the attempt that each names, its weights, and that the data beside them are what that
/// attempt was trained on. Targets are not asked.
/// </summary>
internal sealed class AuditDeployments(Repo repo, LineageQuery query, AuditObjects objects, Action<string, string, string> report,
    Func<RecordSource, string, string, Func<byte[], string, Deployment>, Deployment?> read)
{
    /// <summary>Gets who is told of what is no finding.</summary>
    public required Action<string> Unknown { get; init; }

    /// <summary>Gets how many entries were walked.</summary>
    public long Count { get; private set; }

    /// <summary>Walks the entries of some tasks; null for all.</summary>
    public void Walk(IReadOnlyList<string>? tasks)
    {
        foreach (string file in DeploymentFiles())
        {
            WalkEntry(file, tasks);
        }
    }

    private void WalkEntry(string file, IReadOnlyList<string>? tasks)
    {
        Deployment? event_ = read(new RecordSource(repo, null), file, file, static (bytes, f) => Deployment.Parse(bytes, f));
        if (event_ is null || (tasks is not null && (event_.Task is null || !tasks.Contains(event_.Task))))
        {
            return;
        }

        Count++;
        string subject = $"target {event_.Target} entry {event_.Seq}";
        if (event_.Attempt is { } id && query.FindAttempt(id) is null)
        {
            report("AUDIT_DEPLOY_ATTEMPT_UNKNOWN", subject, $"it names attempt {id}, of which there is no record");
        }

        // What was there before dls is nobody's output, and class lists are made at deploy time.
        foreach (DeployedFile deployed in event_.Task is null
            ? [] : event_.Files.Where(static f => f is { Oid: not null, Role: FileRole.Weight or FileRole.Data }))
        {
            if (deployed.Role == FileRole.Weight)
            {
                Require(query.ArtifactsOf(deployed.Oid!.Value).Any(
                    a => a.IsMade && (event_.Attempt is null || a.Attempt == event_.Attempt)), subject, deployed, "that attempt");
            }
            else
            {
                WalkData(subject, deployed, event_.Attempt);
            }
        }
    }

    private void WalkData(string subject, DeployedFile deployed, string? attempt)
    {
        Oid oid = deployed.Oid!.Value;
        if (query.ArtifactsOf(oid).Count > 0 || query.DatasetsOf(oid).Count > 0 || query.Pointers(oid).Count > 0)
        {
            return;
        }

        try
        {
            Oid? directory = DirectoryOf(attempt);
            if (directory is { } whole && whole != oid
                && TreeLookup.Find(repo.Store.Read, whole, "data_set"u8) is { IsDirectory: true } part && part.Oid == oid)
            {
                // What dls deployed of a darknet or COCO layout before it put the whole of it there; entries are never changed.
                Unknown($"{subject}: '{deployed.Path}' is only 'data_set' within the data set that its attempt was trained on; where "
                    + "that is still live, another `dls deploy` puts all of it there");
                return;
            }

            Require(directory == oid, subject, deployed, "a data set");
        }
        catch (DlsException e) when (e.Kind == ErrorKind.Missing)
        {
            objects.Elsewhere.Add($"{subject}: whether '{deployed.Path}' is of its attempt's data set was not looked into: {e.Message}");
        }
        catch (DlsException)
        {
            // A listing that is damaged is a finding of the attempt that names it.
        }
    }

    private void Require(bool isKnown, string subject, DeployedFile deployed, string who)
    {
        if (!isKnown)
        {
            report("AUDIT_DEPLOY_FILE_UNKNOWN", subject, $"{FileRoles.Name(deployed.Role)} '{deployed.Path}' is '{deployed.Oid}', which no "
                + $"record of {who} names");
        }
    }

    /// <summary>Finds the tree that an attempt's program read as its data set; null if no record says.</summary>
    private Oid? DirectoryOf(string? attempt)
    {
        if (query.FindAttempt(attempt ?? "") is not { } known || !PortableName.TryParse(known.Task, out PortableName name))
        {
            return null;
        }

        string file = TaskRecord.FileOf(name);
        byte[]? bytes = RecordSource.Of(repo, query, file).Find(file);
        AttemptData? data = bytes is null ? null : TaskRecord.Parse(bytes, file).Attempts.FirstOrDefault(a => a.Id == attempt)?.Data;
        return data?.FindDirectory(repo.Store.Read) is { IsDirectory: true } found ? found.Oid : null;
    }

    private IEnumerable<string> DeploymentFiles()
    {
        string root = $"{repo.WorkTree}/{Deployment.Root}";
        return Directory.Exists(root)
            ? Directory.EnumerateFiles(root, "*.json", SearchOption.AllDirectories)
                .Select(f => Path.GetRelativePath(repo.WorkTree, f)).Order(StringComparer.Ordinal)
            : Enumerable.Empty<string>();
    }
}
