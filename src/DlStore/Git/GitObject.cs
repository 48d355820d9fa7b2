namespace DlStore.Git;

/// <summary>One object of git.</summary>
/// <param name="Type"><c>blob</c>, <c>tree</c>, <c>commit</c> or <c>tag</c>.</param>
/// <param name="Id">Its full name, 40 or 64 lower-case hex digits.</param>
/// <param name="SizeBytes">Length of its content.</param>
/// <param name="Bytes">Its content; null if it is larger than the reader's limit, or was not asked for.</param>
internal sealed record GitObject(string Type, string Id, long SizeBytes, byte[]? Bytes);
