namespace DlStore.Ssh;

/// <summary>Says why a host could not be reached, and what to do about it, from what ssh wrote.</summary>
internal static class HostFailure
{
    /// <summary>Makes the error for exit code 255 of ssh.</summary>
    /// <param name="address">The host.</param>
    /// <param name="what">What was to be done there.</param>
    /// <param name="reply">What ssh said.</param>
    /// <param name="inner">What failed here for it, or null.</param>
    /// <returns>An error of kind Failed with a hint.</returns>
    public static DlsException Explain(HostAddress address, string what, HostReply reply, Exception? inner)
        => new(ErrorKind.Failed, $"{what} on host '{address.Name}' ({address.Show()}): {reply.Why()}", Hint(address, reply.Error), inner);

    private static string Hint(HostAddress address, string said)
    {
        string destination = address.SshDestination;
        string host = destination[(destination.LastIndexOf('@') + 1)..];
        string ssh = address.Port is { } given ? $"ssh -p {given} {destination}" : $"ssh {destination}";
        (string real, int port) = Known(said, "host key is known for ", " and ")
            ?? Known(said, "Host key for ", " has changed") ?? (host, address.Port ?? 22);
        string check = $"`ssh-keyscan -p {port} {real} | ssh-keygen -lf -` with what its owner says";
        bool Says(string text) => said.Contains(text, StringComparison.OrdinalIgnoreCase);
        return Says("REMOTE HOST IDENTIFICATION HAS CHANGED")
            ? $"its key is not the one known here: somebody may be in between; compare {check}, and only then "
                + $"remove the old key by `ssh-keygen -R {(port == 22 ? real : $"'[{real}]:{port}'")}`"
            : Says("Host key verification failed") || Says("host key is known")
            ? $"its key is not known here; compare {check}, then run `{ssh}` once and accept it"
            : Says("Permission denied") || Says("Too many authentication failures")
            ? address.Askpass
                ? $"the password or key was refused; SSH_ASKPASS must name a program that prints the password; `{ssh}` must work"
                : $"no key of yours is accepted there; run `ssh-copy-id {destination}`, or `ssh-add` "
                    + $"if the key has a passphrase; `{ssh} true` must work without a question"
            : Says("Could not resolve") || Says("Name or service not known")
            ? $"the name is unknown; correct '{address.Key ?? $"host.{address.Name}.ssh"}' in .dlstore/config, "
                + "or add the alias to your ssh configuration"
            : Says("Connection refused") || Says("timed out") || Says("No route to host") || Says("unreachable")
            ? $"is the machine up and is its port right? `{ssh}` must work"
            : $"the connection ended; `{ssh}` must work; then run the command again";
    }

    /// <summary>Finds the machine that an alias stands for in ssh's own words: <c>name</c> or <c>[name]:port</c>.</summary>
    private static (string Host, int Port)? Known(string said, string before, string after)
    {
        int start = said.IndexOf(before, StringComparison.Ordinal) + before.Length;
        int end = start < before.Length ? -1 : said.IndexOf(after, start, StringComparison.Ordinal);
        if (end < 0)
        {
            return null;
        }

        string name = said[start..end];
        bool plainInBrackets = name is ['[', ..] && !name[..Math.Max(0, name.IndexOf(']'))].Contains(':');
        string text = plainInBrackets
            ? name.Replace("[", "").Replace("]", "") : name.Count(static c => c == ':') > 1 && name[0] != '[' ? $"[{name}]" : name;
        return HostAddress.TryParse("", text, askpass: false, out HostAddress? known, out _)
            ? (known.SshDestination, known.Port ?? 22) : null;
    }
}
