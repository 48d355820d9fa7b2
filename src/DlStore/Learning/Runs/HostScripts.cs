using System.Text;

namespace DlStore.Learning.Runs;

/// <summary>
/// The shell and awk programs that run on hosts. They lie as files beside this one, so that people can read and check them.
/// </summary>
internal static class HostScripts
{
    /// <summary>Reads a program.</summary>
    /// <param name="name">Its file name in Learning/Scripts.</param>
    /// <returns>Its text.</returns>
    public static string Read(string name)
    {
        using Stream stream = typeof(HostScripts).Assembly.GetManifestResourceStream($"DlStore.Learning.Scripts.{name}")
            ?? throw new InvalidOperationException($"the program '{name}' is not part of the assembly");
        using StreamReader reader = new(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
