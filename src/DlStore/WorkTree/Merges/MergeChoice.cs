using System.Text.Json.Serialization;
using DlStore.Io;

namespace DlStore.WorkTree.Merges;

/// <summary>What was decided about a clash.</summary>
[JsonConverter(typeof(MergeChoiceJson))]
public enum MergeChoice
{
    /// <summary>This side's version stays.</summary>
    Ours,
    /// <summary>The other side's version is taken.</summary>
    Theirs,
    /// <summary>This side's stays under its name, and the other's lies beside it.</summary>
    Both,
}

/// <summary>The words that notes and people have for it.</summary>
public static class MergeChoices
{
    /// <summary>Gives the word.</summary>
    /// <param name="value">The member.</param>
    /// <returns>Such as <c>ours</c>.</returns>
    public static string Name(MergeChoice value) => value switch
    {
        MergeChoice.Ours => "ours",
        MergeChoice.Theirs => "theirs",
        MergeChoice.Both => "both",
    };
}

/// <summary>Reads and writes the word.</summary>
public sealed class MergeChoiceJson() : WordJson<MergeChoice>("decision about a clash", MergeChoices.Name);
