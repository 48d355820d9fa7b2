namespace DlStore.Cli;

/// <summary>What a command may know of the world around it; tests pass their own.</summary>
internal sealed class Session(
    Terminal terminal, IReadOnlyDictionary<string, string> environment, string currentDirectory, TimeProvider clock)
{
    public Terminal Terminal => terminal;

    public IReadOnlyDictionary<string, string> Environment => environment;

    /// <summary>The absolute path of the directory the user stands in.</summary>
    public string CurrentDirectory => currentDirectory;

    public TimeProvider Clock => clock;

    /// <summary>
    /// Gets the absolute path of this program, for hooks. Run as <c>dotnet dls.dll</c> the process is dotnet: then the hook looks for dls
    /// on PATH.
    /// </summary>
    public static string ProgramPath => System.Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dls"
        ? path : "dls";

    /// <summary>The repository around the current directory, opened when first asked for.</summary>
    public Repo Repo => _repo ??= OpenRepo();

    /// <summary>Gets a value indicating whether a command has asked for the repository.</summary>
    public bool IsRepoOpen => _repo is not null;

    private Repo? _repo;

    /// <summary>
    /// Starts the progress line of one operation. Dispose it before printing the result; it draws nothing where nobody would see it.
    /// </summary>
    public ProgressLine StartProgress() => new(terminal.DrawsProgress ? terminal : null, clock);

    private Repo OpenRepo() => Repo.Open(Settings());

    /// <summary>What a repository, or a command that needs none, is told of the outside.</summary>
    public RepoSettings Settings()
    {
        environment.TryGetValue("USER", out string? user);
        string since = clock.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture);
        return new RepoSettings
        {
            StartDirectory = currentDirectory,
            Environment = environment,
            Clock = clock,
            Holder = $"pid {System.Environment.ProcessId} on {System.Environment.MachineName} as {user ?? "unknown user"} since {since}",
        };
    }
}
