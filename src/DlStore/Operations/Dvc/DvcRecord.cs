namespace DlStore.Operations.Dvc;

/// <summary>A <c>.dvc</c> file or a <c>dvc.lock</c>.</summary>
/// <param name="File">From the top of the work tree.</param>
/// <param name="Outs">What it names, in its order.</param>
internal sealed record DvcRecord(string File, IReadOnlyList<DvcOut> Outs)
{
    /// <summary>The suffix of records that DVC writes beside what they name.</summary>
    public const string Suffix = ".dvc";

    /// <summary>The name of the file that records what stages made.</summary>
    public const string LockName = "dvc.lock";

    /// <summary>The name of the file that says what stages are.</summary>
    public const string PipelineName = "dvc.yaml";

    /// <summary>Gets a value indicating whether it says more than what the outs are, and so stays: a lock, or a stage in a file of its
    /// own.</summary>
    public bool IsStage { get; init; }

    /// <summary>Tells whether a file is a record, by its name alone.</summary>
    /// <param name="file">From the top of the work tree.</param>
    public static bool IsRecord(string file)
    {
        string name = file[(file.LastIndexOf('/') + 1)..];
        return name == LockName || (name.EndsWith(Suffix, StringComparison.Ordinal) && name.Length > Suffix.Length);
    }

    /// <summary>Tells whether a record is a lock.</summary>
    /// <param name="file">From the top of the work tree.</param>
    public static bool IsLock(string file) => file[(file.LastIndexOf('/') + 1)..] == LockName;

    /// <summary>Gives the directory of a record, empty at the top.</summary>
    public static string DirectoryOf(string file) => file.LastIndexOf('/') is var slash and >= 0 ? file[..slash] : "";
}
