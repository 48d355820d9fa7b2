using System.Text.Json.Serialization;
using DlStore.Io;

namespace DlStore.Operations.Deploys;

/// <summary>How a path of a target compares with the journal.</summary>
[JsonConverter(typeof(LiveStateJson))]
public enum LiveState
{
    /// <summary>It is what the journal says.</summary>
    AsRecorded,
    /// <summary>It is something else.</summary>
    Changed,
    /// <summary>It is not there.</summary>
    Missing,
    /// <summary>Something is there where nothing should be.</summary>
    Unexpected,
    /// <summary>What is there cannot be read.</summary>
    Unreadable,
}

/// <summary>The words that records, scripts and people have for it.</summary>
public static class LiveStates
{
    /// <summary>Gives the word.</summary>
    /// <param name="value">The member.</param>
    /// <returns>Such as <c>as recorded</c>.</returns>
    public static string Name(LiveState value) => value switch
    {
        LiveState.AsRecorded => "as recorded",
        LiveState.Changed => "changed",
        LiveState.Missing => "missing",
        LiveState.Unexpected => "unexpected",
        LiveState.Unreadable => "unreadable",
    };
}

/// <summary>Reads and writes the word.</summary>
public sealed class LiveStateJson() : WordJson<LiveState>("state of a path", LiveStates.Name);
