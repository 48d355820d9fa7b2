using System.Diagnostics;

namespace DlStore.Cli.Tests.Tasks;

/// <summary>A test that lets MLflow read what dls wrote; skipped, and so shown, where no python3 has it.</summary>
public sealed class SkippableMlflowFactAttribute : FactAttribute
{
    private static readonly Lazy<string?> _found = new(Look);

    public SkippableMlflowFactAttribute()
    {
        if (_found.Value is null)
        {
            Skip = "there is no python3 with mlflow; `pip install mlflow-skinny` brings it";
        }
    }

    /// <summary>Finds the interpreter.</summary>
    public static string Find() => _found.Value ?? throw new InvalidOperationException("the test should have been skipped");

    private static string? Look() => Array.Find(["python3", "/usr/bin/python3"], static candidate =>
    {
        try
        {
            using Process python = Process.Start(
                new ProcessStartInfo(candidate, ["-c", "import mlflow.tracking"]) { RedirectStandardError = true })!;
            python.WaitForExit();
            return python.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    });
}
