using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace DlStore.Io;

/// <summary>
/// Reads and writes a closed set of words in JSON: each member has one word, and any other is refused by the reader of the file.
/// </summary>
/// <typeparam name="T">The set.</typeparam>
/// <param name="what">What such a word is, as <c>action of a deploy journal</c>.</param>
/// <param name="name">Gives a member's word.</param>
public abstract class WordJson<T>(string what, Func<T, string> name) : JsonConverter<T>
    where T : struct, Enum
{
    private readonly Func<T, string> _name = name;

    /// <inheritdoc/>
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        string text = reader.TokenType == JsonTokenType.String ? reader.GetString()! : throw new JsonException();
        return Words.Find(text, _name) ?? throw new BadValueException($"'{EntryName.Show(Encoding.UTF8.GetBytes(text))}' is no {what}");
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(_name(value));
}
