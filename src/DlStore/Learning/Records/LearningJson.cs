using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using DlStore.Io;

namespace DlStore.Learning.Records;

/// <summary>How the records of tasks are written: indented, LF, keys sorted, null left out.</summary>
[JsonSourceGenerationOptions(
    RespectNullableAnnotations = true,
        PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(TaskRecord))]
[JsonSerializable(typeof(AttemptRecord))]
internal sealed partial class LearningJson : JsonSerializerContext
{
    /// <summary>Reads a record.</summary>
    public static T Read<T>(ReadOnlySpan<byte> bytes, JsonTypeInfo<T> type, string name)
    {
        try
        {
            return JsonSerializer.Deserialize(bytes, type) ?? throw Bad(name, "it holds nothing", null);
        }
        catch (JsonException e)
        {
            throw Bad(name, BadValueException.Describe(e, "such a record"), e);
        }
    }

    /// <summary>Tells whether something is null within a list: the serializer looks at properties only.</summary>
    public static bool HasNull(params ReadOnlySpan<IEnumerable<object?>> lists)
    {
        foreach (IEnumerable<object?> list in lists)
        {
            if (list.Any(static one => one is null))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Makes the error for a record that cannot be used.</summary>
    public static DlsException Bad(string name, string why, Exception? inner) => new(
        ErrorKind.Corrupt, $"read '{name}': {why}", "restore the file with git, for example `git checkout -- FILE`", inner);
}
