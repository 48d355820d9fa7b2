using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using DlStore.Data.Names;
using DlStore.Io;

namespace DlStore.Targets;

/// <summary>
/// One change of what is live on a target: an entry of the journal on the target, and its copy in
/// <c>.dlstore/deploys/TARGET/SEQ-ID.json</c>. It never changes once written.
/// docs/formats/deploy-journal.md.
/// </summary>
public sealed record Deployment
{
    /// <summary>The directory of the copies, from the top of the work tree.</summary>
    public const string Root = ".dlstore/deploys";

    /// <summary>The most bytes of an entry.</summary>
    internal const int LengthMax = 1 << 20;

    /// <summary>What stands for the time until the target's script fills it in by its own clock.</summary>
    internal const string AtUnknown = "0000-00-00T00:00:00Z";

    /// <summary>Gets the version of the format.</summary>
    public int Format { get; init; } = 1;

    /// <summary>Gets the number on the target, from 1, without gaps.</summary>
    public required int Seq { get; init; }

    /// <summary>Gets the id: 32 hex digits.</summary>
    public required string Id { get; init; }

    /// <summary>Gets the id of the entry before it in the journal, or null for the first.</summary>
    public string? Before { get; init; }

    /// <summary>Gets the target.</summary>
    public required string Target { get; init; }

    /// <summary>Gets the kind.</summary>
    public required string Kind { get; init; }

    /// <summary>Gets what was done.</summary>
    public required DeployAction Action { get; init; }

    /// <summary>Gets the id of the entry whose state was in place before, or null if that was not known (<c>found</c>).</summary>
    public string? From { get; init; }

    /// <summary>Gets the id of the entry whose state an undeploy returns to while this one's is live; null if there is none.</summary>
    public string? Previous { get; init; }

    /// <summary>Gets the id of the entry whose files are live after this one: its own, or an earlier one's for an undeploy.</summary>
    public required string Live { get; init; }

    /// <summary>Gets the task whose weights are live afterwards, or null.</summary>
    public string? Task { get; init; }

    /// <summary>Gets the attempt's id, or null.</summary>
    public string? Attempt { get; init; }

    /// <summary>Gets what was allowed by name: <c>inherited</c>, <c>untested</c>; sorted.</summary>
    public IReadOnlyList<string> Allowed { get; init; } = [];

    /// <summary>Gets what is in place afterwards: class list, data, weights, in the order in which they are switched.</summary>
    public IReadOnlyList<DeployedFile> Files { get; init; } = [];

    /// <summary>Gets what the weights are good for: threshold, input, preprocess; sorted.</summary>
    public IReadOnlyDictionary<string, string> Accept { get; init; } = new SortedDictionary<string, string>();

    /// <summary>Gets how it ended.</summary>
    public required DeployOutcome Outcome { get; init; }

    /// <summary>Gets why it was done, if not because somebody asked for it; or null.</summary>
    public string? Why { get; init; }

    /// <summary>Gets when, by the target's clock.</summary>
    public required string At { get; init; }

    /// <summary>Gets who.</summary>
    public required string By { get; init; }

    /// <summary>Gets the name of the entry, and of its release: four digits at least, so that names sort as numbers do.</summary>
    [JsonIgnore]
    public string Name => string.Create(CultureInfo.InvariantCulture, $"{Seq:D4}-{Id}");

    /// <summary>Gives the directory of a target's copies.</summary>
    /// <param name="target">The target.</param>
    /// <returns>From the top of the work tree.</returns>
    public static string DirectoryOf(PortableName target) => $"{Root}/{target}";

    /// <summary>Gives the name of its copy.</summary>
    /// <returns>The entry's name and <c>.json</c>.</returns>
    public string FileName() => Name + ".json";

    /// <summary>Gives the bytes of the file.</summary>
    /// <returns>Indented JSON, LF, one form only.</returns>
    public byte[] ToBytes() => Io.SortedJson.Write(this, TargetJson.Default.Deployment);

    /// <summary>Reads an entry.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="name">The file as messages name it.</param>
    /// <returns>The entry.</returns>
    /// <exception cref="DlsException">Kind Corrupt: damaged or of a later format.</exception>
    public static Deployment Parse(ReadOnlySpan<byte> bytes, string name)
    {
        try
        {
            Deployment found = JsonSerializer.Deserialize(bytes, TargetJson.Default.Deployment) ?? throw new JsonException();
            return found.FindFault() is { } fault ? throw Bad(name, fault, null) : found;
        }
        catch (JsonException e)
        {
            throw Bad(name, BadValueException.Describe(e, "an entry of a deploy journal"), e);
        }
    }

    /// <summary>Tells whether a text is the name of an entry.</summary>
    internal static bool IsName(string text) =>
        text.IndexOf('-', StringComparison.Ordinal) is > 3 and var dash && text[..dash].All(char.IsAsciiDigit) && IsId(text[(dash + 1)..]);

    private static bool IsId(string text) => text.Length == 32 && text.All(char.IsAsciiHexDigitLower);

    private static DlsException Bad(string name, string why, Exception? inner) =>
        new(ErrorKind.Corrupt, $"read '{name}': {why}",
            "the target's own journal and the copies in .dlstore/deploys should be the same: restore the damaged one from the other",
            inner);

    /// <summary>Anybody who can write there or push may have written it: names become paths.</summary>
    private string? FindFault() =>
        Format != 1 ? $"its format {Format} is not 1"
        : Seq < 1 || Ids().Any(static i => i is not null && !IsId(i)) ? "it has no number or a wrong id"
        : !PortableName.TryParse(Target, out _) || !PortableName.TryParse(Kind, out _)
            || (Task is not null && !PortableName.TryParse(Task, out _)) ? "it names no target, kind or task"
        : At is not { Length: 20 } || By is null ? "it does not say when or by whom"
        : Files.Select(static f => f.FindFault()).FirstOrDefault(static f => f is not null);

    private string?[] Ids() => [Id, Before, From, Previous, Live, Attempt];
}

/// <summary>How deployments are read and written.</summary>
[JsonSourceGenerationOptions(RespectNullableAnnotations = true,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Deployment))]
internal sealed partial class TargetJson : JsonSerializerContext;
