using System.Text.Json.Serialization;

namespace DlStore.Operations.Tasks;

/// <summary>How what operations record beside attempts is written: keys sorted by <see cref="Io.SortedJson"/>, null left out.</summary>
[JsonSourceGenerationOptions(RespectNullableAnnotations = true,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(TaskReproduceResult))]
[JsonSerializable(typeof(Evaluation))]
internal sealed partial class OperationJson : JsonSerializerContext;
