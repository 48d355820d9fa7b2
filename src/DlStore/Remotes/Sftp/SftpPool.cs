namespace DlStore.Remotes.Sftp;

/// <summary>
/// The connections of one remote: one, and up to four once several files have been under way for a while, because one connection carries
/// no more than its window in the time to the server and back. A connection that was lost is replaced by the next who asks.
/// </summary>
/// <param name="open">Connects.</param>
internal sealed class SftpPool(Func<CancellationToken, Task<ISftp>> open) : IDisposable
{
    /// <summary>The most connections.</summary>
    public const int ConnectionsMax = 4;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private readonly Lock _gate = new();
    private readonly List<Line> _lines = [];
    private long _busySince;
    private bool _disposed;

    /// <summary>Lends the connection that has least to do.</summary>
    /// <param name="cancel">Stops waiting.</param>
    /// <returns>A loan; dispose it.</returns>
    /// <exception cref="DlsException">Kind Failed: the host cannot be reached.</exception>
    public async Task<SftpLoan> BorrowAsync(CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        Line line;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            foreach (Line lost in _lines.Where(static l => l.IsLost).ToArray())
            {
                _lines.Remove(lost);
                lost.Retire();
            }

            line = Choose();
            line.Users++;
        }

        try
        {
            return new SftpLoan(await line.Opening.WaitAsync(cancel), () => Return(line));
        }
        catch
        {
            Return(line);
            throw;
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            _lines.ForEach(static l => l.Retire());
            _lines.Clear();
        }
    }

    private Line Choose()
    {
        Line? least = _lines.MinBy(static l => l.Users);
        bool isBusy = least is { Users: > 0 };
        _busySince = isBusy ? _busySince : Environment.TickCount64;
        bool more = least is null
            || (isBusy && _lines.Count < ConnectionsMax && Environment.TickCount64 - _busySince > Patience.TotalMilliseconds);
        if (!more)
        {
            return least!;
        }

        Line line = new(Task.Run(() => open(CancellationToken.None)));
        _lines.Add(line);
        _busySince = Environment.TickCount64;
        return line;
    }

    private void Return(Line line)
    {
        lock (_gate)
        {
            line.Users--;
            line.EndIfUnused();
        }
    }

    /// <summary>A connection and how many use it.</summary>
    private sealed class Line(Task<ISftp> opening)
    {
        private bool _retired;

        public Task<ISftp> Opening => opening;

        public int Users { get; set; }

        public bool IsLost => opening.IsFaulted || (opening.IsCompletedSuccessfully && opening.Result.IsLost);

        /// <summary>Closes it as soon as nobody uses it.</summary>
        public void Retire()
        {
            _retired = true;
            EndIfUnused();
        }

        public void EndIfUnused()
        {
            if (_retired && Users <= 0)
            {
                opening.ContinueWith(
                    static t =>
                    {
                        if (t.IsCompletedSuccessfully)
                        {
                            t.Result.Dispose();
                        }
                        else
                        {
                            _ = t.Exception;
                        }
                    },
                    TaskScheduler.Default);
            }
        }
    }
}

/// <summary>A connection lent by a pool.</summary>
/// <param name="sftp">The connection.</param>
/// <param name="giveBack">Called once, when it is disposed.</param>
internal readonly struct SftpLoan(ISftp sftp, Action giveBack) : IDisposable
{
    public ISftp Sftp => sftp;

    public void Dispose() => giveBack();
}
