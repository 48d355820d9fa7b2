using System.Text;
using DlStore.TestKit;

namespace DlStore.Cli.Tests;

/// <summary>
/// Runs a command line from argv to exit code inside the test's process: for long tables of inputs, where starting a program each time
/// would cost minutes.
/// </summary>
internal static class InProcess
{
    /// <summary>Runs dls in a repository of a scene, with the scene's environment.</summary>
    public static RunResult Dls(
        Scene scene, string directory, params string[] arguments) => Dls(scene, directory, TimeProvider.System, arguments);

    /// <summary>Runs dls with another clock.</summary>
    public static RunResult Dls(Scene scene, string directory, TimeProvider clock, params string[] arguments)
    {
        using MemoryStream output = new();
        using MemoryStream talk = new();
        Terminal terminal = new(output, talk, new TerminalTraits(false, false, false, static () => 80));
        Session session = new(terminal, scene.Environment, scene.At(directory), clock);
        int code = Program.RunAsync(arguments, session, CancellationToken.None).GetAwaiter().GetResult();
        terminal.Flush();
        if (session.IsRepoOpen)
        {
            session.Repo.Dispose();
        }

        return new RunResult(
            $"dls {string.Join(' ', arguments)}", scene.At(directory), code, output.ToArray(), Encoding.UTF8.GetString(talk.ToArray()));
    }
}
