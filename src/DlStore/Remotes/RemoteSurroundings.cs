using DlStore.Ssh;

namespace DlStore.Remotes;

/// <summary>What a remote may use of the outside.</summary>
/// <param name="WorkTree">What relative paths are relative to.</param>
/// <param name="Environment">The process environment: PATH, HOME, SSH_AUTH_SOCK, AWS_*.</param>
/// <param name="SshConfig">ssh's configuration file instead of the user's own, absolute, or null.</param>
/// <param name="Clock">The clock.</param>
internal sealed record RemoteSurroundings(
    string WorkTree, IReadOnlyDictionary<string, string> Environment, string? SshConfig, TimeProvider Clock)
{
    /// <summary>Gets what this machine's configuration says of ssh.</summary>
    public SshSettings Ssh { get; init; } = SshSettings.Default;
}
