using System.Text.Json.Serialization;
using DlStore.Io;

namespace DlStore.Targets;

/// <summary>What an entry of a deploy journal did.</summary>
[JsonConverter(typeof(DeployActionJson))]
public enum DeployAction
{
    /// <summary>What was there and no entry had put there was written down.</summary>
    Found,
    /// <summary>A task was put to use.</summary>
    Deploy,
    /// <summary>What was live before was brought back.</summary>
    Undeploy,
}

/// <summary>The words that records, scripts and people have for it.</summary>
public static class DeployActions
{
    /// <summary>Gives the word.</summary>
    /// <param name="value">The member.</param>
    /// <returns>Such as <c>found</c>.</returns>
    public static string Name(DeployAction value) => value switch
    {
        DeployAction.Found => "found",
        DeployAction.Deploy => "deploy",
        DeployAction.Undeploy => "undeploy",
    };
}

/// <summary>Reads and writes the word.</summary>
public sealed class DeployActionJson() : WordJson<DeployAction>("action of a deploy journal", DeployActions.Name);
