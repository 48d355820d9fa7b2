using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace DlStore.TestKit;

/// <summary>
/// Approved texts: what a command printed is compared with a file in the folder Golden beside the test. DLS_APPROVE=1 rewrites the files;
/// the change is then reviewed like code.
/// </summary>
public static partial class Golden
{
    /// <summary>Compares a text with <c>Golden/NAME.approved.txt</c>.</summary>
    /// <param name="name">The file's name without its ending.</param>
    /// <param name="actual">The text, after <see cref="Hide"/>.</param>
    /// <param name="testFile">Filled in by the compiler.</param>
    public static void Approve(string name, string actual, [CallerFilePath] string testFile = "")
    {
        string file = Path.Combine(Path.GetDirectoryName(testFile)!, "Golden", name + ".approved.txt");
        if (Environment.GetEnvironmentVariable("DLS_APPROVE") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, actual);
            return;
        }

        string expected = File.Exists(file) ? File.ReadAllText(file) : "";
        Assert.True(expected == actual,
            $"'{file}' differs; run with DLS_APPROVE=1 and review the change\n--- approved\n{expected}\n--- now\n{actual}");
    }

    /// <summary>Replaces what changes from run to run by placeholders: given texts, then commits, oids, times and durations.</summary>
    /// <param name="text">What a program printed.</param>
    /// <param name="names">Pairs of text and placeholder, such as (repo.Path, "REPO"); longer texts are replaced first.</param>
    public static string Hide(string text, params (string Text, string Placeholder)[] names)
    {
        foreach ((string known, string placeholder) in names.OrderByDescending(pair => pair.Text.Length))
        {
            text = text.Replace(known, $"<{placeholder}>", StringComparison.Ordinal);
        }

        text = Oid().Replace(text, "sha256:<OID>");
        text = Hex().Replace(text, "<ID>");
        text = Time().Replace(text, "<TIME>");
        return Duration().Replace(text, "<DURATION>");
    }

    [GeneratedRegex("sha256:[0-9a-f]{12,64}")]
    private static partial Regex Oid();

    [GeneratedRegex(@"\b([0-9a-f]{64}|[0-9a-f]{40}|(?=[0-9a-f]*[0-9])[0-9a-f]{12})\b")]
    private static partial Regex Hex();

    [GeneratedRegex(@"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?")]
    private static partial Regex Time();

    [GeneratedRegex(@"\b\d+(\.\d+)? ?(ms|s)\b")]
    private static partial Regex Duration();
}
