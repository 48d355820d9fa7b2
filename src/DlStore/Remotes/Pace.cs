namespace DlStore.Remotes;

/// <summary>
/// Says how long to wait so that no more than so many bytes a second go by, on average and for all who ask together. Thread safe.
/// </summary>
/// <param name="rate">Bytes a second, at least 1.</param>
/// <param name="clock">The clock.</param>
internal sealed class Pace(long rate, TimeProvider clock)
{
    private readonly Lock _gate = new();
    private readonly long _start = clock.GetTimestamp();

    /// <summary>When the bytes so far are through, in seconds since the start.</summary>
    private double _through;

    /// <summary>Counts bytes that went by.</summary>
    /// <param name="bytes">How many; less than 0 takes bytes back that came to nothing.</param>
    /// <returns>How long to wait before the next.</returns>
    public TimeSpan Take(long bytes)
    {
        lock (_gate)
        {
            double now = clock.GetElapsedTime(_start).TotalSeconds;

            // What was not used while nothing went by is not saved up.
            _through = Math.Max(now, Math.Max(_through, now) + (bytes / (double)rate));
            return TimeSpan.FromSeconds(_through - now);
        }
    }
}
