using System.Reflection;
using System.Text;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using DlStore.TestKit;

namespace DlStore.Cli.Tests;

/// <summary>
/// Makes docs/json.md: what each command writes with --json, from the type that its source hands to the writer, the fields that the
/// serializer knows of it, and the comments in the code.
/// </summary>
internal sealed partial class JsonPage
{
    private static readonly NullabilityInfoContext Nullability = new();
    private readonly Dictionary<string, XElement> _comments = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, JsonTypeInfo> _types = new(StringComparer.Ordinal);
    private readonly Queue<Type> _toDescribe = new();

    private JsonPage()
    {
        foreach (Assembly assembly in (Assembly[])[typeof(Repo).Assembly, typeof(CommandTable).Assembly])
        {
            string file = Path.ChangeExtension(assembly.Location, ".xml");
            foreach (XElement member in XDocument.Load(file).Descendants("member"))
            {
                _comments[member.Attribute("name")!.Value] = member;
            }
        }
    }

    /// <summary>Gets commands whose source hands nothing to the writer.</summary>
    public List<string> Without { get; } = [];

    public static string Text(out List<string> without)
    {
        JsonPage page = new();
        string text = page.Make();
        without = page.Without;
        return text;
    }

    private string Make()
    {
        StringBuilder commands = new();
        foreach (CommandEntry entry in CommandTable.Visible)
        {
            string[] written = [.. Written(entry).Distinct()];
            if (written.Length == 0)
            {
                Without.Add(entry.Words);
            }
            else
            {
                commands.Append($"| `{entry.FullName}` | {string.Join(" or ", written)} |\n");
            }
        }

        StringBuilder types = new();
        while (_toDescribe.TryDequeue(out Type? type))
        {
            Describe(type);
        }

        foreach ((string name, JsonTypeInfo type) in _types)
        {
            Append(types, name, type);
        }

        return Head + commands + "\n## Types\n" + types;
    }

    private const string Head = """
        # What commands write with --json

        Every command takes `--json` and then writes one document to standard output, in UTF-8, on one line; talk and progress stay on standard error. This page is made
        from the code (`DLS_APPROVE=1 dotnet test tests/DlStore.Cli.Tests --filter JsonPageTests`) and a test holds it to that.

        **Schema 1.** Within a schema fields are only added, and new words of an enumeration only where its type says so; readers pass over fields they do not know. A
        field that is renamed, taken away or means something else makes schema 2, and `dls version --json` says which one a program writes (`schema`).

        - Digests are `sha256:` and 64 hex digits; paths go from the top of the work tree with `/` between names, or where they are absolute that is said; times are
          RFC 3339; sizes are bytes; `TYPE?` may be null, `[TYPE]` is an array, `{TYPE}` an object with names of its own as keys.
        - A command that fails writes `ErrorDocument` to standard output instead, and its exit code is that of the same command without `--json`.

        ## Commands

        | command | writes |
        |---|---|

        """;

    private IEnumerable<string> Written(CommandEntry entry)
    {
        string name = entry.Create().GetType().Name;
        string? file = Directory.GetFiles(SourceTree.At("src/DlStore.Cli/Commands"), name + ".cs", SearchOption.AllDirectories).FirstOrDefault();
        foreach (Match match in file is null ? [] : Handed().Matches(File.ReadAllText(file)).Cast<Match>())
        {
            JsonSerializerContext context = match.Groups[1].Value == "ResultJson" ? ResultJson.Default : CliJson.Default;
            if (context.GetType().GetProperty(match.Groups[2].Value)?.GetValue(context) is JsonTypeInfo type)
            {
                yield return NameOf(type.Type);
            }
        }
    }

    /// <summary>Names a type as this page does, and sees to it that it is described.</summary>
    private string NameOf(Type type)
    {
        Type plain = Nullable.GetUnderlyingType(type) ?? type;
        JsonTypeInfo? info = Find(plain);
        string name = info?.Kind switch
        {
            JsonTypeInfoKind.Enumerable => $"[{NameOf(info.ElementType!)}]",
            JsonTypeInfoKind.Dictionary => $"{{{NameOf(info.ElementType!)}}}",
            JsonTypeInfoKind.Object => Link(plain),
            _ when plain.IsEnum => string.Join(" \\| ", Enum.GetNames(plain).Select(static n => $"`{n}`")),
            _ when plain == typeof(bool) => "boolean",
            _ when plain.IsPrimitive || plain == typeof(decimal) => "number",
            _ when plain == typeof(DateTimeOffset) => "time",
            _ when plain == typeof(System.Text.Json.JsonElement) => "object",
            _ when plain.Name is "Oid" or "RelPath" => plain.Name == "Oid" ? "digest" : "path",
            _ => "string",
        };
        return Nullable.GetUnderlyingType(type) is null ? name : name + "?";
    }

    private string Link(Type type)
    {
        if (_types.TryAdd(type.Name, Find(type)!))
        {
            _toDescribe.Enqueue(type);
        }

        return $"[{type.Name}](#{type.Name.ToLowerInvariant()})";
    }

    private static JsonTypeInfo? Find(Type type) => ResultJson.Default.GetTypeInfo(type) ?? CliJson.Default.GetTypeInfo(type);

    private void Describe(Type type)
    {
        foreach (JsonPropertyInfo property in _types[type.Name].Properties)
        {
            _ = NameOf(property.PropertyType);
        }
    }

    private void Append(StringBuilder text, string name, JsonTypeInfo type)
    {
        text.Append($"\n### {name}\n\n{CommentOf($"T:{type.Type.FullName!.Replace('+', '.')}", "summary")}\n\n| field | type | |\n|---|---|---|\n");
        foreach (JsonPropertyInfo property in type.Properties)
        {
            PropertyInfo? member = property.AttributeProvider as PropertyInfo ?? type.Type.GetProperties().FirstOrDefault(
                p => string.Equals(p.Name, property.Name, StringComparison.OrdinalIgnoreCase));
            bool isNullable = member is not null && !property.PropertyType.IsValueType
                && Nullability.Create(member).ReadState == NullabilityState.Nullable;
            text.Append($"| `{property.Name}` | {NameOf(property.PropertyType)}{(isNullable ? "?" : "")} | {About(type.Type, member)} |\n");
        }
    }

    /// <summary>The comment of a property, or of the parameter of the record that it is.</summary>
    private string About(Type type, PropertyInfo? member)
    {
        if (member is null)
        {
            return "";
        }

        string full = member.DeclaringType!.FullName!.Replace('+', '.');
        string said = CommentOf($"P:{full}.{member.Name}", "summary");
        said = said.Length > 0 ? said : _comments.TryGetValue($"T:{full}", out XElement? record)
            ? Plain(record.Elements("param").FirstOrDefault(p => p.Attribute("name")?.Value == member.Name)) : "";
        said = Gets().Replace(said, "");
        return said.Length == 0 ? "" : (char.ToLowerInvariant(said[0]) + said[1..].TrimEnd('.')).Replace("|", "\\|", StringComparison.Ordinal);
    }

    private string CommentOf(string member, string part) => _comments.TryGetValue(member, out XElement? found) ? Plain(found.Element(part)) : "";

    private static string Plain(XElement? comment)
    {
        if (comment is null)
        {
            return "";
        }

        StringBuilder text = new();
        foreach (XNode node in comment.Nodes())
        {
            text.Append(node is XElement element
                ? element.Name.LocalName is "see" or "paramref"
                    ? $"`{(element.Attribute("cref") ?? element.Attribute("name"))?.Value.Split('(')[0].Split('.', ':')[^1]}`" : $"`{element.Value}`"
                : node.ToString());
        }

        return Blank().Replace(System.Net.WebUtility.HtmlDecode(text.ToString()), " ").Trim();
    }

    [GeneratedRegex(@"\b(ResultJson|CliJson)\.Default\.(\w+)")]
    private static partial Regex Handed();

    [GeneratedRegex(@"^Gets (or sets )?(a value indicating )?")]
    private static partial Regex Gets();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blank();
}
