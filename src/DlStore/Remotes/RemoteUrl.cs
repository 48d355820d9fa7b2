using DlStore.Ssh;

namespace DlStore.Remotes;

/// <summary>
/// Where a remote is: a directory, a path on a host that ssh reaches, a prefix in a bucket of an S3 service, or a place on a web server.
/// Other schemes are refused by name; a URL never holds a password and can never name a command.
/// </summary>
public abstract record RemoteUrl
{
    private const string Forms = "give a directory (/mnt/store), ssh://[user@]host[:port]/path, host:path, s3://bucket/prefix or "
        + "https://host/path";

    private protected RemoteUrl(string text) => Text = text;

    /// <summary>Gets the text as configured.</summary>
    public string Text { get; }

    /// <summary>Reads a URL.</summary>
    /// <param name="text">As typed or configured.</param>
    /// <param name="workTree">What relative paths are relative to.</param>
    /// <returns>The URL.</returns>
    /// <exception cref="DlsException">Kind Usage: the scheme is not known, or the text is not a place.</exception>
    public static RemoteUrl Parse(string text, string workTree)
    {
        if (text.Length == 0 || text[0] is '|' or '-' or '!' || text.Any(char.IsControl))
        {
            throw new DlsException(
                ErrorKind.Usage,
                $"read remote URL '{Printable(text)}': it is empty, begins with '|', '-' or '!', or holds control characters", Forms);
        }

        int scheme = text.IndexOf("://", StringComparison.Ordinal);
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        int slash = text.IndexOf('/', StringComparison.Ordinal);
        bool isUrl = scheme > 0 && scheme == colon && scheme == slash - 1;
        return (isUrl ? text[..scheme] : "") switch
        {
            "file" => DirectoryUrl.FromFileUrl(text),
            "ssh" or "sftp" => SshUrl.FromUrl(text),
            "s3" => S3Url.FromUrl(text),
            "http" or "https" => WebUrl.FromUrl(text),
            _ when isUrl => throw Bad(text, $"'{text[..colon]}' is not a kind of remote that this dls knows", Forms),
            _ when colon >= 0 && (slash < 0 || colon < slash) => SshUrl.FromHostPath(text),
            _ => new DirectoryUrl(text, Path.GetFullPath(Path.Combine(workTree, text))),
        };
    }

    /// <summary>Gives a URL as it may be shown: a password in it is hidden.</summary>
    private protected static string Shown(string text)
    {
        int start = text.IndexOf("://", StringComparison.Ordinal) is var scheme and >= 0 ? scheme + 3 : 0;
        int end = text.IndexOf('/', start) is var slash and >= 0 ? slash : text.Length;
        int at = text.LastIndexOf('@', end - 1, end - start);
        int colon = at < 0 ? -1 : text.IndexOf(':', start, at - start);
        return colon < 0 ? text : string.Concat(text.AsSpan(0, colon + 1), "***", text.AsSpan(at));
    }

    /// <summary>Refuses a URL.</summary>
    private protected static DlsException Bad(string text, string why, string hint) =>
        new(ErrorKind.Usage, $"read remote URL '{Shown(text)}': {why}", hint);

    private static string Printable(string text) =>
        string.Concat(text.Select(static c => char.IsControl(c) ? $"\\x{(int)c:x2}" : c.ToString()));
}

/// <summary>A directory on a mounted file system.</summary>
public sealed record DirectoryUrl : RemoteUrl
{
    internal DirectoryUrl(string text, string directory)
        : base(text) => Directory = directory;

    /// <summary>Gets the absolute directory.</summary>
    public string Directory { get; }

    internal static DirectoryUrl FromFileUrl(string text)
    {
        string path = Uri.UnescapeDataString(text["file://".Length..]);
        return path.StartsWith('/')
            ? new DirectoryUrl(text, Path.GetFullPath(path))
            : throw Bad(text, "only local files, so a third slash has to follow", "write file:///absolute/path");
    }
}

/// <summary>A directory on a host that ssh reaches.</summary>
public sealed record SshUrl : RemoteUrl
{
    private const string Hint = "write ssh://[user@]host[:port]/path, ssh://host/~/path for a path in the home directory, or host:path";

    private SshUrl(string text, HostAddress host, string path)
        : base(text)
    {
        Host = host;
        Directory = path;
    }

    /// <summary>Gets the directory there: absolute, or relative to the home directory.</summary>
    public string Directory { get; }

    /// <summary>Gets the host; its name is the destination as it was written.</summary>
    internal HostAddress Host { get; }

    internal static SshUrl FromUrl(string text)
    {
        int start = text.IndexOf("://", StringComparison.Ordinal) + 3;
        int slash = text.IndexOf('/', start);
        return slash < 0
            ? throw Bad(text, "it names no path", Hint)
            : Make(text, text[start..slash], Uri.UnescapeDataString(text[slash..]));
    }

    internal static SshUrl FromHostPath(string text)
    {
        int close = text.Contains('[', StringComparison.Ordinal) ? text.IndexOf("]:", StringComparison.Ordinal) : 0;
        int from = Math.Max(close, 0);
        int colon = text.IndexOf(':', from);
        int at = text.IndexOf('@', colon);
        bool isPassword = at > 0 && text.IndexOf(':', at) > 0 && text.IndexOf('/', 0, at) < 0;
        return isPassword ? throw HoldsPassword(text) : Make(text, text[..colon], text[(colon + 1)..]);
    }

    private static DlsException HoldsPassword(string text) =>
        Bad(text, "it holds a password, and URLs are committed, logged and shown", "leave it out; use a key or an ssh agent");

    private static SshUrl Make(string text, string destination, string path)
    {
        int at = destination.LastIndexOf('@');
        if (at >= 0 && destination.IndexOf(':', 0, at) >= 0)
        {
            throw HoldsPassword(text);
        }

        if (!HostAddress.TryParse(destination, destination, askpass: false, out HostAddress? host, out string? reason))
        {
            throw Bad(text, reason, Hint);
        }

        string inHome = path.StartsWith("/~/", StringComparison.Ordinal) ? path[3..]
            : path.StartsWith("~/", StringComparison.Ordinal) ? path[2..] : path;
        string directory = inHome.Length > 1 ? inHome.TrimEnd('/') : inHome;
        bool bad = directory.Length == 0 || directory[0] is '~' or ':' || directory.StartsWith("/~", StringComparison.Ordinal)
            || directory.Any(char.IsControl) || directory.Split('/').Contains("..");
        return bad
            ? throw Bad(text, "its path is empty, holds '..' or control characters, or begins with ':' or another user's '~'", Hint)
            : new SshUrl(text, host, directory);
    }
}

/// <summary>A prefix in a bucket of an S3 service.</summary>
public sealed record S3Url : RemoteUrl
{
    private const string Hint = "write s3://bucket or s3://bucket/prefix; the service's own address goes to `--endpoint`";

    private S3Url(string text, string bucket, string prefix)
        : base(text)
    {
        Bucket = bucket;
        Prefix = prefix;
    }

    /// <summary>Gets the bucket.</summary>
    public string Bucket { get; }

    /// <summary>Gets what all names begin with: empty, or ends with a slash.</summary>
    public string Prefix { get; }

    internal static S3Url FromUrl(string text)
    {
        string rest = text["s3://".Length..];
        int slash = rest.IndexOf('/', StringComparison.Ordinal);
        string bucket = slash < 0 ? rest : rest[..slash];
        string prefix = slash < 0 ? "" : rest[(slash + 1)..].Trim('/');
        if (bucket.Contains('@', StringComparison.Ordinal))
        {
            throw Bad(text, "it holds a user or a key, and URLs are committed, logged and shown",
                "leave it out; keys come from the environment (AWS_ACCESS_KEY_ID) or a profile of ~/.aws/credentials");
        }

        bool isBucket = bucket.Length is >= 3 and <= 63 && bucket.All(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_')
            && char.IsAsciiLetterOrDigit(bucket[0]);
        if (!isBucket || prefix.Split('/') is var parts && prefix.Length > 0 && parts.Any(static p => p is "" or "." or ".."))
        {
            throw Bad(text, "a bucket has 3 to 63 letters, digits, '.' or '-', and no part of a prefix is empty, '.' or '..'", Hint);
        }

        return new S3Url(text, bucket, prefix.Length == 0 ? "" : prefix + "/");
    }
}

/// <summary>A place on a web server: read only.</summary>
public sealed record WebUrl : RemoteUrl
{
    private WebUrl(string text, Uri address)
        : base(text) => Address = address;

    /// <summary>Gets the address; it ends with a slash.</summary>
    public Uri Address { get; }

    internal static WebUrl FromUrl(string text)
    {
        if (!Uri.TryCreate(text.EndsWith('/') ? text : text + "/", UriKind.Absolute, out Uri? address) || address.Host.Length == 0
            || address.Query.Length > 0 || address.Fragment.Length > 0)
        {
            throw Bad(text, "it is no web address without query and fragment", "write https://host/path");
        }

        return address.UserInfo.Length == 0
            ? new WebUrl(text, address)
            : throw Bad(text, "it holds a user or a password, and URLs are committed, logged and shown",
                "leave it out; a web remote is read without logging in");
    }
}
