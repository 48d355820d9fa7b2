namespace DlStore.Tests.Protocol;

/// <summary>A fetch of what is pinned when it begins. Registers: 0 step, 1 objects wanted, 2 rows read, 3 rounds.</summary>
public static class ReaderSteps
{
    private const int RoundsMax = 3;

    /// <summary>Does the next step.</summary>
    /// <returns>False if nothing is pinned yet.</returns>
    public static bool Next(Scene scene, ref StoreState s, int r)
    {
        switch (s.Get(r, 0))
        {
            case 0:
                s.Set(r, 1, scene.Live(s.Pins));
                s.Set(r, 0, 1);
                return s.Get(r, 1) != 0;
            case 1:
                s.Set(r, 2, s.VisibleRows(-1));
                s.Set(r, 0, 2);
                return true;
            case 2:
                bool found = (s.Get(r, 1) & ~scene.In(s.Get(r, 2) & s.InPlace)) == 0;
                s.Set(r, 3, s.Get(r, 3) + 1);
                bool again = s.Get(r, 3) < (scene.Flaw == Flaw.ReadOnce ? 1 : RoundsMax);
                s.Set(r, 0, found ? WriterSteps.End : again ? 1 : 3);
                return true;
            default:
                bool inQuarantine = s.LockWasLost != 0
                    && (s.Get(r, 1) & ~scene.In(s.Get(r, 2) & (s.InPlace | s.QuarantineAll))) == 0;
                s.Failed = (byte)(inQuarantine ? 0 : 1);
                s.Forget(r, 1);
                s.Set(r, 0, WriterSteps.End);
                return true;
        }
    }
}
