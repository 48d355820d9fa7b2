using System.Text;

namespace DlStore.Data.Annotations;

/// <summary>The rule for the name of a class.</summary>
public static class LabelName
{
    /// <summary>The most characters of a name.</summary>
    public const int LengthMax = 100;

    /// <summary>Says why a text cannot name a class.</summary>
    /// <param name="label">The candidate.</param>
    /// <returns>Null if it is fine, else a reason that fits after a colon.</returns>
    public static string? WhyRefused(string label)
    {
        if (label.Length == 0)
        {
            return "it is empty";
        }

        if (char.IsWhiteSpace(label[0]) || char.IsWhiteSpace(label[^1]))
        {
            return "it begins or ends with a blank";
        }

        int count = 0;
        for (int i = 0; i < label.Length; count++)
        {
            if (Rune.DecodeFromUtf16(label.AsSpan(i), out Rune rune, out int used) != System.Buffers.OperationStatus.Done)
            {
                return "it is not valid Unicode";
            }

            // Line separators too: some readers split lines at them.
            if (Rune.IsControl(rune) || rune.Value is 0x2028 or 0x2029 or 0xFEFF or 0xFFFE or 0xFFFF)
            {
                return "it holds a control character";
            }

            i += used;
        }

        return count > LengthMax ? $"it is longer than {LengthMax} characters" : null;
    }

    /// <summary>Tells whether readers that compare in lower case, such as the SSD reader, see the same name.</summary>
    /// <param name="label">A name.</param>
    /// <returns>False if it has an upper-case letter.</returns>
    public static bool IsLowerCase(string label)
    {
        foreach (Rune rune in label.EnumerateRunes())
        {
            if (Rune.ToLowerInvariant(rune) != rune)
            {
                return false;
            }
        }

        return true;
    }
}
