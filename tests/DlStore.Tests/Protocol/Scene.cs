namespace DlStore.Tests.Protocol;

/// <summary>What the model is about: which files hold which objects, who takes part, and what goes wrong how often.</summary>
/// <param name="IsBlob">One large blob whose name comes back; otherwise packs, of which the first has a dead object and a live one.</param>
/// <param name="Writers">Pushes that pin the same objects: 1 or 2.</param>
/// <param name="Collectors">1 or 2.</param>
/// <param name="HasReader">Somebody fetches what is pinned.</param>
/// <param name="Collections">How many collections may begin.</param>
/// <param name="Crashes">How many processes may be killed.</param>
/// <param name="Lost">How many answers may be lost.</param>
/// <param name="Pauses">How many leases and locks may outlive their time while their owner sleeps.</param>
public sealed record Scene(
    bool IsBlob, int Writers, int Collectors, bool HasReader = false, int Collections = 1, int Crashes = 0, int Lost = 0, int Pauses = 0)
{
    public const int Writer = 0;
    public const int Collector = 2;
    public const int Reader = 4;
    public const int Asleep = 250;

    public Flaw Flaw { get; init; }

    /// <summary>Gets a value indicating whether the first collector has condemned file 0 already, and only its lock can become too old.</summary>
    public bool HasBegun { get; init; }

    /// <summary>
    /// Gets a value indicating whether leases are taken away by hand at any moment, whoever lives, instead of becoming too old.
    /// </summary>
    public bool Drops { get; init; }

    /// <summary>Objects are bits: 1 is what the first push pins, 2 is what was pinned before, 4 is what the second push brings.</summary>
    public int Holds(int file) => IsBlob ? 1 : file switch { 2 => 4, 3 => 2, _ => 3 };

    public int Closure(int pin) => pin == 0 ? 2 : IsBlob ? 1 : pin == 1 ? 3 : 4;

    public int Live(int pins)
    {
        int live = 0;
        for (int pin = 0; pin < 3; pin++)
        {
            live |= (pins >> pin & 1) * Closure(pin);
        }

        return live;
    }

    /// <summary>Reads which objects lie in some files.</summary>
    public int In(int files)
    {
        int objects = 0;
        for (int file = 0; file < 4; file++)
        {
            objects |= (files >> file & 1) * Holds(file);
        }

        return objects;
    }

    public StoreState Start()
    {
        StoreState state = new() { InPlace = 1, Pins = (byte)(IsBlob ? 0 : 1) };
        state.PutIndex(1, 0);
        state.CrashesLeft = (byte)Crashes;
        state.LostLeft = (byte)Lost;
        state.PausesLeft = (byte)Pauses;
        for (int process = 0; process < 5; process++)
        {
            bool isThere = process < Collector ? process < Writers : process < Reader ? process - Collector < Collectors : HasReader;
            state.Set(process, 0, isThere ? 0 : Asleep);
        }

        if (HasBegun)
        {
            (state.LockNumber, state.LockOwner, state.Epoch) = (1, Collector, 1);
            state.SetCondemned(1, 1);
            state.Set(Collector, 0, 20);
            state.Set(Collector, 1, 1);
            state.Set(Collector, 2, 1);
        }

        return state;
    }

    /// <summary>Says what is wrong with a state, or null: everything pinned lies where an index says.</summary>
    public string? WhyWrong(in StoreState state)
    {
        StoreState copy = state;
        if (copy.Failed != 0)
        {
            return "a reader found no place of a pinned object";
        }

        int live = Live(copy.Pins);
        int rows = copy.VisibleRows(-1);
        if ((live & ~In(rows & copy.InPlace)) == 0)
        {
            return null;
        }

        // A collector that slept longer than its lock may move a blob once more: then it is in quarantine, where readers find it.
        bool isAllowed = copy.LockWasLost != 0 && (live & ~In(rows & (copy.InPlace | copy.QuarantineAll))) == 0;
        return isAllowed ? null : "a pinned object is not where an index says";
    }
}
