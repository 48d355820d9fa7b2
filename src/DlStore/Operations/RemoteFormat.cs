using System.Text;
using System.Text.Json;
using DlStore.Remotes;

namespace DlStore.Operations;

/// <summary>The file <c>format.json</c> of a remote: says whether this program may use it.</summary>
internal static class RemoteFormat
{
    private const int LengthMax = 64 * 1024;
    private static readonly byte[] Current = Encoding.UTF8.GetBytes("{\"format\":1,\"requires\":[]}\n");

    /// <summary>Checks the format; writes it if the remote is new and <paramref name="create"/> is set.</summary>
    /// <exception cref="DlsException">Kind Failed: the remote needs a newer dls, or is not one.</exception>
    public static async Task CheckAsync(IRemote remote, bool create, CancellationToken cancel)
    {
        byte[]? bytes = await remote.ReadAsync(RemoteLayout.Format, LengthMax, cancel);
        if (bytes is null && create)
        {
            await remote.PutAsync(RemoteLayout.Format, Current, cancel);
        }

        if (bytes is null)
        {
            return;
        }

        (int format, string[] requires) = Parse(bytes, remote);
        if (format != 1 || requires.Length > 0)
        {
            string what = format != 1 ? $"format {format}" : string.Join(", ", requires);
            throw new DlsException(ErrorKind.Failed, $"use remote '{remote.Name}' ({remote.Location}): it needs {what}, which this dls does not know", "install a newer dls");
        }
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
            throw new DlsException(ErrorKind.Corrupt, $"read '{RemoteLayout.Format}' of remote '{remote.Name}' ({remote.Location}): it is not a format record", "check the URL; a dls remote has one such file at its top", e);
        }
    }
}
