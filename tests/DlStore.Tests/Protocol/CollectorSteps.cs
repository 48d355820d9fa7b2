namespace DlStore.Tests.Protocol;

/// <summary>A collector, one call to the remote a step. Registers: 0 step, 1 lock, 2 collection, 3 to 6 what was read.</summary>
public static class CollectorSteps
{
    public const int End = 200;
    public const int BeforeMove = 32;
    private const int Free = 1;
    private const int Dead = 2;

    /// <summary>Does the next step.</summary>
    /// <returns>False if it has to wait.</returns>
    public static bool Next(Scene scene, ref StoreState s, int c)
    {
        int step = s.Get(c, 0);
        return step switch
        {
            < 2 => Lock(scene, ref s, c, step),
            < 20 => Plan(scene, ref s, c, step),
            < 24 => Wait(scene, ref s, c, step),
            < 30 => MarkAgain(scene, ref s, c, step),
            _ => Apply(scene, ref s, c, step),
        };
    }

    private static bool Lock(Scene scene, ref StoreState s, int c, int step)
    {
        if (step == 0)
        {
            bool mayTake = s.LockNumber == 0 || s.LockState != 0 || scene.Flaw == Flaw.NoFencing;
            s.Set(c, 1, s.LockNumber + 1);
            s.Set(c, 0, 1);
            return mayTake;
        }

        bool wins = s.LockNumber < s.Get(c, 1) || scene.Flaw == Flaw.NoFencing;
        if (wins)
        {
            // Whoever held it and is not dead himself sleeps, and has lost it.
            int before = s.LockOwner;
            bool slept = s.LockNumber > 0 && s.LockState == Dead && s.Get(before, 0) < End;
            s.LockWasLost |= (byte)(slept && scene.Flaw != Flaw.NoFencing ? 1 : 0);
            s.Set(c, 7, s.LockNumber > 0 && s.LockState == Dead ? 1 : 0);
            s.LockNumber = (byte)s.Get(c, 1);
            s.LockOwner = (byte)c;
            s.LockState = 0;
        }

        bool isMine = wins || (s.LockNumber == s.Get(c, 1) && s.LockOwner == c);
        s.Set(c, 0, isMine ? 2 : 0);
        return true;
    }

    private static bool IsMine(Scene scene, ref StoreState s, int c) =>
        scene.Flaw == Flaw.NoFencing || s.LockNumber == s.Get(c, 1);

    private static bool Plan(Scene scene, ref StoreState s, int c, int step)
    {
        bool listsLate = scene.Flaw == Flaw.ListAfterEpoch;
        switch (step)
        {
            case 2:
                // What a dead collector began is begun anew: it may say that it has ended when it wakes up.
                bool goesOn = s.IsCollecting && (s.Get(c, 7) == 0 || scene.Flaw == Flaw.GoesOnForTheDead);
                s.Set(c, 2, goesOn ? s.Epoch : s.Epoch + 1);
                s.Set(c, 0, goesOn ? 20 : s.Epoch >= scene.Collections && !s.IsCollecting ? 90 : 3);
                s.Set(c, 4, s.IsCollecting ? s.Condemned(s.Epoch) : 0);
                break;
            case 3:
                s.Set(c, 3, s.InPlace | s.Get(c, 4) << 4);
                s.Set(c, 4, s.Quarantine(0) | s.Quarantine(1) << 4);
                s.Set(c, 0, 4);
                break;
            case 4:
                s.Set(c, 5, scene.Live(s.Pins));
                s.Set(c, 0, 5);
                break;
            case 5:
                int rows = s.VisibleRows(-1);
                bool rewrites = !scene.IsBlob && (s.Get(c, 3) & 9) == 1 && (rows & 1) != 0 && s.Get(c, 5) == 2;
                s.Set(c, 3, s.Get(c, 3) | (rewrites ? 8 : 0));
                s.Set(c, 6, rows | (rewrites ? 8 : 0));
                s.Set(c, 0, rewrites ? 6 : 9);
                break;
            case 6:
                s.InPlace |= 8;
                s.Set(c, 0, 7);
                break;
            case 7:
                s.PutIndex(8, 0);
                s.Set(c, 0, 9);
                break;
            default:
                Condemn(scene, ref s, c, listsLate);
                break;
        }

        return true;
    }

    private static void Condemn(Scene scene, ref StoreState s, int c, bool listsLate)
    {
        int n = s.Get(c, 2);
        int before = s.Get(c, 3) >> 4;
        int candidates = before | Dispensable(scene, s.Get(c, 5), s.Get(c, 3) & 15, s.Get(c, 6), s.Get(c, 3) & 7);
        if (candidates == 0 && s.Get(c, 4) == 0)
        {
            s.Set(c, 0, 90);
            return;
        }

        if (s.Epoch < n)
        {
            s.Epoch = (byte)n;
            s.SetCondemned(n, listsLate ? s.InPlace : candidates);
            s.SetGone(n, s.Get(c, 4));
        }

        s.Set(c, 0, s.Epoch == n ? 20 : 2);
    }

    /// <summary>Finds the files that could go: what is live in them has another place among those that stay.</summary>
    private static int Dispensable(Scene scene, int live, int there, int rows, int candidates)
    {
        int goes = 0;
        for (int file = 0; file < 4; file++)
        {
            int others = there & rows & ~(goes | 1 << file);
            bool isNamed = (rows >> file & 1) != 0;
            bool isNeeded = isNamed && (live & scene.Holds(file) & ~scene.In(others)) != 0;
            goes |= (candidates >> file & 1) != 0 && !isNeeded ? 1 << file : 0;
        }

        return goes;
    }

    private static bool Wait(Scene scene, ref StoreState s, int c, int step)
    {
        switch (step)
        {
            case 20:
                int old = 0;
                for (int lease = 0; lease < 4; lease++)
                {
                    old |= (s.Leases >> lease & 1) != 0 && s.LeaseEpoch(lease) < s.Get(c, 2) ? 1 << lease : 0;
                }

                if ((old & ~s.DeadLeases) != 0)
                {
                    return false;
                }

                s.Set(c, 3, old);
                s.Forget(c, 4);
                s.Set(c, 0, old != 0 ? 21 : scene.Flaw == Flaw.PendingStays ? 24 : 22);
                return true;
            case 21:
                s.Leases &= (byte)~s.Get(c, 3);
                s.Set(c, 0, 20);
                return true;
            case 22:
                // Also what a collector left that was killed after it had removed the lease.
                s.Set(c, 3, s.Pending & ~s.Leases);
                s.Set(c, 0, 23);
                return true;
            default:
                s.Pending &= (byte)~s.Get(c, 3);
                s.Set(c, 0, 24);
                return true;
        }
    }

    private static bool MarkAgain(Scene scene, ref StoreState s, int c, int step)
    {
        int n = s.Get(c, 2);
        switch (step)
        {
            case 24:
                s.Set(c, 3, s.InPlace);
                s.Set(c, 4, scene.Flaw == Flaw.NoRescueCheck ? 0 : s.Rescued(n));
                s.Set(c, 0, 25);
                break;
            case 25:
                s.Set(c, 5, scene.Live(s.Pins));
                s.Set(c, 6, s.Get(c, 5));
                s.Set(c, 0, 26);
                break;
            case 26:
                int condemned = s.Condemned(n);
                int stays = s.Get(c, 3) & ~condemned;
                int goes = scene.Flaw == Flaw.MarkOnce
                    ? condemned : Spare(scene, s.Get(c, 5), stays, s.VisibleRows(-1), condemned) & ~s.Get(c, 4);
                s.Set(c, 5, goes);
                s.Set(c, 0, 27);
                break;
            case 27:
                if ((s.HasDeleting >> n & 1) == 0)
                {
                    s.HasDeleting |= (byte)(1 << n);
                    s.SetDeleting(n, s.Get(c, 5));
                }

                s.Set(c, 5, s.Deleting(n));
                s.Set(c, 0, 28);
                break;
            case 28:
                int rescued = scene.Flaw is Flaw.NoRescueCheck ? 0
                    : scene.Flaw == Flaw.RescuesReadBeforeDeleting ? s.Get(c, 4) : s.Rescued(n);
                s.Set(c, 5, s.Get(c, 5) & ~rescued);
                s.Set(c, 4, 0);
                s.Set(c, 0, 29);
                break;
            default:
                Restore(scene, ref s, scene.Flaw == Flaw.EraseWithoutMark ? 0 : s.Get(c, 6));
                s.Set(c, 3, s.Indexes);
                s.Set(c, 4, s.Indexes >> 8);
                s.Set(c, 6, 0);
                s.Set(c, 0, 38);
                break;
        }

        return true;
    }

    /// <summary>Moves back what is live and only in quarantine.</summary>
    private static void Restore(Scene scene, ref StoreState s, int live)
    {
        for (int mover = 0; mover < 2; mover++)
        {
            int there = s.Quarantine(mover);
            for (int file = 0; file < 4; file++)
            {
                int rows = s.VisibleRows(-1);
                bool isNeeded = (there & rows & ~s.InPlace & 1 << file) != 0 && (live & scene.Holds(file) & ~scene.In(rows & s.InPlace)) != 0;
                s.InPlace |= (byte)(isNeeded ? 1 << file : 0);
                there &= isNeeded ? ~(1 << file) : -1;
            }

            s.SetQuarantine(mover, there);
        }
    }

    private static int Spare(Scene scene, int live, int stays, int rows, int condemned)
    {
        int goes = 0;
        for (int file = 0; file < 4; file++)
        {
            bool isNeeded = (rows >> file & 1) != 0 && (live & scene.Holds(file) & ~scene.In(stays & rows)) != 0;
            goes |= (condemned >> file & 1) != 0 && !isNeeded ? 1 << file : 0;
        }

        return goes;
    }

    private static bool Apply(Scene scene, ref StoreState s, int c, int step)
    {
        int n = s.Get(c, 2);
        int mine = c - Scene.Collector;
        switch (step)
        {
            case 30:
                int listed = s.Get(c, 3) | s.Get(c, 4) << 8;
                s.PutIndex(s.VisibleRows(listed) & ~s.Get(c, 5), listed);
                s.Set(c, 3, 0);
                s.Set(c, 4, 0);
                s.Set(c, 6, 0);
                s.Set(c, 0, 31);
                break;
            case 38:
                // After the listing: an index that a push wrote in a later collection is not in it.
                Go(ref s, c, IsMine(scene, ref s, c) || scene.Flaw == Flaw.NoLookBeforeIndex ? 30 : End);
                break;
            case 31:
                Go(ref s, c, IsMine(scene, ref s, c) ? BeforeMove : End);
                break;
            case BeforeMove:
                int moves = s.Get(c, 5) & s.InPlace;
                s.InPlace &= (byte)~moves;
                s.SetQuarantine(mine, s.Quarantine(mine) | moves);
                s.Set(c, 4, moves);
                s.Set(c, 0, 33);
                break;
            case 33:
                s.Set(c, 5, 0);
                s.Set(c, 4, IsMine(scene, ref s, c) ? 0 : s.Get(c, 4));
                s.Set(c, 0, IsMine(scene, ref s, c) ? 35 : 34);
                break;
            case 34:
                s.InPlace |= (byte)s.Get(c, 4);
                s.SetQuarantine(mine, s.Quarantine(mine) & ~s.Get(c, 4));
                Go(ref s, c, End);
                break;
            default:
                Finish(scene, ref s, c, step);
                break;
        }

        return true;
    }

    private static void Finish(Scene scene, ref StoreState s, int c, int step)
    {
        int n = s.Get(c, 2);
        switch (step)
        {
            case 35:
                s.SetQuarantine(0, s.Quarantine(0) & ~s.Gone(n));
                s.SetQuarantine(1, s.Quarantine(1) & ~(s.Gone(n) >> 4));
                s.Set(c, 0, 37);
                break;
            case 37:
                s.Done |= (byte)(1 << n);
                s.Set(c, 0, 90);
                break;
            default:
                s.LockState = s.LockNumber == s.Get(c, 1) ? (byte)Free : s.LockState;
                Go(ref s, c, s.Epoch < scene.Collections ? 0 : End);
                break;
        }
    }

    private static void Go(ref StoreState s, int c, int step)
    {
        s.Set(c, 0, step);
        if (step == End || step == 0)
        {
            s.Forget(c, 1);
        }
    }
}
