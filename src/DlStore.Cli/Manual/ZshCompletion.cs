using System.Text;

namespace DlStore.Cli.Manual;

/// <summary>The completion script for zsh: a function file for fpath that can also be sourced.</summary>
internal static class ZshCompletion
{
    private const string End = """
          esac
        }
        if [[ ${zsh_eval_context[-1]} == loadautofunc ]]; then
          _dls "$@"
        else
          compdef _dls dls
        fi

        """;

    public static string Script()
    {
        StringBuilder text = new();
        text.Append("#compdef dls\n");
        CompletionWords.Comment(text, "zsh");
        text.Append($$"""
            _dls_names() {
              local -a names=(${(f)"$(dls names $1 2>/dev/null)"})
              compadd -a names
            }
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

        return text.Append(End).ToString();
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
                text.Append(" \\\n        ").Append($"{each}:{value.Name}:{Action(value.Choices, value.TakesPath, value.Names)}'");
            }

            text.Append('\n');
        }

        text.Append("      ;;\n");
    }

    private static string OptionSpec(OptionShape option)
    {
        string names = option.Short.Length == 0 ? $"--{option.Long}" : $"'{{-{option.Short},--{option.Long}}}'";
        string value = option.Meta is null ? "" : $":{Plain(option.Meta)}:{Action(option.Choices, option.TakesPath, option.Names)}";
        return $"'{names}[{Plain(option.Help)}]{value}'";
    }

    private static string Action(IReadOnlyList<string> choices, bool files, string? names) => choices.Count > 0
        ? $"({string.Join(' ', choices)})" : (names, files) switch
        {
            (not null, true) => $"_alternative \"names\\:{names}\\:_dls_names {names}\" \"files\\:file\\:_files\"",
            (not null, false) => $"_dls_names {names}",
            (null, true) => "_files",
            (null, false) => " ",
        };

    /// <summary>Characters that mean something in an _arguments specification.</summary>
    private static string Plain(
        string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("[", "\\[", StringComparison.Ordinal)
        .Replace("]", "\\]", StringComparison.Ordinal)
            .Replace(":", "\\:", StringComparison.Ordinal).Replace("'", "'\\''", StringComparison.Ordinal);
}
