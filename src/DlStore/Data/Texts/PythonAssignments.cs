using System.Globalization;
using System.Text;

namespace DlStore.Data.Texts;

/// <summary>
/// Reads the plain assignments of a Python file, <c>NAME = value</c> at the beginning of a line, with strings, whole numbers, lists,
/// tuples, dictionaries and names assigned before. Nothing is
/// executed; a statement that is anything else is passed over.
/// </summary>
internal sealed class PythonAssignments
{
    private const int DepthMax = 16;
    private readonly Dictionary<string, PythonValue> _values = new(StringComparer.Ordinal);
    private readonly string _text;
    private int _at;

    private PythonAssignments(string text) => _text = text;

    /// <summary>Reads a file.</summary>
    /// <param name="text">Its content.</param>
    /// <returns>The values by name; the last assignment counts.</returns>
    public static IReadOnlyDictionary<string, PythonValue> Read(string text)
    {
        PythonAssignments reader = new(text);
        while (reader._at < text.Length)
        {
            int start = reader._at;
            if (!reader.TryAssignment())
            {
                int end = text.IndexOf('\n', start);
                reader._at = end < 0 ? text.Length : end + 1;
            }
        }

        return reader._values;
    }

    private bool TryAssignment()
    {
        if (TryName() is not { } name)
        {
            return false;
        }

        SkipBlanks(false);
        if (!TryTake('=') || (_at < _text.Length && _text[_at] == '='))
        {
            return false;
        }

        SkipBlanks(false);
        if (TryValue(0) is not { } value)
        {
            return false;
        }

        SkipBlanks(false);
        if (_at < _text.Length && _text[_at] != '\n')
        {
            return false;
        }

        _values[name] = value;
        return true;
    }

    private PythonValue? TryValue(int depth)
    {
        if (_at >= _text.Length || depth > DepthMax)
        {
            return null;
        }

        char c = _text[_at];
        return c is '"' or '\'' ? TryText(c)
            : c is '[' or '(' ? TryItems(c == '[' ? ']' : ')', depth)
            : c == '{' ? TryFields(depth)
            : c == '-' || char.IsAsciiDigit(c) ? TryNumber()
            : TryName() is not { } name ? null
            : name is "True" or "False" or "None" ? new PythonValue(name, null, null)
            : _values.GetValueOrDefault(name);
    }

    private PythonValue? TryItems(char close, int depth)
    {
        _at++;
        List<PythonValue> items = [];
        while (true)
        {
            SkipBlanks(true);
            if (TryTake(close))
            {
                return new PythonValue(null, null, items);
            }

            if (TryValue(depth + 1) is not { } item)
            {
                return null;
            }

            items.Add(item);
            SkipBlanks(true);
            if (!TryTake(',') && (_at >= _text.Length || _text[_at] != close))
            {
                return null;
            }
        }
    }

    private PythonValue? TryFields(int depth)
    {
        _at++;
        List<KeyValuePair<string, PythonValue>> fields = [];
        while (true)
        {
            SkipBlanks(true);
            if (TryTake('}'))
            {
                return new PythonValue(null, null, null, fields);
            }

            if (TryValue(depth + 1)?.Text is not { } key)
            {
                return null;
            }

            SkipBlanks(true);
            if (!TryTake(':'))
            {
                return null;
            }

            SkipBlanks(true);
            if (TryValue(depth + 1) is not { } value)
            {
                return null;
            }

            fields.Add(new(key, value));
            SkipBlanks(true);
            if (!TryTake(',') && (_at >= _text.Length || _text[_at] != '}'))
            {
                return null;
            }
        }
    }

    private PythonValue? TryText(char quote)
    {
        StringBuilder text = new();
        for (_at++; _at < _text.Length && _text[_at] != '\n'; _at++)
        {
            if (_text[_at] == quote)
            {
                _at++;
                return new PythonValue(text.ToString(), null, null);
            }

            // Escapes beyond these do not occur in names of projects.
            if (_text[_at] == '\\' && _at + 1 < _text.Length)
            {
                _at++;
            }

            text.Append(_text[_at]);
        }

        return null;
    }

    private PythonValue? TryNumber()
    {
        int start = _at++;
        while (_at < _text.Length && char.IsAsciiDigit(_text[_at]))
        {
            _at++;
        }

        return long.TryParse(_text.AsSpan(start, _at - start), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number)
            ? new PythonValue(null, number, null) : null;
    }

    private string? TryName()
    {
        int start = _at;
        while (_at < _text.Length
            && (char.IsAsciiLetter(_text[_at]) || _text[_at] == '_' || (_at > start && char.IsAsciiDigit(_text[_at]))))
        {
            _at++;
        }

        return _at > start ? _text[start.._at] : null;
    }

    private bool TryTake(char c)
    {
        bool isThere = _at < _text.Length && _text[_at] == c;
        _at += isThere ? 1 : 0;
        return isThere;
    }

    private void SkipBlanks(bool lines)
    {
        while (_at < _text.Length)
        {
            if (_text[_at] == '#')
            {
                int end = _text.IndexOf('\n', _at);
                _at = end < 0 ? _text.Length : end;
            }

            if (_at >= _text.Length || !(_text[_at] is ' ' or '\t' or '\r' || (lines && _text[_at] == '\n')))
            {
                return;
            }

            _at++;
        }
    }
}
