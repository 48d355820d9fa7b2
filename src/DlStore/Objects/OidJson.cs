using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using DlStore.Io;

namespace DlStore.Objects;

/// <summary>
/// An oid in JSON: its digest, and nothing else. Every record is read and written with it, so a digest that is none stops at the reader of
/// the file.
/// </summary>
public sealed class OidJson : JsonConverter<Oid>
{
    /// <inheritdoc/>
    public override Oid Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        string text = reader.TokenType == JsonTokenType.String ? reader.GetString()! : throw new JsonException();
        return Oid.TryParse(text, out Oid oid)
            ? oid : throw new BadValueException($"'{EntryName.Show(Encoding.UTF8.GetBytes(text))}' is no digest");
    }

    /// <inheritdoc/>
    public override void Write(
        Utf8JsonWriter writer, Oid value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
