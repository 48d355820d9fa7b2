using DlStore.Io;

namespace DlStore.Ssh;

/// <summary>Which ssh client carries remotes.</summary>
internal enum SshClientKind
{
    /// <summary>The system's, if an ssh program is in PATH, else the built-in one.</summary>
    Auto,

    /// <summary>The ssh program in PATH.</summary>
    System,

    /// <summary>The one that dls brings along.</summary>
    Builtin,
}

/// <summary>
/// What this machine's git configuration says of ssh: <c>dls.ssh</c>, <c>dls.sshKey</c>, <c>dls.sshPassphrase</c>. It is not committed:
/// which programs and keys there are is a property of the machine.
/// </summary>
/// <param name="Client">Which client.</param>
/// <param name="Key">The built-in client's key file, absolute; null for those in <c>~/.ssh</c>.</param>
/// <param name="PassphraseVariable">The environment variable that holds the key's passphrase, or null.</param>
internal sealed record SshSettings(SshClientKind Client, string? Key, string? PassphraseVariable)
{
    /// <summary>Gets what is in force unless configured otherwise.</summary>
    public static SshSettings Default { get; } = new(SshClientKind.Auto, null, null);

    /// <summary>Reads the settings.</summary>
    /// <param name="find">Gives the value of a key in lower case, or null.</param>
    /// <param name="directory">What a relative key path is relative to.</param>
    /// <exception cref="DlsException">Kind Failed: there is no such client.</exception>
    public static SshSettings Read(Func<string, string?> find, string directory)
    {
        string? client = find("dls.ssh");
        string? key = find("dls.sshkey");
        string? variable = find("dls.sshpassphrase");
        return new SshSettings(
            string.IsNullOrEmpty(client) ? SshClientKind.Auto
                : TryParse(client, out SshClientKind kind) ? kind
                : throw new DlsException(
                    ErrorKind.Failed, $"read git's configuration: 'dls.ssh' is '{client}'", "run `dls config dls.ssh auto|system|builtin`"),
            string.IsNullOrEmpty(key) ? null : Path.GetFullPath(Path.Combine(directory, key)),
            string.IsNullOrEmpty(variable) ? null : variable);
    }

    /// <summary>Reads the name of a client.</summary>
    public static bool TryParse(string text, out SshClientKind kind)
    {
        (bool isOne, kind) = text switch
        {
            "auto" => (true, SshClientKind.Auto),
            "system" => (true, SshClientKind.System),
            "builtin" => (true, SshClientKind.Builtin),
            _ => (false, default),
        };
        return isOne;
    }

    /// <summary>Tells whether a text can be an environment variable's name.</summary>
    public static bool IsVariable(string text) =>
        text.Length is > 0 and <= 128 && !char.IsAsciiDigit(text[0]) && text.All(static c => char.IsAsciiLetterOrDigit(c) || c == '_');

    /// <summary>Tells whether an ssh program is in PATH.</summary>
    public static bool HasProgram(IReadOnlyDictionary<string, string> environment) =>
        new ChildCommand { Program = "ssh", Arguments = [], Environment = environment }.FindProgram() is not null;

    /// <summary>Tells whether the built-in client is to be used.</summary>
    /// <param name="environment">Its PATH is looked through.</param>
    public bool UsesBuiltin(IReadOnlyDictionary<string, string> environment) => Client switch
    {
        SshClientKind.System => false,
        SshClientKind.Builtin => true,
        SshClientKind.Auto => !HasProgram(environment),
    };
}
