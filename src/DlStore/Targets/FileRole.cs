using System.Text.Json.Serialization;
using DlStore.Io;

namespace DlStore.Targets;

/// <summary>
/// What a deployed file is to its consumer, in the order in which they are switched: class list and data first, so that whoever reads new
/// weights finds what belongs to them.
/// </summary>
[JsonConverter(typeof(FileRoleJson))]
public enum FileRole
{
    /// <summary>The class list.</summary>
    Classes,
    /// <summary>The data set.</summary>
    Data,
    /// <summary>The weights.</summary>
    Weight,
}

/// <summary>The words that records, scripts and people have for it.</summary>
public static class FileRoles
{
    /// <summary>Gives the word.</summary>
    /// <param name="value">The member.</param>
    /// <returns>Such as <c>classes</c>.</returns>
    public static string Name(FileRole value) => value switch
    {
        FileRole.Classes => "classes",
        FileRole.Data => "data",
        FileRole.Weight => "weight",
    };
}

/// <summary>Reads and writes the word.</summary>
public sealed class FileRoleJson() : WordJson<FileRole>("role of a deployed file", FileRoles.Name);
