using System.Globalization;
using System.Text;

namespace DlStore.Web.Pages;

/// <summary>What stands behind the <c>?</c> of an address: names with one or more values, in order.</summary>
internal sealed class Query
{
    private readonly List<KeyValuePair<string, string>> _values;

    /// <summary>Takes over some values; empty ones do not count.</summary>
    public Query(IEnumerable<KeyValuePair<string, string>> values) => _values = [.. values.Where(static v => v.Value.Length > 0)];

    /// <summary>Gets one without values.</summary>
    public static Query Empty => new([]);

    /// <summary>Gives the first value of a name, or null.</summary>
    public string? this[string name] => _values.Find(v => v.Key == name).Value;

    /// <summary>Gives all values of a name.</summary>
    public IReadOnlyList<string> All(string name) => [.. _values.Where(v => v.Key == name).Select(static v => v.Value)];

    /// <summary>Gives a value as a number from 0 up.</summary>
    /// <exception cref="DlsException">Kind Usage: it is no such number.</exception>
    public int Number(string name, int missing) => this[name] is not { } text ? missing
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number
        : throw new DlsException(ErrorKind.Usage, $"show '{name}={Io.EntryName.Show(Encoding.UTF8.GetBytes(text))}': it is no number");

    /// <summary>Gives the address's end with a name set anew, or left out for null.</summary>
    public string With(string name, string? value)
    {
        IEnumerable<KeyValuePair<string, string>> kept = _values.Where(v => v.Key != name);
        KeyValuePair<string, string>[] all = [.. value is null ? kept : kept.Append(new(name, value))];
        return all.Length == 0 ? "" : "?" + string.Join(
            '&', all.Select(static v => $"{Uri.EscapeDataString(v.Key)}={Uri.EscapeDataString(v.Value)}"));
    }

    /// <summary>Gives the address's end with some names set anew.</summary>
    public Query Set(string name, string? value) =>
        new(value is null ? _values.Where(v => v.Key != name) : _values.Where(v => v.Key != name).Append(new(name, value)));
}
