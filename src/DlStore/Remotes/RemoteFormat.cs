using System.Text;
using System.Text.Json;

namespace DlStore.Remotes;

/// <summary>The file <c>format.json</c> of a remote: says whether this program may use it.</summary>
internal static class RemoteFormat
{
    private const int LengthMax = 64 * 1024;

    /// <summary>The word of a store that is pushed to under leases only: then it can be collected.</summary>
    private const string Leases = "leases";

    private static readonly byte[] Current = Encoding.UTF8.GetBytes("{\"format\":1,\"requires\":[\"leases\"]}\n");
    private static readonly byte[] Added = Encoding.UTF8.GetBytes("{\"format\":1,\"requires\":[\"leases\"],\"leases\":\"added\"}\n");

    /// <summary>Checks the format of whatever is there; nothing at all is no error.</summary>
    /// <returns>False if there is no format record.</returns>
    /// <exception cref="DlsException">Kind Failed: the remote needs a newer dls, or is not one.</exception>
    public static async Task<bool> CheckAsync(IRemote remote, CancellationToken cancel)
    {
        byte[]? bytes = await remote.ReadAsync(RemoteLayout.Format, LengthMax, cancel);
        if (bytes is null)
        {
            return false;
        }

        (int format, string[] requires) = Parse(bytes, remote);
        string[] unknown = [.. requires.Where(static r => r != Leases)];
        if (format != 1 || unknown.Length > 0)
        {
            string what = format != 1 ? $"format {format}" : string.Join(", ", unknown);
            throw new DlsException(ErrorKind.Failed,
                $"use remote '{remote.Name}' ({remote.Location}): it needs {what}, which this dls does not know", "install a newer dls");
        }

        return true;
    }

    /// <summary>Requires a remote to read from.</summary>
    /// <exception cref="DlsException">Kind Failed: nothing is there, or no dls remote.</exception>
    public static async Task RequireAsync(string verb, IRemote remote, RemoteCache cache, CancellationToken cancel)
    {
        bool exists = await remote.ExistsAsync(cancel);
        if (!exists || !await CheckAsync(remote, cancel))
        {
            string what = !exists ? "is not there"
                : cache.IsKnown ? "was used from here before and has no format.json now" : "has no format.json, so it is no dls remote yet";
            throw new DlsException(
                ErrorKind.Failed, $"{verb} remote '{remote.Name}': '{remote.Location}' {what}",
                cache.IsKnown ? "check that it is mounted, or see `dls remote list`"
                    : "check that it is mounted, or see `dls remote list`; if it is new, "
                    + $"`dls push --remote {remote.Name} --create` makes it");
        }

        cache.NoteSeen();
    }

    /// <summary>Requires a remote that can be written to.</summary>
    /// <exception cref="DlsException">Kind Failed: it can only be read.</exception>
    public static void RequireWritable(IRemote remote)
    {
        if (remote.IsReadOnly)
        {
            throw remote is WrappedRemote { IsMarkedReadOnly: true }
                ? new DlsException(ErrorKind.Failed, $"push to remote '{remote.Name}': it is configured as one that is only read",
                    "push to another with --remote NAME; `dls remote list` shows the remotes")
                : new DlsException(ErrorKind.Failed, $"push to remote '{remote.Name}': '{remote.Location}' can only be read",
                    "push to the place that it serves, over ssh, S3 or a mount; `dls remote list` shows the remotes");
        }
    }

    /// <summary>
    /// Requires a remote to push to, or the right to make one (docs/formats/remote-layout.md). A remote that was there before and is not
    /// now is not mounted, or lost: a push
    /// into the empty mount point would look like a success.
    /// </summary>
    /// <param name="remote">The remote.</param>
    /// <param name="cache">What is known of it here.</param>
    /// <param name="create">The user asked for a new one.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>True if it is there; false if it is to be made.</returns>
    /// <exception cref="DlsException">Kind Failed: it is not there, and nobody said that it is new.</exception>
    public static async Task<bool> RequireForPushAsync(IRemote remote, RemoteCache cache, bool create, CancellationToken cancel)
    {
        if (await CheckAsync(remote, cancel))
        {
            cache.NoteSeen();
            return true;
        }

        if (!create && cache.IsKnown)
        {
            throw new DlsException(
                ErrorKind.Failed,
                    $"push to remote '{remote.Name}': '{remote.Location}' was used from here before and has no format.json now",
                "check that it is mounted; if it is gone for good, `dls push --remote "
                    + $"{remote.Name} --create` begins it anew with all commits of this branch");
        }

        if (!create && !cache.MayCreate)
        {
            throw new DlsException(
                ErrorKind.Failed,
                    $"push to remote '{remote.Name}': '{remote.Location}' has no format.json, and nobody has said here that it is new",
                $"check that it is mounted; if nobody has pushed there yet, run `dls push --remote {remote.Name} --create`");
        }

        return false;
    }

    /// <summary>Makes a new remote.</summary>
    public static async Task CreateAsync(IRemote remote, RemoteCache cache, CancellationToken cancel)
    {
        // Never replaced: somebody with a newer dls may be making it at this moment.
        await remote.PutAsync(RemoteLayout.Format, Current, replace: false, cancel);
        _ = await CheckAsync(remote, cancel);
        cache.NoteSeen();
    }

    /// <summary>Makes sure that whoever takes no lease is refused.</summary>
    /// <param name="remote">The remote.</param>
    /// <param name="mayWrite">The word is added to the record if it is not there.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>True if the store was made with that word; false if who read an older record may still be at work.</returns>
    public static async Task<bool> RequireLeasesAsync(IRemote remote, bool mayWrite, CancellationToken cancel)
    {
        byte[] bytes = await remote.ReadAsync(RemoteLayout.Format, LengthMax, cancel) ?? [];
        bool has = Parse(bytes, remote).Requires.Contains(Leases);
        if (!has && mayWrite)
        {
            await remote.PutAsync(RemoteLayout.Format, Added, replace: true, cancel);
            await remote.FlushAsync(cancel);
        }

        return has && !bytes.AsSpan().SequenceEqual(Added);
    }

    private static (int Format, string[] Requires) Parse(byte[] bytes, IRemote remote)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(bytes);
            int format = document.RootElement.GetProperty("format").GetInt32();
            return (format, [.. document.RootElement.GetProperty("requires").EnumerateArray().Select(e => e.GetString() ?? "")]);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new DlsException(
                ErrorKind.Corrupt, $"read '{RemoteLayout.Format}' of remote '{remote.Name}' ({remote.Location}): it is not a format record",
                "check the URL; a dls remote has one such file at its top", e);
        }
    }
}
