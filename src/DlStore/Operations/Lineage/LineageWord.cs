using System.Text.Json.Serialization;
using DlStore.Io;

namespace DlStore.Operations.Lineage;

/// <summary>What one thing has to do with another.</summary>
[JsonConverter(typeof(LineageWordJson))]
public enum LineageWord
{
    /// <summary>One used the other.</summary>
    Used,

    /// <summary>One made the other.</summary>
    Generated,

    /// <summary>One was made of the other.</summary>
    Derived,
}

/// <summary>The words that people and JSON have for it.</summary>
public static class LineageWords
{
    /// <summary>Gives the word.</summary>
    /// <param name="value">The member.</param>
    /// <returns>Such as <c>used</c>.</returns>
    public static string Name(LineageWord value) => value switch
    {
        LineageWord.Used => "used",
        LineageWord.Generated => "generated",
        LineageWord.Derived => "derived",
    };
}

/// <summary>Reads and writes the word.</summary>
public sealed class LineageWordJson() : WordJson<LineageWord>("word of lineage", LineageWords.Name);
