using System.Diagnostics;

namespace DlStore.Cli.Tests.Datasets;

/// <summary>
/// A test that lets Python and Pillow read what dls wrote; skipped, and so shown, where there is no python3 with Pillow (Debian:
/// python3-pil).
/// </summary>
public sealed class SkippablePillowFactAttribute : FactAttribute
{
    private static readonly Lazy<string?> _found = new(Look);

    public SkippablePillowFactAttribute()
    {
        if (_found.Value is null)
        {
            Skip = "there is no python3 with Pillow; install python3-pil";
        }
    }

    /// <summary>Finds the interpreter: a Python of the user's own may come first in PATH and lack the system's packages.</summary>
    public static string Find() => _found.Value ?? throw new InvalidOperationException("the test should have been skipped");

    private static string? Look() => Array.Find(["python3", "/usr/bin/python3"], static candidate =>
    {
        try
        {
            using Process python = Process.Start(
                new ProcessStartInfo(candidate, ["-c", "import PIL.Image"]) { RedirectStandardError = true })!;
            python.WaitForExit();
            return python.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    });
}
