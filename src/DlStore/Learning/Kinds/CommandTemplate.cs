using System.Text;
using DlStore.Ssh;

namespace DlStore.Learning.Kinds;

/// <summary>The commands of a kind: <c>{name}</c> stands for a parameter.</summary>
internal static class CommandTemplate
{
    /// <summary>
    /// Fills parameters in, quoted for sh. Braces around anything else, and <c>${name}</c>, are the shell's own and stay.
    /// </summary>
    /// <param name="command">The command as the kind has it.</param>
    /// <param name="parameters">Values by name.</param>
    /// <returns>The command to run.</returns>
    public static string Fill(string command, IReadOnlyDictionary<string, string> parameters)
    {
        StringBuilder text = new();
        for (int i = 0; i < command.Length; i++)
        {
            int end = command[i] == '{' && (i == 0 || command[i - 1] != '$') ? command.IndexOf('}', i) : -1;
            if (end > 0 && parameters.TryGetValue(command[(i + 1)..end], out string? value))
            {
                text.Append(IsPlain(value) ? value : ShellQuote.Quote(value));
                i = end;
            }
            else
            {
                text.Append(command[i]);
            }
        }

        return text.ToString();
    }

    private static bool IsPlain(string value) => value.Length > 0
        && value.All(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' or '/' or ':' or ',' or '+');
}
