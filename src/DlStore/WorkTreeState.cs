using DlStore.Git;
using DlStore.WorkTree;

namespace DlStore;

/// <summary>
/// What the files of state say of a work tree at one moment: base, journal, git's index and the file system's clock, each read once,
/// however many pointers there are. A command
/// that changes something reads it again under the work tree lock (<see cref="WorkTreeChange"/>).
/// </summary>
internal sealed class WorkTreeState
{
    private readonly Repo _repo;
    private GitIndexFile? _index;
    private long? _clock;

    private WorkTreeState(Repo repo)
    {
        _repo = repo;
        Base = Base.Read(repo.StateDirectory);
        Journal = CheckoutJournal.Read(repo.StateDirectory);
    }

    /// <summary>Gets what was last written out here.</summary>
    public Base Base { get; }

    /// <summary>Gets the checkouts that were interrupted.</summary>
    public CheckoutJournal Journal { get; }

    /// <summary>
    /// Gets the clock by which the file system stamps files, as it was when it was first asked for: before the first file is looked at,
    /// so that whatever changes from then on is
    /// newer. Nanoseconds; 0 if nothing can be written here.
    /// </summary>
    public long Clock => _clock ??= _repo.FileSystemNow();

    /// <summary>
    /// Gets the instant from which on file times are too fresh to be trusted: such a file may change again within the same tick of the
    /// clock.
    /// </summary>
    public long RacyFrom => Clock - Repo.RacyWindow;

    /// <summary>Gets git's index as it was when it was first asked for.</summary>
    public GitIndexFile Index => _index ??= GitIndexFile.Read(_repo.Git);

    /// <summary>Reads git's index anew when it is asked for next: this command has staged something.</summary>
    public void ForgetIndex() => _index = null;

    /// <summary>Reads the state as it is now.</summary>
    /// <param name="repo">The repository.</param>
    public static WorkTreeState Read(Repo repo) => new(repo);
}
