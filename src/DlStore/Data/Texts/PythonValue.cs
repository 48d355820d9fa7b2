namespace DlStore.Data.Texts;

/// <summary>A value that a configuration in Python assigns; exactly one of the four is set.</summary>
/// <param name="Text">A string, or <c>True</c>, <c>False</c>, <c>None</c>.</param>
/// <param name="Number">A whole number.</param>
/// <param name="Items">A list or tuple.</param>
/// <param name="Fields">A dictionary, in order; its keys are strings.</param>
internal sealed record PythonValue(
    string? Text, long? Number, IReadOnlyList<PythonValue>? Items, IReadOnlyList<KeyValuePair<string, PythonValue>>? Fields = null)
{
    /// <summary>Gets the strings of a list that holds nothing else, or null.</summary>
    public IReadOnlyList<string>? Texts => Items is { } items && items.All(static i => i.Text is not null)
        ? [.. items.Select(static i => i.Text!)] : null;
}
