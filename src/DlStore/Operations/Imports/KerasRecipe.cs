using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace DlStore.Operations.Imports;

/// <summary>
/// Turns a program of the seeds, which calls methods of their DataAugmentationGenerator, into a recipe of the built-in engine. Both files
/// are read, never run: what a method makes is what its ImageDataGenerator says. A program that does anything else is refused.
/// </summary>
internal sealed partial class KerasRecipe
{
    private readonly Dictionary<string, string> _methods = new(StringComparer.Ordinal);
    private readonly int _count;

    private KerasRecipe(string library)
    {
        string[] parts = MethodStart().Split(Plain(library));
        for (int i = 1; i + 1 < parts.Length; i += 2)
        {
            _methods.TryAdd(parts[i], parts[i + 1]);
        }

        // The loop writes the image and stops behind it: one more than the number.
        _count = CountMax().Match(library) is { Success: true } match
            ? int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) + 1 : 99;
    }

    /// <summary>One run of a generator.</summary>
    private sealed record Step(string Method, string Arguments, int Times);

    /// <summary>Gives the text of project.yaml for a program, with what differs from it.</summary>
    /// <param name="program">The text of the program.</param>
    /// <param name="library">The text of the file that defines DataAugmentationGenerator.</param>
    /// <param name="differences">Gets a sentence for each thing that comes out otherwise.</param>
    /// <returns>The text, or why there is none.</returns>
    public static (string? Yaml, string? Refusal) Convert(string program, string library, ICollection<string> differences) =>
        new KerasRecipe(library).Convert(Plain(program), differences);

    private (string? Yaml, string? Refusal) Convert(string program, ICollection<string> differences)
    {
        Match made = Made().Match(program);
        if (!made.Success)
        {
            return (null, "its program makes no DataAugmentationGenerator");
        }

        string given = made.Groups[2].Value;
        List<Step> steps = [];
        foreach (Match call in Regex.Matches(program, $@"^([ \t]*){made.Groups[1].Value}\.(\w+)\(([^)\n]*)\)", RegexOptions.Multiline))
        {
            bool isPlain = call.Groups[1].Length == 0 && call.Groups[3].Value.Trim().Length == 0;
            if (!isPlain || !Add(call.Groups[2].Value, 1, 0, steps))
            {
                return (null, $"its program calls '{call.Value.Trim()}', which has no counterpart in the built-in engine");
            }
        }

        string mode = Argument(given, "mode") ?? "lu";
        string fill = Argument(given, "cval") ?? "125";
        if (steps.Count == 0 || mode is not ("lu" or "ru") || !byte.TryParse(fill, NumberStyles.None, CultureInfo.InvariantCulture, out _))
        {
            return (null, $"its program has no step, or an unknown mode or cval (mode {mode}, cval {fill})");
        }

        Tell(given, differences);
        return ToYaml($"placements: [{mode}]\nfill: {fill}\nbackground: 255\nseed: 0\nrecipe:\n", steps, differences);
    }

    private (string? Yaml, string? Refusal) ToYaml(string head, List<Step> steps, ICollection<string> differences)
    {
        StringBuilder text = new("# Made by `dls project import --recipe builtin` of the program in data_augmentation/, which is not run "
            + "any more.\n# `dls help project-file` describes the keys.\n");
        text.Append(head);
        foreach (Step step in steps)
        {
            if (ToYaml(step, differences) is not { } line)
            {
                return (null, $"ImageDataGenerator({step.Arguments.Trim()}) of '{step.Method}' has no counterpart in the built-in engine");
            }

            text.Append(line);
        }

        return (text.ToString(), null);
    }

    /// <summary>A method runs a generator, or other methods, some of them in a loop.</summary>
    private bool Add(string method, int times, int depth, List<Step> steps)
    {
        if (depth > 8 || !_methods.TryGetValue(method, out string? body))
        {
            return false;
        }

        if (Generator().Match(body) is { Success: true } generator)
        {
            steps.Add(new Step(method, generator.Groups[1].Value, times));
            return true;
        }

        int loop = Loop().Match(body) is { Success: true } match ? int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) : 1;
        MatchCollection calls = OwnCall().Matches(body);
        return calls.Count > 0 && calls.All(c => Add(c.Groups[1].Value, times * loop, depth + 1, steps));
    }

    private string? ToYaml(Step step, ICollection<string> differences)
    {
        List<string> operations = [];
        bool hasFill = false;
        foreach (Match argument in Pair().Matches(step.Arguments))
        {
            (string name, string value) = (argument.Groups[1].Value, argument.Groups[2].Value.Trim());
            string? operation = name switch
            {
                "height_shift_range" => "height",
                "width_shift_range" => "width",
                "zoom_range" => "zoom",
                "rotation_range" => "rotation",
                "shear_range" => "shear",
                "brightness_range" => "brightness",
                "channel_shift_range" => "channel",
                _ => null,
            };
            hasFill |= name == "fill_mode" && value.Trim('"', '\'') == "constant";
            if (operation is null && !(name == "cval" && value == "self.cval") && !hasFill)
            {
                return null;
            }

            if (operation is not null)
            {
                operations.Add($"{operation}: {value}");
                TellShift(operation, value, differences);
            }
        }

        if (operations.Count == 0)
        {
            return null;
        }

        Tell(step, operations, hasFill, differences);
        string what = operations.Count == 1 ? operations[0] : $"mix: {{{string.Join(", ", operations)}}}";
        return string.Create(CultureInfo.InvariantCulture, $"  - {what}\n    count: {_count * step.Times}\n");
    }

    private static void TellShift(string operation, string value, ICollection<string> differences)
    {
        if (operation is "height" or "width" && int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int pixels))
        {
            differences.Add($"{operation} {pixels}: there whole pixels from {1 - pixels} to {pixels - 1}, here thousandths from -{pixels} "
                + $"to {pixels}");
        }
    }

    private void Tell(Step step, List<string> operations, bool hasFill, ICollection<string> differences)
    {
        if (step.Times > 1)
        {
            differences.Add($"'{step.Method}' {step.Times} times: there each begins at seed 0 and makes the same {_count} images, "
                + $"here they are {_count * step.Times} different ones");
        }

        if (operations.Any(static o => o.StartsWith("brightness", StringComparison.Ordinal)))
        {
            differences.Add("brightness: several versions of Keras stretch the contrast to 0..255 first, here only the factor counts");
        }

        if (!hasFill && operations.Any(static o => !o.StartsWith("brightness", StringComparison.Ordinal)))
        {
            differences.Add($"'{step.Method}': there what is moved in is the nearest pixel, here it is `fill`");
        }
    }

    private static void Tell(string given, ICollection<string> differences)
    {
        if (Argument(given, "base_img_size") is not null)
        {
            differences.Add("base_img_size is not used: there the configuration's size takes its place, here the canvas");
        }

        differences.Add("every image: drawn by dls's own random numbers, so none is the same as there; JPEG quality 95, there Pillow's 75");
    }

    private static string? Argument(string given, string name) => Pair().Matches(given).FirstOrDefault(m => m.Groups[1].Value == name)
        is { } found ? found.Groups[2].Value.Trim().Trim('"', '\'') : null;

    private static string Plain(string text) => Comment().Replace(text.Replace("\r\n", "\n", StringComparison.Ordinal), "");

    [GeneratedRegex("""#[^\n"']*$""", RegexOptions.Multiline)]
    private static partial Regex Comment();

    [GeneratedRegex(@"^[ \t]+def (\w+)\(self[^\n]*\):[ \t]*$", RegexOptions.Multiline)]
    private static partial Regex MethodStart();

    [GeneratedRegex(@"count_max[ \t]*=[ \t]*(\d{1,5})")]
    private static partial Regex CountMax();

    [GeneratedRegex(@"^(\w+)[ \t]*=[ \t]*DataAugmentationGenerator\((.*)\)[ \t]*$", RegexOptions.Multiline)]
    private static partial Regex Made();

    [GeneratedRegex(@"\bImageDataGenerator\((.*)\)[ \t]*$", RegexOptions.Multiline)]
    private static partial Regex Generator();

    [GeneratedRegex(@"\bfor \w+ in range\((\d{1,4})\):")]
    private static partial Regex Loop();

    [GeneratedRegex(@"^[ \t]+self\.(\w+)\(\)[ \t]*$", RegexOptions.Multiline)]
    private static partial Regex OwnCall();

    [GeneratedRegex(@"(\w+)[ \t]*=[ \t]*(\[[^\]]*\]|\([^)]*\)|[^,\[\]()]+)")]
    private static partial Regex Pair();
}
