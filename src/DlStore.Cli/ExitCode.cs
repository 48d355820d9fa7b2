namespace DlStore.Cli;

/// <summary>What the process tells its caller. Codes are never reused for another meaning.</summary>
internal static class ExitCode
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int Usage = 2;
    public const int Partial = 3;
    public const int Findings = 4;
    public const int NoRepository = 10;
    public const int Locked = 11;
    public const int Missing = 12;
    public const int Corrupt = 13;
    public const int Untrusted = 14;
    public const int Erased = 15;
    public const int Internal = 70;
    public const int Interrupted = 130;

    /// <summary>Every code, in the order of the manual.</summary>
    public static IReadOnlyList<int> All { get; } =
        [Done, Failed, Usage, Partial, Findings, NoRepository, Locked, Missing, Corrupt, Untrusted, Erased, Internal, Interrupted];

    public static string Meaning(int code) => code switch
    {
        Done => "done (also: nothing to do)",
        Failed => "failed",
        Usage => "bad command line or options",
        Partial => "partly done; the rest is listed",
        Findings => "findings (changes with --exit-code)",
        NoRepository => "not inside a dls work tree",
        Locked => "locked by another dls",
        Missing => "object missing here and on the remotes asked",
        Corrupt => "bytes do not match their name",
        Untrusted => "a command of the repository is not trusted here",
        Erased => "the object was erased on purpose",
        Internal => "internal error; a log file is named",
        Interrupted => "interrupted",
        _ => throw new ArgumentOutOfRangeException(nameof(code), code, "no such exit code"),
    };
}
