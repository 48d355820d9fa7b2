using DlStore.Io;
using DlStore.Objects;
using DlStore.Operations.Store;
using DlStore.Remotes;

namespace DlStore.Operations.Collect;

/// <summary>
/// Sends the live objects of packs that are mostly waste in new ones, with an index of their own that supersedes nothing.
/// </summary>
internal sealed class CollectRewrite(Repo repo, IRemote remote, RemoteCache cache, RemoteMark mark)
{
    /// <summary>Rewrites packs.</summary>
    /// <param name="packs">Their ids.</param>
    /// <param name="cancel">Stops it; what was sent is a second place, no more.</param>
    /// <returns>The packs whose live objects have another place now.</returns>
    public async Task<IReadOnlyList<Oid>> RunAsync(IReadOnlyList<Oid> packs, CancellationToken cancel)
    {
        List<Oid> done = [];
        List<string> temps = [];
        AtomicFile.MakeDirectory(cache.OutgoingDirectory);
        AtomicFile.MakeDirectory(repo.Store.TempDirectory);
        Repacker repacker = new(cache.OutgoingDirectory);
        HashSet<Oid> wanted = [.. packs.SelectMany(p => mark.Index.EntriesOf(p)).Select(static e => e.Oid).Where(mark.Live.Contains)];
        try
        {
            foreach (Oid pack in packs)
            {
                string temp = Path.Combine(repo.Store.TempDirectory, $"collect-{TempName.Next()}");
                temps.Add(temp);
                if (await remote.DownloadAsync(RemoteLayout.Pack(pack), temp, PackFormat.PackMax, null, cancel) != pack)
                {
                    // A damaged pack stays as it is: repair is another command.
                    continue;
                }

                using PackTable table = PackTable.Open(temp, pack);
                PackEntry[] entries = [
                    .. Enumerable.Range(0, table.Count).Select(table.Get)
                        .Where(e => mark.Live.Contains(e.Oid)).OrderBy(static e => e.Offset)];
                repacker.Copy(table.Pack, table.Kind, entries, wanted);
                done.Add(pack);
            }

            await SendAsync(repacker.Finish(), cancel);
            return done;
        }
        finally
        {
            temps.ForEach(File.Delete);
        }
    }

    private async Task SendAsync(IReadOnlyList<(string Path, Oid Id)> made, CancellationToken cancel)
    {
        if (made.Count == 0)
        {
            return;
        }

        PackIndexWriter writer = new();
        List<PackTable> tables = [];
        try
        {
            foreach ((string path, Oid id) in made)
            {
                await remote.PutFileAsync(RemoteLayout.Pack(id), path, id, null, cancel);
                PackTable table = PackTable.Open(path, id);
                tables.Add(table);
                writer.AddTable(table, new FileInfo(path).Length);
            }

            await remote.FlushAsync(cancel);
            CrashPoint.Hit("gc.remote-packed");
            await SendIndexAsync(remote, cache, writer, cancel);
        }
        finally
        {
            tables.ForEach(static t => t.Dispose());
            foreach ((string path, Oid _) in made)
            {
                File.Delete(path);
            }
        }
    }

    /// <summary>Writes an index, sends it, and keeps it as seen.</summary>
    public static async Task SendIndexAsync(IRemote remote, RemoteCache cache, PackIndexWriter writer, CancellationToken cancel)
    {
        await RemoteIndexFile.SendAsync(remote, cache, writer, cancel);
        CrashPoint.Hit("gc.remote-indexed");
    }
}
