using System.Text;

namespace DlStore.Cli.Manual;

/// <summary>The completion script for bash; needs no bash-completion package.</summary>
internal static class BashCompletion
{
    /// <summary>What follows the tables: the words or files that begin like the one under the cursor.</summary>
    private const string Replies = """
                *) ;;
            esac
            COMPREPLY=()
            if [[ $cur == -* && -n $options ]]; then
                mapfile -t COMPREPLY < <(compgen -W "$options" -- "$cur")
                return
            fi
            mapfile -t COMPREPLY < <(compgen -W "$next $values" -- "$cur")
            if [[ -n $names ]]; then
                local IFS=$'\n'
                mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -W "$(dls names "$names" 2>/dev/null)" -- "$cur")
            fi
            if [[ -n $files ]]; then
                compopt -o filenames 2>/dev/null
                mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -- "$cur")
            fi
        }
        complete -F _dls dls

        """;

    public static string Script()
    {
        StringBuilder text = new();
        CompletionWords.Comment(text, "bash");
        text.Append($$"""
            _dls() {
                local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} at='' i
                local next='' options='' values='' files='' names=''
                for ((i = 1; i < COMP_CWORD; i++)); do
                    case "$at|${COMP_WORDS[i]}" in
                        {{string.Join('|', CompletionWords.Steps)}}) at="${at:+$at }${COMP_WORDS[i]}" ;;
                        *) break ;;
                    esac
                done
                case "$at" in

            """);
        text.Append("        '') next=").Append(Words(CompletionWords.Next("").Select(static n => n.Word))).Append(" ;;\n");
        foreach (string path in CompletionWords.Paths)
        {
            AppendPath(text, path);
        }

        text.Append("    esac\n    case \"$at $prev\" in\n");
        foreach (CommandShape shape in CompletionWords.Shapes)
        {
            AppendOptionValues(text, shape);
        }

        text.Append(Replies);
        return text.ToString();
    }

    private static void AppendPath(StringBuilder text, string path)
    {
        text.Append($"        '{path}')");
        if (CompletionWords.Next(path) is { Count: > 0 } next)
        {
            text.Append(" next=").Append(Words(next.Select(static n => n.Word)));
        }

        if (CommandTable.Find(path) is { } entry)
        {
            CommandShape shape = CommandShape.Of(entry);
            text.Append(" options=").Append(Words([.. shape.VisibleOptions.Select(static o => "--" + o.Long), "--help"]));
            text.Append(shape.Values.Any(static v => v.TakesPath) ? " files=yes" : "");
            text.Append(" values=").Append(Words(shape.Values.SelectMany(static v => v.Choices)));
            text.Append(
                shape.Values.Select(static v => v.Names).FirstOrDefault(static n => n is not null) is { } names ? $" names={names}" : "");
        }

        text.Append(" ;;\n");
    }

    private static void AppendOptionValues(StringBuilder text, CommandShape shape)
    {
        foreach (OptionShape option in shape.VisibleOptions.Where(static o => o.Meta is not null))
        {
            string shortForm = option.Short.Length == 0 ? "" : $"|'{shape.Entry.Words} -{option.Short}'";
            text.Append($"        '{shape.Entry.Words} --{option.Long}'{shortForm}) next='' options='' values="
                + $"{Words(option.Choices)} files={(option.TakesPath ? "yes" : "''")} names={option.Names ?? "''"} ;;\n");
        }
    }

    private static string Words(IEnumerable<string> words) => CompletionWords.Quote(string.Join(' ', words));
}
