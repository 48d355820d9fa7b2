namespace DlStore.Ignoring;

/// <summary>The patterns of one <c>.dlsignore</c> file, in their order; docs/formats/dlsignore.md.</summary>
/// <param name="directory">Where it lies, from the top of the work tree, as bytes without a slash at the end.</param>
/// <param name="patterns">Its lines that say something.</param>
internal sealed class IgnoreFile(byte[] directory, IReadOnlyList<IgnorePattern> patterns)
{
    /// <summary>The name of such files.</summary>
    public const string Name = ".dlsignore";

    /// <summary>The largest one in bytes.</summary>
    public const int LengthMax = 1 << 20;

    /// <summary>Reads the text of a file.</summary>
    public static IgnoreFile Parse(byte[] directory, ReadOnlySpan<byte> text)
    {
        ReadOnlySpan<byte> mark = [0xEF, 0xBB, 0xBF];
        text = text.StartsWith(mark) ? text[mark.Length..] : text;
        List<IgnorePattern> patterns = [];
        foreach (Range line in text.Split((byte)'\n'))
        {
            patterns.AddRange(IgnorePattern.Parse(text[line]) is { } pattern ? [pattern] : []);
        }

        return new IgnoreFile(directory, patterns);
    }

    /// <summary>Finds what the last line that matches says of a path.</summary>
    /// <param name="path">From the top of the work tree; below this file's directory.</param>
    /// <param name="nameAt">Where its last name begins.</param>
    /// <param name="isDirectory">Whether it is a directory.</param>
    /// <returns>True: left out. False: taken in again. Null: no line matches.</returns>
    public bool? Find(ReadOnlySpan<byte> path, int nameAt, bool isDirectory)
    {
        int below = directory.Length == 0 ? 0 : directory.Length + 1;
        for (int i = patterns.Count - 1; i >= 0; i--)
        {
            if (patterns[i].IsMatch(path[below..], nameAt - below, isDirectory))
            {
                return !patterns[i].IsNegative;
            }
        }

        return null;
    }
}
