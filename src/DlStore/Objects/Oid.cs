using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.Json.Serialization;

namespace DlStore.Objects;

/// <summary>
/// The name of an object: the SHA-256 of its plain bytes. A 32-byte value; its text form (the digest) is <c>sha256:</c> and 64 lower-case
/// hex digits.
/// </summary>
[JsonConverter(typeof(OidJson))]
public readonly struct Oid : IEquatable<Oid>, IComparable<Oid>
{
    /// <summary>Length of an oid in bytes.</summary>
    public const int Length = 32;

    private const string Prefix = "sha256:";

    // Big-endian words, so that comparing them is comparing the bytes.
    private readonly ulong _a;
    private readonly ulong _b;
    private readonly ulong _c;
    private readonly ulong _d;

    /// <summary>Reads an oid from exactly 32 bytes.</summary>
    /// <param name="bytes">32 bytes.</param>
    public Oid(ReadOnlySpan<byte> bytes)
    {
        _d = BinaryPrimitives.ReadUInt64BigEndian(bytes[24..32]);
        _a = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        _b = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
        _c = BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]);
    }

    /// <summary>Gets the first eight bytes as a big-endian number: a hash for filters and fan-outs.</summary>
    public ulong Head => _a;

    /// <summary>Gets a value indicating whether all bytes are zero (no object has this name).</summary>
    public bool IsZero => (_a | _b | _c | _d) == 0;

    /// <summary>Hashes plain bytes.</summary>
    /// <param name="plain">The object's plain bytes.</param>
    /// <returns>The oid.</returns>
    public static Oid Of(ReadOnlySpan<byte> plain)
    {
        Span<byte> hash = stackalloc byte[Length];
        SHA256.HashData(plain, hash);
        return new Oid(hash);
    }

    /// <summary>Ends an incremental SHA-256 and resets it.</summary>
    /// <param name="hash">A SHA-256 to which all plain bytes were appended.</param>
    /// <returns>The oid.</returns>
    public static Oid From(IncrementalHash hash)
    {
        Span<byte> bytes = stackalloc byte[Length];
        hash.GetHashAndReset(bytes);
        return new Oid(bytes);
    }

    /// <summary>Reads the text form.</summary>
    /// <param name="digest"><c>sha256:</c> and 64 lower-case hex digits.</param>
    /// <param name="oid">The oid, or zero.</param>
    /// <returns>False for anything else.</returns>
    public static bool TryParse([NotNullWhen(true)] string? digest, out Oid oid)
    {
        oid = default;
        return digest is not null
            && digest.StartsWith(Prefix, StringComparison.Ordinal) && TryParseHex(digest.AsSpan(Prefix.Length), out oid);
    }

    /// <summary>Reads the bare hex form used in file names.</summary>
    /// <param name="hex">64 lower-case hex digits.</param>
    /// <param name="oid">The oid, or zero.</param>
    /// <returns>False for anything else.</returns>
    public static bool TryParseHex(ReadOnlySpan<char> hex, out Oid oid)
    {
        oid = default;
        if (hex.Length != 2 * Length || hex.ContainsAnyInRange('A', 'Z'))
        {
            return false;
        }

        Span<byte> bytes = stackalloc byte[Length];
        if (Convert.FromHexString(hex, bytes, out _, out int written) != System.Buffers.OperationStatus.Done || written != Length)
        {
            return false;
        }

        oid = new Oid(bytes);
        return true;
    }

    /// <summary>Reads the text form or fails.</summary>
    /// <param name="digest"><c>sha256:</c> and 64 lower-case hex digits.</param>
    /// <returns>The oid.</returns>
    /// <exception cref="DlsException">Kind Corrupt: the text is not a digest; it is quoted.</exception>
    public static Oid Parse(string digest) => TryParse(digest, out Oid oid)
        ? oid
        : throw new DlsException(ErrorKind.Corrupt, $"read digest '{digest}': expected sha256: and 64 lower-case hex digits");

    /// <summary>Writes the 32 bytes.</summary>
    /// <param name="destination">At least 32 bytes.</param>
    public void CopyTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination[24..], _d);
        BinaryPrimitives.WriteUInt64BigEndian(destination, _a);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], _b);
        BinaryPrimitives.WriteUInt64BigEndian(destination[16..], _c);
    }

    /// <summary>Gives the bare hex form used in file names.</summary>
    /// <returns>64 lower-case hex digits.</returns>
    public string ToHex()
    {
        Span<byte> bytes = stackalloc byte[Length];
        CopyTo(bytes);
        return Convert.ToHexStringLower(bytes);
    }

    /// <summary>Gives the first twelve hex digits, for people; never parsed.</summary>
    /// <returns>12 lower-case hex digits.</returns>
    public string ToShort() => ToHex()[..12];

    /// <inheritdoc/>
    public override string ToString() => Prefix + ToHex();

    /// <inheritdoc/>
    public bool Equals(Oid other) => _a == other._a && _b == other._b && _c == other._c && _d == other._d;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Oid other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _a.GetHashCode();

    /// <inheritdoc/>
    public int CompareTo(Oid other)
    {
        int c = _a.CompareTo(other._a);
        if (c != 0)
        {
            return c;
        }

        c = _b.CompareTo(other._b);
        if (c != 0)
        {
            return c;
        }

        c = _c.CompareTo(other._c);
        return c != 0 ? c : _d.CompareTo(other._d);
    }

    /// <summary>Compares two oids.</summary>
    public static bool operator ==(Oid left, Oid right) => left.Equals(right);

    /// <summary>Compares two oids.</summary>
    public static bool operator !=(Oid left, Oid right) => !left.Equals(right);

    /// <summary>Orders two oids by their bytes.</summary>
    public static bool operator <(Oid left, Oid right) => left.CompareTo(right) < 0;

    /// <summary>Orders two oids by their bytes.</summary>
    public static bool operator >(Oid left, Oid right) => left.CompareTo(right) > 0;

    /// <summary>Orders two oids by their bytes.</summary>
    public static bool operator <=(Oid left, Oid right) => left.CompareTo(right) <= 0;

    /// <summary>Orders two oids by their bytes.</summary>
    public static bool operator >=(Oid left, Oid right) => left.CompareTo(right) >= 0;
}
