using System.Text.Json.Serialization;
using DlStore.Io;

namespace DlStore.Targets;

/// <summary>How a file below a directory is not as its release has it.</summary>
[JsonConverter(typeof(DriftSortJson))]
public enum DriftSort
{
    /// <summary>It has other bytes.</summary>
    Changed,
    /// <summary>It is not there.</summary>
    Missing,
    /// <summary>The release does not have it.</summary>
    Extra,
}

/// <summary>The words that records, scripts and people have for it.</summary>
public static class DriftSorts
{
    /// <summary>Gives the word.</summary>
    /// <param name="value">The member.</param>
    /// <returns>Such as <c>changed</c>.</returns>
    public static string Name(DriftSort value) => value switch
    {
        DriftSort.Changed => "changed",
        DriftSort.Missing => "missing",
        DriftSort.Extra => "extra",
    };
}

/// <summary>Reads and writes the word.</summary>
public sealed class DriftSortJson() : WordJson<DriftSort>("sort of difference", DriftSorts.Name);
