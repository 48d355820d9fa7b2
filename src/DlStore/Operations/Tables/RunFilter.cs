using System.Text;
using DlStore.Io;
using DlStore.Lineage;

namespace DlStore.Operations.Tables;

/// <summary>
/// Which runs count: <c>map &gt; 0.9 and kind = ssd</c>. Comparisons <c>= != &lt; &lt;= &gt; &gt;= ~ !~</c> (the last two: contains, in any
/// letter case), <c>has NAME</c>, <c>and</c>, <c>or</c>, <c>not</c>, parentheses; values in quotes where they have blanks. A run that has
/// nothing in a column is in no comparison with it. Numbers are compared as numbers where both sides are.
/// </summary>
public sealed class RunFilter
{
    private const int DepthMax = 100;
    private readonly string _text;
    private readonly RunFields _fields;
    private readonly List<(string Word, bool IsQuoted)> _words;
    private int _at;
    private int _depth;

    private RunFilter(string text, RunFields fields)
    {
        _text = text;
        _fields = fields;
        _words = Split(text);
    }

    /// <summary>Reads a filter.</summary>
    /// <param name="text">As typed.</param>
    /// <param name="fields">The columns there are.</param>
    /// <returns>Tells whether a run counts.</returns>
    /// <exception cref="DlsException">Kind Usage: it is no filter, or names a column that no run has.</exception>
    public static Func<RunRow, bool> Parse(string text, RunFields fields)
    {
        RunFilter filter = new(text, fields);
        Func<RunRow, bool> found = filter.Or();
        return filter._at == filter._words.Count ? found : throw filter.Bad($"'{filter._words[filter._at].Word}' is one word too many");
    }

    private static List<(string Word, bool IsQuoted)> Split(string text)
    {
        List<(string, bool)> words = [];
        for (int i = 0; i < text.Length;)
        {
            char c = text[i];
            int start = i;
            if (char.IsWhiteSpace(c))
            {
                i++;
            }
            else if (c is '\'' or '"')
            {
                int end = text.IndexOf(c, i + 1);
                end = end < 0 ? throw Bad(text, "a quote is not closed") : end;
                words.Add((text[(i + 1)..end], true));
                i = end + 1;
            }
            else if (c is '(' or ')')
            {
                words.Add((text[i..++i], false));
            }
            else
            {
                bool isOperator = IsOperator(c);
                while (i < text.Length && !char.IsWhiteSpace(text[i]) && text[i] is not ('(' or ')' or '"' or '\'')
                    && IsOperator(text[i]) == isOperator)
                {
                    i++;
                }

                words.Add((text[start..i], false));
            }
        }

        return words;
    }

    private static bool IsOperator(char c) => c is '=' or '!' or '<' or '>' or '~';

    private Func<RunRow, bool> Or()
    {
        if (++_depth > DepthMax)
        {
            throw Bad($"it is nested deeper than {DepthMax}");
        }

        Func<RunRow, bool> left = And();
        while (Take("or"))
        {
            Func<RunRow, bool> a = left, b = And();
            left = r => a(r) || b(r);
        }

        _depth--;
        return left;
    }

    private Func<RunRow, bool> And()
    {
        Func<RunRow, bool> left = Not();
        while (Take("and"))
        {
            Func<RunRow, bool> a = left, b = Not();
            left = r => a(r) && b(r);
        }

        return left;
    }

    private Func<RunRow, bool> Not()
    {
        bool isNot = false;
        while (Take("not"))
        {
            isNot = !isNot;
        }

        Func<RunRow, bool> inner = Term();
        return isNot ? r => !inner(r) : inner;
    }

    private Func<RunRow, bool> Term()
    {
        if (Take("("))
        {
            Func<RunRow, bool> inner = Or();
            return Take(")") ? inner : throw Bad("a ')' is missing");
        }

        string name = Next("a column's name").Word;
        if (name == "has")
        {
            RunField present = _fields.Get(Next("a column's name").Word, "filter by");
            return r => present.Of(r).IsPresent;
        }

        RunField field = _fields.Get(name, "filter by");
        string sign = Next($"a comparison after '{name}'").Word;
        (string value, _) = Next($"a value after '{name} {sign}'");
        return Compare(field, sign, RunCell.Of(value), value);
    }

    private Func<RunRow, bool> Compare(RunField field, string sign, RunCell wanted, string text)
    {
        Func<RunRow, bool> Where(Func<RunCell, bool> holds) => r => field.Of(r) is { IsPresent: true } cell && holds(cell);
        return sign switch
        {
            "=" or "==" => Where(c => Order(c, wanted) == 0),
            "!=" => Where(c => Order(c, wanted) != 0),
            "<" => Where(c => Order(c, wanted) < 0),
            "<=" => Where(c => Order(c, wanted) is <= 0),
            ">" => Where(c => Order(c, wanted) > 0),
            ">=" => Where(c => Order(c, wanted) is >= 0),
            "~" => Where(c => c.Text.Contains(text, StringComparison.OrdinalIgnoreCase)),
            "!~" => Where(c => !c.Text.Contains(text, StringComparison.OrdinalIgnoreCase)),
            _ => throw Bad($"'{sign}' is no comparison"),
        };
    }

    /// <summary>Null where the sides have no order: one is NaN, or only one is a number.</summary>
    private static int? Order(RunCell a, RunCell b) => (a.Number, b.Number) switch
    {
        ({ } x, { } y) => double.IsNaN(x) || double.IsNaN(y) ? double.IsNaN(x) && double.IsNaN(y) ? 0 : null : x.CompareTo(y),
        (null, null) => string.CompareOrdinal(a.Text, b.Text),
        _ => null,
    };

    private bool Take(string word)
    {
        bool isIt = _at < _words.Count && !_words[_at].IsQuoted && _words[_at].Word.Equals(word, StringComparison.OrdinalIgnoreCase);
        _at += isIt ? 1 : 0;
        return isIt;
    }

    private (string Word, bool IsQuoted) Next(string what) =>
        _at < _words.Count ? _words[_at++] : throw Bad($"{what} is missing at its end");

    private DlsException Bad(string why) => Bad(_text, why);

    private static DlsException Bad(string text, string why) => new(
        ErrorKind.Usage, $"filter by '{EntryName.Show(Encoding.UTF8.GetBytes(text))}': {EntryName.Show(Encoding.UTF8.GetBytes(why))}",
        "write it as `--where 'map > 0.9 and kind = ssd'`");
}
