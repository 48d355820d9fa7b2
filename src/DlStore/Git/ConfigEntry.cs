namespace DlStore.Git;

/// <summary>One line of a file in git's config syntax.</summary>
/// <param name="Key">As git prints it: section and name in lower case, a subsection between them as it is (<c>remote.Lab.url</c>).</param>
/// <param name="Value">The value, unquoted; <c>true</c> for a key without <c>=</c>.</param>
internal readonly record struct ConfigEntry(string Key, string Value);
