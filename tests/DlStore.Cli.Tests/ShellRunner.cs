using System.Diagnostics;

namespace DlStore.Cli.Tests;

/// <summary>Runs a program of the machine and keeps what it prints; end-to-end tests run the built dls with it.</summary>
internal static class ShellRunner
{
    /// <summary>The dls that was built with these tests.</summary>
    public static string Dls { get; } = Path.Combine(AppContext.BaseDirectory, "dls");

    public static bool Exists(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(directory => File.Exists(Path.Combine(directory, program)));

    public static (int Code, string Output, string Talk) Run(string program, params string[] args)
    {
        ProcessStartInfo start = new(
            program, args)
        { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        start.Environment["DLS"] = Dls;
        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        Task<string> talk = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, talk.Result);
    }
}
