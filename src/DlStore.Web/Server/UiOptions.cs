namespace DlStore.Web.Server;

/// <summary>How the pages are served.</summary>
internal sealed record UiOptions
{
    /// <summary>Gets what a repository is told of the outside.</summary>
    public required RepoSettings Settings { get; init; }

    /// <summary>Gets the port on 127.0.0.1; 0 for any that is free.</summary>
    public int Port { get; init; }

    /// <summary>Gets a value indicating whether memos may be written.</summary>
    public bool AllowsChanges { get; init; }
}
