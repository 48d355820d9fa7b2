namespace DlStore.Ignoring;

/// <summary>One line of an ignore file.</summary>
internal sealed class IgnorePattern
{
    private readonly byte[] _pattern;
    private readonly int _literal;
    private readonly bool _isSuffix;
    private readonly bool _isName;
    private readonly bool _needsDirectory;

    private IgnorePattern(byte[] pattern, bool isNegative, bool needsDirectory)
    {
        IsNegative = isNegative;
        _needsDirectory = needsDirectory;
        _isName = !pattern.AsSpan().Contains((byte)'/');
        _pattern = pattern.Length > 0 && pattern[0] == (byte)'/' ? pattern[1..] : pattern;
        _literal = WildMatch.LiteralLength(_pattern);
        _isSuffix = _isName && _pattern.Length > 0 && _pattern[0] == (byte)'*'
            && WildMatch.LiteralLength(_pattern.AsSpan(1)) == _pattern.Length - 1;
    }

    /// <summary>Gets a value indicating whether what it matches is taken in again.</summary>
    public bool IsNegative { get; }

    /// <summary>Reads a line; null if it says nothing.</summary>
    /// <param name="line">Without its line feed.</param>
    public static IgnorePattern? Parse(ReadOnlySpan<byte> line)
    {
        if (line.Length > 0 && line[^1] == (byte)'\r')
        {
            line = line[..^1];
        }

        line = TrimSpaces(line);
        if (line.IsEmpty || line[0] == (byte)'#')
        {
            return null;
        }

        bool isNegative = line[0] == (byte)'!';
        line = isNegative ? line[1..] : line;
        bool needsDirectory = line.Length > 0 && line[^1] == (byte)'/';
        return new IgnorePattern((needsDirectory ? line[..^1] : line).ToArray(), isNegative, needsDirectory);
    }

    /// <summary>Tells whether it matches.</summary>
    /// <param name="path">From the directory of the ignore file.</param>
    /// <param name="nameAt">Where the last name of the path begins.</param>
    /// <param name="isDirectory">Whether it is a directory.</param>
    public bool IsMatch(ReadOnlySpan<byte> path, int nameAt, bool isDirectory)
    {
        if (_needsDirectory && !isDirectory)
        {
            return false;
        }

        ReadOnlySpan<byte> text = _isName ? path[nameAt..] : path;
        return _literal == _pattern.Length ? text.SequenceEqual(_pattern)
            : _isSuffix ? text.EndsWith(_pattern.AsSpan(1))
            : text.StartsWith(_pattern.AsSpan(0, _literal))
                && (_isName ? WildMatch.IsMatch(_pattern, text) : WildMatch.IsMatch(_pattern.AsSpan(_literal), text[_literal..]));
    }

    /// <summary>Blanks at the end do not count, unless a backslash stands before them.</summary>
    private static ReadOnlySpan<byte> TrimSpaces(ReadOnlySpan<byte> line)
    {
        int from = line.Length;
        for (int i = 0; i < line.Length; i++)
        {
            if (line[i] == (byte)' ')
            {
                from = Math.Min(from, i);
                continue;
            }

            from = line.Length;
            if (line[i] == (byte)'\\')
            {
                i++;
            }
        }

        return line[..from];
    }
}
