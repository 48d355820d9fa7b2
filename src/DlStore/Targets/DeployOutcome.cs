using System.Text.Json.Serialization;
using DlStore.Io;

namespace DlStore.Targets;

/// <summary>How a change of a target ended.</summary>
[JsonConverter(typeof(DeployOutcomeJson))]
public enum DeployOutcome
{
    /// <summary>Nothing is known yet.</summary>
    Intent,
    /// <summary>It was carried out.</summary>
    Done,
    /// <summary>The old state was brought back.</summary>
    Undone,
}

/// <summary>The words that records, scripts and people have for it.</summary>
public static class DeployOutcomes
{
    /// <summary>Gives the word.</summary>
    /// <param name="value">The member.</param>
    /// <returns>Such as <c>intent</c>.</returns>
    public static string Name(DeployOutcome value) => value switch
    {
        DeployOutcome.Intent => "intent",
        DeployOutcome.Done => "done",
        DeployOutcome.Undone => "undone",
    };
}

/// <summary>Reads and writes the word.</summary>
public sealed class DeployOutcomeJson() : WordJson<DeployOutcome>("outcome of a deploy journal", DeployOutcomes.Name);
