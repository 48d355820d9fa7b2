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

    /// <summary>Shows a name to people: control characters and broken UTF-8 as <c>\xNN</c>, backslash doubled.</summary>
    /// <param name="name">Any bytes.</param>
    /// <returns>One line of text.</returns>
    public static string Show(ReadOnlySpan<byte> name)
    {
        StringBuilder text = new(name.Length);
        while (!name.IsEmpty)
        {
            bool ok = Rune.DecodeFromUtf8(name, out Rune rune, out int used) == System.Buffers.OperationStatus.Done;
            if (!ok || Rune.IsControl(rune))
            {
                foreach (byte b in name[..used])
                {
                    text.Append("\\x").Append(b.ToString("x2"));
                }
            }
            else
            {
                text.Append(rune.Value == '\\' ? "\\\\" : rune.ToString());
            }

            name = name[used..];
        }

        return text.ToString();
    }
}
