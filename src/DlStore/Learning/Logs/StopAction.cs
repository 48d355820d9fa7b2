using System.Text.Json.Serialization;
using DlStore.Io;

namespace DlStore.Learning.Logs;

/// <summary>What to do when a line matches a stop rule.</summary>
[JsonConverter(typeof(StopActionJson))]
public enum StopAction
{
    /// <summary>End the program: what it would still do is wasted.</summary>
    Stop,
    /// <summary>Record it and go on.</summary>
    Warn,
}

/// <summary>Names of actions as kinds, hosts, records and people have them.</summary>
public static class StopActions
{
    /// <summary>Gives the name of an action.</summary>
    /// <param name="action">The action.</param>
    /// <returns><c>stop</c> or <c>warn</c>.</returns>
    public static string Name(StopAction action) => action switch
    {
        StopAction.Stop => "stop",
        StopAction.Warn => "warn",
    };

    /// <summary>Reads a name.</summary>
    /// <param name="name">As a file has it.</param>
    /// <returns>The action, or null if it is none.</returns>
    public static StopAction? Find(string name) => Words.Find<StopAction>(name, Name);
}

/// <summary>Reads and writes the name.</summary>
public sealed class StopActionJson() : WordJson<StopAction>("action of an alarm", StopActions.Name);
