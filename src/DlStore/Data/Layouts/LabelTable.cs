namespace DlStore.Data.Layouts;

/// <summary>
/// Every label of a set once. May be used by several threads; the numbers depend on their order, so nothing that is reported may.
/// </summary>
internal sealed class LabelTable
{
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly List<string> _labels = [];
    private readonly Lock _gate = new();

    public string this[int number] => _labels[number];

    public int Count => _labels.Count;

    public int NumberOf(string label)
    {
        lock (_gate)
        {
            if (!_numbers.TryGetValue(label, out int number))
            {
                number = _labels.Count;
                _labels.Add(label);
                _numbers.Add(label, number);
            }

            return number;
        }
    }

    /// <summary>Gives all labels, sorted ordinally.</summary>
    public IReadOnlyList<string> Sorted() => [.. _labels.Order(StringComparer.Ordinal)];
}
