namespace DlStore.Io;

/// <summary>
/// Named places where a crash test may kill the process with SIGKILL. Does nothing unless <see cref="Arm"/> was called, which the program
/// does
/// when DLS_CRASH_AT names a point (<c>name</c> or <c>name:n</c> for the n-th time it is reached).
/// </summary>
public static class CrashPoint
{
    /// <summary>All points, in the order of the write path: the sweep in the tests goes through them.</summary>
    public static readonly IReadOnlyList<string> All =
    [
        "pack.begun", "pack.written", "pack.synced", "pack.renamed", "blob.copied", "blob.synced", "blob.renamed", "index.written",
        "add.stored",
        "change.written", "change.ignored", "change.pointed", "change.unpointed", "change.unignored", "change.based",
        "change.cached", "change.staged",
        "checkout.journaled", "checkout.file-opened",
            "checkout.file-written", "checkout.replaced", "checkout.deleted", "checkout.extracted", "checkout.synced",
        "remote.part", "remote.copied", "remote.renamed", "push.packs", "push.index", "push.pin",
        "fetch.pack", "fetch.nodes", "fetch.blobs",
        "rm.trashed", "trash.moved", "trash.recorded",
        "build.staged", "build.swapped",
        "dataset.stored", "dataset.swapped", "dataset.pointed", "dataset.classes", "dataset.locked", "dataset.recorded",
        "testset.written",
        "task.stored",
            "task.writing", "task.written", "task.staged", "task.prepared", "task.sent", "task.started", "task.trashed", "collect.stored",
        "gc.packed", "gc.moved", "gc.indexed", "gc.pack-deleted", "gc.blob-deleted", "gc.deleted",
        "gc.remote-packed", "gc.remote-indexed", "gc.remote-condemned", "gc.remote-waited", "gc.remote-deleting", "gc.remote-moved",
            "gc.remote-done",
        "checkout.task-begun", "checkout.task-source", "checkout.task-data", "checkout.task-outputs",
        "dvc.stored", "dvc.unlinked",
        "merge.stored", "merge.noted", "merge.written", "resolve.stored", "resolve.noted",
        "deploy.staged", "deploy.switched", "deploy.copied", "undeploy.switched",
    ];

    private static readonly Lock _gate = new();
    private static string? _log;
    private static string? _name;
    private static int _left;

    /// <summary>Names the point at which to die.</summary>
    /// <param name="spec">A name of <see cref="All"/>, or name:n; null arms nothing.</param>
    /// <param name="log">A file that gets the name of every point that is passed, a line each; null for none.</param>
    public static void Arm(string? spec, string? log)
    {
        _log = log;
        string[] parts = (spec ?? "").Split(':');
        _name = parts[0].Length == 0 ? null : parts[0];
        _left = parts.Length > 1 && int.TryParse(parts[1], out int n) ? n : 1;
    }

    /// <summary>Dies here if this point is armed.</summary>
    /// <param name="name">One of <see cref="All"/>.</param>
    public static void Hit(string name)
    {
        if (_log is not null)
        {
            lock (_gate)
            {
                File.AppendAllText(_log, name + "\n");
            }
        }

        if (_name is not null && _name == name && Interlocked.Decrement(ref _left) == 0)
        {
            _ = Posix.Kill(Environment.ProcessId, 9);
            Thread.Sleep(Timeout.Infinite);
        }
    }
}
