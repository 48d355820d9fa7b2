using DlStore.Objects;
using DlStore.Remotes;

namespace DlStore.TestKit;

/// <summary>The calls of a remote that can go wrong.</summary>
public enum RemoteCall
{
    Exists,
    FindSize,
    Read,
    ReadRange,
    Download,
    PutFile,
    Put,
    Flush,
    List,
    FindHash,
    Move,
    Remove,

    /// <summary>Whichever comes.</summary>
    Any,
}

/// <summary>What goes wrong.</summary>
public enum RemoteFault
{
    /// <summary>The call fails before it does anything.</summary>
    Error,
    /// <summary>The call does its work, and then its answer is lost.</summary>
    ErrorAfter,
    /// <summary>The call takes long enough for others to pass it.</summary>
    Delay,
    /// <summary>What is read ends early.</summary>
    Truncated,
    /// <summary>One bit of what is read is another.</summary>
    FlippedBit,
}

/// <summary>One thing that goes wrong.</summary>
/// <param name="Call">Which call.</param>
/// <param name="Nth">The how-manieth of that sort, from 1; 0 for each.</param>
/// <param name="What">What goes wrong.</param>
/// <param name="NamePart">Only calls for names that hold this text are counted.</param>
public sealed record PlannedFault(RemoteCall Call, int Nth, RemoteFault What, string NamePart = "");

/// <summary>A remote around another that fails as planned, and counts the calls it sees.</summary>
public sealed class FaultyRemote(IRemote inner, params IReadOnlyList<PlannedFault> faults) : WrappedRemote(inner)
{
    private const int DelayMs = 50;
    private readonly int[] _seen = new int[faults.Count];
    private readonly List<(RemoteCall Call, string Name)> _calls = [];

    /// <summary>Gets the calls so far, in order.</summary>
    public IReadOnlyList<(RemoteCall Call, string Name)> Calls
    {
        get
        {
            lock (_calls)
            {
                return [.. _calls];
            }
        }
    }

    /// <summary>Gets what is done before each call, or null.</summary>
    public Action<RemoteCall, string>? Before { get; init; }

    /// <summary>Gets how many faults have struck.</summary>
    public int Struck { get; private set; }

    /// <inheritdoc/>
    public override Task<bool> ExistsAsync(CancellationToken cancel) => RunAsync(RemoteCall.Exists, "", () => Inner.ExistsAsync(cancel));

    /// <inheritdoc/>
    public override Task<byte[]?> ReadAsync(string name, int lengthMax, CancellationToken cancel) =>
        RunAsync(RemoteCall.Read, name, () => Inner.ReadAsync(name, lengthMax, cancel), (bytes, what) => bytes is null
            ? null : Spoil(bytes, what));

    /// <inheritdoc/>
    public override Task<long?> FindSizeAsync(
        string name, CancellationToken cancel) => RunAsync(RemoteCall.FindSize, name, () => Inner.FindSizeAsync(name, cancel));

    /// <inheritdoc/>
    public override Task ReadRangeAsync(string name, long offset, Memory<byte> buffer, CancellationToken cancel) => RunAsync(
        RemoteCall.ReadRange,
        name,
        async () =>
        {
            await Inner.ReadRangeAsync(name, offset, buffer, cancel);
            return true;
        },
        (_, what) =>
        {
            if (what == RemoteFault.Truncated)
            {
                throw new DlsException(ErrorKind.Missing, $"read '{name}' of remote '{Name}': it ends early");
            }

            Spoil(buffer.ToArray(), what).CopyTo(buffer);
            return true;
        });

    /// <inheritdoc/>
    public override Task<Oid> DownloadAsync(string name, string path, long lengthMax, Action<long>? done, CancellationToken cancel) => RunAsync(
        RemoteCall.Download,
        name,
        () => Inner.DownloadAsync(name, path, lengthMax, done, cancel),
        (_, what) =>
        {
            byte[] spoilt = Spoil(File.ReadAllBytes(path), what);
            File.Delete(path);
            File.WriteAllBytes(path, spoilt);
            return Oid.Of(spoilt);
        });

    /// <inheritdoc/>
    public override Task<PutResult> PutFileAsync(string name, string path, Oid oid, Action<long>? done, CancellationToken cancel) =>
        RunAsync(RemoteCall.PutFile, name, () => Inner.PutFileAsync(name, path, oid, done, cancel));

    /// <inheritdoc/>
    public override Task<PutResult> ReplaceFileAsync(string name, string path, Oid oid, Action<long>? done, CancellationToken cancel) =>
        RunAsync(RemoteCall.PutFile, name, () => Inner.ReplaceFileAsync(name, path, oid, done, cancel));

    /// <inheritdoc/>
    public override Task<PutResult> PutAsync(string name, ReadOnlyMemory<byte> bytes, bool replace, CancellationToken cancel) =>
        RunAsync(RemoteCall.Put, name, () => Inner.PutAsync(name, bytes, replace, cancel));

    /// <inheritdoc/>
    public override Task<Durability> FlushAsync(CancellationToken cancel) => RunAsync(RemoteCall.Flush, "", () => Inner.FlushAsync(cancel));

    /// <inheritdoc/>
    public override Task<Oid?> FindHashAsync(string name, CancellationToken cancel) =>
        RunAsync(RemoteCall.FindHash, name, () => Inner.FindHashAsync(name, cancel));

    /// <inheritdoc/>
    public override Task<bool> MoveAsync(string name, string newName, CancellationToken cancel) =>
        RunAsync(RemoteCall.Move, name, () => Inner.MoveAsync(name, newName, cancel));

    /// <inheritdoc/>
    public override Task<bool> RemoveAsync(string name, CancellationToken cancel) =>
        RunAsync(RemoteCall.Remove, name, () => Inner.RemoveAsync(name, cancel));

    /// <inheritdoc/>
    public override async IAsyncEnumerable<RemoteFile> ListAsync(
        string directory, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        await RunAsync(RemoteCall.List, directory, () => Task.FromResult(true));
        await foreach (RemoteFile file in Inner.ListAsync(directory, cancel))
        {
            yield return file;
        }
    }

    private static byte[] Spoil(byte[] bytes, RemoteFault what)
    {
        byte[] spoilt = what == RemoteFault.Truncated ? bytes[..(bytes.Length / 2)] : [.. bytes];
        if (what == RemoteFault.FlippedBit && spoilt.Length > 0)
        {
            spoilt[spoilt.Length / 2] ^= 4;
        }

        return spoilt;
    }

    private async Task<T> RunAsync<T>(RemoteCall call, string name, Func<Task<T>> work, Func<T, RemoteFault, T>? spoil = null)
    {
        Before?.Invoke(call, name);
        RemoteFault? what = Next(call, name);
        if (what == RemoteFault.Delay)
        {
            await Task.Delay(DelayMs);
        }

        if (what == RemoteFault.Error)
        {
            throw Failure(call, name);
        }

        T result = await work();
        return what switch
        {
            RemoteFault.ErrorAfter => throw Failure(call, name),
            RemoteFault.Truncated or RemoteFault.FlippedBit => spoil is null ? result : spoil(result, what.Value),
            _ => result,
        };
    }

    private RemoteFault? Next(RemoteCall call, string name)
    {
        lock (_calls)
        {
            _calls.Add((call, name));
            RemoteFault? what = null;
            for (int i = 0; i < faults.Count; i++)
            {
                bool counts = (faults[i].Call == call || faults[i].Call == RemoteCall.Any) && name.Contains(faults[i].NamePart, StringComparison.Ordinal);
                if (counts && (++_seen[i] == faults[i].Nth || faults[i].Nth == 0))
                {
                    what = faults[i].What;
                    Struck++;
                }
            }

            return what;
        }
    }

    private DlsException Failure(RemoteCall call, string name) =>
        new(ErrorKind.Failed, $"reach '{name}' of remote '{Name}': the connection was lost in {call}") { IsPassing = true };
}
