using System.Security.Cryptography;
using Renci.SshNet;
using Renci.SshNet.Common;

namespace DlStore.Ssh.Builtin;

/// <summary>
/// The user's key files as the built-in client offers them: the one that <c>dls.sshKey</c> names, else <c>id_ed25519</c>, <c>id_ecdsa</c>
/// and <c>id_rsa</c> of <c>~/.ssh</c>, each with its certificate if <c>NAME-cert.pub</c> lies beside it. Passphrases are asked for once.
/// </summary>
/// <param name="settings">Which key, and where its passphrase is.</param>
/// <param name="environment">The process environment.</param>
/// <param name="asks">Whether SSH_ASKPASS may be asked.</param>
internal sealed class BuiltinKeys(SshSettings settings, IReadOnlyDictionary<string, string> environment, bool asks)
{
    private const UnixFileMode Others = (UnixFileMode)0x3F; // rwx of group and others
    private readonly Dictionary<string, string?> _passphrases = [];
    private readonly Lock _gate = new();

    /// <summary>Gets the user's ssh directory.</summary>
    public string Directory { get; } = $"{environment.GetValueOrDefault("HOME", "")}/.ssh";

    /// <summary>Loads the keys that can be offered.</summary>
    /// <param name="notes">Why a key that is there is not offered.</param>
    /// <returns>The keys in the order in which they are offered.</returns>
    /// <exception cref="DlsException">Kind Failed: the key that was configured cannot be used.</exception>
    public IReadOnlyList<IPrivateKeySource> Load(out IReadOnlyList<string> notes)
    {
        string[] paths = settings.Key is { } given
            ? [given] : [.. ((string[])["id_ed25519", "id_ecdsa", "id_rsa"]).Select(n => $"{Directory}/{n}").Where(File.Exists)];
        List<IPrivateKeySource> keys = [];
        List<string> why = [];
        foreach (string path in paths)
        {
            if (TryLoad(path, out string? note) is { } key)
            {
                keys.Add(key);
            }
            else
            {
                why.Add($"'{path}' {note}");
            }
        }

        if (settings.Key is not null && keys.Count == 0)
        {
            throw new DlsException(ErrorKind.Failed, $"use ssh key {why[0]}", "correct `dls config dls.sshKey PATH`, or unset it");
        }

        notes = why;
        return keys;
    }

    private PrivateKeyFile? TryLoad(string path, out string? note)
    {
        note = null;
        try
        {
            if ((File.GetUnixFileMode(path) & Others) != 0)
            {
                note = "can be read or written by others: `chmod 600` it";
                return null;
            }

            string? certificate = File.Exists(path + "-cert.pub") ? path + "-cert.pub" : null;
            if (!IsEncrypted(path))
            {
                return new PrivateKeyFile(path, null, certificate);
            }

            if (Passphrase(path) is { Length: > 0 } passphrase)
            {
                return new PrivateKeyFile(path, passphrase, certificate);
            }

            note = "has a passphrase: name the environment variable that holds it by `dls config dls.sshPassphrase NAME`, or let "
                + "the remote ask through SSH_ASKPASS (`--askpass`)";
        }
        catch (Exception e) when (IsNoKey(e))
        {
            note = $"cannot be used: {e.Message}";
        }

        return null;
    }

    /// <summary>Tells whether a key needs a passphrase: PEM says so in its first lines, OpenSSH's own form inside.</summary>
    private static bool IsEncrypted(string path)
    {
        if (File.ReadLines(path).Take(3).Any(static l => l.Contains("ENCRYPTED", StringComparison.Ordinal)))
        {
            return true;
        }

        try
        {
            using PrivateKeyFile key = new(path);
            return false;
        }
        catch (SshPassPhraseNullOrEmptyException)
        {
            return true;
        }
    }

    private string? Passphrase(string path)
    {
        lock (_gate)
        {
            if (!_passphrases.TryGetValue(path, out string? passphrase))
            {
                passphrase = settings.PassphraseVariable is { } name ? environment.GetValueOrDefault(name)
                    : asks ? Askpass.Ask(environment, $"Enter passphrase for key '{path}': ") : null;
                _passphrases[path] = passphrase;
            }

            return passphrase;
        }
    }

    /// <summary>What a file that is no usable key makes the library throw.</summary>
    private static bool IsNoKey(Exception e) =>
        e is SshException or IOException or UnauthorizedAccessException or FormatException or ArgumentException or CryptographicException
            or System.Formats.Asn1.AsnContentException or Org.BouncyCastle.Crypto.CryptoException or InvalidOperationException
            or NotSupportedException or IndexOutOfRangeException or OverflowException;
}
