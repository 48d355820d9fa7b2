using System.Globalization;
using System.Text;
using DlStore.Io;

namespace DlStore.Data.Recipes;

/// <summary>How a recipe's program ended, and what it wrote outside of its private copy.</summary>
/// <param name="ExitCode">Its exit code, 128 + the signal's number, or null: the time limit ended it.</param>
/// <param name="Watch">How it was looked for what it wrote outside.</param>
/// <param name="Outside">Absolute paths, sorted; those that it removed say so.</param>
internal sealed record RecipeRun(int? ExitCode, RecipeWatch Watch, IReadOnlyList<string> Outside);

/// <summary>
/// Runs a recipe's program so that nobody's files are touched: in a file system of its own where the kernel allows that, in which the
/// password file names the private home too; else plainly, with the places that are known compared before and after.
/// </summary>
/// <param name="privateRoot">Absolute path of the directory that holds <c>home/</c> and <c>tmp/</c>; gets the log.</param>
/// <param name="command">The program with its environment.</param>
/// <param name="timeLimit">How long it may run.</param>
internal sealed class ConfinedRun(string privateRoot, ChildCommand command, TimeSpan timeLimit)
{
    private const string PasswordFile = "/etc/passwd";
    private const int LengthMax = 64 << 20;
    private static readonly Lazy<string> _script = new(ReadScript);

    /// <summary>Gets the file that takes what the program prints.</summary>
    public static string LogOf(string privateRoot) => $"{privateRoot}/log";

    /// <summary>Gets the homes that programs find: by the environment, and by the password file.</summary>
    public static IReadOnlyList<string> Homes(IReadOnlyDictionary<string, string> environment) =>
        [.. PasswordLines().Where(IsOwn).Select(static l => Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(l.Split(':')[5])))
            .Append(environment.GetValueOrDefault("HOME", "")).Where(static h => h.StartsWith('/') && h != "/").Distinct()];

    /// <summary>Runs the program to its end.</summary>
    /// <param name="places">Looks at the places to compare, if that is needed.</param>
    /// <param name="cancel">Ends it.</param>
    public RecipeRun Run(Func<KnownPlaces> places, CancellationToken cancel)
    {
        string log = LogOf(privateRoot);
        WritePasswords();
        ChildCommand confined = Confined();
        if (confined.FindProgram() is not null)
        {
            int? ended = ChildProcess.RunLimited(confined, log, timeLimit, cancel);
            if (ended is null || File.Exists($"{privateRoot}/ready"))
            {
                return new RecipeRun(ended, RecipeWatch.OwnFileSystem, [.. Listed().Order(StringComparer.Ordinal)]);
            }

            File.Delete(log);
        }

        KnownPlaces before = places();
        int? code = ChildProcess.RunLimited(command, log, timeLimit, cancel);
        return new RecipeRun(code, RecipeWatch.Compared, before.Changes());
    }

    private ChildCommand Confined()
    {
        bool isRoot = Posix.GetEUid() == 0;
        string[] own = isRoot ? [] : ["--user", "--map-current-user", "--keep-caps"];
        return command with
        {
            Program = "unshare",
            Arguments = [
                .. own, "--mount", "--propagation", "private", "/bin/sh", "-c", _script.Value, "confine.sh", isRoot ? "" : ",userxattr",
                command.WorkingDirectory!, command.Program, .. command.Arguments],
            WorkingDirectory = privateRoot,
        };
    }

    /// <summary>What Python and the system keep of what they read is no output of the program.</summary>
    private IEnumerable<string> Listed()
    {
        foreach ((string list, string mark) in new[] { ("written", ""), ("removed", " (removed)") })
        {
            byte[] bytes = SmallFile.Find($"{privateRoot}/{list}", list, LengthMax) ?? [];
            foreach (string path in Encoding.UTF8.GetString(bytes).Split('\n'))
            {
                bool isCache = path.Contains("/__pycache__/", StringComparison.Ordinal)
                    || path.StartsWith("/var/cache/", StringComparison.Ordinal);
                if (path.Length > 0 && !isCache)
                {
                    yield return path + mark;
                }
            }
        }
    }

    /// <summary>Writes the password file that the program sees: whoever looks its user up there finds the private home.</summary>
    private void WritePasswords()
    {
        string home = Encoding.Latin1.GetString(Encoding.UTF8.GetBytes($"{privateRoot}/home"));
        bool fits = !home.Contains(':') && !home.Contains('\n');
        List<string> lines = [.. PasswordLines().Select(l => fits && IsOwn(l) ? WithHome(l, home) : l)];
        if (fits && !lines.Any(IsOwn))
        {
            string uid = Posix.GetEUid().ToString(CultureInfo.InvariantCulture);
            lines.Add($"user:x:{uid}:{uid}::{home}:/bin/sh");
        }

        File.WriteAllText($"{privateRoot}/passwd", string.Concat(lines.Select(static l => l + "\n")), Encoding.Latin1);
    }

    private static string WithHome(string line, string home)
    {
        string[] fields = line.Split(':');
        fields[5] = home;
        return string.Join(':', fields);
    }

    private static string[] PasswordLines()
    {
        byte[] bytes = SmallFile.Find(PasswordFile, PasswordFile, LengthMax) ?? [];
        return Encoding.Latin1.GetString(bytes).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static bool IsOwn(string line) => line.Split(':') is { Length: > 5 } fields
        && fields[2] == Posix.GetEUid().ToString(CultureInfo.InvariantCulture);

    private static string ReadScript()
    {
        using Stream stream = typeof(ConfinedRun).Assembly.GetManifestResourceStream("Data/Recipes/Scripts/confine.sh")
            ?? throw new InvalidOperationException("the program 'confine.sh' is not part of the assembly");
        using StreamReader reader = new(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
