using DlStore.Io;
using DlStore.Lineage;
using DlStore.Objects;

namespace DlStore.Operations.Index;

/// <summary>Where records are read from: the work tree, or a commit for tasks that are on another branch only.</summary>
/// <param name="repo">The repository.</param>
/// <param name="commit">A commit, hex; null for the work tree.</param>
internal sealed class RecordSource(Repo repo, string? commit)
{
    /// <summary>Gives the place of a record: the work tree if it is there, else the newest commit that has it.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="query">The index.</param>
    /// <param name="file">The record's file, from the top of the work tree.</param>
    public static RecordSource Of(Repo repo, LineageQuery query, string file) =>
        new(repo, File.Exists($"{repo.WorkTree}/{file}") ? null : query.NewestCommitOf(file));

    /// <summary>Reads a file.</summary>
    /// <param name="path">From the top of the work tree.</param>
    /// <returns>Its bytes, or null if there is none.</returns>
    /// <exception cref="DlsException">Kind Failed: it is no regular file, or too large.</exception>
    public byte[]? Find(string path) =>
        commit is null ? SmallFile.Find($"{repo.WorkTree}/{path}", path, RecordFile.LengthMax)
            : repo.Git.CatFile.Read($"{commit}:{path}", RecordFile.LengthMax)?.Bytes;

    /// <summary>Reads a pointer.</summary>
    /// <param name="path">The pointer file, from the top of the work tree.</param>
    /// <returns>The pointer, or null if there is none or it cannot be read.</returns>
    public Pointer? FindPointer(string path)
    {
        try
        {
            return Find(path) is { } bytes ? Pointer.Parse(bytes, path) : null;
        }
        catch (DlsException)
        {
            return null;
        }
    }
}
