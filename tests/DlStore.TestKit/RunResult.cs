namespace DlStore.TestKit;

/// <summary>How a program ended that a test ran. Prints itself for failure messages: command, directory, exit code, both streams.</summary>
public sealed record RunResult(string Command, string Directory, int ExitCode, byte[] OutputBytes, string Error)
{
    /// <summary>Gets standard output as text.</summary>
    public string Output => System.Text.Encoding.UTF8.GetString(OutputBytes);

    /// <summary>Fails the test, with everything that is known, unless the program ended as expected.</summary>
    public RunResult Expect(int exitCode)
    {
        if (exitCode != ExitCode)
        {
            Assert.Fail($"expected exit code {exitCode}\n{this}");
        }

        return this;
    }

    public override string ToString()
        => $"$ {Command}\ncwd: {Directory}\nexit code: {ExitCode}\n--- stdout\n{Output}"
            + $"\n--- stderr\n{Error}\n--- listing\n{Listing.Of(Directory)}";
}
