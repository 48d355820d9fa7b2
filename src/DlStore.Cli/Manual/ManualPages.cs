using System.Text;

namespace DlStore.Cli.Manual;

/// <summary>
/// Pages about files and formats that the program carries with it (docs/formats and its like), so that what a message points to can be read
/// where only the program is. `dls help NAME` prints one; a name that a command has too is written with its ending, as trash.md.
/// </summary>
internal static class ManualPages
{
    private const string Prefix = "page/";
    private const string Ending = ".md";

    /// <summary>The word that asks for the list.</summary>
    public const string ListWord = "pages";

    /// <summary>Gets the names, sorted ordinally.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [.. typeof(ManualPages).Assembly.GetManifestResourceNames().Where(static n => n.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(static n => n[Prefix.Length..]).Order(StringComparer.Ordinal)];

    /// <summary>Finds a page.</summary>
    /// <param name="word">Its name, or the path it has in the project's documents.</param>
    /// <returns>Its text, or null if there is none.</returns>
    public static string? Find(string word)
    {
        string name = word[(word.LastIndexOf('/') + 1)..];
        name = name.EndsWith(Ending, StringComparison.Ordinal) ? name[..^Ending.Length] : name;
        return Names.Contains(name) ? Read(name) : null;
    }

    /// <summary>Tells whether a word can mean a page only.</summary>
    public static bool IsPath(string word) => word.EndsWith(Ending, StringComparison.Ordinal);

    /// <summary>Lists the pages with their first lines.</summary>
    public static string List()
    {
        int width = Names.Max(static n => n.Length);
        StringBuilder text = new("usage: dls help PAGE\n\npages\n");
        foreach (string name in Names)
        {
            text.Append($"  {name.PadRight(width)}  {Read(name).Split('\n')[0].TrimStart('#', ' ')}\n");
        }

        return text.Append("\nA page whose name is also that of a command is written with its ending: `dls help trash.md`.\n").ToString();
    }

    private static string Read(string name)
    {
        using Stream stream = typeof(ManualPages).Assembly.GetManifestResourceStream(Prefix + name)!;
        using StreamReader reader = new(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
