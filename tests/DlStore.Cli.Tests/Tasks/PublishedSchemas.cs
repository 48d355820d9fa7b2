using System.Globalization;
using System.Text.Json;
using DlStore.TestKit;

namespace DlStore.Cli.Tests.Tasks;

/// <summary>
/// The published schemas of OpenLineage (tests/openlineage), and a check against them: the part of JSON Schema 2020-12 that they use, formats
/// included. A keyword that it does not know fails the test, so that nothing is passed over.
/// </summary>
internal sealed class PublishedSchemas
{
    private static readonly string[] Silent = ["$schema", "$id", "$defs", "description", "example"];
    private readonly Dictionary<string, JsonElement> _byId = new(StringComparer.Ordinal);

    public PublishedSchemas()
    {
        foreach (string file in Directory.GetFiles(SourceTree.At("tests/openlineage"), "*.json", SearchOption.AllDirectories))
        {
            JsonElement schema = JsonDocument.Parse(File.ReadAllBytes(file)).RootElement;
            _byId.Add(schema.GetProperty("$id").GetString()!, schema);
        }
    }

    /// <summary>Gives what is wrong with a value; nothing if it keeps the schema.</summary>
    /// <param name="value">Any JSON.</param>
    /// <param name="reference">The schema: an id with or without a pointer behind <c>#</c>.</param>
    public List<string> Check(JsonElement value, string reference)
    {
        List<string> wrong = [];
        CheckReference(value, reference, "", wrong);
        return wrong;
    }

    /// <summary>Gives the key that a facet of the standard must have, as its own file says.</summary>
    public string KeyOf(string reference) => Assert.Single(_byId[reference.Split('#')[0]].GetProperty("properties").EnumerateObject(),
        p => p.Value.GetProperty("$ref").GetString() == "#" + reference.Split('#')[1]).Name;

    private void CheckReference(JsonElement value, string reference, string home, List<string> wrong)
    {
        string id = reference[0] == '#' ? home : reference.Split('#')[0];
        JsonElement schema = _byId[id];
        foreach (string part in reference.Contains('#', StringComparison.Ordinal) ? reference.Split('#')[1].Split('/').Skip(1) : [])
        {
            schema = schema.GetProperty(part);
        }

        Check(value, schema, id, wrong);
    }

    private bool Keeps(JsonElement value, JsonElement schema, string home)
    {
        List<string> wrong = [];
        Check(value, schema, home, wrong);
        return wrong.Count == 0;
    }

    private void Check(JsonElement value, JsonElement schema, string home, List<string> wrong)
    {
        foreach (JsonProperty rule in schema.EnumerateObject().Where(static r => !Silent.Contains(r.Name)))
        {
            JsonElement says = rule.Value;
            bool isObject = value.ValueKind == JsonValueKind.Object;
            switch (rule.Name)
            {
                case "$ref": CheckReference(value, says.GetString()!, home, wrong); break;
                case "allOf": says.EnumerateArray().ToList().ForEach(s => Check(value, s, home, wrong)); break;
                case "anyOf": Require(says.EnumerateArray().Any(s => Keeps(value, s, home))); break;
                case "oneOf": Require(says.EnumerateArray().Count(s => Keeps(value, s, home)) == 1); break;
                case "not": Require(!Keeps(value, says, home)); break;
                case "type": Require(IsOf(value, says.GetString()!)); break;
                case "enum": Require(says.EnumerateArray().Any(e => e.GetString() == value.GetString())); break;
                case "format": Require(HasFormat(value.GetString()!, says.GetString()!)); break;
                case "minimum": Require(value.GetInt64() >= says.GetInt64()); break;
                case "required": Require(!isObject || says.EnumerateArray().All(n => value.TryGetProperty(n.GetString()!, out _))); break;
                case "items": value.EnumerateArray().ToList().ForEach(v => Check(v, says, home, wrong)); break;
                case "properties" when isObject:
                    foreach (JsonProperty field in value.EnumerateObject().Where(f => says.TryGetProperty(f.Name, out _)))
                    {
                        Check(field.Value, says.GetProperty(field.Name), home, wrong);
                    }

                    break;
                case "additionalProperties" when isObject && says.ValueKind is not JsonValueKind.True:
                    foreach (JsonProperty field in value.EnumerateObject().Where(
                        f => !schema.TryGetProperty("properties", out JsonElement known) || !known.TryGetProperty(f.Name, out _)))
                    {
                        Require(says.ValueKind == JsonValueKind.Object);
                        Check(field.Value, says, home, wrong);
                    }

                    break;
                case "properties" or "additionalProperties": break;
                default: wrong.Add($"the check does not know '{rule.Name}'"); break;
            }

            void Require(bool isSo)
            {
                if (!isSo)
                {
                    wrong.Add($"'{rule.Name}' {says} of {home} is broken by {value}");
                }
            }
        }
    }

    private static bool IsOf(JsonElement value, string type) => type switch
    {
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        "string" => value.ValueKind == JsonValueKind.String,
        "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        _ => false,
    };

    private static bool HasFormat(string text, string format) => format switch
    {
        // RFC 3986: ASCII, with a scheme.
        "uri" => text.All(char.IsAscii) && Uri.IsWellFormedUriString(text, UriKind.Absolute),
        "uuid" => Guid.TryParseExact(text, "D", out _),
        "date-time" => DateTimeOffset.TryParseExact(
            text, "yyyy-MM-dd'T'HH:mm:ssK", CultureInfo.InvariantCulture, DateTimeStyles.None, out _) && text.EndsWith('Z'),
        _ => false,
    };
}
