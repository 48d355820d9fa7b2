using System.Globalization;
using System.Text;

namespace DlStore.Objects;

/// <summary>What a pointer or a pin names.</summary>
public enum ObjectKind
{
    /// <summary>A file's bytes.</summary>
    Blob,
    /// <summary>A directory.</summary>
    Tree,
}

/// <summary>
/// The committed text file that names a blob or a tree; docs/formats/pointer.md. There is exactly one encoding of a value, and unknown keys
/// survive a rewrite.
/// </summary>
public sealed record Pointer
{
    /// <summary>The largest pointer file in bytes.</summary>
    public const int LengthMax = 1024;

    /// <summary>The file name suffix of pointers.</summary>
    public const string Suffix = ".dls";

    private const string FirstLine = "dls-pointer 1";

    /// <summary>Gets what is named.</summary>
    public required ObjectKind Kind { get; init; }

    /// <summary>Gets the blob's oid, or that of the tree's root node.</summary>
    public required Oid Oid { get; init; }

    /// <summary>Gets the bytes of the blob, or of all files below the tree.</summary>
    public required long Size { get; init; }

    /// <summary>Gets the number of files and symlinks below; 1 for a blob.</summary>
    public long Files { get; init; } = 1;

    /// <summary>Gets a value indicating whether the blob is executable.</summary>
    public bool Exec { get; init; }

    /// <summary>Gets a value indicating whether it is fetched and checked out only when named.</summary>
    public bool Demand { get; init; }

    /// <summary>Gets keys that this version does not interpret (origin, recipe and unknown ones), with their values.</summary>
    public IReadOnlyDictionary<string, string> Others { get; init; } = new SortedDictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Tells whether bytes claim to be a pointer, whatever the version.</summary>
    /// <param name="bytes">The start of a file.</param>
    /// <returns>True if the first line begins as a pointer's does.</returns>
    public static bool LooksLike(ReadOnlySpan<byte> bytes) => bytes.StartsWith("dls-pointer "u8);

    /// <summary>Reads a pointer.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="path">Where it was read, for the message.</param>
    /// <returns>The pointer.</returns>
    /// <exception cref="DlsException">Kind Corrupt: not the one valid encoding; the line is named.</exception>
    public static Pointer Parse(ReadOnlySpan<byte> bytes, string path)
    {
        DlsException Bad(string why) => new(
            ErrorKind.Corrupt, $"read pointer '{path}': {why}", "`dls status` names a command that brings a good version back");
        if (WhyNoText(bytes) is { } wrong)
        {
            throw Bad(wrong);
        }

        string[] lines = Encoding.UTF8.GetString(bytes[..^1]).Split('\n');
        if (lines[0] != FirstLine)
        {
            throw Bad(lines[0].StartsWith("dls-pointer ", StringComparison.Ordinal)
                ? $"format '{lines[0]}' is newer than this dls" : $"line 1 is not '{FirstLine}'");
        }

        SortedDictionary<string, string> keys = new(StringComparer.Ordinal);
        string last = "";
        for (int i = 1; i < lines.Length; i++)
        {
            (string key, string value) = SplitLine(lines[i]) ?? throw Bad($"line {i + 1} is not 'key value'");
            if (string.CompareOrdinal(key, last) <= 0)
            {
                throw Bad($"line {i + 1}: key '{key}' is out of order or there twice");
            }

            keys[key] = value;
            last = key;
        }

        return FromKeys(keys, Bad);
    }

    private static string? WhyNoText(ReadOnlySpan<byte> bytes) => bytes.Length > LengthMax ? $"it is longer than {LengthMax} bytes"
        : bytes.IndexOf("<<<<<<< "u8) >= 0 ? "it has merge conflict markers"
        : !System.Text.Unicode.Utf8.IsValid(bytes) || bytes.Length == 0 || bytes[^1] != '\n'
            ? "it does not end in a line feed, or is not UTF-8"
        : bytes.IndexOf((byte)'\r') >= 0
            ? "its lines do not end in LF alone; a program or a git setting (core.autocrlf) has changed it"
        : null;

    /// <summary>Writes the one valid encoding.</summary>
    /// <returns>At most 1,024 bytes.</returns>
    /// <exception cref="DlsException">Kind Failed: unknown keys make it too long.</exception>
    public byte[] ToBytes()
    {
        SortedDictionary<string, string> keys = new(StringComparer.Ordinal);
        foreach ((string key, string value) in Others)
        {
            keys[key] = value;
        }

        keys["kind"] = Kind == ObjectKind.Tree ? "tree" : "blob";
        keys["oid"] = Oid.ToString();
        keys["size"] = Size.ToString(CultureInfo.InvariantCulture);
        if (Kind == ObjectKind.Tree)
        {
            keys["files"] = Files.ToString(CultureInfo.InvariantCulture);
        }

        if (Exec)
        {
            keys["exec"] = "yes";
        }

        if (Demand)
        {
            keys["demand"] = "yes";
        }

        StringBuilder text = new(FirstLine + "\n");
        foreach ((string key, string value) in keys)
        {
            text.Append(key).Append(' ').Append(value).Append('\n');
        }

        byte[] bytes = Encoding.UTF8.GetBytes(text.ToString());
        return bytes.Length <= LengthMax ? bytes
            : throw new DlsException(ErrorKind.Failed, $"write pointer for '{Oid}': its extra keys make it longer than {LengthMax} bytes");
    }

    private static Pointer FromKeys(SortedDictionary<string, string> keys, Func<string, DlsException> bad)
    {
        string Take(string key) => keys.Remove(key, out string? value) ? value : throw bad($"key '{key}' is missing");
        bool TakeYes(string key) => keys.Remove(key, out string? value) && (value == "yes" ? true : throw bad($"key '{key}' is not 'yes'"));
        long TakeNumber(string key) => Take(key) is var text && TryNumber(text, out long number)
            ? number : throw bad($"key '{key}' is not a number");

        ObjectKind kind = Take("kind") switch
        {
            "blob" => ObjectKind.Blob,
            "tree" => ObjectKind.Tree,
            var other => throw bad($"kind '{other}' is neither blob nor tree"),
        };
        string digest = Take("oid");
        if (!Oid.TryParse(digest, out Oid oid))
        {
            throw bad($"oid '{digest}' is not sha256: and 64 lower-case hex digits");
        }

        Pointer pointer = new()
        {
            Kind = kind,
            Oid = oid,
            Size = TakeNumber("size"),
            Files = kind == ObjectKind.Tree ? TakeNumber("files") : 1,
            Exec = TakeYes("exec"),
            Demand = TakeYes("demand"),
            Others = keys,
        };
        return pointer.WhyOthersWrong() is { } wrong ? throw bad(wrong) : pointer;
    }

    /// <summary>Says what is wrong with the keys that are left once those of its kind are taken, or null.</summary>
    private string? WhyOthersWrong()
    {
        if (Others.ContainsKey("files") || (Exec && Kind == ObjectKind.Tree))
        {
            return $"key '{(Exec ? "exec" : "files")}' does not go with this kind";
        }

        if (Others.TryGetValue("recipe", out string? recipe) && !Oid.TryParse(recipe, out _))
        {
            return "key 'recipe' is not a digest";
        }

        return Others.Keys.FirstOrDefault(static k => k[0] == '!') is { } tooNew ? $"key '{tooNew}' needs a newer dls" : null;
    }

    private static (string Key, string Value)? SplitLine(string line)
    {
        int space = line.IndexOf(' ', StringComparison.Ordinal);
        if (space < 1 || space == line.Length - 1 || line.Any(char.IsControl))
        {
            return null;
        }

        string key = line[..space];
        string plain = key[0] == '!' ? key[1..] : key;
        bool ok = plain.Length > 0 && plain.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');
        return ok ? (key, line[(space + 1)..]) : null;
    }

    private static bool TryNumber(string text, out long number) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && (text.Length == 1 || text[0] != '0');
}
