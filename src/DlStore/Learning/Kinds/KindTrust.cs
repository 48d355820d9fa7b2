using System.Text;
using DlStore.Data.Recipes;
using DlStore.Objects;

namespace DlStore.Learning.Kinds;

/// <summary>What of a kind runs, and what decides what it does.</summary>
public static class KindTrust
{
    /// <summary>
    /// Gives the command that trains and tests. The digest covers the kind's file, its preset and, for a source in a work tree, every file
    /// of it: they all run.
    /// </summary>
    /// <param name="kind">The kind.</param>
    /// <param name="source">The tree of the source as it would be sent; null for a source that lies on a host.</param>
    /// <returns>The command to allow.</returns>
    public static TrustedCommand Run(Kind kind, Oid? source) =>
        new($"kind {kind.Name}", kind.Test is null ? kind.Train : $"{kind.Train}; then {kind.Test}", Digest("run", kind, source));

    /// <summary>Gives the command that may veto a deployment, or null if there is none.</summary>
    /// <param name="kind">The kind.</param>
    /// <returns>The command to allow.</returns>
    public static TrustedCommand? Smoke(Kind kind) =>
        kind.Deploy?.Smoke is { } smoke ? new TrustedCommand($"kind {kind.Name}", smoke, Digest("smoke", kind, null)) : null;

    private static Oid Digest(string what, Kind kind, Oid? source) => Oid.Of(
        Encoding.UTF8.GetBytes($"dls kind {what}\n{kind.Name}\n{kind.Digest}\n{source?.ToString() ?? "-"}\n"));
}
