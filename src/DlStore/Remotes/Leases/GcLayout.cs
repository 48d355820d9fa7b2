using System.Globalization;
using DlStore.Objects;

namespace DlStore.Remotes.Leases;

/// <summary>The names of leases and of a collection's files on a remote; docs/formats/remote-protocol.md.</summary>
internal static class GcLayout
{
    public const string Leases = "leases";
    public const string Pending = "pending";
    public const string Gc = "gc";
    public const string Locks = "gc/lock";
    public const string Rescues = "rescue";
    public const string QuarantineDirectory = "quarantine";
    public const string ErasedDirectory = "erased";

    /// <summary>A lease or a lock that was not renewed for this long is dead.</summary>
    public static readonly TimeSpan DeadAfter = TimeSpan.FromHours(72);

    /// <summary>How long files lie in quarantine.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromDays(7);

    private const string BeatSuffix = ".beat";

    public static string NewId() => Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(16));

    public static string Lease(string id) => $"{Leases}/{id}";

    /// <summary>Names the file that renews a lease: the lease itself is written once, so that who was taken for dead cannot bring it
    /// back.</summary>
    public static string Beat(string id) => $"{Leases}/{id}{BeatSuffix}";

    /// <summary>Reads the id of a lease or of its beat.</summary>
    public static string LeaseOf(string name, out bool isBeat)
    {
        string last = name[(name.LastIndexOf('/') + 1)..];
        isBeat = last.EndsWith(BeatSuffix, StringComparison.Ordinal);
        return isBeat ? last[..^BeatSuffix.Length] : last;
    }

    public static string PendingOf(string id) => $"{Pending}/{id}";

    public static string PendingPin(string id, string repoId, string commit) => $"{Pending}/{id}/{repoId}-{commit}";

    public static string Lock(int k) => $"{Locks}/{Text(k)}";

    public static string Epoch(int n) => $"gc/epoch/{Text(n)}";

    public static string Deleting(int n) => $"gc/deleting/{Text(n)}";

    public static string Done(int n) => $"gc/done/{Text(n)}";

    public static string Rescue(int n, Oid oid) => $"{Rescues}/{Text(n)}/{oid.ToHex()}";

    public static string RescuesOf(int n) => $"{Rescues}/{Text(n)}";

    public static string QuarantineOf(int n) => $"{QuarantineDirectory}/{Text(n)}";

    /// <summary>Gives a name in quarantine that was used for nothing else.</summary>
    public static string Quarantine(int n, string name) =>
        $"{QuarantineOf(n)}/{NewId()}-{name.Replace('/', '=')}";

    public static string Erased(Oid oid) => $"{ErasedDirectory}/{oid.ToHex()}";

    /// <summary>Reads what a file in quarantine was called.</summary>
    /// <returns>Null if it is not one.</returns>
    public static string? PlaceOf(string name)
    {
        string last = name[(name.LastIndexOf('/') + 1)..];
        return last.Length > 33 && last[32] == '-' ? last[33..].Replace('=', '/') : null;
    }

    /// <summary>Reads the number that ends a name.</summary>
    /// <returns>0 if it is none.</returns>
    public static int Number(string name)
    {
        string last = name[(name.LastIndexOf('/') + 1)..];
        return last.Length is > 0 and < 10 && last[0] != '0'
            && int.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out int n) ? n : 0;
    }

    private static string Text(int n) => n.ToString(CultureInfo.InvariantCulture);
}
