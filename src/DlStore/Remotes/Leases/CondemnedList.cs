using System.Text;
using DlStore.Objects;

namespace DlStore.Remotes.Leases;

/// <summary>
/// What a collection condemns, or deletes: the files <c>gc/epoch/n</c> and <c>gc/deleting/n</c> (docs/formats/remote-protocol.md).
/// </summary>
internal sealed class CondemnedList
{
    public const string Epoch = "dls-gc-epoch 1";
    public const string Deleting = "dls-gc-deleting 1";
    public const int LengthMax = 1 << 30;

    /// <summary>Gets the list of nothing.</summary>
    public static CondemnedList None { get; } = new() { Id = "" };

    /// <summary>Gets who wrote it.</summary>
    public required string Id { get; init; }

    public HashSet<Oid> Packs { get; init; } = [];

    public HashSet<Oid> Blobs { get; init; } = [];

    /// <summary>Gets files in quarantine.</summary>
    public HashSet<string> Gone { get; init; } = new(StringComparer.Ordinal);

    public bool IsEmpty => Packs.Count + Blobs.Count + Gone.Count == 0;

    public byte[] ToBytes(string firstLine)
    {
        List<string> lines =
        [
            .. Packs.Select(static p => $"pack {p.ToHex()}"), .. Blobs.Select(static b => $"blob {b.ToHex()}"),
            .. Gone.Select(static g => $"gone {g}"),
        ];
        lines.Sort(StringComparer.Ordinal);
        return Encoding.UTF8.GetBytes(
            new StringBuilder($"{firstLine}\nid {Id}\n").AppendJoin("", lines.Select(static l => l + "\n")).ToString());
    }

    /// <summary>Reads a list.</summary>
    /// <exception cref="DlsException">Kind Corrupt: it is none. Nobody may guess what it condemned.</exception>
    public static CondemnedList Parse(ReadOnlySpan<byte> bytes, string firstLine, string name, IRemote remote)
    {
        DlsException Bad(int line) => new(ErrorKind.Corrupt, $"read '{name}' of remote '{remote.Name}': line {line} is not valid",
            "look there for what wrote it; nothing was sent or deleted");
        string[] lines = Encoding.UTF8.GetString(bytes).Split('\n');
        if (lines.Length < 3 || lines[0] != firstLine || !lines[1].StartsWith("id ", StringComparison.Ordinal) || lines[^1].Length > 0)
        {
            throw Bad(1);
        }

        CondemnedList list = new() { Id = lines[1][3..] };
        for (int i = 2; i < lines.Length - 1; i++)
        {
            string rest = lines[i].Length > 5 ? lines[i][5..] : "";
            bool isOid = Oid.TryParseHex(rest, out Oid oid);
            _ = (lines[i].Split(' ')[0], isOid) switch
            {
                ("pack", true) => list.Packs.Add(oid),
                ("blob", true) => list.Blobs.Add(oid),
                ("gone", false) when rest.StartsWith(GcLayout.QuarantineDirectory + "/", StringComparison.Ordinal) => list.Gone.Add(rest),
                _ => throw Bad(i + 1),
            };
        }

        return list;
    }
}
