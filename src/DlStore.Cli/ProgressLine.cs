namespace DlStore.Cli;

/// <summary>
/// The line that shows how far an operation is: first drawn after 0.3 s, so that quick commands stay silent, then at most ten times a
/// second,
/// erased when disposed. Reports may come from any thread and are cheap between two redraws.
/// </summary>
internal sealed class ProgressLine : IProgress<WorkProgress>, IDisposable
{
    private static readonly TimeSpan Silence = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    /// <summary>The rate looks back about this far: steady, yet it follows a change of speed.</summary>
    private static readonly TimeSpan Memory = TimeSpan.FromSeconds(4);

    private readonly Terminal? _terminal;
    private readonly TimeProvider _clock;
    private readonly Lock _gate = new();
    private long _nextDraw;
    private string? _stage;
    private long _lastTime;
    private WorkProgress _last;
    private double _bytesPerSecond;
    private double _sharePerSecond;
    private bool _closed;

    /// <param name="terminal">Where to draw, or null to draw nothing.</param>
    /// <param name="clock">Measures rates and redraws.</param>
    public ProgressLine(Terminal? terminal, TimeProvider clock)
    {
        _terminal = terminal;
        _clock = clock;
        _nextDraw = terminal is null ? long.MaxValue : clock.GetTimestamp() + Ticks(Silence);
    }

    public void Report(WorkProgress value)
    {
        if (_terminal is null)
        {
            return;
        }

        long now = _clock.GetTimestamp();
        if (now < Volatile.Read(ref _nextDraw) && ReferenceEquals(value.Stage, Volatile.Read(ref _stage)))
        {
            return;
        }

        lock (_gate)
        {
            if (_closed)
            {
                return;
            }

            if (value.Stage != _stage)
            {
                StartStage(value, now);
            }
            else if (now >= _nextDraw)
            {
                Measure(value, now);
            }

            if (now >= _nextDraw)
            {
                Volatile.Write(ref _nextDraw, now + Ticks(Interval));
                _terminal.DrawProgress(ProgressText.Line(value, _bytesPerSecond, Left(value), _terminal.Columns));
            }

            Volatile.Write(ref _stage, value.Stage);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _closed = true;
            _terminal?.EraseProgress();
        }
    }

    private void StartStage(WorkProgress value, long now)
    {
        (_lastTime, _last, _bytesPerSecond, _sharePerSecond) = (now, value, 0, 0);
    }

    private void Measure(WorkProgress value, long now)
    {
        double seconds = _clock.GetElapsedTime(_lastTime, now).TotalSeconds;
        if (seconds <= 0)
        {
            return;
        }

        // An exponential mean; the first sample counts in full.
        double weight = _bytesPerSecond == 0 && _sharePerSecond == 0 ? 1 : 1 - Math.Exp(-seconds / Memory.TotalSeconds);
        double share = (ProgressText.Fraction(value) ?? 0) - (ProgressText.Fraction(_last) ?? 0);
        _bytesPerSecond += weight * ((Math.Max(0, value.Bytes - _last.Bytes) / seconds) - _bytesPerSecond);
        _sharePerSecond += weight * ((Math.Max(0, share) / seconds) - _sharePerSecond);
        (_lastTime, _last) = (now, value);
    }

    private TimeSpan? Left(WorkProgress value) => ProgressText.Fraction(value) is { } share && _sharePerSecond > 1e-9
        ? TimeSpan.FromSeconds(Math.Min((1 - share) / _sharePerSecond, 1e9))
        : null;

    private long Ticks(TimeSpan time) => (long)(time.TotalSeconds * _clock.TimestampFrequency);
}
