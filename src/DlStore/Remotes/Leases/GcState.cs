namespace DlStore.Remotes.Leases;

/// <summary>What one listing of <c>gc/</c> says: the newest collection, how far it has come, and who holds the lock.</summary>
internal sealed class GcState
{
    private const int FilesMax = 100_000;
    private readonly Dictionary<string, RemoteFile> _files = new(StringComparer.Ordinal);

    private GcState()
    {
    }

    /// <summary>Gets the number of the newest collection, 0 if there was none.</summary>
    public int Epoch { get; private set; }

    /// <summary>Gets the number of the newest lock, 0 if there was none.</summary>
    public int Lock { get; private set; }

    /// <summary>Gets a value indicating whether the newest collection has not ended.</summary>
    public bool IsUnderWay => Epoch > 0 && Find(GcLayout.Done(Epoch)) is null;

    /// <summary>Gets a value indicating whether the newest collection has said what goes.</summary>
    public bool IsDeleting => IsUnderWay && Find(GcLayout.Deleting(Epoch)) is not null;

    public IEnumerable<RemoteFile> Files => _files.Values;

    public static async Task<GcState> ReadAsync(IRemote remote, CancellationToken cancel)
    {
        GcState state = new();
        await foreach (RemoteFile file in RemoteListing.ListAsync(remote, GcLayout.Gc, FilesMax, cancel))
        {
            state._files[file.Name] = file;
            int number = GcLayout.Number(file.Name);
            state.Epoch = file.Name == GcLayout.Epoch(number) ? Math.Max(state.Epoch, number) : state.Epoch;
            state.Lock = file.Name == GcLayout.Lock(number) ? Math.Max(state.Lock, number) : state.Lock;
        }

        return state;
    }

    public RemoteFile? Find(string name) => _files.TryGetValue(name, out RemoteFile file) ? file : null;

    /// <summary>Reads what the newest collection condemns; nothing if it has ended.</summary>
    public async Task<CondemnedList> ReadCondemnedAsync(IRemote remote, CancellationToken cancel)
    {
        if (!IsUnderWay)
        {
            return CondemnedList.None;
        }

        string name = GcLayout.Epoch(Epoch);
        return CondemnedList.Parse(
            await remote.ReadAsync(name, CondemnedList.LengthMax, cancel) ?? [], CondemnedList.Epoch, name, remote);
    }
}
