using System.Diagnostics;

namespace DlStore.Tests.Learning;

/// <summary>The awks of this machine, run as a host runs them.</summary>
internal static class AwkProgram
{
    /// <summary>Gets the names of those that are installed.</summary>
    public static IReadOnlyList<string> Here { get; } = [
        .. new[] { "mawk", "gawk", "original-awk", "awk" }.Where(static a => Which(a) is not null)];

    /// <summary>
    /// Gives the numbers of the lines that match, joined by blanks: CR made LF, lines lowered, the expression from the environment.
    /// </summary>
    public static string Match(string awk, string match, string? unless, byte[] log)
    {
        ProcessStartInfo start = new(Which(awk)!)
        {
            ArgumentList = { "tolower($0) ~ ENVIRON[\"MATCH\"] "
                + "&& (ENVIRON[\"UNLESS\"] == \"\" || tolower($0) !~ ENVIRON[\"UNLESS\"]) { printf \"%s%d\", n++ ? \" \" : \"\", NR }" },
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            Environment = { ["MATCH"] = match, ["UNLESS"] = unless ?? "", ["LC_ALL"] = "C" },
        };
        using Process process = Process.Start(start)!;
        process.StandardInput.BaseStream.Write([.. log.Select(static b => b == '\r' ? (byte)'\n' : b)]);
        process.StandardInput.Close();
        string found = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return found;
    }

    private static string? Which(string name) =>
        Environment.GetEnvironmentVariable("PATH")!.Split(':').Select(d => Path.Combine(d, name)).FirstOrDefault(File.Exists);
}
