using DlStore.Learning.Records;
using DlStore.Objects;
using DlStore.WorkTree;

namespace DlStore.Operations.Tasks;

/// <summary><c>dls task export sums</c> and <c>provenance</c>: what an attempt left, in forms that stock tools check.</summary>
public static class OutputSums
{
    /// <summary>Gives the list of an attempt's outputs that <c>sha256sum -c</c> reads in their directory.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="name"><c>TASK</c> or <c>TASK/KIND</c>.</param>
    /// <param name="progress">Told about the transfer of the listing, if it is not here.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The text; symlinks are left out, since sha256sum would follow them.</returns>
    /// <exception cref="DlsException">Kind Usage: no such attempt, or it has no outputs. Kind Missing: the listing is nowhere.</exception>
    public static async Task<string> RunAsync(Repo repo, string name, IProgress<WorkProgress>? progress, CancellationToken cancel)
    {
        AttemptOfTask attempt = FinishedAttempt.Get(repo, name, "export the sums of");
        return attempt.Record!.Outputs is not null
            ? Of(await FinishedAttempt.ListAsync(repo, attempt, progress, cancel))
            : throw new DlsException(
                ErrorKind.Usage, $"export the sums of '{name}': it has no outputs ({RunStates.Name(attempt.Record.State)})");
    }

    /// <summary>Gives the in-toto statement of an attempt.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="name"><c>TASK</c> or <c>TASK/KIND</c>.</param>
    /// <returns>JSON; the same bytes as <c>provenance.json</c> beside the record.</returns>
    /// <exception cref="DlsException">Kind Usage: no such attempt, or it was not collected.</exception>
    public static byte[] Provenance(Repo repo, string name)
    {
        AttemptOfTask attempt = FinishedAttempt.Get(repo, name, "export the provenance of");
        return Learning.Records.Provenance.ToBytes(attempt.Task, attempt.Start, attempt.Record!);
    }

    /// <summary>Makes the list.</summary>
    internal static string Of(IReadOnlyList<KeyValuePair<string, PathEntry>> files) =>
        string.Concat(
            files.Where(static f => f.Value.Mode is TreeMode.File or TreeMode.Executable).Select(static f => Line(f.Key, f.Value.Oid)));

    /// <summary>Makes a line; a name with a backslash, line feed or carriage return is escaped as sha256sum does it.</summary>
    internal static string Line(string path, Oid oid)
    {
        bool escape = path.AsSpan().IndexOfAny('\\', '\n', '\r') >= 0;
        string name = escape ? path.Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("\n", "\\n", StringComparison.Ordinal).Replace("\r", "\\r", StringComparison.Ordinal) : path;
        return $"{(escape ? "\\" : "")}{oid.ToHex()}  {name}\n";
    }
}
