namespace DlStore.Cli.Tests.Random;

/// <summary>A short run of tests/random/histories.py with a fixed seed; CONTRIBUTING.md has the command of a long one.</summary>
public class RandomHistoryTests
{
    [SkippableRigFact]
    public void A_random_history_over_three_work_trees_with_kills_and_full_disks_loses_nothing_and_says_nothing_untrue()
    {
        using Rig rig = new();

        string output = rig.Run("histories.py", "--seed", "20260101", "--steps", "250", "--seconds", "70");

        Assert.Contains("1 histories;", output, StringComparison.Ordinal);
    }
}
