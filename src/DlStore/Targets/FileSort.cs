using System.Text.Json.Serialization;
using DlStore.Io;

namespace DlStore.Targets;

/// <summary>What lies at a path of a target.</summary>
[JsonConverter(typeof(FileSortJson))]
public enum FileSort
{
    /// <summary>A regular file.</summary>
    File,
    /// <summary>A link to the data of a release.</summary>
    Tree,
    /// <summary>A real directory.</summary>
    Dir,
    /// <summary>A link to anything else.</summary>
    Link,
    /// <summary>Nothing.</summary>
    Absent,
    /// <summary>A device, a pipe, a socket; never recorded.</summary>
    Other,
    /// <summary>Something that cannot be read; never recorded.</summary>
    Unreadable,
}

/// <summary>The words that records, scripts and people have for it.</summary>
public static class FileSorts
{
    /// <summary>Gives the word.</summary>
    /// <param name="value">The member.</param>
    /// <returns>Such as <c>file</c>.</returns>
    public static string Name(FileSort value) => value switch
    {
        FileSort.File => "file",
        FileSort.Tree => "tree",
        FileSort.Dir => "dir",
        FileSort.Link => "link",
        FileSort.Absent => "absent",
        FileSort.Other => "other",
        FileSort.Unreadable => "unreadable",
    };
}

/// <summary>Reads and writes the word.</summary>
public sealed class FileSortJson() : WordJson<FileSort>("sort of a deployed file", FileSorts.Name);
