using System.Text;
using System.Text.RegularExpressions;
using DlStore.Io;

namespace DlStore.Operations.Hooks;

/// <summary>
/// Reads hooks: whether one leads to <c>dls hook pre-push</c>, by itself or through what it runs in turn. Known are the hook of dls, a line
/// added by hand, husky 4 to 9, the
/// pre-commit framework (which keeps the hook before it as <c>pre-push.legacy</c>), lefthook, and files beside a hook that its text names.
/// Nothing is executed.
/// </summary>
/// <param name="workTree">Absolute path of the work tree, where managers have their configuration.</param>
internal sealed partial class HookScript(string workTree)
{
    /// <summary>What the second line of dls's own hook begins with.</summary>
    public const string Mark = "# dls pre-push hook";

    private const string Name = "pre-push";
    private const int LengthMax = 256 * 1024;
    private const int DepthMax = 6;
    private static readonly string[] _husky4 = [
        "package.json", ".huskyrc", ".huskyrc.json", ".huskyrc.yaml", ".huskyrc.yml", ".huskyrc.js", "husky.config.js"];

    private static readonly string[] _lefthook =
        [.. from name in (string[])["lefthook", ".lefthook", "lefthook-local",
            ".lefthook-local", ".config/lefthook"] from end in (string[])["yml", "yaml", "toml", "json"] select $"{name}.{end}"];

    /// <summary>Gets the files that were read, in order, the first one the hook itself.</summary>
    public List<string> Seen { get; } = [];

    /// <summary>Follows a hook.</summary>
    /// <param name="file">Absolute path.</param>
    /// <returns>The file that calls dls, or null.</returns>
    public string? Follow(string file) => Follow(file, 0);

    /// <summary>Tells whether a file is the hook that dls writes.</summary>
    /// <param name="file">Absolute path.</param>
    /// <returns>True if it bears the mark.</returns>
    public static bool IsOwn(string file) => ReadText(file) is { } text && IsOwnText(text);

    /// <summary>Tells whether a command calls dls.</summary>
    /// <param name="command">A line for the shell.</param>
    /// <returns>True for <c>dls hook pre-push</c>, with any path to dls.</returns>
    public static bool IsCall(string command) => Call().IsMatch(command);

    /// <summary>Reads a hook's text.</summary>
    /// <param name="file">Absolute path; links are followed, as git does.</param>
    /// <returns>Null if it is not there, not readable, too large, or a program that is no text.</returns>
    public static string? ReadText(string file)
    {
        try
        {
            if (new FileInfo(RealPath.Of(file)) is not { Exists: true, Length: <= LengthMax } there
                || !Sys.TryStat(there.FullName, out FileStat stat) || !stat.IsFile)
            {
                return null;
            }

            byte[] bytes = File.ReadAllBytes(there.FullName);
            return bytes.AsSpan().Contains((byte)0) ? null : Encoding.UTF8.GetString(bytes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or DlsException)
        {
            return null;
        }
    }

    /// <summary>Says why a hook that git would run cannot start, or lets a push go on where dls fails.</summary>
    /// <param name="file">Absolute path.</param>
    /// <returns>What is wrong; null if nothing can be seen by reading it.</returns>
    public static string? FindFault(string file)
    {
        string text = ReadText(file) ?? "";
        string first = text.Split('\n')[0];
        if (first.StartsWith("#!", StringComparison.Ordinal))
        {
            string interpreter = first[2..].Trim(' ', '\t', '\r').Split(' ', '\t')[0];
            if (first.EndsWith('\r'))
            {
                return "its first line ends in a carriage return, so its interpreter is not found";
            }

            if (Path.IsPathRooted(interpreter) && !File.Exists(interpreter))
            {
                return $"its interpreter '{interpreter}' is not there";
            }
        }

        return Lines(text).Any(Ignored().IsMatch) ? "it goes on where dls fails" : null;
    }

    /// <summary>Tells whether git, or a manager, would run a file.</summary>
    public static bool IsExecutable(string file) => SpawnNative.IsExecutable(file);

    private static bool IsOwnText(string text) => text.Contains("\n" + Mark, StringComparison.Ordinal);

    private string? Follow(string file, int depth)
    {
        if (depth > DepthMax || Seen.Contains(file) || ReadText(file) is not { } text)
        {
            return null;
        }

        Seen.Add(file);
        if (IsOwnText(text) || CallsDls(text))
        {
            return file;
        }

        string directory = Path.GetDirectoryName(file)!;
        return Next(text, directory).Select(next => Follow(next, depth + 1)).FirstOrDefault(static found => found is not null)
            ?? Configurations(text).FirstOrDefault(c => ReadText(c) is { } words && IsCalledBy(c, words));
    }

    /// <summary>The scripts that a hook runs.</summary>
    private IEnumerable<string> Next(string text, string directory)
    {
        if (IsPreCommit(text) && IsExecutable($"{directory}/{Name}.legacy"))
        {
            yield return $"{directory}/{Name}.legacy";
        }

        // husky 9: `. "$(dirname "$0")/h"`, which runs the file of this name one directory up, whether or not it is executable.
        if (Husky9().IsMatch(text) && File.Exists(directory + "/h"))
        {
            yield return $"{Path.GetDirectoryName(directory)}/{Name}";
        }

        foreach (string beside in Beside(directory).Where(b => Names(text, Path.GetFileName(b))))
        {
            foreach (string script in Directory.Exists(beside)
                ? Directory.GetFiles(beside).Order(StringComparer.Ordinal).Where(IsExecutable) : [beside])
            {
                yield return script;
            }
        }
    }

    private static string[] Beside(string directory) => Directory.Exists(directory)
        ? [.. Directory.GetFileSystemEntries(directory, Name + "?*").Where(static b => !b.EndsWith(".sample", StringComparison.Ordinal)
            && (Directory.Exists(b) || IsExecutable(b))).Order(StringComparer.Ordinal)]
        : [];

    // "$dir/pre-push.legacy", "$0.local", "${0}.d"
    private static bool Names(string text, string name) => Lines(text).Any(line => line.Contains(name, StringComparison.Ordinal)
        || line.Contains("$0" + name[Name.Length..], StringComparison.Ordinal)
            || line.Contains("${0}" + name[Name.Length..], StringComparison.Ordinal));

    /// <summary>The configuration of managers that run commands which a file of the work tree lists.</summary>
    private IEnumerable<string> Configurations(string text)
    {
        string[] names = IsPreCommit(text) ? [".pre-commit-config.yaml"]
            : text.Contains("lefthook", StringComparison.Ordinal) ? _lefthook
            : text.Contains("husky", StringComparison.OrdinalIgnoreCase) ? _husky4 : [];
        return names.Select(n => $"{workTree}/{n}");
    }

    /// <summary>
    /// In lefthook's YAML only what stands under <c>pre-push</c> runs before a push, and nothing of it with <c>skip: true</c>.
    /// </summary>
    private static bool IsCalledBy(string configuration, string words)
    {
        bool isLefthook = Path.GetFileName(configuration).Contains("lefthook", StringComparison.Ordinal)
            && configuration.EndsWith("ml", StringComparison.Ordinal) && !configuration.EndsWith(".toml", StringComparison.Ordinal);
        if (!isLefthook)
        {
            return Call().IsMatch(words);
        }

        string[] section = [.. Lines(words).SkipWhile(
            static l => !l.StartsWith(Name + ":", StringComparison.Ordinal)).Skip(1).TakeWhile(static l => char.IsWhiteSpace(l[0]))];
        return section.Any(Call().IsMatch) && !section.Any(static l => l.Trim() == "skip: true");
    }

    /// <summary>Tells whether a text is the hook of the pre-commit framework.</summary>
    public static bool IsPreCommit(string text) => text.Contains("File generated by pre-commit", StringComparison.Ordinal)
        || text.Contains("pre_commit", StringComparison.Ordinal);

    /// <summary>
    /// A line that calls dls counts if the script can come to it: not behind an <c>exit</c> or <c>exec</c> that stands by itself.
    /// </summary>
    private static bool CallsDls(string text)
    {
        int depth = 0;
        string? heredoc = null;
        foreach (string line in Lines(text))
        {
            if (heredoc is not null)
            {
                heredoc = line.Trim() == heredoc ? null : heredoc;
                continue;
            }

            heredoc = Heredoc().Match(line) is { Success: true } here ? here.Groups[1].Value : null;
            string word = line.TrimStart().Split(' ', '\t', ';')[0];
            if (word is "echo" or "printf" or ":" ? SaidThenCalled().IsMatch(Quoted().Replace(line, "")) : Call().IsMatch(line))
            {
                return true;
            }

            depth += word is "if" or "case" or "for" or "while" or "until" || line.TrimEnd().EndsWith('{') ? 1 : 0;
            depth -= (word is "fi" or "esac" or "done" || word.StartsWith('}') ? 1 : 0)
                + (Closed().IsMatch(line) && word is "if" or "for" or "while" or "case" ? 1 : 0);
            bool leaves = word == "exit" || (word == "exec" && !Redirect().IsMatch(line));
            if (depth <= 0 && leaves && !char.IsWhiteSpace(line[0]))
            {
                return false;
            }
        }

        return false;
    }

    private static IEnumerable<string> Lines(string text) => text.ReplaceLineEndings("\n").Replace(
        "\\\n", " ", StringComparison.Ordinal).Split('\n').Where(static l => l.Trim().Length > 0 && !l.TrimStart().StartsWith('#'));

    /// <summary><c>dls hook pre-push</c> with any path to dls, also in a variable or in quotes.</summary>
    [GeneratedRegex(@"dls[\w.}""']*\s+hook\s+pre-push", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Call();

    /// <summary>A call whose failure is made good.</summary>
    [GeneratedRegex(@"dls[\w.}""']*\s+hook\s+pre-push[^|;&]*\|\|\s*(true|:|exit\s+0)\s*($|[;#])",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Ignored();

    /// <summary>A call behind a separator: what stands before it is only said.</summary>
    [GeneratedRegex(@"(\||&&|;|\$\(|`).*dls[\w.}""']*\s+hook\s+pre-push", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex SaidThenCalled();

    [GeneratedRegex(@"<<-?\s*[""'\\]?(\w+)", RegexOptions.CultureInvariant)]
    private static partial Regex Heredoc();

    /// <summary>Text that is only said.</summary>
    [GeneratedRegex(@"""[^""]*""|'[^']*'", RegexOptions.CultureInvariant)]
    private static partial Regex Quoted();

    [GeneratedRegex(@"(^|\n)\s*(\.|source)\s+.*/h[""']?\s*($|\n)", RegexOptions.CultureInvariant)]
    private static partial Regex Husky9();

    [GeneratedRegex(@"[;\s](fi|done|esac)\s*$", RegexOptions.CultureInvariant)]
    private static partial Regex Closed();

    /// <summary><c>exec &lt;file</c> and <c>exec 3&gt;&amp;1</c> go on.</summary>
    [GeneratedRegex(@"^exec\s+\d*[<>]", RegexOptions.CultureInvariant)]
    private static partial Regex Redirect();
}
