using System.Text;
using DlStore.Io;

namespace DlStore.Operations.Merges;

/// <summary>
/// The name under which the other side's version lies beside this side's: <c>img.theirs.jpg</c>, or with the other side's own name in place
/// of that word.
/// </summary>
internal static class BesideName
{
    private const int LabelMax = 40;

    /// <summary>Finds a free name in the same directory.</summary>
    /// <param name="path">The path both sides have, names joined by <c>/</c>.</param>
    /// <param name="side">What git calls the other side, or null.</param>
    /// <param name="isTaken">Tells whether a path is taken.</param>
    /// <returns>A path that is not taken.</returns>
    public static string Find(string path, string? side, Func<string, bool> isTaken)
    {
        int slash = path.LastIndexOf('/') + 1;
        string name = path[slash..];
        int dot = name.LastIndexOf('.') is var at and > 0 ? at : name.Length;
        string label = Label(side);
        for (int i = 1; ; i++)
        {
            string more = $".{label}{(i == 1 ? "" : $"-{i}")}{name[dot..]}";
            string candidate = path[..slash] + Fit(name[..dot], more) + more;
            if (!isTaken(candidate))
            {
                return candidate;
            }
        }
    }

    /// <summary>Cuts the stem so that the name is not too long.</summary>
    private static string Fit(string stem, string more)
    {
        string fit = stem;
        while (fit.Length > 1 && Encoding.UTF8.GetByteCount(fit) + Encoding.UTF8.GetByteCount(more) > EntryName.LengthMax)
        {
            fit = fit[..^(char.IsLowSurrogate(fit[^1]) ? 2 : 1)];
        }

        return fit;
    }

    /// <summary>A branch's name as a part of a file's; a commit's subject is cut.</summary>
    private static string Label(string? side)
    {
        string plain = new([.. (side ?? "").Take(LabelMax).Select(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' ? c : '-')]);
        return plain.Trim('-') is { Length: > 0 } label ? label : "theirs";
    }
}
