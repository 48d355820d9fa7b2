using System.Text;
using DlStore.Io;
using DlStore.Objects;

namespace DlStore.Ssh;

/// <summary>
/// Lays trees and blobs of the local store out on a host. They go through a cache there, named by oid, so that what a host has had once is
/// not sent again, and a tree that it lacks is made of the nearest one it has.
/// </summary>
/// <remarks>
/// The host hashes every file of a tree it makes before the tree gets its name; what a killed transfer leaves is a stage directory, which
/// the next one removes. Two clients may send at once: the first to rename wins, and both find the same bytes. Destinations get copies,
/// never hard links. See docs/formats/host-layout.md.
/// </remarks>
/// <param name="shell">The host.</param>
/// <param name="store">Has what is sent.</param>
internal sealed class HostCache(HostShell shell, ObjectStore store)
{
    private const int MissingShown = 5;
    private long _bytesSent;
    private long _filesSent;

    /// <summary>Brings inputs to the host and copies them to where they belong.</summary>
    /// <param name="directory">On the host: absolute, below <c>~/</c>, or relative to the directory of dls there. Made if need be; what is
    /// in it stays.</param>
    /// <param name="inputs">What to lay out; may repeat objects.</param>
    /// <param name="progress">Told of bytes sent, or null.</param>
    /// <param name="cancel">Stops it; what is complete in the cache stays.</param>
    /// <returns>What was sent and what was not.</returns>
    /// <exception cref="DlsException">Kind Missing: an object is not in the store. Kind Failed: the host cannot be reached, its disk is too
    /// small, or it fails.</exception>
    public async Task<HostPlaced> PlaceAsync(
        string directory, IReadOnlyList<HostInput> inputs, IProgress<WorkProgress>? progress, CancellationToken cancel)
    {
        _bytesSent = _filesSent = 0;
        Dictionary<Oid, TreeDigests> trees = [];
        Dictionary<HostInput, long> sizes = [];
        foreach (HostInput input in inputs)
        {
            sizes[input] = SizeOf(input, trees);
        }

        string wanted = string.Concat(trees.Keys.Select(static o => $"tree {o.ToHex()}\n"))
            + string.Concat(
                inputs.Where(static i => i.Kind == ObjectKind.Blob).Distinct().Select(i => $"blob {i.Oid.ToHex()} {sizes[i]}\n"));
        HostScript look = new(HostCacheScripts.Look, [directory]) { What = "look into the cache" };
        HostState state = HostState.Read((await shell.RequireAsync(look, Encoding.UTF8.GetBytes(wanted), cancel)).OutputText());

        HostInput[] blobs = [.. inputs.Where(i => i.Kind == ObjectKind.Blob && !state.Has.Contains(i.Oid)).DistinctBy(static i => i.Oid)];
        Oid[] missing = [.. trees.Keys.Where(o => !state.Has.Contains(o))];
        long total = inputs.Sum(i => sizes[i]);
        state.RequireSpace(shell.Name, missing.Sum(o => trees[o].Bytes) + blobs.Sum(b => sizes[b]), total);
        foreach (Oid tree in missing)
        {
            await MakeTreeAsync(tree, trees[tree], state.Near, progress, cancel);
        }

        if (blobs.Length > 0)
        {
            List<TreeItem> items = [
                .. blobs.Select(b => new TreeItem(Encoding.ASCII.GetBytes(b.Oid.ToHex()), TreeMode.File, sizes[b], b.Oid))];
            HostScript take = new(HostCacheScripts.TakeBlobs, []) { What = "send files" };
            shell.RequireDone(take, await SendAsync(take, [], items, progress, cancel));
        }

        await CopyToPlaceAsync(directory, inputs, cancel);
        return new HostPlaced(_bytesSent, _filesSent, Math.Max(0, total - _bytesSent));
    }

    /// <summary>Copies inputs out of the host's cache to where they belong.</summary>
    private async Task CopyToPlaceAsync(string directory, IReadOnlyList<HostInput> inputs, CancellationToken cancel)
    {
        List<string> arguments = [directory];
        foreach (HostInput input in inputs)
        {
            arguments.AddRange(
                [input.Kind == ObjectKind.Tree ? "tree" : "blob", input.Oid.ToHex(), input.Path, input.Executable ? "755" : "644"]);
        }

        await shell.RequireAsync(new HostScript(HostCacheScripts.Place,
            arguments)
        { What = $"copy inputs to '{EntryName.Show(Encoding.UTF8.GetBytes(directory))}'" }, default, cancel);
    }

    private async Task MakeTreeAsync(
        Oid tree, TreeDigests digests, IReadOnlyList<Oid> near, IProgress<WorkProgress>? progress, CancellationToken cancel)
    {
        (Oid? from, TreeDelta delta) = Nearest(near, tree);
        while (true)
        {
            RequireHere(delta.Add);
            byte[] remove = [.. delta.Remove.SelectMany(static p => (byte[])[(byte)'.', (byte)'/', .. p, 0])];
            HostScript make = new(HostCacheScripts.MakeTree,
                [tree.ToHex(), from?.ToHex() ?? "", $"{remove.Length}", .. digests.Arguments()])
            { What = "send a directory" };
            HostReply reply = await SendAsync(make, remove, delta.Add, progress, cancel);
            if (from is null || reply.ExitCode is not (HostCacheScripts.BaseIsBad or HostCacheScripts.Differs))
            {
                shell.RequireDone(make, reply);
                return;
            }

            // The tree there was changed behind our back; from nothing it cannot go wrong that way.
            (from, delta) = (null, TreeDelta.Between(store, null, tree));
        }
    }

    /// <summary>
    /// Chooses the cached tree that has the most files in common; one whose listing is not in the local store does not count.
    /// </summary>
    private (Oid? From, TreeDelta Delta) Nearest(IReadOnlyList<Oid> near, Oid tree)
    {
        Oid? best = null;
        TreeDelta bestDelta = TreeDelta.Between(store, null, tree);
        foreach (Oid candidate in near)
        {
            try
            {
                TreeDelta delta = store.Contains(candidate) ? TreeDelta.Between(store, candidate, tree) : bestDelta;
                if (delta.EqualFiles > bestDelta.EqualFiles)
                {
                    (best, bestDelta) = (candidate, delta);
                }
            }
            catch (DlsException e) when (e.Kind is ErrorKind.Missing or ErrorKind.Corrupt)
            {
                // A listing that is not whole here: another one will do.
            }
        }

        return (best, bestDelta);
    }

    private async Task<HostReply> SendAsync(
        HostScript script, byte[] before, List<TreeItem> items, IProgress<WorkProgress>? progress, CancellationToken cancel)
    {
        long total = items.Sum(static i => i.Mode == TreeMode.Directory ? 0 : i.Size);
        long bytes = 0;
        long done = 0;
        void Report(long more)
        {
            bytes += more;
            done += more == 0 ? 1 : 0;
            progress?.Report(new WorkProgress("sending", done, items.Count, bytes, total));
        }

        HostReply reply = await shell.StreamAsync(
            script,
            async (stream, stop) =>
            {
                await stream.WriteAsync(before, stop);
                await using BufferedStream buffered = new(stream, 256 * 1024);
                TarStream tar = new(store, buffered, Report);
                foreach (TreeItem item in items)
                {
                    if (stream is ChildInput { Broken: true })
                    {
                        return; // The script has ended; its reply says why.
                    }

                    await tar.WriteAsync(item, stop);
                }

                await tar.FinishAsync(stop);
                await buffered.FlushAsync(stop);
            },
            null,
            cancel);
        _bytesSent += bytes;
        _filesSent += items.LongCount(static i => i.Mode != TreeMode.Directory);
        return reply;
    }

    private long SizeOf(HostInput input, Dictionary<Oid, TreeDigests> trees)
    {
        bool safe = input.Path.Length == 0 ? input.Kind == ObjectKind.Tree : RelPath.TryParse(input.Path, out _, out _);
        if (!safe)
        {
            throw new DlsException(ErrorKind.Failed, $"place '{EntryName.Show(Encoding.UTF8.GetBytes(input.Path))}' on "
                + $"host '{shell.Name}': it is not a path below the directory");
        }

        if (input.Kind == ObjectKind.Tree)
        {
            trees[input.Oid] = trees.TryGetValue(input.Oid, out TreeDigests? known) ? known : TreeDigests.Of(store, input.Oid);
            return trees[input.Oid].Bytes;
        }

        return store.Find(input.Oid) is { } packed ? packed.Entry.Plain
            : store.Large.Contains(input.Oid) ? new FileInfo(store.Large.PathOf(input.Oid)).Length
            : throw store.Absent(input.Oid);
    }

    private void RequireHere(List<TreeItem> items)
    {
        string[] missing = [
            .. items.Where(i => i.Mode != TreeMode.Directory && !store.Contains(i.Oid)).Select(static i => EntryName.Show(i.Path))];
        if (missing.Length > 0)
        {
            throw new DlsException(ErrorKind.Missing,
                $"send to host '{shell.Name}': {missing.Length} of the files are not in the local store", "run `dls pull` to fetch them")
            {
                Items = [.. missing.Take(MissingShown)],
            };
        }
    }
}
