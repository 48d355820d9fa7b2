namespace DlStore.Cli.Commands.Transfers;

/// <summary>The option <c>--jobs</c> of the verbs that transfer.</summary>
internal static class TransferJobs
{
    /// <summary>Refuses a number that means nothing.</summary>
    /// <param name="jobs">As typed, or null.</param>
    /// <returns>The same.</returns>
    /// <exception cref="DlsException">Kind Usage: less than one.</exception>
    public static int? Of(int? jobs) => jobs is null or > 0
        ? jobs
        : throw new DlsException(
            ErrorKind.Usage, $"use --jobs {jobs}: at least one transfer has to be under way", "leave it out for what the remote likes");
}
