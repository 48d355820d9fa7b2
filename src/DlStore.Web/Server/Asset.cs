namespace DlStore.Web.Server;

/// <summary>The files that pages name, which are in the program itself.</summary>
internal static class Asset
{
    /// <summary>Gets their names.</summary>
    public static readonly IReadOnlyList<string> Names =
        ["ui.css", "ui.js", "uplot.js", "uplot.css", "uplot.LICENSE", "dagre.js", "dagre.LICENSE"];

    /// <summary>Reads one.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <returns>Its bytes, or null if there is no such file.</returns>
    public static byte[]? Find(string name)
    {
        if (!Names.Contains(name))
        {
            return null;
        }

        using Stream stream = typeof(Asset).Assembly.GetManifestResourceStream("asset/" + name)!;
        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>Gives the type of a file by its name.</summary>
    public static string TypeOf(string name) => Path.GetExtension(name) switch
    {
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        _ => "text/plain; charset=utf-8",
    };
}
