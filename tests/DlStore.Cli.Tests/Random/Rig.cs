using DlStore.TestKit;

namespace DlStore.Cli.Tests.Random;

/// <summary>Starts a rig of tests/random with the built program, as one executable file in a directory of its own.</summary>
internal sealed class Rig : IDisposable
{
    private static readonly TimeSpan TimeLimit = TimeSpan.FromMinutes(8);
    // On the disk: its histories are the ones that meet a real file system.
    private readonly TempDir _directory = new(Path.GetTempPath());

    /// <summary>Runs a rig and fails the test, with everything the rig printed, unless it found nothing.</summary>
    /// <param name="script">A file of tests/random.</param>
    /// <param name="arguments">Its arguments, without program and list of known findings.</param>
    /// <returns>What it printed.</returns>
    public string Run(string script, params string[] arguments)
    {
        string rigs = SourceTree.At("tests/random");
        RunResult result = RunningProgram.Run(
            "/usr/bin/python3",
            ["-B", Path.Combine(rigs, script), "--program", WriteProgram(), "--known", Path.Combine(rigs, "known.txt"), .. arguments],
            _directory.Path,
            MakeEnvironment(),
            timeLimit: TimeLimit);
        return result.Expect(0).Output;
    }

    public void Dispose() => _directory.Dispose();

    private static Dictionary<string, string> MakeEnvironment()
    {
        Dictionary<string, string> environment =
            new() { ["PATH"] = Environment.GetEnvironmentVariable("PATH") ?? "/usr/bin:/bin", ["LC_ALL"] = "C.UTF-8" };
        if (Environment.GetEnvironmentVariable("DOTNET_ROOT") is { } root)
        {
            environment["DOTNET_ROOT"] = root;
        }

        return environment;
    }

    /// <summary>The rigs kill and measure one process, so what they start must become the program itself.</summary>
    private string WriteProgram()
    {
        string program = DlsProcess.FindProgram();
        string command = program.EndsWith(".dll", StringComparison.Ordinal) ? $"'{FindDotnet()}' '{program}'" : $"'{program}'";
        string file = _directory.Write("bin/dls", $"#!/bin/sh\nexec {command} \"$@\"\n");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return file;
    }

    private static string FindDotnet()
    {
        string path = Environment.GetEnvironmentVariable("PATH") ?? "";
        return path.Split(':').Select(static directory => Path.Combine(directory, "dotnet")).FirstOrDefault(File.Exists)
            ?? throw new FileNotFoundException("dotnet is not in PATH");
    }
}
