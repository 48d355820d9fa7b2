namespace DlStore.Tests.Protocol;

/// <summary>What the search found.</summary>
/// <param name="States">How many different states.</param>
/// <param name="Wrong">What is wrong, or null.</param>
/// <param name="Steps">How it came to that, a line a step.</param>
public sealed record ModelResult(int States, string? Wrong, IReadOnlyList<string> Steps);

/// <summary>
/// Goes through every order of the steps of all who take part, with kills, lost answers and sleeps wherever they may happen, breadth first: a
/// loss is found with the fewest steps. Equal states are looked at once.
/// </summary>
public sealed class ProtocolModel(Scene scene)
{
    private readonly HashSet<UInt128> _seen = [];
    private readonly List<StoreState> _states = [];
    private readonly List<(int From, short Action)> _ways = [];
    private string? _wrong;
    private int _wrongAt = -1;

    /// <summary>Runs the search.</summary>
    /// <param name="statesMax">How many to look at before it is an error.</param>
    /// <returns>The first loss, or none.</returns>
    public ModelResult Run(int statesMax)
    {
        Add(scene.Start(), -1, 0);
        for (int at = 0; at < _states.Count && _wrong is null; at++)
        {
            if (_states.Count > statesMax)
            {
                throw new InvalidOperationException($"more than {statesMax} states");
            }

            StoreState state = _states[at];
            int before = _states.Count;
            bool any = false;
            for (int process = 0; process < 5; process++)
            {
                any |= Step(state, at, process);
            }

            Sleep(state, at);
            DropPending(state, at);
            if (!any && before == _states.Count && WhyNotCollected(state) is { } why)
            {
                (_wrong, _wrongAt) = (why, at);
            }
        }

        return new ModelResult(_states.Count, _wrong, Trace());
    }

    private bool Step(in StoreState state, int at, int process)
    {
        StoreState next = state;
        int pc = next.Get(process, 0);
        if (pc >= WriterSteps.End)
        {
            return false;
        }

        bool moves = Next(ref next, process);
        if (moves)
        {
            Add(next, at, Name(0, process, pc));
            if (state.LostLeft > 0)
            {
                // The work is done and the answer is lost: the same step again. Only what others see has changed.
                StoreState lost = next;
                for (int register = 0; register < 8; register++)
                {
                    StoreState old = state;
                    lost.Set(process, register, old.Get(process, register));
                }

                lost.LostLeft--;
                Add(lost, at, Name(1, process, pc));
            }
        }

        if (state.CrashesLeft > 0 && pc > 0 && process < Scene.Reader)
        {
            StoreState dead = state;
            dead.Forget(process, 1);
            dead.Set(process, 0, Scene.Asleep);
            dead.CrashesLeft--;
            Add(dead, at, Name(2, process, pc));
        }

        return moves;
    }

    private bool Next(ref StoreState state, int process) => process switch
    {
        < Scene.Collector => WriterSteps.Next(scene, ref state, process),
        < Scene.Reader => CollectorSteps.Next(scene, ref state, process),
        _ => ReaderSteps.Next(scene, ref state, process),
    };

    /// <summary>A lease or the lock becomes too old: its owner sleeps, or is dead.</summary>
    private void Sleep(in StoreState state, int at)
    {
        if (state.PausesLeft == 0)
        {
            return;
        }

        for (int w = 0; w < (scene.HasBegun ? 0 : 4); w++)
        {
            if (scene.Drops && (state.Leases >> w & 1) != 0)
            {
                StoreState dropped = state;
                dropped.Leases &= (byte)~(1 << w);
                dropped.PausesLeft--;
                Add(dropped, at, Name(4, w % 2, 0));
            }
            else if ((state.Leases >> w & 1) != 0 && (state.DeadLeases >> w & 1) == 0)
            {
                StoreState slept = state;
                slept.DeadLeases |= (byte)(1 << w);
                slept.PausesLeft--;
                Add(slept, at, Name(3, w % 2, 0));
            }
        }

        if (state.LockNumber > 0 && state.LockState == 0)
        {
            StoreState slept = state;
            slept.LockState = 2;
            slept.PausesLeft--;
            Add(slept, at, Name(3, state.LockOwner, 0));
        }
    }

    /// <summary>Who has taken a lease away removes the pins that its push was about to write, at any time after it; or is killed before.</summary>
    private void DropPending(in StoreState state, int at)
    {
        if (scene.Drops && (state.Pending & ~state.Leases) != 0)
        {
            StoreState next = state;
            next.Pending &= next.Leases;
            Add(next, at, Name(4, 0, 1));
        }
    }

    private void Add(in StoreState state, int from, short action)
    {
        if (_wrong is null && _seen.Add(state.Hash()))
        {
            _states.Add(state);
            _ways.Add((from, action));
            if (scene.WhyWrong(state) is { } why)
            {
                (_wrong, _wrongAt) = (why, _states.Count - 1);
            }
        }
    }

    /// <summary>When nobody moves any more and a week has gone, one collector alone brings everything in order.</summary>
    private string? WhyNotCollected(in StoreState state)
    {
        StoreState s = state;
        s.DeadLeases = 15;
        s.LockState = (byte)(s.LockState == 1 ? 1 : 2);
        s.LockWasLost = 0;
        Scene later = scene with { Collections = Math.Min(StoreState.Collections, s.Epoch + 3) };
        for (int process = 0; process < 5; process++)
        {
            s.Forget(process, 1);
            s.Set(process, 0, process == Scene.Collector ? 0 : Scene.Asleep);
        }

        for (int step = 0; step < 200 && s.Get(Scene.Collector, 0) < CollectorSteps.End; step++)
        {
            if (!CollectorSteps.Next(later, ref s, Scene.Collector))
            {
                return "a collector alone waits for ever";
            }
        }

        int live = scene.Live(s.Pins);
        bool isGarbage = scene.IsBlob ? live == 0 && s.InPlace != 0 : live == 2 && (s.InPlace & 7) != 0;
        return scene.WhyWrong(s) ?? (isGarbage || s.QuarantineAll != 0 ? "garbage stays after two collections" : null);
    }

    private static short Name(int what, int process, int step) => (short)((what << 12) | (process << 8) | step);

    private IReadOnlyList<string> Trace()
    {
        List<string> steps = [];
        for (int at = _wrongAt; at > 0; at = _ways[at].From)
        {
            int action = _ways[at].Action;
            int process = action >> 8 & 15;
            string who = process < Scene.Collector ? $"push {process + 1}"
                : process < Scene.Reader ? $"collector {process - Scene.Collector + 1}" : "reader";
            string what = (action >> 12) switch { 1 => " and loses the answer", 2 => " is killed before", 3 => " sleeps 72 hours", 4 => " loses its lease to a hand", _ => "" };
            steps.Add($"{who}{what}: step {action & 255}");
        }

        steps.Reverse();
        return steps;
    }
}
