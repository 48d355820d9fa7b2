using System.Collections.Concurrent;
using DlStore.Operations.Datasets;

namespace DlStore.Web.Server;

/// <summary>The items of data sets that were looked at, by the hash of their directory: reading 10^5 annotations takes seconds.</summary>
internal sealed class SetCache
{
    private const int SetsMax = 4;
    private readonly ConcurrentDictionary<string, DatasetItems> _sets = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, IReadOnlyDictionary<string, string>> _flags = new(StringComparer.Ordinal);

    /// <summary>Gives what lint says of single pictures of a data set.</summary>
    /// <param name="key">What names this state of it.</param>
    /// <param name="find">Lints.</param>
    public IReadOnlyDictionary<string, string> Flags(string key, Func<IReadOnlyDictionary<string, string>> find)
    {
        if (!_flags.TryGetValue(key, out IReadOnlyDictionary<string, string>? known))
        {
            _flags.Clear();
            _flags[key] = known = find();
        }

        return known;
    }

    /// <summary>Gives the items of a data set.</summary>
    /// <param name="key">What names this state of it.</param>
    /// <param name="read">Reads them.</param>
    public DatasetItems Get(string key, Func<DatasetItems> read)
    {
        if (_sets.TryGetValue(key, out DatasetItems? known))
        {
            return known;
        }

        if (_sets.Count >= SetsMax)
        {
            _sets.Clear();
        }

        return _sets[key] = read();
    }
}
