using System.Text.Json;
using System.Text.Json.Serialization;

namespace DlStore.Objects;

/// <summary>An oid that may be missing, where the document says so with an empty text instead of null.</summary>
public sealed class OidOrEmptyJson : JsonConverter<Oid?>
{
    private static readonly OidJson _oid = new();

    /// <inheritdoc/>
    public override bool HandleNull => true;

    /// <inheritdoc/>
    public override Oid? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.ValueTextEquals(""u8) ? null : _oid.Read(ref reader, typeof(Oid), options);

    /// <inheritdoc/>
    public override void Write(
        Utf8JsonWriter writer, Oid? value, JsonSerializerOptions options) => writer.WriteStringValue(value?.ToString() ?? "");
}
