using System.Text.Json;
using System.Text.Json.Serialization;
using DlStore.Data;
using DlStore.Objects;

namespace DlStore.Targets;

/// <summary>A file or directory that a deployment put in place.</summary>
/// <param name="Role"><c>weight</c>, <c>data</c> or <c>classes</c>.</param>
/// <param name="Path">Where, relative to the target's home.</param>
/// <param name="Oid">The digest of its bytes, or of its tree for a directory.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Files">Files below a directory; 1 for a file.</param>
public sealed record DeployedFile(string Role, string Path, string Oid, long Size, long Files);

/// <summary>
/// One change of what is live on a target: an entry of the journal on the target, and its copy in <c>.dlstore/deploys/TARGET/SEQ-ID.json</c>. It never changes once written.
/// docs/formats/deploy-journal.md.
/// </summary>
public sealed record Deployment
{
    /// <summary>The directory of the copies, from the top of the work tree.</summary>
    public const string Root = ".dlstore/deploys";

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

    /// <summary>Gets what was done: <c>deploy</c>, <c>undeploy</c>, or <c>found</c> for what was there before dls.</summary>
    public required string Action { get; init; }

    /// <summary>Gets the id of the entry whose state is what an undeploy of this one returns to; null if nothing was there.</summary>
    public string? Previous { get; init; }

    /// <summary>Gets the id of the entry whose files are live after this one: its own for a deploy, an earlier one's for an undeploy; null for nothing.</summary>
    public string? Live { get; init; }

    /// <summary>Gets the task whose weights are live afterwards, or null.</summary>
    public string? Task { get; init; }

    /// <summary>Gets the attempt's id, or null.</summary>
    public string? Attempt { get; init; }

    /// <summary>Gets what is in place afterwards, sorted by path.</summary>
    public IReadOnlyList<DeployedFile> Files { get; init; } = [];

    /// <summary>Gets what the weights are good for: threshold, input, preprocess; sorted.</summary>
    public IReadOnlyDictionary<string, string> Accept { get; init; } = new SortedDictionary<string, string>();

    /// <summary>Gets how it ended: <c>done</c>; <c>undone</c> if the old state was brought back.</summary>
    public required string Outcome { get; init; }

    /// <summary>Gets when, by the target's clock.</summary>
    public required string At { get; init; }

    /// <summary>Gets who.</summary>
    public required string By { get; init; }

    /// <summary>Gives the directory of a target's copies.</summary>
    /// <param name="target">The target.</param>
    /// <returns>From the top of the work tree.</returns>
    public static string DirectoryOf(PortableName target) => $"{Root}/{target}";

    /// <summary>Gives the name of its copy.</summary>
    /// <returns>Four digits at least, so that names sort as numbers do.</returns>
    public string FileName() => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Seq:D4}-{Id}.json");

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
            bool ok = found.Format == 1 && found.Files.All(static f => Objects.Oid.TryParse(f.Oid, out _)) && PortableName.TryParse(found.Target, out _) && PortableName.TryParse(found.Kind, out _)
                && found.Id.Length == 32 && found.Id.All(char.IsAsciiHexDigitLower);
            return ok ? found : throw new DlsException(ErrorKind.Corrupt, $"read '{name}': it is not an entry of a deploy journal of format 1", "restore the file with git, or look at the target's own journal");
        }
        catch (JsonException e)
        {
            throw new DlsException(ErrorKind.Corrupt, $"read '{name}': line {e.LineNumber + 1} is not what an entry of a deploy journal holds", "restore the file with git, or look at the target's own journal", e);
        }
    }
}

/// <summary>How deployments are read and written.</summary>
[JsonSourceGenerationOptions(RespectNullableAnnotations = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Deployment))]
internal sealed partial class TargetJson : JsonSerializerContext;
