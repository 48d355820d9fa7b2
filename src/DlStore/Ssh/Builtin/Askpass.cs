using DlStore.Io;

namespace DlStore.Ssh.Builtin;

/// <summary>Asks for a secret through the program that SSH_ASKPASS names, as ssh does: the question is its argument.</summary>
internal static class Askpass
{
    /// <summary>Asks once.</summary>
    /// <param name="environment">The process environment.</param>
    /// <param name="question">What the user is shown.</param>
    /// <returns>The first line of the program's output; null if there is no such program, or it was called off.</returns>
    public static string? Ask(IReadOnlyDictionary<string, string> environment, string question)
    {
        if (!environment.TryGetValue("SSH_ASKPASS", out string? program) || program.Length == 0)
        {
            return null;
        }

        ChildCommand command = new() { Program = program, Arguments = [question], Environment = environment, OwnSession = true };
        if (command.FindProgram() is null)
        {
            return null;
        }

        ChildResult result = ChildProcess.RunToEnd(command);
        string said = System.Text.Encoding.UTF8.GetString(result.Output);
        int end = said.AsSpan().IndexOfAny('\r', '\n');
        return result.ExitCode != 0 ? null : end < 0 ? said : said[..end];
    }
}
