using System.Text.Json.Serialization;
using DlStore.Io;

namespace DlStore.Learning.Records;

/// <summary>How an attempt stands.</summary>
[JsonConverter(typeof(RunStateJson))]
public enum RunState
{
    /// <summary>It was recorded and has not begun.</summary>
    Queued,
    /// <summary>Its supervisor is alive and its log grows.</summary>
    Running,
    /// <summary>Its supervisor is alive and its log has been silent for too long.</summary>
    Stalled,
    /// <summary>It ended badly.</summary>
    Failed,
    /// <summary>Somebody stopped it.</summary>
    Stopped,
    /// <summary>It did not end and is not there any more.</summary>
    Lost,
    /// <summary>It ended well and was tested.</summary>
    Done,
    /// <summary>It ended well and has no result of a test.</summary>
    DoneUntested,
    /// <summary>Only facts of it are known.</summary>
    Absent,
    /// <summary>Its host could not be asked; no record has this.</summary>
    Unknown,
}

/// <summary>Names of states as records and people have them.</summary>
public static class RunStates
{
    /// <summary>Gives the name of a state.</summary>
    /// <param name="state">The state.</param>
    /// <returns>Such as <c>done-untested</c>.</returns>
    public static string Name(RunState state) => state switch
    {
        RunState.Queued => "queued",
        RunState.Running => "running",
        RunState.Stalled => "stalled",
        RunState.Failed => "failed",
        RunState.Stopped => "stopped",
        RunState.Lost => "lost",
        RunState.Done => "done",
        RunState.DoneUntested => "done-untested",
        RunState.Absent => "absent",
        RunState.Unknown => "unknown",
    };
}

/// <summary>Reads and writes the name.</summary>
public sealed class RunStateJson() : WordJson<RunState>("state of an attempt", RunStates.Name);
