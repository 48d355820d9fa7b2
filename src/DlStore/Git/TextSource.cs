namespace DlStore.Git;

/// <summary>Where the text of a committed file was found.</summary>
internal enum TextSource
{
    /// <summary>Nowhere: there is no such file.</summary>
    None,
    /// <summary>In the work tree.</summary>
    WorkTree,
    /// <summary>In git's index: the work tree does not have it (a sparse checkout, a deleted directory).</summary>
    Index,
    /// <summary>In git's index, on our side of a merge that is not finished.</summary>
    Ours,
    /// <summary>In the commit that is checked out.</summary>
    Head,
}
