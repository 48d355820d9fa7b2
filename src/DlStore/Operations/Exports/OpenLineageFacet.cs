using System.Text.Json;

namespace DlStore.Operations.Exports;

/// <summary>
/// Facets of OpenLineage: objects with who made them and the schema they keep. Versions are those of OpenLineage 2-0-2's repository
/// (spec/facets).
/// </summary>
internal static class OpenLineageFacet
{
    /// <summary>Who made the events.</summary>
    public const string Producer = "urn:dls:export:openlineage:1";

    /// <summary>The schema of an event.</summary>
    public const string EventSchema = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent";

    /// <summary>Writes a facet of the standard.</summary>
    /// <param name="json">Within the object of the facets.</param>
    /// <param name="key">Its key.</param>
    /// <param name="version">The version of its schema.</param>
    /// <param name="type">The name of its schema.</param>
    /// <param name="write">Writes its own fields.</param>
    public static void Write(Utf8JsonWriter json, string key, string version, string type, Action<Utf8JsonWriter> write) =>
        WriteWith(json, key, $"https://openlineage.io/spec/facets/{version}/{type}.json#/$defs/{type}", write);

    /// <summary>Writes a facet of dls.</summary>
    public static void WriteOwn(Utf8JsonWriter json, string key, string type, Action<Utf8JsonWriter> write) =>
        WriteWith(json, key, $"urn:dls:openlineage:1#/$defs/{type}", write);

    /// <summary>Writes a text unless it is not known.</summary>
    public static void WriteKnown(Utf8JsonWriter json, string key, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            json.WriteString(key, value);
        }
    }

    /// <summary>Writes texts by name.</summary>
    public static void WriteTexts(Utf8JsonWriter json, string key, IReadOnlyDictionary<string, string>? values)
    {
        if (values is { Count: > 0 })
        {
            json.WriteStartObject(key);
            foreach ((string name, string value) in values.OrderBy(static v => v.Key, StringComparer.Ordinal))
            {
                json.WriteString(name, value);
            }

            json.WriteEndObject();
        }
    }

    /// <summary>Gives the URI of a repository's origin; null if it is none.</summary>
    /// <param name="remote">As git has it: a URL, <c>HOST:PATH</c>, or a path.</param>
    public static string? UriOf(string? remote)
    {
        string uri = remote ?? "";
        int colon = uri.IndexOf(':', StringComparison.Ordinal);
        if (colon > 1 && !uri.AsSpan(colon).StartsWith("://") && !uri[..colon].Contains('/', StringComparison.Ordinal))
        {
            uri = $"ssh://{uri[..colon]}/{uri[(colon + 1)..].TrimStart('/')}";
        }

        return !Uri.IsWellFormedUriString(uri, UriKind.Absolute) ? null
            : System.Text.Ascii.IsValid(uri) ? uri : new Uri(uri).AbsoluteUri;
    }

    private static void WriteWith(Utf8JsonWriter json, string key, string schema, Action<Utf8JsonWriter> write)
    {
        json.WriteStartObject(key);
        json.WriteString("_producer", Producer);
        json.WriteString("_schemaURL", schema);
        write(json);
        json.WriteEndObject();
    }
}
