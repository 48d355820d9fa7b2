using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace DlStore.Ssh;

/// <summary>Where a host is: this machine, or what OpenSSH is told to connect to.</summary>
/// <param name="Name">What the user calls it; letters, digits, <c>.</c>, <c>_</c>, <c>-</c>.</param>
/// <param name="Destination"><c>[user@]host</c> without port, an IPv6 address in brackets; null for this machine.</param>
/// <param name="Port">1 to 65535, or null for what ssh's own configuration says.</param>
/// <param name="Askpass">True if ssh may ask for a password through the program that SSH_ASKPASS names.</param>
internal sealed record HostAddress(string Name, string? Destination, int? Port, bool Askpass)
{
    /// <summary>The name that always stands for this machine.</summary>
    public const string LocalName = "local";

    /// <summary>Where dls keeps its files on a host unless configured otherwise.</summary>
    public const string RootDefault = "~/.dls";

    /// <summary>Gets where dls keeps its files there: absolute, or <c>~/</c> and a path below the home directory.</summary>
    public string Root { get; init; } = RootDefault;

    /// <summary>Gets the key of .dlstore/config that says where it is, for hints; null for that of a host of this name.</summary>
    public string? Key { get; init; }

    /// <summary>Gets this machine.</summary>
    public static HostAddress Local { get; } = new(LocalName, null, null, false);

    /// <summary>Gets a value indicating whether this is the machine dls runs on.</summary>
    public bool IsLocal => Destination is null;

    /// <summary>Gets the destination as ssh takes it: no brackets. Only for a host that is not local.</summary>
    public string SshDestination => (Destination ?? throw new InvalidOperationException("the local host has no destination"))
        .Replace("[", "").Replace("]", "");

    /// <summary>Reads a destination as the user writes it.</summary>
    /// <param name="name">The host's name.</param>
    /// <param name="text"><c>[user@]host[:port]</c>; user and host are letters, digits, <c>.</c>, <c>_</c>, <c>-</c>, none with a leading
    /// dash; an IPv6 address stands in brackets.</param>
    /// <param name="askpass">Whether ssh may ask for a password through SSH_ASKPASS.</param>
    /// <param name="address">The address, or null.</param>
    /// <param name="reason">Why it was refused, else null.</param>
    /// <returns>False for anything else: ssh would take a leading dash for an option.</returns>
    public static bool TryParse(
        string name, string text, bool askpass, [NotNullWhen(true)] out HostAddress? address, [NotNullWhen(false)] out string? reason)
    {
        address = null;
        int at = text.LastIndexOf('@');
        string user = at < 0 ? "" : text[..at];
        string rest = text[(at + 1)..];
        int end = rest.StartsWith('[') ? rest.IndexOf(']') + 1 : rest.IndexOf(':') is var colon and >= 0 ? colon : rest.Length;
        string host = rest[..end];
        string port = rest[end..];
        reason = at >= 0 && !IsWord(user) ? "its user may hold letters, digits, '.', '_' and '-' only and may not begin with '-'"
            : !IsHost(host)
                ? "its host may hold letters, digits, '.', '_' and '-' only and may not begin with '-'; an IPv6 address stands in brackets"
            : port.Length > 0 && !IsPort(port) ? "its port is not ':' and a number from 1 to 65535"
            : null;
        if (reason is not null)
        {
            return false;
        }

        address = new HostAddress(name, text[..(text.Length - port.Length)], port.Length == 0
            ? null : int.Parse(port.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture), askpass);
        return true;
    }

    /// <summary>Writes the destination as <see cref="TryParse"/> reads it.</summary>
    /// <returns><c>[user@]host[:port]</c>, or <c>this machine</c>.</returns>
    public string Show() => Destination is null ? "this machine" : Port is { } port ? $"{Destination}:{port}" : Destination;

    private static bool IsHost(string host) => host is ['[', .. { Length: > 1 } inner, ']']
        ? inner.Contains(':') && inner.All(static c => char.IsAsciiHexDigit(c) || c is ':' or '.')
        : IsWord(host);

    private static bool IsWord(string text) => text.Length is > 0 and <= 255
        && text[0] != '-' && text.All(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');

    private static bool IsPort(string text) => int.TryParse(text.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out int port)
        && port is > 0 and <= 65535;
}
