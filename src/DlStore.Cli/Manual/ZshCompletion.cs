using System.Text;

namespace DlStore.Cli.Manual;

/// <summary>The completion script for zsh: a function file for fpath that can also be sourced.</summary>
internal static class ZshCompletion
{
    public static string Script()
    {
        StringBuilder text = new();
        text.Append("#compdef dls\n");
        CompletionWords.Comment(text, "zsh");
        text.Append($$"""
            _dls() {
              local at='' i=2
              local -a next
              while (( i < CURRENT )); do
                case "$at|${words[i]}" in
                  {{string.Join('|', CompletionWords.Steps)}}) at="${at:+$at }${words[i]}" ;;
                  *) break ;;
                esac
                (( i++ ))
              done
              (( i -= 2, CURRENT -= i ))
              shift $i words
              case "$at" in

            """);
        foreach (string path in (string[])["", .. CompletionWords.Paths])
        {
            AppendPath(text, path);
        }

        text.Append("""
              esac
            }
            if [[ ${zsh_eval_context[-1]} == loadautofunc ]]; then
              _dls "$@"
            else
              compdef _dls dls
            fi

            """);
        return text.ToString();
    }

    private static void AppendPath(StringBuilder text, string path)
    {
        text.Append($"    {CompletionWords.Quote(path)})\n");
        if (CompletionWords.Next(path) is { Count: > 0 } next)
        {
            text.Append("      next=(");
            text.AppendJoin(' ', next.Select(static n => CompletionWords.Quote($"{n.Word}:{n.Summary}")));
            text.Append(")\n      (( CURRENT == 2 )) && _describe command next\n");
        }

        if (CommandTable.Find(path) is { } entry)
        {
            CommandShape shape = CommandShape.Of(entry);
            text.Append("      _arguments -s");
            foreach (OptionShape option in shape.VisibleOptions)
            {
                text.Append(" \\\n        ").Append(OptionSpec(option));
            }

            text.Append(" \\\n        '--help[show the help of this command]'");
            foreach (ValueShape value in shape.Values)
            {
                string each = value.Many ? "'*" : "'";
                text.Append(" \\\n        ").Append($"{each}:{value.Name}:{Action(value.Choices, value.TakesPath)}'");
            }

            text.Append('\n');
        }

        text.Append("      ;;\n");
    }

    private static string OptionSpec(OptionShape option)
    {
        string names = option.Short.Length == 0 ? $"--{option.Long}" : $"'{{-{option.Short},--{option.Long}}}'";
        string value = option.Meta is null ? "" : $":{Plain(option.Meta)}:{Action(option.Choices, option.TakesPath)}";
        return $"'{names}[{Plain(option.Help)}]{value}'";
    }

    private static string Action(IReadOnlyList<string> choices, bool files) => choices.Count > 0
        ? $"({string.Join(' ', choices)})" : files ? "_files" : " ";

    /// <summary>Characters that mean something in an _arguments specification.</summary>
    private static string Plain(
        string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("[", "\\[", StringComparison.Ordinal)
        .Replace("]", "\\]", StringComparison.Ordinal)
            .Replace(":", "\\:", StringComparison.Ordinal).Replace("'", "'\\''", StringComparison.Ordinal);
}
