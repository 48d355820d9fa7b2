using CommandLine;
using DlStore.Cli.Manual;

namespace DlStore.Cli;

/// <summary>
/// Turns the arguments after a command's words into its options. CommandLineParser knows no nested verbs, so it sees one options type
/// only; its errors are said again here with the whole command.
/// </summary>
internal static class ArgumentReader
{
    /// <summary>Parses, or throws a DlsException of kind Usage.</summary>
    public static Command Read(CommandEntry entry, IReadOnlyList<string> rest) => ReadPlain(entry, rest) ?? Parse(entry, rest);

    /// <summary>Reads a line of words and common switches without the parser, where the command can; null otherwise.</summary>
    internal static Command? ReadPlain(CommandEntry entry, IReadOnlyList<string> rest)
    {
        Command command = entry.Create();
        List<string> words = new(rest.Count);
        foreach (string argument in rest)
        {
            switch (argument)
            {
                case "--json":
                    command.Json = true;
                    break;
                case "-q" or "--quiet":
                    command.Quiet = true;
                    break;
                case ['-', ..]:
                    return null;
                default:
                    words.Add(argument);
                    break;
            }
        }

        return command.TryTakeWords(words) ? command : null;
    }

    internal static Command Parse(CommandEntry entry, IReadOnlyList<string> rest)
    {
        RefuseMissingValues(entry, rest);
        RefuseRepeatedLists(entry, rest);
        using Parser parser = new(static settings =>
        {
            settings.HelpWriter = null;
            settings.AutoHelp = false;
            settings.AutoVersion = false;
            settings.CaseInsensitiveEnumValues = true;
            settings.EnableDashDash = true;
            settings.AllowMultiInstance = true;
        });
        ParserResult<Command> result = parser.ParseArguments(entry.Create, rest);
        if (result is NotParsed<Command> failed)
        {
            throw Explain(entry, failed.Errors, rest);
        }

        Command command = result.Value;
        if (command.Surplus.FirstOrDefault() is { } surplus)
        {
            throw Usage(entry, $"unexpected argument '{surplus}' for '{entry.FullName}'");
        }

        return command;
    }

    /// <summary>
    /// The parser drops an option at the end of the line that lacks its value, and takes the next option for a value; both are refused
    /// here.
    /// A value that begins with a dash is written <c>--name=-value</c>.
    /// </summary>
    private static void RefuseMissingValues(CommandEntry entry, IReadOnlyList<string> rest)
    {
        CommandShape? shape = null;
        for (int i = 0; i < rest.Count && rest[i] != "--"; i++)
        {
            if (!LooksLikeOption(rest[i]) || (i + 1 < rest.Count && !LooksLikeOption(rest[i + 1])))
            {
                continue;
            }

            // Reading the attributes costs a few milliseconds, and most lines end with a word.
            shape ??= CommandShape.Of(entry);
            OptionShape? option = rest[i].StartsWith("--", StringComparison.Ordinal)
                ? shape.Options.FirstOrDefault(o => o.Long == rest[i][2..])
                : shape.Options.FirstOrDefault(o => o.Short == rest[i][^1..]);
            if (option?.Meta is not null)
            {
                throw Usage(entry, $"missing value after option '--{option.Long}' of '{entry.FullName}'");
            }
        }
    }

    /// <summary>
    /// Of a repeated option the last counts. Where an option takes several values that would drop values without a word: whoever writes
    /// <c>--for ssd --for resnet34</c> means both.
    /// </summary>
    private static void RefuseRepeatedLists(CommandEntry entry, IReadOnlyList<string> rest)
    {
        string[] repeated = [.. rest.TakeWhile(static a => a != "--").Where(static a => a.StartsWith("--", StringComparison.Ordinal))
            .GroupBy(static a => a[2..].Split('=')[0]).Where(static g => g.Count() > 1).Select(static g => g.Key)];
        if (repeated.Length > 0 && CommandShape.Of(entry).Options.FirstOrDefault(
            o => repeated.Contains(o.Long) && o.Meta?.EndsWith(",...", StringComparison.Ordinal) == true) is { } list)
        {
            throw new DlsException(ErrorKind.Usage,
                $"option '--{list.Long}' of '{entry.FullName}' is given twice", "give several values with commas between them");
        }
    }

    private static bool LooksLikeOption(string argument) => argument is ['-', not (>= '0' and <= '9'), ..];

    private static DlsException Explain(CommandEntry entry, IEnumerable<Error> errors, IReadOnlyList<string> rest)
    {
        // An unknown option is the likeliest cause of the other errors, so it goes first.
        List<Error> all = [.. errors];
        Error first = all.Find(static e => e is UnknownOptionError) ?? all[0];
        CommandShape shape = CommandShape.Of(entry);
        string command = $"'{entry.FullName}'";
        return first switch
        {
            UnknownOptionError e => UnknownOption(entry, shape, e.Token),
            MissingRequiredOptionError { NameInfo: { } name } when name.LongName.Length > 0 => Usage(
                entry, $"missing option '{Show(name)}' for {command}"),
            MissingRequiredOptionError => Usage(entry, $"missing argument {MissingValue(shape, rest)} for {command}"),
            MissingValueOptionError e => Usage(entry, $"missing value after option '{Show(e.NameInfo)}' of {command}"),
            BadFormatConversionError e => Usage(entry, BadValue(shape, e.NameInfo, rest, command)),
            BadFormatTokenError e => Usage(entry, $"bad option '{e.Token}' for {command}"),
            RepeatedOptionError e => Usage(entry, $"option '{Show(e.NameInfo)}' of {command} is given twice"),
            MutuallyExclusiveSetError e => Usage(
                entry, $"option '{Show(e.NameInfo)}' of {command} does not go with the other options given"),
            SequenceOutOfRangeError { NameInfo: { } name } when name.LongName.Length == 0 =>
                Usage(entry, $"missing argument {MissingValue(shape, rest)} for {command}"),
            NamedError e => Usage(entry, $"bad value for option '{Show(e.NameInfo)}' of {command}"),
            _ => Usage(entry, $"bad command line for {command}"),
        };
    }

    private static DlsException UnknownOption(CommandEntry entry, CommandShape shape, string token)
    {
        string typed = token.Length == 1 ? "-" + token : "--" + token;
        string? near = token.Length == 1 ? null : Suggestion.Nearest(token, shape.VisibleOptions.Select(static o => o.Long));
        return near is null
            ? Usage(entry, $"unknown option '{typed}' for '{entry.FullName}'")
            : new DlsException(ErrorKind.Usage, $"unknown option '{typed}' for '{entry.FullName}'", $"did you mean '--{near}'?");
    }

    private static string MissingValue(CommandShape shape, IReadOnlyList<string> rest)
    {
        List<ValueShape> required = [.. shape.Values.Where(static v => v.Required)];
        int given = rest.Count(static a => !a.StartsWith('-'));
        return required.Count == 0 ? "" : required[Math.Min(given, required.Count - 1)].Name;
    }

    private static string BadValue(CommandShape shape, NameInfo name, IReadOnlyList<string> rest, string command)
    {
        if (shape.Options.FirstOrDefault(o => o.Long == name.LongName && o.Long.Length > 0) is { } option)
        {
            return $"bad value for option '--{option.Long}' of {command}: expected {Expected(option.Choices)}";
        }

        // The parser does not say which argument it could not convert; with one argument that has choices there is no doubt.
        ValueShape? value = shape.Values.FirstOrDefault(static v => v.Choices.Count > 0);
        string? typed = rest.FirstOrDefault(static a => !a.StartsWith('-'));
        return $"bad argument '{typed}' for {value?.Name ?? "a value"} of {command}: expected {Expected(value?.Choices ?? [])}";
    }

    private static string Expected(IReadOnlyList<string> choices) => choices.Count == 0 ? "a number" : string.Join(", ", choices);

    private static string Show(NameInfo name) => name.LongName.Length > 0 ? "--" + name.LongName : "-" + name.ShortName;

    private static DlsException Usage(CommandEntry entry, string message) =>
        new(ErrorKind.Usage, message, $"`dls help {entry.Words}` shows how it is used");
}
