namespace DlStore.Cli.Commands.Setup;

/// <summary>The shells for which dls writes a completion script.</summary>
internal enum Shell
{
    Bash,
    Zsh,
    Fish,
}
