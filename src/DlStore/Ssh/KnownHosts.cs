namespace DlStore.Ssh;

/// <summary>What the known_hosts files say of a host's key.</summary>
internal enum HostKeyVerdict
{
    /// <summary>It is the host's: go on. Everything else is refused.</summary>
    Known,

    /// <summary>No line has a key of its type for the host.</summary>
    Unknown,

    /// <summary>A line has another key of its type for the host.</summary>
    Changed,

    /// <summary>A line revokes it, or the authority that signed it.</summary>
    Revoked,

    /// <summary>An authority of the host signed it, but not for this host or not as it must be.</summary>
    BadCertificate,
}

/// <summary>The key that a server has shown and proved to have.</summary>
/// <param name="Key">The plain public key, as the protocol has it.</param>
/// <param name="Certificate">The certificate that it came in, or null.</param>
internal sealed record ShownHostKey(byte[] Key, HostCertificate? Certificate);

/// <summary>What a host's certificate says; its signature and its dates were checked by who makes this.</summary>
/// <param name="Authority">The public key that signed it.</param>
/// <param name="IsForHosts">False for a user's certificate.</param>
/// <param name="Names">The host names that it is for; patterns.</param>
/// <param name="HasConditions">It has critical options; none are known for hosts.</param>
internal sealed record HostCertificate(byte[] Authority, bool IsForHosts, IReadOnlyCollection<string> Names, bool HasConditions);

/// <summary>
/// The user's and the system's known_hosts files, read as OpenSSH reads them with StrictHostKeyChecking=yes: hashed names, ports, wildcards
/// and negation, <c>@revoked</c> and <c>@cert-authority</c>. Nothing is ever added to them, and a key that they do not name is refused.
/// </summary>
internal sealed class KnownHosts
{
    private const int DefaultPort = 22;
    private const long LengthMax = 64 << 20;
    private readonly List<KnownHostLine> _lines;

    private KnownHosts(List<KnownHostLine> lines) => _lines = lines;

    /// <summary>Reads the files; those that are not there are empty.</summary>
    /// <param name="files">Absolute paths.</param>
    /// <exception cref="DlsException">Kind Failed: a file cannot be read. A line that revokes a key could stand in it.</exception>
    public static KnownHosts Read(params IReadOnlyList<string> files)
    {
        List<KnownHostLine> lines = [];
        foreach (string file in files)
        {
            int number = 0;
            foreach (string text in ReadLines(file))
            {
                if (KnownHostLine.TryParse(text, $"{file}:{++number}", out KnownHostLine? line))
                {
                    lines.Add(line);
                }
            }
        }

        return new KnownHosts(lines);
    }

    /// <summary>Gives the name by which a host is looked up.</summary>
    public static string NameOf(string host, int port)
    {
        string name = host.ToLowerInvariant();
        return port == DefaultPort ? name : $"[{name}]:{port}";
    }

    /// <summary>Lists the types of key that a host is known by: a server that has several is asked for one of these.</summary>
    public IReadOnlyList<string> TypesFor(string host, int port) =>
    [
        .. For(host, port).Concat(port == DefaultPort ? [] : For(host, DefaultPort))
            .Where(static l => l.Mark == KnownHostMark.Key).Select(static l => l.Type).Distinct(),
    ];

    /// <summary>Tells whether certificates are believed for a host.</summary>
    public bool HasAuthority(string host, int port) => For(host, port).Any(static l => l.Mark == KnownHostMark.Authority);

    /// <summary>Judges the key that a server has shown.</summary>
    /// <param name="host">The name or address that was connected to.</param>
    /// <param name="port">Its port.</param>
    /// <param name="shown">The key.</param>
    /// <returns>The verdict, and the line that it rests on, if one does.</returns>
    public (HostKeyVerdict Verdict, KnownHostLine? Line) Judge(string host, int port, ShownHostKey shown)
    {
        List<KnownHostLine> lines = [.. For(host, port)];
        HostCertificate? certificate = shown.Certificate;
        List<KnownHostLine> bare = port == DefaultPort ? [] : [.. For(host, DefaultPort)];
        KnownHostLine? revoked = lines.Concat(bare).FirstOrDefault(l => l.Mark == KnownHostMark.Revoked
            && (IsSame(l, shown.Key) || (certificate is not null && IsSame(l, certificate.Authority))));
        if (revoked is not null)
        {
            return (HostKeyVerdict.Revoked, revoked);
        }

        if (certificate is not null
            && lines.Find(l => l.Mark == KnownHostMark.Authority && IsSame(l, certificate.Authority)) is { } authority)
        {
            bool isFor = certificate.IsForHosts && !certificate.HasConditions
                && certificate.Names.Any(n => KnownHostLine.Matches(n, host));
            return (isFor ? HostKeyVerdict.Known : HostKeyVerdict.BadCertificate, authority);
        }

        lines.RemoveAll(static l => l.Mark != KnownHostMark.Key);

        // As OpenSSH does: a host may be known by its key without the port.
        KnownHostLine? known = lines.Concat(bare).FirstOrDefault(l => l.Mark == KnownHostMark.Key && IsSame(l, shown.Key));
        string type = KnownHostLine.TypeOf(shown.Key);
        KnownHostLine? other = known is null ? lines.Find(l => l.Type == type) : null;
        return known is not null ? (HostKeyVerdict.Known, known)
            : (other is not null ? HostKeyVerdict.Changed : HostKeyVerdict.Unknown, other);
    }

    private IEnumerable<KnownHostLine> For(string host, int port)
    {
        string name = NameOf(host, port);
        return _lines.Where(l => l.IsFor(name));
    }

    private static bool IsSame(KnownHostLine line, byte[] key) => line.Key.AsSpan().SequenceEqual(key);

    private static string[] ReadLines(string file)
    {
        try
        {
            return !File.Exists(file) ? []
                : new FileInfo(file).Length > LengthMax ? throw new IOException($"it is larger than {LengthMax} bytes")
                : File.ReadAllLines(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DlsException(
                ErrorKind.Failed, $"read '{file}': {e.Message}", "host keys are checked against it; make it readable, or remove it", e);
        }
    }
}
