using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;

namespace DlStore.Remotes.Web;

/// <summary>
/// Reads the page that a server makes of a directory. Only plain names count: whatever a page holds, nothing on it leads out of the
/// directory.
/// </summary>
internal static class WebPage
{
    private const int HeadLength = 4096;
    private const int LinkMax = 4096;
    private const string Href = "href=";

    /// <summary>Reads a page.</summary>
    /// <param name="bytes">The whole page.</param>
    /// <param name="mediaType">What the server says it is.</param>
    /// <returns>The names; null if it is no list of a directory.</returns>
    public static IReadOnlyList<WebName>? Parse(byte[] bytes, string mediaType) => mediaType switch
    {
        "application/json" => ParseJson(bytes),
        "text/html" or "application/xhtml+xml" => ParseHtml(Encoding.UTF8.GetString(bytes)),
        _ => null,
    };

    /// <summary>Reads nginx's <c>autoindex_format json</c>.</summary>
    private static List<WebName>? ParseJson(byte[] bytes)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(bytes);
            List<WebName> names = [];
            foreach (JsonElement element in document.RootElement.EnumerateArray())
            {
                string name = element.GetProperty("name").GetString() ?? "";
                string type = element.GetProperty("type").GetString() ?? "";
                string mtime = element.TryGetProperty("mtime", out JsonElement time) ? time.GetString() ?? "" : "";
                _ = DateTimeOffset.TryParseExact(
                    mtime, "r", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset at);
                long? size = element.TryGetProperty("size", out JsonElement bytesThere) ? bytesThere.GetInt64() : null;
                bool counts = RemoteName.CanBeEntry(name) && type is "file" or "directory";
                names.AddRange(counts ? [new WebName(name, type == "directory", size, at)] : []);
            }

            return names;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    /// <summary>Reads what nginx, Apache, lighttpd, Caddy and Python's server show: links to plain names.</summary>
    private static List<WebName>? ParseHtml(string text)
    {
        string head = text.Length > HeadLength ? text[..HeadLength] : text;
        bool isList = head.Contains("Index of", StringComparison.OrdinalIgnoreCase)
            || head.Contains("Directory listing", StringComparison.OrdinalIgnoreCase)
            || text.Contains("href=\"../\"", StringComparison.OrdinalIgnoreCase)
            || text.Contains("href=\"..\"", StringComparison.OrdinalIgnoreCase);
        if (!isList)
        {
            return null;
        }

        HashSet<string> seen = new(StringComparer.Ordinal);
        List<WebName> names = [];
        for (int at = 0; (at = text.IndexOf(Href, at, StringComparison.OrdinalIgnoreCase)) >= 0;)
        {
            at += Href.Length;
            char quote = at < text.Length ? text[at] : ' ';
            int end = quote is '"' or '\'' ? text.IndexOf(quote, at + 1, Math.Min(LinkMax, text.Length - at - 1)) : -1;
            if (end > 0 && NameOf(WebUtility.HtmlDecode(text[(at + 1)..end])) is { } name && seen.Add(name.Name))
            {
                names.Add(name);
            }
        }

        return names;
    }

    private static WebName? NameOf(string link)
    {
        string shown = link.StartsWith("./", StringComparison.Ordinal) ? link[2..] : link;
        bool isDirectory = shown.EndsWith('/');
        string name = Uri.UnescapeDataString(isDirectory ? shown[..^1] : shown);
        return shown.AsSpan().IndexOfAny('?', '#', ':') < 0 && RemoteName.CanBeEntry(name)
            ? new WebName(name, isDirectory, null, default) : null;
    }
}
