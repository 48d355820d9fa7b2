using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace DlStore.Web.Writing;

/// <summary>
/// The text of a page under way. What stands in the literal part of an interpolated string is markup; every value in braces is text and is
/// escaped, unless it is a <see cref="Markup"/>. There is no other way in.
/// </summary>
internal sealed class HtmlText
{
    private readonly StringBuilder _text = new(16 * 1024);

    /// <summary>Adds markup with values.</summary>
    public HtmlText Add([InterpolatedStringHandlerArgument("")] ref Filler _) => this;

    /// <summary>Adds markup with values if something holds; else the values are not even asked for.</summary>
    public HtmlText AddIf(bool condition, [InterpolatedStringHandlerArgument("", nameof(condition))] ref Filler _) => this;

    /// <summary>Adds markup that another page made.</summary>
    public HtmlText Add(Markup part)
    {
        _text.Append(part.Text);
        return this;
    }

    /// <summary>Gives what was made so far, as a part of another page.</summary>
    public Markup ToMarkup() => new(_text.ToString());

    /// <inheritdoc/>
    public override string ToString() => _text.ToString();

    /// <summary>Escapes a text for elements and for attributes in double quotes. Control characters are shown, not sent.</summary>
    public static void Escape(StringBuilder to, ReadOnlySpan<char> text)
    {
        foreach (char c in text)
        {
            _ = c switch
            {
                '&' => to.Append("&amp;"),
                '<' => to.Append("&lt;"),
                '>' => to.Append("&gt;"),
                '"' => to.Append("&quot;"),
                '\'' => to.Append("&#39;"),
                '\n' or '\t' => to.Append(c),
                < ' ' => to.Append((char)('\u2400' + c)),
                '\u007f' => to.Append('\u2421'),
                >= '\u0080' and < '\u00a0' => to.Append('\ufffd'),
                // What turns the direction of the text around could make a name look like another.
                (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069') => to.Append('\ufffd'),
                _ => to.Append(c),
            };
        }
    }

    /// <summary>Takes the parts of an interpolated string.</summary>
    [InterpolatedStringHandler]
    internal readonly ref struct Filler
    {
        private readonly StringBuilder _to;

        public Filler(int literalLength, int formattedCount, HtmlText text)
        {
            _ = literalLength + formattedCount;
            _to = text._text;
        }

        public Filler(int literalLength, int formattedCount, HtmlText text, bool condition, out bool isWanted)
            : this(literalLength, formattedCount, text) => isWanted = condition;

        public void AppendLiteral(string markup) => _to.Append(markup);

        public void AppendFormatted(Markup part) => _to.Append(part.Text);

        public void AppendFormatted(string? text) => Escape(_to, text);

        public void AppendFormatted(int number) => _to.Append(CultureInfo.InvariantCulture, $"{number}");

        public void AppendFormatted(long number) => _to.Append(CultureInfo.InvariantCulture, $"{number}");
    }
}

/// <summary>Markup that is done: only <see cref="HtmlText"/> and constants of this program make it.</summary>
/// <param name="Text">As it is sent.</param>
internal readonly record struct Markup(string Text)
{
    /// <summary>Nothing.</summary>
    public static Markup None => new("");
}
