using System.Diagnostics;

namespace DlStore.Cli.Tests.Random;

/// <summary>
/// A test that runs a rig of tests/random; skipped, and so shown, where Python lacks brotli or Pillow (Debian: python3-brotli,
/// python3-pil).
/// </summary>
public sealed class SkippableRigFactAttribute : FactAttribute
{
    private static readonly Lazy<bool> _ready = new(Look);

    public SkippableRigFactAttribute()
    {
        if (!_ready.Value)
        {
            Skip = "there is no /usr/bin/python3 with brotli and Pillow; install python3-brotli and python3-pil";
        }
    }

    private static bool Look()
    {
        try
        {
            using Process python = Process.Start(
                new ProcessStartInfo("/usr/bin/python3", ["-c", "import brotli, PIL.Image"]) { RedirectStandardError = true })!;
            python.WaitForExit();
            return python.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
