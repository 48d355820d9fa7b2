using System.Text.Json.Serialization;
using DlStore.Io;
using DlStore.Objects;

namespace DlStore.WorkTree.Merges;

/// <summary>What one side of a merge has at a path that clashes.</summary>
/// <param name="Mode">Never None.</param>
/// <param name="Oid">Blob, or root of a directory's tree.</param>
/// <param name="Size">Bytes at or below.</param>
/// <param name="Files">For a directory the files and symlinks below; null for anything else.</param>
public sealed record ClashSide([property: JsonConverter(typeof(TreeModeJson))] TreeMode Mode, Oid Oid, long Size, long? Files)
{
    internal static ClashSide? Of(in PathEntry entry) => entry.IsPresent
        ? new ClashSide(entry.Mode, entry.Oid, entry.Size, entry.IsDirectory ? entry.Files : null) : null;

    internal PathEntry ToEntry() => new(Mode, Oid, Size, Files ?? 1);
}

/// <summary>The words that notes have for the mode of a tree entry.</summary>
public static class TreeModes
{
    /// <summary>Gives the word.</summary>
    /// <param name="value">The member.</param>
    /// <returns>Such as <c>file</c>.</returns>
    public static string Name(TreeMode value) => value switch
    {
        TreeMode.None => "none",
        TreeMode.File => "file",
        TreeMode.Executable => "executable",
        TreeMode.Symlink => "symlink",
        TreeMode.Directory => "directory",
    };
}

/// <summary>Reads and writes the word.</summary>
public sealed class TreeModeJson() : WordJson<TreeMode>("mode of a tree entry", TreeModes.Name);
