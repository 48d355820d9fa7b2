using System.Text;
using DlStore.Data.Annotations;
using DlStore.Data.Findings;
using DlStore.Data.Texts;
using DlStore.Io;

namespace DlStore.Data.Layouts;

/// <summary>
/// The names of classes as other programs write them: one a line, the last line end may be missing, line ends may be CR LF, a byte-order
/// mark
/// may stand in front. What a name may be is <see cref="ClassList"/>'s business.
/// </summary>
internal static class NamesFile
{
    /// <summary>Reads a file if it is there.</summary>
    /// <param name="path">Absolute path.</param>
    /// <param name="name">The file as findings name it.</param>
    /// <param name="findings">Takes what is wrong.</param>
    /// <param name="isThere">Whether there is such a file.</param>
    /// <returns>The classes; null if it is not there, or cannot be used, for which there is a finding.</returns>
    public static ClassList? Find(string path, string name, List<Finding> findings, out bool isThere)
    {
        isThere = true;
        try
        {
            byte[]? bytes = SmallFile.Find(path, name, ClassList.LengthMax);
            isThere = bytes is not null;
            return bytes is null ? null : Parse(bytes, name, findings);
        }
        catch (DlsException e)
        {
            findings.Add(LintCodes.SetBad.At(name, 0, e.Message, e.Hint));
            return null;
        }
    }

    private static ClassList Parse(byte[] bytes, string name, List<Finding> findings)
    {
        string text = PlainText.Read(bytes, name);
        if (PlainText.MarkOf(bytes) is { } mark)
        {
            findings.Add(LintCodes.TextBom.At(name, 1, $"{mark}, and some readers take the mark as part of the first class",
                "write it again as UTF-8 without a mark"));
        }

        if (text.Contains("\r\n", StringComparison.Ordinal))
        {
            findings.Add(LintCodes.ListCrLf.At(name, 1, "the line ends in CR LF, and some readers take the CR as part of the name",
                "write it with LF") with
            { Severity = Severity.Warning });
            text = text.Replace("\r\n", "\n", StringComparison.Ordinal);
        }

        return ClassList.Parse(Encoding.UTF8.GetBytes(text.Length > 0 && !text.EndsWith('\n') ? text + "\n" : text), name);
    }
}
