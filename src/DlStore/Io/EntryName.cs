using System.Text;
using System.Text.Unicode;

namespace DlStore.Io;

/// <summary>The rule for one name inside a tree (docs/formats/tree-node.md): what may be written to disk, and how it is shown.</summary>
public static class EntryName
{
    /// <summary>The longest name in bytes, as file systems have it.</summary>
    public const int LengthMax = 255;

    /// <summary>Says why a name may not stand in a tree.</summary>
    /// <param name="name">The bytes of one name.</param>
    /// <returns>Null if it is fine, else a reason that fits after a colon.</returns>
    public static string? WhyRefused(ReadOnlySpan<byte> name)
    {
        if (name.Length is 0 or > LengthMax)
        {
            return name.Length == 0 ? "it has an empty name" : $"a name is longer than {LengthMax} bytes";
        }

        if (name.IndexOfAny((byte)0, (byte)'/') >= 0)
        {
            return "a name holds NUL or '/'";
        }

        if (name[0] == '.')
        {
            if (name.SequenceEqual("."u8) || name.SequenceEqual(".."u8))
            {
                return "a name is '.' or '..'";
            }

            if (Ascii.EqualsIgnoreCase(name, ".git"u8) || Ascii.EqualsIgnoreCase(name, ".dlstore"u8))
            {
                return "a name is '.git' or '.dlstore'";
            }
        }

        return Utf8.IsValid(name) ? null : "a name is not valid UTF-8";
    }

    /// <summary>
    /// Shows a name to people and to programs that read lines: control characters, line separators, marks that turn the writing direction
    /// and broken UTF-8 as <c>\xNN</c>
    /// for each byte, backslash doubled. Two names never look alike, and the text between <c>$'</c> and <c>'</c> is what bash makes the
    /// name of.
    /// </summary>
    /// <param name="name">Any bytes.</param>
    /// <returns>One line of text.</returns>
    public static string Show(ReadOnlySpan<byte> name) => Escape(name, doubled: true);

    /// <inheritdoc cref="Show(ReadOnlySpan{byte})"/>
    public static string Show(string name) => IsPlain(name) && !name.Contains('\\', StringComparison.Ordinal)
        ? name : Escape(Encoding.UTF8.GetBytes(name), doubled: true);

    /// <summary>Makes one line of a sentence that may hold names: escaped like a name, but a backslash stays single.</summary>
    /// <param name="text">Any text.</param>
    /// <returns>One line of text.</returns>
    public static string ShowLine(string text) => IsPlain(text) ? text : Escape(Encoding.UTF8.GetBytes(text), doubled: false);

    private static string Escape(ReadOnlySpan<byte> name, bool doubled)
    {
        StringBuilder text = new(name.Length);
        while (!name.IsEmpty)
        {
            bool ok = Rune.DecodeFromUtf8(name, out Rune rune, out int used) == System.Buffers.OperationStatus.Done;
            if (!ok || Acts(rune))
            {
                foreach (byte b in name[..used])
                {
                    text.Append("\\x").Append(b.ToString("x2"));
                }
            }
            else
            {
                text.Append(rune.Value == '\\' && doubled ? "\\\\" : rune.ToString());
            }

            name = name[used..];
        }

        return text.ToString();
    }

    private static bool IsPlain(string text)
    {
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (Acts(rune))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Tells what acts on a terminal or ends a line for some reader.</summary>
    private static bool Acts(Rune rune) => Rune.IsControl(rune)
        || rune.Value is (>= 0x202a and <= 0x202e) or (>= 0x2066 and <= 0x2069) or 0x200e or 0x200f or 0x2028 or 0x2029;
}
