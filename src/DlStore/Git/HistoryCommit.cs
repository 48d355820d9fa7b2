namespace DlStore.Git;

/// <summary>A file as a commit has it: a blob that git has, or new bytes.</summary>
/// <param name="Mode">As git writes it: <c>100644</c>, <c>160000</c> for a submodule.</param>
/// <param name="BlobId">Its blob; null for new bytes.</param>
/// <param name="Content">The new bytes; null for a blob.</param>
internal sealed record HistoryFile(string Mode, string? BlobId, byte[]? Content)
{
    /// <summary>The mode of a plain file.</summary>
    public const string Plain = "100644";

    /// <summary>Makes a plain file of new bytes.</summary>
    public static HistoryFile Of(byte[] content) => new(Plain, null, content);
}

/// <summary>What a commit does to one path, compared with its first parent.</summary>
/// <param name="Path">From the top; valid UTF-8, or <paramref name="Quoted"/> alone says what it is.</param>
/// <param name="Quoted">The path as fast-export wrote it and fast-import reads it; null for a path that is new.</param>
/// <param name="File">The file it has then; null for one that is gone.</param>
internal sealed record HistoryChange(string Path, string? Quoted, HistoryFile? File);

/// <summary>One commit on its way from the old history to the new one.</summary>
/// <param name="Original">Its id.</param>
/// <param name="Mark">Its number in the old history, from 1, parents before children.</param>
/// <param name="Head">Author, committer and encoding, as git writes them, each line ended.</param>
/// <param name="Message">The message, byte for byte.</param>
/// <param name="Parents">The marks of its parents, the first one first.</param>
/// <param name="Changes">What differs from the first parent.</param>
internal sealed record HistoryCommit(
    CommitId Original, int Mark, byte[] Head, byte[] Message, IReadOnlyList<int> Parents, IReadOnlyList<HistoryChange> Changes);
