namespace DlStore.WorkTree;

/// <summary>A file that could not be written out because its bytes are not in the store.</summary>
/// <param name="Path">Relative to the work tree.</param>
/// <param name="Size">Its size.</param>
/// <param name="Oid">What it should hold.</param>
internal readonly record struct NotHere(string Path, long Size, Objects.Oid Oid);
