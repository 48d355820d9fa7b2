using System.Text.Json.Serialization;

namespace DlStore.Cli;

/// <summary>How the shell's own documents are written; each command declares its result in a context of its own.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ErrorDocument))]
[JsonSerializable(typeof(VersionDocument))]
[JsonSerializable(typeof(HelpDocument))]
[JsonSerializable(typeof(CompletionDocument))]
[JsonSerializable(typeof(CatDocument))]
internal sealed partial class CliJson : JsonSerializerContext;

/// <summary>What `dls version --json` writes.</summary>
/// <param name="Version">The version of the program.</param>
/// <param name="Schema">The schema of all documents that it writes (docs/json.md).</param>
internal sealed record VersionDocument(string Version, int Schema);

internal sealed record HelpDocument(IReadOnlyList<HelpDocument.Row> Commands)
{
    internal sealed record Row(string Command, string Group, string Summary, string Usage);
}

internal sealed record CompletionDocument(string Shell, string Script);

internal sealed record ErrorDocument(ErrorDocument.Body Error)
{
    internal sealed record Body(string Kind, string Message, string? Hint, IReadOnlyList<string> Items, int ExitCode);
}

internal sealed record CatDocument(string Path, long Size, string Base64);
