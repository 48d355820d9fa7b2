using Renci.SshNet;

namespace DlStore.Ssh.Builtin;

/// <summary>What the built-in client offers: the library's choice without what rests on SHA-1 or CBC, the fastest ciphers first.</summary>
internal static class BuiltinAlgorithms
{
    private const string Certificate = "-cert-v01@openssh.com";

    /// <summary>Sets the offers of a connection.</summary>
    /// <param name="info">The connection.</param>
    /// <param name="known">The known host keys: a server that has several keys is asked for one that is known.</param>
    /// <param name="host">The host.</param>
    /// <param name="port">Its port.</param>
    public static void Choose(ConnectionInfo info, KnownHosts known, string host, int port)
    {
        RemoveWhere(info.KeyExchangeAlgorithms, static n => n.EndsWith("-sha1", StringComparison.Ordinal));
        RemoveWhere(info.Encryptions, static n => n.EndsWith("-cbc", StringComparison.Ordinal));
        RemoveWhere(info.HmacAlgorithms, static n => n.StartsWith("hmac-sha1", StringComparison.Ordinal));
        bool hasAuthority = known.HasAuthority(host, port);
        RemoveWhere(
            info.HostKeyAlgorithms,
            n => n.StartsWith("ssh-rsa", StringComparison.Ordinal) || (!hasAuthority && n.EndsWith(Certificate, StringComparison.Ordinal)));
        MoveFirst(info.Encryptions, ["aes128-gcm@openssh.com", "aes256-gcm@openssh.com"]);
        string[] keys = [.. known.TypesFor(host, port).SelectMany(AlgorithmsOf)];
        string[] certificates = [.. info.HostKeyAlgorithms.Keys.Where(static n => n.EndsWith(Certificate, StringComparison.Ordinal))];
        MoveFirst(info.HostKeyAlgorithms, [.. certificates, .. keys]);
    }

    private static string[] AlgorithmsOf(string keyType) => keyType == "ssh-rsa" ? ["rsa-sha2-512", "rsa-sha2-256"] : [keyType];

    private static void RemoveWhere<T>(IOrderedDictionary<string, T> offers, Func<string, bool> isBad)
    {
        foreach (string name in offers.Keys.Where(isBad).ToArray())
        {
            offers.Remove(name);
        }
    }

    private static void MoveFirst<T>(IOrderedDictionary<string, T> offers, string[] names)
    {
        int at = 0;
        foreach (string name in names.Where(offers.ContainsKey))
        {
            offers.SetPosition(name, at++);
        }
    }
}
