using System.Globalization;
using System.Text;
using DlStore.Io;
using DlStore.Objects;

namespace DlStore.Ssh;

/// <summary>
/// What a host says it has below a root: reads and checks the answer of <see cref="Script"/>. Every name, size and link is untrusted: what
/// could not stand in a tree is
/// refused by name.
/// </summary>
internal sealed class HostListing
{
    /// <summary>
    /// Lists files. $1: the root; $2: a script that prints their names, each ended by NUL; $3 and on: its arguments. Directories stand for
    /// what is in them.
    /// </summary>
    /// <remarks>Output: <c>MODE SIZE ./PATH</c> and NUL a file, a NUL, one line with a digest a file, then path and target of each symlink,
    /// each ended by NUL.</remarks>
    public const string Script = HostCacheScripts.At + """
        at "$1"
        cd -- "$at" || exit 1
        stage=$(mktemp -d) || exit 1
        trap 'cd / && rm -rf -- "$stage"' EXIT
        trap 'exit 1' HUP INT TERM PIPE
        (l=$2; shift 2; eval "$l") </dev/null >"$stage/l" || exit 1
        xargs -0 -r sh -c 'for f; do
            [ "$f" = ./ ] && f=.
            f=${f#./}
            [ -n "$f" ] || continue
            if [ "$f" = . ]; then d=.; else d=./${f%/}; fi
            if [ -d "$f" ] && [ ! -L "${f%/}" ]; then find "$d" \( -name .git -o -name .dlstore \) -prune -o ! -type d -print0
            elif [ -e "$f" ] || [ -L "$f" ]; then printf "./%s\0" "$f"; fi
        done' x <"$stage/l" | sort -zu >"$stage/a"
        : >"$stage/f" && : >"$stage/k" && : >"$stage/o" || exit 1
        xargs -0 -r sh -c 'for f; do
            if [ -L "$f" ]; then printf "%s\0" "$f" >&4; elif [ -f "$f" ]; then printf "%s\0" "$f" >&3; else printf "%s\0" "$f" >&5; fi
        done' x <"$stage/a" 3>"$stage/f" 4>"$stage/k" 5>"$stage/o" || exit 1
        if [ -s "$stage/o" ]; then
            echo "neither file nor symlink: $(head -c 300 "$stage/o" | tr '\0\n' '\n?' | head -n 1)" >&2
            exit 5
        fi
        xargs -0 -r stat --printf '%f %s %n\0' <"$stage/f" || exit 1
        printf '\0'
        xargs -0 -r sha256sum <"$stage/f" | sed 's/^\\//' | cut -c1-64
        xargs -0 -r sh -c 'for f; do printf "%s\0" "$f"; readlink -n -- "$f"; printf "\0"; done' x <"$stage/k"
        """;

    private const int RegularFile = 0x8000;
    private const int KindBits = 0xF000;
    private readonly byte[] _bytes;
    private readonly string _host;
    private int _at;

    private HostListing(byte[] bytes, string host)
    {
        _bytes = bytes;
        _host = host;
    }

    /// <summary>Gets the files and the symlinks that stay inside, sorted as a tree is.</summary>
    public List<CapturedFile> Entries { get; } = [];

    /// <summary>Gets the targets of the symlinks among <see cref="Entries"/>, by path.</summary>
    public Dictionary<string, byte[]> Targets { get; } = new(StringComparer.Ordinal);

    /// <summary>Gets the symlinks that lead outside.</summary>
    public List<CapturedLink> LeftOut { get; } = [];

    /// <summary>Reads an answer.</summary>
    /// <param name="bytes">Standard output of the script.</param>
    /// <param name="host">The host's name, for messages.</param>
    /// <returns>The listing, or null if files vanished while it was made.</returns>
    /// <exception cref="DlsException">Kind Failed: a name is refused. Kind Corrupt: it is not such an answer.</exception>
    public static HostListing? Read(byte[] bytes, string host)
    {
        HostListing listing = new(bytes, host);
        List<(string Path, TreeMode Mode, long Size)> files = [];
        for (byte[] record; (record = listing.TakeRecord()).Length > 0;)
        {
            files.Add(listing.ReadFile(record));
        }

        foreach ((string path, TreeMode mode, long size) in files)
        {
            if (!listing.TryTakeDigest(out Oid oid))
            {
                return null;
            }

            listing.Entries.Add(new CapturedFile(path, mode, size, oid));
        }

        while (listing._at < bytes.Length)
        {
            listing.TakeLink(listing.PathOf(listing.TakeRecord()), listing.TakeRecord());
        }

        listing.Entries.Sort(static (a, b) => CompareInTree(a.Path, b.Path));
        listing.RefuseClashes();
        return listing;
    }

    /// <summary>
    /// Compares two paths as a walk through a tree meets them: names bytewise, and a directory's content right after its name.
    /// </summary>
    private static int CompareInTree(string a, string b)
    {
        byte[] first = Encoding.UTF8.GetBytes(a);
        byte[] second = Encoding.UTF8.GetBytes(b);
        int same = first.AsSpan().CommonPrefixLength(second);

        // No name holds a zero byte, so the slash sorts before everything that a name can go on with.
        int Next(byte[] path) => path.Length == same ? -1 : path[same] == '/' ? 0 : path[same];
        return Next(first).CompareTo(Next(second));
    }

    private (string Path, TreeMode Mode, long Size) ReadFile(byte[] record)
    {
        int space = record.AsSpan().IndexOf((byte)' ');
        int second = space < 0 ? -1 : record.AsSpan(space + 1).IndexOf((byte)' ') + space + 1;
        if (space < 1 || second <= space
            || !int.TryParse(
                Encoding.ASCII.GetString(record, 0, space), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int mode)
            || !long.TryParse(Encoding.ASCII.GetString(record, space + 1, second - space - 1),
                NumberStyles.None, CultureInfo.InvariantCulture, out long size))
        {
            throw Nonsense(record);
        }

        string path = PathOf(record[(second + 1)..]);
        return (mode & KindBits) == RegularFile
            ? (path, (mode & Permissions.OwnerExecutes) != 0 ? TreeMode.Executable : TreeMode.File, size)
            : throw Refused(Encoding.UTF8.GetBytes(path), "it is not a regular file");
    }

    private string PathOf(byte[] bytes)
    {
        if (!bytes.AsSpan().StartsWith("./"u8))
        {
            throw Refused(bytes, "it is not below the root");
        }

        byte[] path = bytes[2..];
        int depth = 0;
        foreach (Range part in path.AsSpan().Split((byte)'/'))
        {
            if (EntryName.WhyRefused(path.AsSpan()[part]) is { } why)
            {
                throw Refused(path, why);
            }

            depth++;
        }

        return path.Length <= RelPath.LengthMax && depth <= TreeNode.DepthMax
            ? Encoding.UTF8.GetString(path) : throw Refused(path, "it is too long or too deep");
    }

    private void TakeLink(string path, byte[] target)
    {
        if (target.Length is 0 or > RelPath.LengthMax)
        {
            throw Refused(Encoding.UTF8.GetBytes(path), "its target is empty or too long");
        }

        if (!IsInside(path, Encoding.UTF8.GetString(target)))
        {
            LeftOut.Add(new CapturedLink(path, Encoding.UTF8.GetString(target)));
            return;
        }

        Targets[path] = target;
        Entries.Add(new CapturedFile(path, TreeMode.Symlink, target.Length, Oid.Of(target)));
    }

    private static bool IsInside(string path, string target)
    {
        int depth = path.Count(static c => c == '/');
        foreach (string name in target.StartsWith('/') ? [".."] : target.Split('/'))
        {
            depth += name is "" or "." ? 0 : name == ".." ? -1 : 1;
            if (depth < 0 || target.StartsWith('/'))
            {
                return false;
            }
        }

        return true;
    }

    private void RefuseClashes()
    {
        for (int i = 1; i < Entries.Count; i++)
        {
            string before = Entries[i - 1].Path;
            string path = Entries[i].Path;
            if (path == before || path.StartsWith(before + "/", StringComparison.Ordinal))
            {
                throw Refused(
                    Encoding.UTF8.GetBytes(path), path == before ? "it is listed twice" : "a part of its path is listed as a file");
            }
        }
    }

    private byte[] TakeRecord()
    {
        int length = _bytes.AsSpan(_at).IndexOf((byte)0);
        if (length < 0)
        {
            throw Nonsense(_bytes[_at..Math.Min(_bytes.Length, _at + 100)]);
        }

        byte[] record = _bytes[_at..(_at + length)];
        _at += length + 1;
        return record;
    }

    private bool TryTakeDigest(out Oid oid)
    {
        const int Length = 2 * Oid.Length;
        oid = default;
        if (_bytes.Length < _at + Length + 1
            || _bytes[_at + Length] != '\n' || !Oid.TryParseHex(Encoding.Latin1.GetString(_bytes, _at, Length), out oid))
        {
            return false;
        }

        _at += Length + 1;
        return true;
    }

    private DlsException Refused(byte[] path, string why)
        => new(ErrorKind.Failed, $"capture '{EntryName.Show(path)}' from host '{_host}': {why}",
            "rename or remove it there, or leave it out of what is collected");

    private DlsException Nonsense(byte[] record) => new(
        ErrorKind.Corrupt, $"list files on host '{_host}': it answers '{EntryName.Show(record)}', which makes no sense");
}
