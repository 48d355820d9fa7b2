namespace DlStore.Web.Writing;

/// <summary>A page of the site, without its frame.</summary>
/// <param name="Title">For the tab and the heading.</param>
/// <param name="Place">Which entry of the navigation it belongs to.</param>
/// <param name="Body">What is between heading and footer.</param>
/// <param name="Commands">Command lines that show the same.</param>
internal sealed record Page(string Title, Place Place, Markup Body, IReadOnlyList<string> Commands)
{
    /// <summary>Gets a phrase beside the heading.</summary>
    public string Sub { get; init; } = "";

    /// <summary>Gets the address of the events of a live page, or null.</summary>
    public string? Live { get; init; }

    /// <summary>Gets a value indicating whether it has curves.</summary>
    public bool HasCurves { get; init; }

    /// <summary>Gets a value indicating whether it has a graph.</summary>
    public bool HasGraph { get; init; }
}

/// <summary>Entries of the navigation.</summary>
internal enum Place
{
    Tasks,
    Datasets,
    Projects,
    Lineage,
    Targets,
    Store,
    None,
}
