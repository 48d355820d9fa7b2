namespace DlStore.Tests.Protocol;

/// <summary>A push, one call to the remote a step. Registers: 0 step, 1 collection seen, 2 condemned, 3 indexes seen (and 5), 4 beginnings.</summary>
public static class WriterSteps
{
    public const int End = 200;

    /// <summary>Does the next step.</summary>
    /// <returns>False if it has to wait.</returns>
    public static bool Next(Scene scene, ref StoreState s, int w)
    {
        int target = scene.IsBlob ? 0 : 1 + w;
        switch (s.Get(w, 0))
        {
            case 0 when scene.Flaw == Flaw.EpochBeforeLease:
                Look(scene, ref s, w);
                s.Set(w, 0, 40);
                break;
            case 40:
                PutLease(ref s, w);
                s.Set(w, 0, s.Get(w, 1) > 0 ? 2 : 3);
                break;
            case 0:
                if (scene.Flaw != Flaw.NoLease)
                {
                    PutLease(ref s, w);
                }

                s.Set(w, 0, 1);
                break;
            case 1:
                Look(scene, ref s, w);
                s.Set(w, 0, s.Get(w, 1) > 0 ? 2 : 3);
                break;
            case 2:
                Beat(ref s, w);
                s.Set(w, 0, 3);
                break;
            case 3:
                s.Set(w, 3, s.Indexes);
                s.Set(w, 5, s.Indexes >> 8);
                s.Set(w, 0, 4);
                break;
            case 4:
                Decide(scene, ref s, w, target);
                break;
            default:
                return Send(scene, ref s, w, target);
        }

        return true;
    }

    private static bool Send(Scene scene, ref StoreState s, int w, int target)
    {
        int seen = s.Get(w, 1);
        switch (s.Get(w, 0))
        {
            case 5:
                s.SetRescued(seen, s.Rescued(seen) | 1 << target);
                s.Set(w, 0, 6);
                break;
            case 6:
                bool isGoing = (s.HasDeleting >> seen & 1) != 0 && (s.Deleting(seen) >> target & 1) != 0;
                bool isOver = !isGoing || (s.Done >> seen & 1) != 0 || scene.Flaw == Flaw.NoLookAfterRescue;
                if (!isOver && s.Epoch == seen)
                {
                    return false;
                }

                // Another collection has taken its place: what was read counts no more.
                GoOn(ref s, w, isOver, 7);
                break;
            case 7:
                s.InPlace |= (byte)(1 << target);
                s.Set(w, 0, 8);
                break;
            case 8:
                // The index and the pending pin are sent side by side: one writer ends with this one first, the other with that.
                s.Pending |= (byte)(w == 0 && scene.Flaw != Flaw.PinDirectly ? Lease(s, w) : 0);
                s.Set(w, 0, 13);
                break;
            case 13:
                PutIndex(scene, ref s, w, target);
                s.Set(w, 2, 0);
                s.Set(w, 3, 0);
                s.Set(w, 5, 0);
                s.Set(w, 0, w == 0 ? NextAfterPending(scene) : 9);
                break;
            default:
                Commit(scene, ref s, w);
                break;
        }

        return true;
    }

    private static void Commit(Scene scene, ref StoreState s, int w)
    {
        switch (s.Get(w, 0))
        {
            case 9:
                s.Pending |= (byte)(scene.Flaw == Flaw.PinDirectly ? 0 : Lease(s, w));
                s.Set(w, 0, NextAfterPending(scene));
                break;
            case 10:
                // Who wakes up after a long sleep beats first.
                s.Leases |= (byte)(scene.Flaw == Flaw.LeaseComesBack ? Lease(s, w) : 0);
                GoOn(ref s, w, (s.Leases & Lease(s, w)) != 0, 11);
                break;
            case 11:
                bool moves = (s.Pending & Lease(s, w)) != 0 || scene.Flaw == Flaw.PinDirectly;
                s.Pins |= (byte)(moves ? 2 << w : 0);
                s.Pending &= (byte)~Lease(s, w);
                GoOn(ref s, w, (s.Pins & 2 << w) != 0, 12);
                break;
            default:
                s.Leases &= (byte)~Lease(s, w);
                s.Forget(w, 1);
                s.Set(w, 0, End);
                break;
        }
    }

    private static int NextAfterPending(Scene scene) => scene.Flaw == Flaw.NoLease ? 11 : 10;

    private static int Lease(StoreState s, int w) => 1 << Id(s, w);

    /// <summary>A push that begins anew does so with another lease.</summary>
    private static int Id(StoreState s, int w) => w + (2 * Math.Min((int)s.Get(w, 4), 1));

    private static void PutLease(ref StoreState s, int w)
    {
        s.Leases |= (byte)Lease(s, w);
        s.DeadLeases &= (byte)~Lease(s, w);
        s.SetLeaseEpoch(Id(s, w), 0);
    }

    /// <summary>A beat is another file: it makes the lease young if it is there, and does not bring it back.</summary>
    private static void Beat(ref StoreState s, int w)
    {
        if ((s.Leases & Lease(s, w)) != 0)
        {
            s.DeadLeases &= (byte)~Lease(s, w);
            s.SetLeaseEpoch(Id(s, w), s.Get(w, 1));
        }
    }

    private static void Look(Scene scene, ref StoreState s, int w)
    {
        s.Set(w, 1, s.IsCollecting ? s.Epoch : 0);
        s.Set(w, 2, s.IsCollecting && scene.Flaw != Flaw.CondemnedCounts ? s.Condemned(s.Epoch) : 0);
    }

    private static void Decide(Scene scene, ref StoreState s, int w, int target)
    {
        int condemned = s.Get(w, 2);
        int usable = s.VisibleRows(s.Get(w, 3) | s.Get(w, 5) << 8) & s.InPlace & ~condemned;
        bool isCondemned = (condemned >> target & 1) != 0;
        bool isThere = scene.Flaw == Flaw.NoRescue && isCondemned && (s.InPlace >> target & 1) != 0;
        // A pack that is condemned is not sent again under its name; a push that made another one is the other push.
        s.Set(w, 0, (scene.Closure(1 + w) & ~scene.In(usable)) == 0 || isThere ? 9
            : !isCondemned || scene.Flaw == Flaw.NoRescue ? 7 : scene.IsBlob ? 5 : Scene.Asleep);
    }

    private static void PutIndex(Scene scene, ref StoreState s, int w, int target)
    {
        bool merges = s.Get(w, 1) == 0 || scene.Flaw == Flaw.MergeDuringCollection;
        int seen = s.Get(w, 3) | s.Get(w, 5) << 8;
        s.PutIndex(1 << target | (merges ? s.VisibleRows(seen) & ~s.Get(w, 2) : 0), merges ? seen : 0,
            scene.Flaw == Flaw.SameIndexAgain ? 0 : 1 << Id(s, w));
    }

    private static void GoOn(ref StoreState s, int w, bool isRight, int next)
    {
        int beginnings = s.Get(w, 4);
        s.Set(w, 4, isRight ? beginnings : beginnings + 1);
        s.Set(w, 0, isRight ? next : beginnings == 0 ? 0 : Scene.Asleep);
        if (!isRight)
        {
            s.Set(w, 1, 0);
            s.Set(w, 2, 0);
            s.Set(w, 3, 0);
            s.Set(w, 5, 0);
        }
    }
}
