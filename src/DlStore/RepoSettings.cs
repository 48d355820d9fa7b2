using DlStore.Remotes;

namespace DlStore;

/// <summary>What the program tells the library about the outside: nothing in the library asks for it by itself.</summary>
public sealed record RepoSettings
{
    /// <summary>Gets the directory from which the work tree is looked for; absolute.</summary>
    public required string StartDirectory { get; init; }

    /// <summary>Gets the process environment, for git.</summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    /// <summary>Gets the clock.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Gets who this is: pid, host, user, start; written into locks.</summary>
    public string Holder { get; init; } = "an unnamed process";

    /// <summary>Gets how many threads read, hash and write.</summary>
    public int Threads { get; init; } = System.Environment.ProcessorCount;

    /// <summary>Gets how long to wait for a lock.</summary>
    public TimeSpan LockWait { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Gets what is put around each remote that is opened: the way in for remotes that fail on purpose.</summary>
    internal Func<IRemote, IRemote>? WrapRemote { get; init; }
}
