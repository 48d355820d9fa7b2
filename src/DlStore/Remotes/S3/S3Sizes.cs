namespace DlStore.Remotes.S3;

/// <summary>Where the ways of sending and copying change, and when a call is given up; others than the usual ones are for tests.</summary>
/// <param name="SingleMax">Files up to this many bytes go in one request.</param>
/// <param name="Part">Bytes of a part of what is longer; services want 5 MiB or more.</param>
/// <param name="CopyMax">Files up to this many bytes are copied there in one request.</param>
internal sealed record S3Sizes(long SingleMax, long Part, long CopyMax)
{
    private const long Unit = 1 << 20;

    /// <summary>Services allow 10,000 parts.</summary>
    private const long PartsMax = 10_000;

    /// <summary>One request below 64 MiB; parts of 8 MiB; 5 GiB is what S3 copies at once.</summary>
    public static readonly S3Sizes Usual = new(64 * Unit, 8 * Unit, 5L << 30);

    /// <summary>Gets how long nothing may move in a call.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Gives the length of the parts of a file: the same for every sender, so that a send can go on.</summary>
    /// <param name="size">Bytes of the file.</param>
    public long PartOf(long size) => PartOf(size, Part);

    /// <summary>Gives the length of the pieces in which a file is copied there.</summary>
    /// <param name="size">Bytes of the file.</param>
    public long CopyPartOf(long size) => PartOf(size, Math.Min(CopyMax, 1L << 30));

    private static long PartOf(long size, long part)
    {
        long least = (size + PartsMax - 1) / PartsMax;
        return Math.Max(part, (least + Unit - 1) / Unit * Unit);
    }
}
