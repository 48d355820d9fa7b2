using System.Reflection;
using CommandLine;

namespace DlStore.Cli.Manual;

/// <summary>One option as help and completion see it.</summary>
/// <param name="Short">One letter, or empty.</param>
/// <param name="Long">The long name; every option has one.</param>
/// <param name="Meta">The name of its value (<c>N</c>), or null for a switch.</param>
/// <param name="Required">The command fails without it.</param>
/// <param name="Hidden">Left out of help and completion.</param>
/// <param name="Shared">Every command has it.</param>
/// <param name="Help">One line, verb first, lower case, no full stop.</param>
/// <param name="Choices">The only values it takes, as they are typed; empty if it takes others.</param>
internal sealed record OptionShape(
    string Short, string Long, string? Meta, bool Required, bool Hidden, bool Shared, string Help, IReadOnlyList<string> Choices)
{
    public string Usage => Required ? Typed : $"[{Typed}]";

    public string Typed => Meta is null ? "--" + Long : $"--{Long} {Meta}";

    /// <summary>The short form first, as in lists of options.</summary>
    public string Listed => Short.Length == 0 ? "    " + Typed : $"-{Short}, {Typed}";

    public bool TakesPath => ValueShape.NamesPath(Meta);

    /// <summary>The kind of names that a shell should offer as its value, or null.</summary>
    public string? Names => Meta is null ? null : NameKinds.OfOption(Long);
}

/// <summary>One positional argument as help and completion see it.</summary>
internal sealed record ValueShape(string Name, bool Required, bool Many, string Help, IReadOnlyList<string> Choices)
{
    public string Usage => (Required, Many) switch
    {
        (true, false) => Name,
        (true, true) => Name + "...",
        (false, false) => $"[{Name}]",
        (false, true) => $"[{Name}...]",
    };

    public bool TakesPath => NamesPath(Name);

    /// <summary>The kind of names that a shell should offer, or null.</summary>
    public string? Names { get; init; }

    /// <summary>Tells by its name whether a shell should offer files: PATH, FILE and DIR do.</summary>
    public static bool NamesPath(string? name) => name is "PATH" or "FILE" or "DIR";
}

/// <summary>What the attributes of a command say, read once for help, completion, the manual and error texts.</summary>
internal sealed record CommandShape(CommandEntry Entry, IReadOnlyList<OptionShape> Options, IReadOnlyList<ValueShape> Values)
{
    public required string Details { get; init; }

    public required IReadOnlyList<ExampleAttribute> Examples { get; init; }

    public required IReadOnlyList<int> ExitCodes { get; init; }

    public IEnumerable<OptionShape> VisibleOptions => Options.Where(static o => !o.Hidden);

    /// <summary>The whole command as a user types it, without the options that all commands share.</summary>
    public string Usage => string.Join(' ', UsageParts);

    public IReadOnlyList<string> UsageParts =>
    [
        Entry.FullName,
        .. VisibleOptions.Where(static o => o.Required).Select(static o => o.Usage),
        .. Values.Select(static v => v.Usage),
        .. VisibleOptions.Where(static o => !o.Required && !o.Shared).Select(static o => o.Usage),
    ];

    public static CommandShape Of(CommandEntry entry)
    {
        Type type = entry.Create().GetType();
        List<OptionShape> options = [];
        List<(int Index, ValueShape Value)> values = [];
        foreach (PropertyInfo property in type.GetProperties())
        {
            if (property.GetCustomAttribute<OptionAttribute>() is { } option)
            {
                options.Add(Option(property, option));
            }
            else if (property.GetCustomAttribute<ValueAttribute>() is { Hidden: false } value)
            {
                ValueShape shape = Value(property, value);
                values.Add((value.Index, shape with { Names = NameKinds.OfValue(entry.Words, shape.Name) }));
            }
        }

        return new CommandShape(
            entry, [.. options.OrderBy(static o => o.Shared)], [.. values.OrderBy(static v => v.Index).Select(static v => v.Value)])
        {
            Details = type.GetCustomAttribute<DetailsAttribute>()?.Text ?? "",
            Examples = [.. type.GetCustomAttributes<ExampleAttribute>()],
            ExitCodes = [.. new[] { ExitCode.Done, ExitCode.Failed, ExitCode.Usage }.Concat(
                type.GetCustomAttribute<ExitsAttribute>()?.Codes ?? []).Distinct().Order()],
        };
    }

    /// <summary>Gives a choice as it is typed: enum values are lower case on the command line.</summary>
    public static string Lower(Enum value) => value.ToString().ToLowerInvariant();

    private static OptionShape Option(PropertyInfo property, OptionAttribute option)
    {
        IReadOnlyList<string> choices = Choices(property);
        string meta = option.MetaValue is { Length: > 0 } named ? named : choices.Count > 0 ? string.Join('|', choices) : "VALUE";
        return new OptionShape(
            option.ShortName, option.LongName, property.PropertyType == typeof(bool) ? null : meta, option.Required, option.Hidden,
            property.DeclaringType == typeof(Command), option.HelpText ?? "", choices);
    }

    private static ValueShape Value(PropertyInfo property, ValueAttribute value)
    {
        bool many = property.PropertyType != typeof(string) && property.PropertyType.IsAssignableTo(typeof(System.Collections.IEnumerable));
        bool required = value.Required || (many && value.Min > 0);
        return new ValueShape(value.MetaName ?? property.Name.ToUpperInvariant(), required, many, value.HelpText ?? "", Choices(property));
    }

    private static IReadOnlyList<string> Choices(PropertyInfo property)
    {
        Type type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        return type.IsEnum ? [.. Enum.GetNames(type).Select(static n => n.ToLowerInvariant())] : [];
    }
}
