using DlStore.Io;

namespace DlStore.Operations.Views;

/// <summary>The program <c>dls-ui</c>, which makes pages: one of its own, since a web server would cost every start of dls.</summary>
public static class PageProgram
{
    /// <summary>The file's name.</summary>
    public const string Name = "dls-ui";

    /// <summary>Finds it beside this program, or in <c>ui/</c> below, where a build puts it.</summary>
    /// <param name="directory">Absolute path of the directory of this program.</param>
    /// <returns>Its absolute path.</returns>
    /// <exception cref="DlsException">Kind Missing: it is not installed.</exception>
    public static string Find(string directory) =>
        new[] { Path.Combine(directory, Name), Path.Combine(directory, "ui", Name) }.FirstOrDefault(SpawnNative.IsExecutable)
            ?? throw new DlsException(ErrorKind.Missing, $"start '{Name}': it is not beside dls in '{directory}'",
                "`./install.sh` of the source installs both");

    /// <summary>Turns this process into it.</summary>
    /// <param name="path">Where it is.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="environment">Its environment.</param>
    /// <returns>Why that was not possible.</returns>
    public static DlsException Become(string path, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment) =>
        ProgramExec.Replace(path, arguments, environment);

    /// <summary>Shows an address in the user's browser, where there is a desktop to show it on.</summary>
    /// <param name="address">The address.</param>
    /// <param name="environment">The process environment.</param>
    /// <returns>False if there is no desktop, or nothing that opens addresses.</returns>
    public static bool TryShow(Uri address, IReadOnlyDictionary<string, string> environment)
    {
        if (!environment.ContainsKey("DISPLAY") && !environment.ContainsKey("WAYLAND_DISPLAY"))
        {
            return false;
        }

        ChildCommand opener = new()
        {
            Program = "xdg-open",
            Arguments = [address.ToString()],
            Environment = environment,
            OwnSession = true,
        };
        return opener.FindProgram() is not null && ChildProcess.RunToEnd(opener).ExitCode == 0;
    }
}
