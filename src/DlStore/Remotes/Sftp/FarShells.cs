namespace DlStore.Remotes.Sftp;

/// <summary>
/// The shells that hash for one remote. One connection takes many questions at once and answers them one after another; hashing many files
/// takes processors, so up to four work side by side once the first has shown that the host gives a shell. One that ended in the middle of
/// its work is replaced: what it was asked is asked again.
/// </summary>
/// <param name="make">Makes a shell; it connects when it is asked something.</param>
internal sealed class FarShells(Func<FarShell> make) : IDisposable
{
    private const int ShellsMax = 4;

    /// <summary>A shell that has so many questions waiting gets a neighbour.</summary>
    private const int WaitingMax = 8;

    /// <summary>How often a question is asked because shells ended before they answered it.</summary>
    private const int TriesMax = 4;

    /// <summary>The most that are made in place of others that ended.</summary>
    private const int MadeMax = 12;

    /// <summary>A line that was lost may take a moment to come back.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private readonly Lock _gate = new();
    private readonly List<FarShell> _shells = [];
    private readonly List<FarShell> _ended = [];
    private bool _isFull;
    private volatile bool _hasHashed;
    private volatile bool _cannotHash;

    /// <summary>Gets the shell that flushes too, and compares what is sent.</summary>
    public FarShell First { get; } = make();

    /// <summary>Hashes a file there.</summary>
    /// <param name="name">Its name on the remote.</param>
    /// <param name="cancel">Stops waiting.</param>
    /// <returns>SHA-256 in hex; null if there is no shell, or no such file where the shell looks.</returns>
    public async Task<string?> HashAsync(string name, CancellationToken cancel)
    {
        for (int attempt = 1; attempt <= TriesMax && Choose() is { } shell; attempt++)
        {
            (string? hash, bool isAnswer) = await shell.FindHashAsync(name, cancel);
            _hasHashed |= hash is not null;
            if (isAnswer || First is { HasEnded: true, HasAnswered: false })
            {
                return hash;
            }

            // A shell that is being killed may answer without a hash before it ends; one that lives on may not read the file, or has no
            // program that hashes.
            await Task.Delay(Pause * attempt, cancel);
            if (!shell.HasEnded)
            {
                _cannotHash = !_hasHashed;
                return null;
            }
        }

        return null;
    }

    public void Dispose()
    {
        foreach (FarShell shell in _shells.Concat(_ended).Append(First))
        {
            shell.Dispose();
        }
    }

    /// <summary>Takes the shell with least to do; null if the host gives none.</summary>
    private FarShell? Choose()
    {
        lock (_gate)
        {
            foreach (FarShell ended in _shells.Where(static s => s.HasEnded).ToArray())
            {
                // The host takes so many connections and no more.
                _isFull |= !ended.HasAnswered;
                _shells.Remove(ended);
                _ended.Add(ended);
            }

            bool isFirstThere = !First.HasEnded;
            if (_cannotHash || (!isFirstThere && !First.HasAnswered))
            {
                return null;
            }

            FarShell? least = _shells.Concat(isFirstThere ? [First] : []).MinBy(static s => s.WaitingCount);
            bool wants = least is null || (least.WaitingCount >= WaitingMax && First.HasAnswered
                && !_isFull && _shells.Count + 1 < ShellsMax);
            if (wants && _shells.Count + _ended.Count < MadeMax)
            {
                least = make();
                _shells.Add(least);
            }

            return least;
        }
    }
}
