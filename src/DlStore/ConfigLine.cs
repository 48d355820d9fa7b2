namespace DlStore;

/// <summary>One setting.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Value">Its value in force.</param>
/// <param name="Origin">Where it is set: the committed file, this clone, or default.</param>
public sealed record ConfigLine(string Key, string Value, string Origin);
