using System.Collections.Concurrent;
using DlStore.Data.Sets;
using DlStore.Io;
using DlStore.Objects;

namespace DlStore.Operations.Datasets;

/// <summary>Hashes every file of a directory on all cores.</summary>
internal static class DirectoryDigests
{
    /// <summary>Hashes a directory.</summary>
    /// <param name="root">Absolute path.</param>
    /// <param name="threads">How many threads.</param>
    /// <param name="stage">What progress says.</param>
    /// <param name="progress">Told about each file.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The files, in any order, and the bytes of all of them.</returns>
    public static (IReadOnlyCollection<FileDigest> Files, long Bytes) Read(
        string root, int threads, string stage, IProgress<WorkProgress>? progress, CancellationToken cancel)
    {
        ConcurrentBag<FileDigest> digests = [];
        long bytes = 0;
        long done = 0;
        AllCores.Each(Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories), threads, file =>
        {
            string relative = Path.GetRelativePath(root, file);
            byte[] content = SmallFile.Read(file, relative, int.MaxValue);
            digests.Add(new FileDigest(relative, Oid.Of(content)));
            long total = Interlocked.Add(ref bytes, content.Length);
            progress?.Report(new WorkProgress(stage, Interlocked.Increment(ref done), -1, total, -1));
        }, cancel);
        return (digests, bytes);
    }
}
