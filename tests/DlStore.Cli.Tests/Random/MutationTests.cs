namespace DlStore.Cli.Tests.Random;

/// <summary>A short run of tests/random/mutations.py with a fixed seed; CONTRIBUTING.md has the command of a long one.</summary>
public class MutationTests
{
    [SkippableRigFact]
    public void A_mutation_of_every_parsed_file_kind_is_no_internal_error_no_hang_and_no_wrong_silence()
    {
        using Rig rig = new();

        string output = rig.Run("mutations.py", "--seed", "20260101", "--count", "1", "--seconds", "80");

        Assert.Contains("all | ", output, StringComparison.Ordinal);
    }
}
