using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace DlStore.Ssh;

/// <summary>What a line of a known_hosts file says of its key.</summary>
internal enum KnownHostMark
{
    /// <summary>It is the key of the hosts.</summary>
    Key,

    /// <summary><c>@cert-authority</c>: certificates that it signed are believed for the hosts.</summary>
    Authority,

    /// <summary><c>@revoked</c>: nothing that has it, or that it signed, is believed.</summary>
    Revoked,
}

/// <summary>One line of a known_hosts file (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT).</summary>
/// <param name="Mark">What it says.</param>
/// <param name="Names">Patterns with commas between, or one hashed name.</param>
/// <param name="Key">The public key as the protocol has it; its first string is its type.</param>
/// <param name="Place">File and line number, for messages.</param>
internal sealed record KnownHostLine(KnownHostMark Mark, string Names, byte[] Key, string Place)
{
    private const string HashMagic = "|1|";

    /// <summary>Gets the key's type, such as <c>ssh-ed25519</c>.</summary>
    public string Type => TypeOf(Key);

    /// <summary>Reads a line.</summary>
    /// <param name="text">The line.</param>
    /// <param name="place">Where it stands.</param>
    /// <param name="line">The line, or null.</param>
    /// <returns>False for empty lines and comments, and for what is no such line, which OpenSSH skips too.</returns>
    public static bool TryParse(string text, string place, [NotNullWhen(true)] out KnownHostLine? line)
    {
        line = null;
        string[] words = text.Split((char[])[' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0 || words[0][0] == '#')
        {
            return false;
        }

        KnownHostMark? mark = words[0] switch
        {
            "@cert-authority" => KnownHostMark.Authority,
            "@revoked" => KnownHostMark.Revoked,
            ['@', ..] => null,
            _ => KnownHostMark.Key,
        };
        string[] rest = mark == KnownHostMark.Key ? words : words[1..];
        byte[] key = new byte[rest.Length < 3 ? 0 : rest[2].Length];
        if (mark is null || rest.Length < 3
            || !Convert.TryFromBase64String(rest[2], key, out int length) || TypeOf(key.AsSpan(0, length)) != rest[1])
        {
            return false;
        }

        line = new KnownHostLine(mark.Value, rest[0], key[..length], place);
        return true;
    }

    /// <summary>Gives the type that stands at the beginning of a public key; empty if none does.</summary>
    public static string TypeOf(ReadOnlySpan<byte> key) =>
        key.Length > 4 && BinaryPrimitives.ReadInt32BigEndian(key) is var length && length > 0 && length <= key.Length - 4
            ? Encoding.ASCII.GetString(key.Slice(4, length)) : "";

    /// <summary>Tells whether the line is for a host.</summary>
    /// <param name="name">In lower case: <c>host</c>, or <c>[host]:port</c> for another port than 22.</param>
    public bool IsFor(string name)
    {
        if (Names.StartsWith(HashMagic, StringComparison.Ordinal))
        {
            return IsHashOf(name);
        }

        bool isFor = false;
        foreach (string pattern in Names.Split(','))
        {
            bool negated = pattern.StartsWith('!');
            if (Matches(negated ? pattern.AsSpan(1) : pattern, name))
            {
                // One negated pattern that matches takes the host away from the whole line.
                if (negated)
                {
                    return false;
                }

                isFor = true;
            }
        }

        return isFor;
    }

    /// <summary>Tells whether a pattern with <c>*</c> and <c>?</c> matches; letters of either case are the same.</summary>
    internal static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> name)
    {
        (int p, int n, int star, int from) = (0, 0, -1, 0);
        while (n < name.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                (star, from) = (p++, n);
            }
            else if (p < pattern.Length && (pattern[p] == '?' || char.ToLowerInvariant(pattern[p]) == char.ToLowerInvariant(name[n])))
            {
                (p, n) = (p + 1, n + 1);
            }
            else if (star >= 0)
            {
                // The last star takes one character more.
                (p, n) = (star + 1, ++from);
            }
            else
            {
                return false;
            }
        }

        return pattern[p..].Trim('*').IsEmpty;
    }

    [SuppressMessage("Security", "CA5350:Do Not Use Weak Cryptographic Algorithms", Justification = "The format has no other.")]
    private bool IsHashOf(string name)
    {
        string[] parts = Names[HashMagic.Length..].Split('|');
        byte[] salt = new byte[64];
        byte[] hash = new byte[64];
        return parts.Length == 2
            && Convert.TryFromBase64String(parts[0], salt, out int saltLength)
            && Convert.TryFromBase64String(parts[1], hash, out int length)
            && HMACSHA1.HashData(salt.AsSpan(0, saltLength), Encoding.UTF8.GetBytes(name)).AsSpan().SequenceEqual(hash.AsSpan(0, length));
    }
}
