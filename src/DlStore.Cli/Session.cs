namespace DlStore.Cli;

/// <summary>What a command may know of the world around it; tests pass their own.</summary>
internal sealed class Session(Terminal terminal, IReadOnlyDictionary<string, string> environment, string currentDirectory, TimeProvider clock)
{
    public Terminal Terminal => terminal;

    public IReadOnlyDictionary<string, string> Environment => environment;

    /// <summary>The absolute path of the directory the user stands in.</summary>
    public string CurrentDirectory => currentDirectory;

    public TimeProvider Clock => clock;

    /// <summary>Starts the progress line of one operation. Dispose it before printing the result; it draws nothing where nobody would see it.</summary>
    public ProgressLine StartProgress() => new(terminal.DrawsProgress ? terminal : null, clock);
}
