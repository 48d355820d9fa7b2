namespace DlStore.Learning.Logs;

/// <summary>
/// Estimates when a training will be done, from the steps it has named and the times at which they were seen. It looks at the last 64 of them only, as steps become slower and faster.
/// Times are given to it; it has no clock.
/// </summary>
public sealed class StepClock
{
    private const int KeptMax = 64;

    private readonly Queue<(long Step, DateTimeOffset At)> _seen = new();
    private (long Step, DateTimeOffset At) _last;

    /// <summary>Gets the steps in an hour, or null before two steps were seen at different times.</summary>
    public double? StepsPerHour => _seen.TryPeek(out (long Step, DateTimeOffset At) first) && _last.At > first.At && _last.Step > first.Step
        ? (_last.Step - first.Step) / (_last.At - first.At).TotalHours
        : null;

    /// <summary>Notes a step. One that is smaller than the last begins anew: the program was started again.</summary>
    /// <param name="step">The iteration or epoch.</param>
    /// <param name="at">When it was seen; not before the last one.</param>
    public void See(long step, DateTimeOffset at)
    {
        if (_seen.Count > 0 && (step < _last.Step || at < _last.At))
        {
            _seen.Clear();
        }
        else if (_seen.Count > 0 && step == _last.Step)
        {
            return;
        }

        _last = (step, at);
        _seen.Enqueue(_last);
        if (_seen.Count > KeptMax)
        {
            _seen.Dequeue();
        }
    }

    /// <summary>Estimates the time that is left.</summary>
    /// <param name="total">The last step there will be.</param>
    /// <param name="now">The time it is; what has passed since the last step is taken off.</param>
    /// <returns>Zero or more, or null if no rate is known.</returns>
    public TimeSpan? Left(long total, DateTimeOffset now) =>
        StepsPerHour is { } rate && FromHours(Math.Max(0, total - _last.Step) / rate) is { } left
            ? left > now - _last.At ? left - (now > _last.At ? now - _last.At : TimeSpan.Zero) : TimeSpan.Zero
            : null;

    /// <summary>Takes the hours that a program itself names as left.</summary>
    /// <param name="hours">Its number; programs print -1 or NaN when they do not know.</param>
    /// <returns>The time, or null if it is no number from 0 to 1,000,000.</returns>
    public static TimeSpan? FromHours(double hours) => hours is >= 0 and <= 1_000_000 ? TimeSpan.FromHours(hours) : null;
}
