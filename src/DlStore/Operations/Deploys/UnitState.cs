using System.Text.Json.Serialization;
using DlStore.Io;

namespace DlStore.Operations.Deploys;

/// <summary>How one kind on one target stands in a command.</summary>
[JsonConverter(typeof(UnitStateJson))]
public enum UnitState
{
    /// <summary>It will be done.</summary>
    Planned,
    /// <summary>It was put to use.</summary>
    Deployed,
    /// <summary>What was live before is back.</summary>
    Undeployed,
    /// <summary>There is nothing to do.</summary>
    LiveAlready,
}

/// <summary>The words that records, scripts and people have for it.</summary>
public static class UnitStates
{
    /// <summary>Gives the word.</summary>
    /// <param name="value">The member.</param>
    /// <returns>Such as <c>planned</c>.</returns>
    public static string Name(UnitState value) => value switch
    {
        UnitState.Planned => "planned",
        UnitState.Deployed => "deployed",
        UnitState.Undeployed => "undeployed",
        UnitState.LiveAlready => "live already",
    };
}

/// <summary>Reads and writes the word.</summary>
public sealed class UnitStateJson() : WordJson<UnitState>("state of a unit", UnitStates.Name);
