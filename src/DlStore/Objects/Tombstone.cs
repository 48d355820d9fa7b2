using System.Globalization;
using System.Text;

namespace DlStore.Objects;

/// <summary>
/// Says that an object was erased on purpose: who, when and why (docs/formats/remote-protocol.md, <c>dls-erased 1</c>). It holds nothing of
/// the object but its digest.
/// </summary>
/// <param name="Oid">The object.</param>
/// <param name="By">Who erased it, one line; empty if its file cannot be read.</param>
/// <param name="At">When, whole seconds.</param>
/// <param name="Reason">Why, one line.</param>
public sealed record Tombstone(Oid Oid, string By, DateTimeOffset At, string Reason)
{
    /// <summary>The longest file in bytes.</summary>
    public const int LengthMax = 64 * 1024;

    /// <summary>The longest reason in UTF-16 units.</summary>
    public const int ReasonMax = 500;

    private const string FirstLine = "dls-erased 1";
    private const long SecondsMax = 253402300800;

    /// <summary>Gets the sentence that reads answer with: <c>it was erased on 2026-11-29 by ann: a face</c>.</summary>
    public string Sentence => By.Length == 0 ? "it was erased; its tombstone cannot be read"
        : string.Create(CultureInfo.InvariantCulture, $"it was erased on {At.UtcDateTime:yyyy-MM-dd} by {By}: {Reason}");

    /// <summary>Writes the one valid encoding.</summary>
    /// <returns>The file's bytes.</returns>
    public byte[] ToBytes() => Encoding.UTF8.GetBytes(
        string.Create(CultureInfo.InvariantCulture, $"{FirstLine}\noid {Oid}\nby {By}\nat {At.ToUnixTimeSeconds()}\nreason {Reason}\n"));

    /// <summary>
    /// Reads a tombstone. That the file is there says that the object was erased; what cannot be read of it is left empty.
    /// </summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="oid">The object that its name says.</param>
    /// <returns>The tombstone; control characters in its texts are shown as <c>?</c>.</returns>
    public static Tombstone Parse(ReadOnlySpan<byte> bytes, Oid oid)
    {
        string[] lines = Encoding.UTF8.GetString(bytes[..Math.Min(bytes.Length, LengthMax)]).Split('\n');
        string? by = Value(lines, "by ");
        string? reason = Value(lines, "reason ");
        bool isWhole = lines[0] == FirstLine && Value(lines, "oid ") == oid.ToString() && by is { Length: > 0 } && reason is not null;
        bool isDated = long.TryParse(Value(lines, "at "), NumberStyles.None, CultureInfo.InvariantCulture, out long at) && at < SecondsMax;
        return isWhole && isDated
            ? new Tombstone(oid, by!, DateTimeOffset.FromUnixTimeSeconds(at), reason!)
            : new Tombstone(oid, "", DateTimeOffset.UnixEpoch, "");
    }

    private static string? Value(string[] lines, string key) =>
        Array.Find(lines, l => l.StartsWith(key, StringComparison.Ordinal)) is { } line
        ? string.Concat(line[key.Length..].Select(static c => char.IsControl(c) ? '?' : c)) : null;
}
