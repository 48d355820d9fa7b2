using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace DlStore.Git;

/// <summary>The name git gives a commit: 40 (SHA-1) or 64 (SHA-256) lower-case hex digits.</summary>
public readonly record struct CommitId : IComparable<CommitId>
{
    private const int Sha1Digits = 40;
    private const int Sha256Digits = 64;
    private static readonly SearchValues<char> _digits = SearchValues.Create("0123456789abcdef");

    private readonly string? _hex;

    private CommitId(string hex) => _hex = hex;

    /// <summary>Gets the hex digits; of the default value, forty zeros, which names no commit.</summary>
    public string Hex => _hex ?? new string('0', Sha1Digits);

    /// <summary>Reads an id.</summary>
    /// <param name="text">40 or 64 lower-case hex digits.</param>
    /// <param name="id">The id, or the default value.</param>
    /// <returns>False for anything else.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, out CommitId id)
    {
        bool valid = IsObjectName(text);
        id = valid ? new CommitId(text!) : default;
        return valid;
    }

    /// <summary>Reads an id or fails.</summary>
    /// <param name="text">40 or 64 lower-case hex digits.</param>
    /// <returns>The id.</returns>
    /// <exception cref="DlsException">Kind Corrupt: the text is not a commit id; it is quoted.</exception>
    public static CommitId Parse(string text) => TryParse(text, out CommitId id)
        ? id
        : throw new DlsException(ErrorKind.Corrupt, $"cannot read commit id '{text}': expected 40 or 64 lower-case hex digits");

    /// <summary>Gives the first twelve digits, for people; never parsed.</summary>
    /// <returns>12 lower-case hex digits.</returns>
    public string ToShort() => Hex[..12];

    /// <inheritdoc/>
    public override string ToString() => Hex;

    /// <inheritdoc/>
    public int CompareTo(CommitId other) => string.CompareOrdinal(Hex, other.Hex);

    /// <summary>Orders two ids by their digits.</summary>
    public static bool operator <(CommitId left, CommitId right) => left.CompareTo(right) < 0;

    /// <summary>Orders two ids by their digits.</summary>
    public static bool operator >(CommitId left, CommitId right) => left.CompareTo(right) > 0;

    /// <summary>Orders two ids by their digits.</summary>
    public static bool operator <=(CommitId left, CommitId right) => left.CompareTo(right) <= 0;

    /// <summary>Orders two ids by their digits.</summary>
    public static bool operator >=(CommitId left, CommitId right) => left.CompareTo(right) >= 0;

    /// <summary>Tells whether a text has the form of a full object name of git.</summary>
    /// <param name="text">Any text.</param>
    /// <returns>True for 40 or 64 lower-case hex digits.</returns>
    internal static bool IsObjectName(ReadOnlySpan<char> text)
        => text.Length is Sha1Digits or Sha256Digits && !text.ContainsAnyExcept(_digits);
}
