using DlStore.Io;

namespace DlStore.Operations.Dvc;

/// <summary>Finds out which files an out has: itself, what its record lists, or what a listing in a cache or on a remote says.</summary>
internal static class DvcDirectory
{
    /// <summary>Finds the files.</summary>
    /// <param name="found">The out.</param>
    /// <param name="settings">The settings of its DVC repository.</param>
    /// <param name="bytes">Reaches the remotes.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The files, a file out as one with an empty path; or why they cannot be told.</returns>
    public static async Task<(IReadOnlyList<DvcEntry>? Entries, DvcImportedOut? Why)> ListAsync(
        DvcOut found, DvcSettings settings, DvcBytes bytes, CancellationToken cancel)
    {
        if (!found.IsDirectory)
        {
            return ([new DvcEntry("", found.Md5!, found.IsExecutable)], null);
        }

        if (found.Files is { } listed)
        {
            return (listed, null);
        }

        DvcImportedOut Say(DvcOutcome outcome, string reason) => new(found.Path.Value, found.Record, outcome, reason);
        List<string> tried = [];
        byte[]? listing = FromCache(found, settings, tried) ?? await FromRemotesAsync(found, settings, bytes, tried, cancel);
        try
        {
            if (listing is not null)
            {
                return (DvcListing.Read(listing), null);
            }
        }
        catch (BadValueException e)
        {
            return (null, Say(DvcOutcome.Refused, e.Message));
        }

        bool isDamaged = tried.Any(static t => t.EndsWith(": damaged", StringComparison.Ordinal));
        return (null, Say(isDamaged ? DvcOutcome.Damaged : DvcOutcome.Missing,
            isDamaged ? "the listing of its files is damaged" : "the listing of its files is nowhere") with
        {
            Items = [$"{found.Path}: MD5 {found.CacheName}; {string.Join("; ", tried)}"],
        });
    }

    private static byte[]? FromCache(DvcOut found, DvcSettings settings, List<string> tried)
    {
        bool isThere = false;
        foreach (string name in DvcBytes.Names(found.CacheName, found.IsLegacy))
        {
            string path = $"{settings.CacheDirectory}/{name}";
            if (SmallFile.Find(path, path, DvcListing.LengthMax) is { } bytes)
            {
                isThere = true;
                if (DvcDigest.Matches(bytes, found.Md5!, found.IsLegacy))
                {
                    return bytes;
                }
            }
        }

        tried.Add($"cache {settings.CacheDirectory}: {(isThere ? "damaged" : "not there")}");
        return null;
    }

    private static async Task<byte[]?> FromRemotesAsync(
        DvcOut found, DvcSettings settings, DvcBytes bytes, List<string> tried, CancellationToken cancel)
    {
        foreach (DvcRemote place in settings.InOrder(found.Remote))
        {
            (byte[]? read, string said) = await bytes.AskAsync(settings, place, async open =>
            {
                foreach (string name in DvcBytes.Names(found.CacheName, found.IsLegacy))
                {
                    if (await open.ReadAsync(name, DvcListing.LengthMax, cancel) is { } whole)
                    {
                        return whole;
                    }
                }

                return null;
            });
            if (read is not null && DvcDigest.Matches(read, found.Md5!, found.IsLegacy))
            {
                return read;
            }

            tried.Add($"remote '{place.Name}' ({place.Url}): {(read is null ? said : "damaged")}");
        }

        return null;
    }
}
