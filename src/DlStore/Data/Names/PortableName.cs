using System.Diagnostics.CodeAnalysis;
using System.Text;
using DlStore.Io;

namespace DlStore.Data.Names;

/// <summary>
/// The name of a project, data set, test set or class list. It becomes part of file names that several programs on several systems read, so
/// it holds letters, digits,
/// <c>.</c>, <c>_</c> and <c>-</c> only, begins with a letter or digit, does not end in a dot, and has at most 64 of them.
/// </summary>
public readonly record struct PortableName : IComparable<PortableName>
{
    /// <summary>The most characters.</summary>
    public const int LengthMax = 64;

    private readonly string? _value;

    private PortableName(string value) => _value = value;

    /// <summary>Gets the text.</summary>
    public string Value => _value ?? "";

    /// <summary>Reads a name.</summary>
    /// <param name="text">Candidate.</param>
    /// <param name="name">The name.</param>
    /// <returns>False if it breaks the rule.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, out PortableName name)
    {
        bool ok = text is { Length: > 0 and <= LengthMax } && char.IsAsciiLetterOrDigit(text[0]) && text[^1] != '.'
            && text.All(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');
        name = ok ? new PortableName(text!) : default;
        return ok;
    }

    /// <summary>Reads a name or fails.</summary>
    /// <param name="text">Candidate.</param>
    /// <param name="what">What it names, for the message: <c>project</c>.</param>
    /// <returns>The name.</returns>
    /// <exception cref="DlsException">Kind Usage: the rule is named.</exception>
    public static PortableName Parse(string text, string what) => TryParse(text, out PortableName name)
        ? name
        : throw new DlsException(
            ErrorKind.Usage, $"use {what} name '{EntryName.Show(Encoding.UTF8.GetBytes(text))}': it is not portable",
            $"1 to {LengthMax} letters, digits, '.', '_' and '-', the first one a letter or digit, not ending in '.'");

    /// <inheritdoc/>
    public int CompareTo(PortableName other) => string.CompareOrdinal(Value, other.Value);

    /// <inheritdoc/>
    public override string ToString() => Value;

    /// <summary>Orders two names by ordinal.</summary>
    public static bool operator <(PortableName left, PortableName right) => left.CompareTo(right) < 0;

    /// <summary>Orders two names by ordinal.</summary>
    public static bool operator >(PortableName left, PortableName right) => left.CompareTo(right) > 0;

    /// <summary>Orders two names by ordinal.</summary>
    public static bool operator <=(PortableName left, PortableName right) => left.CompareTo(right) <= 0;

    /// <summary>Orders two names by ordinal.</summary>
    public static bool operator >=(PortableName left, PortableName right) => left.CompareTo(right) >= 0;
}
