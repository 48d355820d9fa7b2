using System.Text.Json.Serialization;
using DlStore.Objects;

namespace DlStore.Data.Recipes;

/// <summary>A command that the repository names, and whether this clone may run it.</summary>
/// <param name="Subject">What names it: <c>project close</c>.</param>
/// <param name="Line">The command; empty if nothing names it any more.</param>
/// <param name="Digest">The digest that is or would be allowed; null if it cannot be read.</param>
/// <param name="IsTrusted">Whether exactly this is allowed.</param>
/// <param name="Problem">Why it cannot be read, or null.</param>
public sealed record TrustLine(
    string Subject, string Line, [property: JsonConverter(typeof(OidOrEmptyJson))] Oid? Digest, bool IsTrusted, string? Problem);
