using System.Globalization;
using DlStore.Objects;
using DlStore.Remotes;
using DlStore.Remotes.Leases;

namespace DlStore.Operations.Collect;

/// <summary>Why an object is on a remote.</summary>
/// <param name="Remote">The remote's name.</param>
/// <param name="Oid">The object.</param>
/// <param name="KeptBy">What keeps it, a line each; empty if nothing does.</param>
/// <param name="Pins">How many pins name it, the listed ones included.</param>
/// <param name="Places">Where it lies.</param>
public sealed record ExplainResult(string Remote, Oid Oid, IReadOnlyList<string> KeptBy, long Pins, IReadOnlyList<string> Places);

/// <summary><c>dls gc --remote --explain</c>: reads what a collection would read, and changes nothing.</summary>
public static class CollectExplain
{
    private const int PinsShown = 10;

    /// <summary>Runs the command.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="remote">The remote's name, or null for the default one.</param>
    /// <param name="oid">The object.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>What keeps it.</returns>
    public static async Task<ExplainResult> RunAsync(Repo repo, string? remote, Oid oid, CancellationToken cancel)
    {
        IRemote opened = repo.OpenRemote(remote);
        RemoteCache cache = new(repo.RemoteCacheRoot, opened.Name, opened.Location);
        await RemoteFormat.RequireAsync("explain what lies on", opened, cache, cancel);
        Dictionary<string, string> pins = new(StringComparer.Ordinal);
        using RemoteMark mark = await RemoteMark.ReadAsync(
            repo, opened, cache, (pin, named, path) => { if (named == oid) { pins.TryAdd(pin, path); } }, cancel);
        GcState state = await GcState.ReadAsync(opened, cancel);
        List<string> kept = [
            .. pins.Order().Take(PinsShown).Select(static p => $"pin '{p.Key}' names it in '{p.Value}'")];
        if (state.IsUnderWay && await opened.FindSizeAsync(GcLayout.Rescue(state.Epoch, oid), cancel) is not null)
        {
            kept.Add(string.Create(CultureInfo.InvariantCulture, $"a push has rescued it from collection {state.Epoch}"));
        }

        kept.AddRange(mark.Erased.Contains(oid) ? ["a tombstone says that it goes, whatever names it"] : []);
        return new ExplainResult(opened.Name, oid, kept, pins.Count, await PlacesAsync(opened, mark, state, oid, cancel));
    }

    private static async Task<IReadOnlyList<string>> PlacesAsync(
        IRemote remote, RemoteMark mark, GcState state, Oid oid, CancellationToken cancel)
    {
        CondemnedList condemned = await state.ReadCondemnedAsync(remote, cancel);
        List<string> places = [];
        IEnumerable<Oid> packs = mark.Index.Indexes.SelectMany(static i => i.Rows())
            .Where(r => r.Entry.Oid == oid).Select(static r => r.Pack).Distinct();
        foreach (Oid pack in packs)
        {
            places.Add(RemoteLayout.Pack(pack) + (condemned.Packs.Contains(pack) ? ", condemned" : ""));
        }

        if (await remote.FindSizeAsync(RemoteLayout.Blob(oid), cancel) is not null)
        {
            places.Add(RemoteLayout.Blob(oid) + (condemned.Blobs.Contains(oid) ? ", condemned" : ""));
        }

        await foreach (RemoteFile file in RemoteListing.ListAsync(remote, GcLayout.QuarantineDirectory, RemoteListing.FilesMax, cancel))
        {
            places.AddRange(GcLayout.PlaceOf(file.Name) == RemoteLayout.Blob(oid) ? [file.Name] : []);
        }

        return places;
    }
}
