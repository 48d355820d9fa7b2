using System.Text;

namespace DlStore.TestKit;

/// <summary>
/// The built <c>dls</c> program: the one DLS_BIN names, else the one beside the tests, else the build output of src/DlStore.Cli.
/// Its environment is what the test gives, and nothing else.
/// </summary>
public static class DlsProcess
{
    /// <summary>Runs dls in a test's repository to its end.</summary>
    public static RunResult Run(TempRepo repo, params string[] arguments) => Run(repo.Path, repo.Environment, arguments);

    /// <summary>Runs dls to its end.</summary>
    /// <param name="directory">Where to start.</param>
    /// <param name="environment">The whole environment, such as <see cref="TempRepo.Environment"/>; see <see cref="With"/>.</param>
    /// <param name="arguments">Verb, options, operands.</param>
    /// <param name="input">Standard input.</param>
    /// <param name="timeLimit">Longer runs are killed and fail the test; 10 minutes unless told otherwise.</param>
    public static RunResult Run(
        string directory,
        IReadOnlyDictionary<string, string> environment,
        IReadOnlyList<string> arguments,
        string input = "",
        TimeSpan? timeLimit = null)
    {
        using RunningProgram dls = Start(directory, environment, arguments);
        return dls.Wait(Encoding.UTF8.GetBytes(input), timeLimit);
    }

    /// <summary>
    /// Starts dls and comes back at once, so that the test can kill it (<see cref="RunningProgram.Kill"/>) or wait for it.
    /// </summary>
    public static RunningProgram Start(string directory, IReadOnlyDictionary<string, string> environment, IReadOnlyList<string> arguments)
    {
        string? root = Environment.GetEnvironmentVariable("DOTNET_ROOT");
        // A suite that is started in the background inherits ignored signals; dls gets them as a user's shell gives them.
        return RunningProgram.Start(
            "env",
            ["--default-signal=INT,TERM,HUP", .. Command(arguments)],
            directory,
            root is null ? environment : With(environment, ("DOTNET_ROOT", root)));
    }

    /// <summary>Adds variables to an environment.</summary>
    public static Dictionary<string,
        string> With(IReadOnlyDictionary<string, string> environment, params (string Name, string Value)[] more)
    {
        Dictionary<string, string> all = new(environment);
        foreach ((string name, string value) in more)
        {
            all[name] = value;
        }

        return all;
    }

    /// <summary>Gives the words that run dls: a program and its arguments.</summary>
    public static string[] Command(params IReadOnlyList<string> arguments) =>
        FindProgram() is var program && program.EndsWith(".dll", StringComparison.Ordinal)
            ? ["dotnet", program, .. arguments] : [program, .. arguments];

    /// <summary>
    /// Finds dls as one program, not as <c>dotnet dls.dll</c>: a hook remembers the program that made it. Needs DOTNET_ROOT in its
    /// environment if the tests have it.
    /// </summary>
    public static string FindExecutable() =>
        FindProgram() is var program && program.EndsWith(".dll", StringComparison.Ordinal) ? program[..^".dll".Length] : program;

    /// <summary>Finds the program that tests run: absolute path of a program, or of <c>dls.dll</c> for <c>dotnet</c>.</summary>
    public static string FindProgram()
    {
        if (Environment.GetEnvironmentVariable("DLS_BIN") is { Length: > 0 } given)
        {
            return Path.GetFullPath(given);
        }

        string beside = Path.Combine(AppContext.BaseDirectory, "dls.dll");
        if (File.Exists(Path.ChangeExtension(beside, ".runtimeconfig.json")))
        {
            return beside;
        }

        // tests/<project>/bin/<configuration>/<framework>/ -> src/DlStore.Cli/bin/<configuration>/<framework>/
        DirectoryInfo framework = new(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        string root = framework.Parent!.Parent!.Parent!.Parent!.Parent!.FullName;
        string built = Path.Combine(root, "src", "DlStore.Cli", "bin", framework.Parent.Name, framework.Name, "dls.dll");
        return File.Exists(built)
            ? built : throw new FileNotFoundException($"build src/DlStore.Cli first, or set DLS_BIN: there is no '{built}'");
    }
}
