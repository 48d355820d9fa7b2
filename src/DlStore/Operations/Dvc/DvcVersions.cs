using DlStore.Git;
using DlStore.Objects;

namespace DlStore.Operations.Dvc;

/// <summary>One version of a record: what it names, and what that comes to.</summary>
/// <param name="Commit">The first commit that has it.</param>
/// <param name="Record">What it names.</param>
internal sealed record DvcVersion(string Commit, DvcRecord Record)
{
    /// <summary>Gets the outs that became pointers.</summary>
    public List<(string Path, HistoryFile Pointer)> Pointers { get; } = [];

    /// <summary>Gets or sets a value indicating whether the record itself is not needed any more.</summary>
    public bool IsReplaced { get; set; }
}

/// <summary>The versions of all records of a history, each read once.</summary>
/// <param name="repo">The repository.</param>
/// <param name="now">The records of the work tree: the settings of DVC are theirs, and the files of those that are equal.</param>
internal sealed class DvcVersions(Repo repo, DvcRecords now)
{
    private const int AtOnce = 256;
    private readonly Dictionary<(string File, string Blob, string? Pipeline), DvcVersion> _versions = [];
    private readonly List<DvcLostVersion> _lost = [];

    /// <summary>Gets how many versions of outs became pointers.</summary>
    public long Found { get; private set; }

    /// <summary>Gets what did not.</summary>
    public IReadOnlyList<DvcLostVersion> Lost => _lost;

    /// <summary>Gives a version that was collected.</summary>
    /// <param name="file">The record.</param>
    /// <param name="blob">Its blob.</param>
    /// <param name="pipeline">The blob of the <c>dvc.yaml</c> beside a lock.</param>
    public DvcVersion Of(string file, string blob, string? pipeline) => _versions[(file, blob, pipeline)];

    /// <summary>Reads a blob of git's.</summary>
    public byte[] ReadBlob(string blob) => repo.Git.CatFile.Read(blob)?.Bytes
        ?? throw new DlsException(ErrorKind.Failed, $"read git's object '{blob}': it is not here", "run `git fetch` or `git fsck`");

    /// <summary>Reads every version of every record.</summary>
    /// <exception cref="DlsException">Kind Failed: one cannot be read; the commit is named.</exception>
    public void Collect(IReadOnlyList<HistoryCommit> commits)
    {
        DvcTrees trees = new();
        foreach (HistoryCommit commit in commits)
        {
            foreach ((string file, string blob, string? pipeline) in trees.Step(commit).IsChanged ? trees.Records() : [])
            {
                if (!_versions.ContainsKey((file, blob, pipeline)))
                {
                    _versions[(file, blob, pipeline)] = new DvcVersion(commit.Original.Hex, Read(commit, file, blob, pipeline));
                }
            }
        }
    }

    /// <summary>Finds and stores the bytes of all versions.</summary>
    public async Task FindAsync(DvcBytes bytes, ObjectWriter? writer, IProgress<WorkProgress>? progress, CancellationToken cancel)
    {
        List<(DvcVersion Version, DvcUnit Unit)> units = [];
        foreach (DvcVersion version in _versions.Values)
        {
            await ListAsync(version, units, bytes, cancel);
        }

        ParallelOptions parallel = new() { MaxDegreeOfParallelism = bytes.ParallelMax, CancellationToken = cancel };
        (DvcUnit Unit, int At)[] all = [.. units.SelectMany(static u =>
            Enumerable.Range(0, u.Unit.Entries.Count).Select(i => (u.Unit, i)))];
        for (int from = 0; from < all.Length; from += AtOnce)
        {
            (DvcUnit Unit, int At)[] some = all[from..Math.Min(all.Length, from + AtOnce)];
            await Parallel.ForEachAsync(some, parallel, async (item, stop) => await item.Unit.TakeAsync(item.At, bytes, stop));
            foreach ((DvcUnit unit, int at) in some)
            {
                unit.Append(at, writer);
            }

            progress?.Report(new WorkProgress("importing", from + some.Length, all.Length, bytes.BytesRead, -1));
        }

        foreach ((DvcVersion version, DvcUnit unit) in units)
        {
            Settle(version, unit, writer);
        }

        foreach (DvcVersion version in _versions.Values)
        {
            version.IsReplaced = !version.Record.IsStage && version.Record.Outs.Count > 0
                && version.Pointers.Count == version.Record.Outs.Count;
            if (!version.Record.IsStage && !version.IsReplaced)
            {
                version.Pointers.Clear();
            }

            Found += version.Pointers.Count;
        }
    }

    private DvcRecord Read(HistoryCommit commit, string file, string blob, string? pipeline)
    {
        try
        {
            DvcPipeline stages = pipeline is null ? DvcPipeline.None : DvcPipeline.Read(ReadBlob(pipeline), $"{commit.Original}:dvc.yaml");
            return DvcRecordReader.Read(file, ReadBlob(blob), stages);
        }
        catch (DlsException e) when (e.Kind == ErrorKind.Failed)
        {
            // One version that nobody could use does not keep the others from being taken over.
            _lost.Add(new DvcLostVersion(commit.Original.Hex, new DvcImportedOut(file, file, DvcOutcome.Refused, e.Message)));
            return new DvcRecord(file, []);
        }
    }

    private async Task ListAsync(DvcVersion version, List<(DvcVersion, DvcUnit)> units, DvcBytes bytes, CancellationToken cancel)
    {
        DvcRecord? current = now.All.FirstOrDefault(r => r.File == version.Record.File);
        foreach (DvcOut found in version.Record.Outs)
        {
            DvcImportedOut? why = DvcJudge.OfName(found);
            IReadOnlyList<DvcEntry>? entries = null;
            DvcSettings settings = now.SettingsOf(version.Record.File);
            if (why is null)
            {
                (entries, why) = await DvcDirectory.ListAsync(found, settings, bytes, cancel);
            }

            if (entries is not null)
            {
                DvcUnit unit = new(found, settings, entries, null);
                if (current?.Outs.Any(o => o.Path == found.Path && o.CacheName == found.CacheName) ?? false)
                {
                    using DvcWorkFiles work = new(repo);
                    unit.Look(work);
                }

                units.Add((version, unit));
            }
            else if (why!.Outcome != DvcOutcome.LeftToGit)
            {
                _lost.Add(new DvcLostVersion(version.Commit, why));
            }
        }
    }

    private void Settle(DvcVersion version, DvcUnit unit, ObjectWriter? writer)
    {
        if (unit.ToLost() is { } lost)
        {
            _lost.Add(new DvcLostVersion(version.Commit, lost));
            return;
        }

        byte[] pointer = [];
        if (writer is not null)
        {
            unit.Settle(writer, 0);
            pointer = unit.Pointer!.ToBytes();
        }

        version.Pointers.Add((unit.Out.Path.Value + Pointer.Suffix, HistoryFile.Of(pointer)));
    }
}
