using System.Text;

namespace DlStore.Cli.Manual;

/// <summary>The completion script for fish.</summary>
internal static class FishCompletion
{
    public static string Script()
    {
        StringBuilder text = new();
        CompletionWords.Comment(text, "fish");
        text.Append($$"""
            function __dls_at
                set -l at ''
                set -l words (commandline -opc)
                for word in $words[2..-1]
                    switch "$at|$word"
                        case {{string.Join(' ', CompletionWords.Steps)}}
                            set at (string trim "$at $word")
                        case '*'
                            break
                    end
                end
                test "$at" = "$argv[1]"
            end
            complete -c dls -f

            """);
        foreach (string path in (string[])["", .. CompletionWords.Paths])
        {
            foreach ((string word, string summary) in CompletionWords.Next(path))
            {
                text.Append($"{Lead(path)} -a {word} -d {Quote(summary)}\n");
            }
        }

        foreach (CommandShape shape in CompletionWords.Shapes)
        {
            AppendCommand(text, shape);
        }

        return text.ToString();
    }

    private static void AppendCommand(StringBuilder text, CommandShape shape)
    {
        string lead = Lead(shape.Entry.Words);
        foreach (ValueShape value in shape.Values.Where(static v => v.TakesPath || v.Choices.Count > 0 || v.Names is not null))
        {
            string offered = value.Names is { } names ? $" -a {Quote($"(dls names {names} 2>/dev/null)")}"
                : value.Choices.Count > 0 ? $" -a {Quote(string.Join(' ', value.Choices))}" : "";
            text.Append($"{lead}{(value.TakesPath ? " -F" : "")}{offered}\n");
        }

        foreach (OptionShape option in shape.VisibleOptions)
        {
            string shortForm = option.Short.Length == 0 ? "" : $" -s {option.Short}";
            string value = option.Meta is null
                ? "" : option.Names is { } names ? $" -x -a {Quote($"(dls names {names} 2>/dev/null)")}"
                : option.TakesPath ? " -r -F" : option.Choices.Count > 0 ? $" -x -a {Quote(string.Join(' ', option.Choices))}" : " -x";
            text.Append($"{lead} -l {option.Long}{shortForm}{value} -d {Quote(option.Help)}\n");
        }

        text.Append($"{lead} -l help -d 'show the help of this command'\n");
    }

    private static string Lead(string path) => $"complete -c dls -n '__dls_at \"{path}\"'";

    private static string Quote(
        string text) => $"'{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}'";
}
