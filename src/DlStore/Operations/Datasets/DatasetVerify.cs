using DlStore.Data.Names;
using DlStore.Data.Sets;
using DlStore.Objects;

namespace DlStore.Operations.Datasets;

/// <summary>Whether one canvas of a data set is what its lock says.</summary>
/// <param name="Canvas">The canvas.</param>
/// <param name="Expected">The directory hash of the lock.</param>
/// <param name="Found">The directory hash of what is on disk.</param>
/// <param name="IsRight">Whether both are equal.</param>
public sealed record VerifiedCanvas(string Canvas, Oid Expected, Oid Found, bool IsRight);

/// <summary>
/// <c>dls dataset verify</c>: hashes every file of a data set and compares with its lock, as anyone can with find, sort and sha256sum.
/// </summary>
public static class DatasetVerify
{
    /// <summary>Runs the command.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="name">The data set's name.</param>
    /// <param name="progress">Told about hashing.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>One entry a canvas.</returns>
    /// <exception cref="DlsException">Kind Failed: it was never built. Kind Missing: it was not pulled.</exception>
    public static IReadOnlyList<VerifiedCanvas> Run(Repo repo, string name, IProgress<WorkProgress>? progress, CancellationToken cancel)
    {
        PortableName dataset = PortableName.Parse(name, "data set");
        DatasetLock found = DatasetLock.Find(repo.WorkTree, dataset)
            ?? throw new DlsException(
                ErrorKind.Failed, $"verify data set '{name}': it was never built, there is no '{DatasetLock.FileOf(dataset)}'",
                $"run `dls dataset build {name}`");
        List<VerifiedCanvas> verified = [];
        foreach ((string canvas, LockedCanvas locked) in found.Canvases)
        {
            Oid hash = DirHash.Of(
                DirectoryDigests.Read(DatasetLintRun.DirectoryOf(repo, dataset, canvas), repo.Threads, "hashing", progress, cancel).Files);
            verified.Add(new VerifiedCanvas(canvas, locked.DirHash, hash, hash == locked.DirHash));
        }

        return verified;
    }
}
