using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace DlStore.Io;

/// <summary>
/// A path relative to a root that it cannot leave: UTF-8 names joined by <c>/</c>, none of them empty, <c>.</c>, <c>..</c>, or (in any
/// letter
/// case) <c>.git</c> or <c>.dlstore</c>. What pointers and pins name holds no control characters, because it stands in files of lines; a
/// path inside a tree may, since
/// its names are bytes that are checked by <see cref="EntryName"/> alone, and is read by <see cref="TryParseInside"/>.
/// </summary>
public readonly record struct RelPath : IComparable<RelPath>
{
    /// <summary>The longest path that is accepted, in UTF-8 bytes.</summary>
    public const int LengthMax = 4096;

    private readonly string? _value;

    private RelPath(string value) => _value = value;

    /// <summary>Gets the text, with <c>/</c> between names; empty for the root itself.</summary>
    public string Value => _value ?? "";

    /// <summary>Gets the last name.</summary>
    public string Name => Value[(Value.LastIndexOf('/') + 1)..];

    /// <summary>Gets a value indicating whether a control character is in it: it can then only lie inside a tree.</summary>
    public bool HasControl => Value.Any(char.IsControl);

    /// <summary>Gets the text of the directory part, empty at the root.</summary>
    public string Directory => Value.LastIndexOf('/') is var i and >= 0 ? Value[..i] : "";

    /// <summary>Reads a path.</summary>
    /// <param name="text">Candidate; <c>/</c> separates names.</param>
    /// <param name="path">The path, or the root.</param>
    /// <param name="reason">Why it was refused, else null.</param>
    /// <returns>False if it could lead outside or is not portable.</returns>
    public static bool TryParse(string text, out RelPath path, [NotNullWhen(false)] out string? reason)
    {
        if (!TryParseInside(text, out path, out reason) || !path.HasControl)
        {
            return reason is null;
        }

        path = default;
        reason = "it holds a control character";
        return false;
    }

    /// <summary>
    /// Reads a path that may lie inside a tree: control characters are allowed. Whoever makes a pointer of it checks
    /// <see cref="HasControl"/>.
    /// </summary>
    /// <param name="text">Candidate; <c>/</c> separates names.</param>
    /// <param name="path">The path, or the root.</param>
    /// <param name="reason">Why it was refused, else null.</param>
    /// <returns>False if it could lead outside.</returns>
    public static bool TryParseInside(string text, out RelPath path, [NotNullWhen(false)] out string? reason)
    {
        path = default;
        reason = text.Length == 0
            ? "it is empty" : Encoding.UTF8.GetByteCount(text) > LengthMax ? $"it is longer than {LengthMax} bytes" : null;
        if (reason is null && !IsValidUtf16(text))
        {
            reason = "it is not valid Unicode";
        }

        foreach (string name in reason is null ? text.Split('/') : [])
        {
            reason ??= EntryName.WhyRefused(Encoding.UTF8.GetBytes(name));
        }

        if (reason is not null)
        {
            return false;
        }

        path = new RelPath(text);
        return true;
    }

    /// <summary>Reads a path or fails.</summary>
    /// <param name="text">Candidate; <c>/</c> separates names.</param>
    /// <returns>The path.</returns>
    /// <exception cref="DlsException">Kind Corrupt: the path is unsafe; it is quoted with the reason.</exception>
    public static RelPath Parse(string text) => TryParse(text, out RelPath path, out string? reason)
        ? path
        : throw new DlsException(ErrorKind.Corrupt, $"refuse path '{text}': {reason}");

    /// <summary>Reads a path that may lie inside a tree, or fails.</summary>
    /// <param name="text">Candidate; <c>/</c> separates names.</param>
    /// <returns>The path.</returns>
    /// <exception cref="DlsException">Kind Corrupt: the path is unsafe; it is quoted with the reason.</exception>
    public static RelPath ParseInside(string text) => TryParseInside(text, out RelPath path, out string? reason)
        ? path
        : throw new DlsException(ErrorKind.Corrupt, $"refuse path '{text}': {reason}");

    /// <summary>Appends names.</summary>
    /// <param name="below">A path below this one.</param>
    /// <returns>The joined path.</returns>
    public RelPath Append(RelPath below) => Value.Length == 0
        ? below : below.Value.Length == 0 ? this : new RelPath(Value + "/" + below.Value);

    /// <summary>Tells whether this path is <paramref name="other"/> or lies below it.</summary>
    /// <param name="other">A path from the same root.</param>
    /// <returns>True for the same path and for paths below.</returns>
    public bool IsAtOrBelow(RelPath other) => other.Value.Length == 0 || Value == other.Value
        || (Value.Length > other.Value.Length
            && Value[other.Value.Length] == '/' && Value.StartsWith(other.Value, StringComparison.Ordinal));

    /// <inheritdoc/>
    public int CompareTo(RelPath other) => string.CompareOrdinal(Value, other.Value);

    /// <inheritdoc/>
    public override string ToString() => Value;

    private static bool IsValidUtf16(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]) && !(i + 1 < text.Length && char.IsSurrogatePair(text[i], text[++i])))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Orders two paths by UTF-16 ordinal.</summary>
    public static bool operator <(RelPath left, RelPath right) => left.CompareTo(right) < 0;

    /// <summary>Orders two paths by UTF-16 ordinal.</summary>
    public static bool operator >(RelPath left, RelPath right) => left.CompareTo(right) > 0;

    /// <summary>Orders two paths by UTF-16 ordinal.</summary>
    public static bool operator <=(RelPath left, RelPath right) => left.CompareTo(right) <= 0;

    /// <summary>Orders two paths by UTF-16 ordinal.</summary>
    public static bool operator >=(RelPath left, RelPath right) => left.CompareTo(right) >= 0;
}
