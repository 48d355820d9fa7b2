using System.Text.Json.Serialization;
using DlStore.Io;

namespace DlStore.WorkTree;

/// <summary>How a path differs between two trees.</summary>
[JsonConverter(typeof(DiffKindJson))]
public enum DiffKind
{
    /// <summary>It is only in the second.</summary>
    Added,

    /// <summary>It is only in the first.</summary>
    Removed,

    /// <summary>Its bytes are others.</summary>
    Changed,

    /// <summary>Its bytes are the same, its mode is another.</summary>
    Mode,

    /// <summary>Its bytes are in the first under another path, which is gone.</summary>
    Renamed,
}

/// <summary>The words that people and JSON have for it.</summary>
public static class DiffKinds
{
    /// <summary>Gives the word.</summary>
    /// <param name="value">The member.</param>
    /// <returns>Such as <c>renamed</c>.</returns>
    public static string Name(DiffKind value) => value switch
    {
        DiffKind.Added => "added",
        DiffKind.Removed => "removed",
        DiffKind.Changed => "changed",
        DiffKind.Mode => "mode",
        DiffKind.Renamed => "renamed",
    };
}

/// <summary>Reads and writes the word.</summary>
public sealed class DiffKindJson() : WordJson<DiffKind>("kind of difference", DiffKinds.Name);
