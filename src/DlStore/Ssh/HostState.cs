using System.Globalization;
using System.Text;
using DlStore.Io;
using DlStore.Objects;

namespace DlStore.Ssh;

/// <summary>What a host says about its cache, its disks and what it could begin with.</summary>
/// <param name="Has">The wanted trees and blobs that are there.</param>
/// <param name="Near">Cached trees, the newest first; not checked.</param>
/// <param name="CacheFree">Free bytes where the cache is.</param>
/// <param name="PlaceFree">Free bytes where the inputs go.</param>
/// <param name="CacheMount">Where the cache's disk is mounted.</param>
/// <param name="PlaceMount">Where the destination's disk is mounted.</param>
/// <param name="Reflinks">Copies on the cache's disk cost no space.</param>
internal sealed record HostState(
    HashSet<Oid> Has, IReadOnlyList<Oid> Near, long CacheFree, long PlaceFree, string CacheMount, string PlaceMount, bool Reflinks)
{
    private const long Margin = 64L * 1024 * 1024;

    /// <summary>Reads the answer of <see cref="HostCacheScripts.Look"/>; lines that are anything else are passed over.</summary>
    /// <param name="text">Untrusted text.</param>
    /// <returns>The state; a disk of which nothing was said counts as endless.</returns>
    public static HostState Read(string text)
    {
        HostState state = new([], [], long.MaxValue, long.MaxValue, "", "", false);
        List<Oid> near = [];
        foreach (string line in text.Split('\n'))
        {
            string[] words = line.Split(' ');
            long kilobytes = 0;
            bool isNumber = words.Length > 3 && long.TryParse(words[2], NumberStyles.None, CultureInfo.InvariantCulture, out kilobytes);
            long free = kilobytes < long.MaxValue / 1024 ? kilobytes * 1024 : long.MaxValue;
            switch (words[0])
            {
                case "disk" when isNumber && words[1] == "cache":
                    state = state with { CacheFree = free, CacheMount = words[3] };
                    break;
                case "disk" when isNumber && words[1] == "place":
                    state = state with { PlaceFree = free, PlaceMount = words[3] };
                    break;
                case "reflink":
                    state = state with { Reflinks = true };
                    break;
                case "has" or "near" when words.Length == 2 && Oid.TryParseHex(words[1], out Oid oid):
                    (words[0] == "has" ? (ICollection<Oid>)state.Has : near).Add(oid);
                    break;
                default:
                    break;
            }
        }

        return state with { Near = near };
    }

    /// <summary>Refuses work for which there is not enough disk; 64 MiB are left free.</summary>
    /// <param name="host">The host's name.</param>
    /// <param name="cacheBytes">What the cache grows by.</param>
    /// <param name="placeBytes">What the destination grows by.</param>
    /// <exception cref="DlsException">Kind Failed: says what is needed and what is free.</exception>
    public void RequireSpace(string host, long cacheBytes, long placeBytes)
    {
        bool same = CacheMount == PlaceMount;
        long copies = same && Reflinks ? 0 : placeBytes;
        Require(host, same ? cacheBytes + copies : cacheBytes, CacheFree, CacheMount);
        if (!same)
        {
            Require(host, copies, PlaceFree, PlaceMount);
        }
    }

    private static void Require(string host, long needed, long free, string mount)
    {
        if (needed > 0 && needed > free - Margin)
        {
            throw new DlsException(
                ErrorKind.Failed,
                $"send to host '{host}': {needed} bytes and {Margin} in reserve are needed on '"
                    + $"{EntryName.Show(Encoding.UTF8.GetBytes(mount))}' and {free} are free",
                "free space there; what dls has cached on a host is in 'cache' of its "
                    + $"directory ('host.{host}.root', else ~/.dls) and may be removed");
        }
    }
}
