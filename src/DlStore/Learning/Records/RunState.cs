namespace DlStore.Learning.Records;

/// <summary>How an attempt stands.</summary>
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
}

/// <summary>Names of states as records and people have them.</summary>
public static class RunStates
{
    private static readonly string[] Names = [
        "queued", "running", "stalled", "failed", "stopped", "lost", "done", "done-untested", "absent"];

    /// <summary>Gives the name of a state.</summary>
    /// <param name="state">The state.</param>
    /// <returns>Such as <c>done-untested</c>.</returns>
    public static string Name(RunState state) => Names[(int)state];

    /// <summary>Reads the name of a state.</summary>
    /// <param name="name">The name.</param>
    /// <returns>The state; an unknown name of a later version counts as lost.</returns>
    public static RunState Parse(string name) => Array.IndexOf(Names, name) is var i and >= 0 ? (RunState)i : RunState.Lost;
}
