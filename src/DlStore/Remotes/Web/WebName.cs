namespace DlStore.Remotes.Web;

/// <summary>A name on a page that a server makes of a directory.</summary>
/// <param name="Name">The name alone.</param>
/// <param name="IsDirectory">Whether it is a directory.</param>
/// <param name="Size">Bytes, or null if the page does not say exactly.</param>
/// <param name="Changed">When it was written, if the size is told.</param>
internal sealed record WebName(string Name, bool IsDirectory, long? Size, DateTimeOffset Changed);
