using System.Globalization;
using System.Text;
using DlStore.Git;
using DlStore.Io;
using DlStore.Objects;
using DlStore.WorkTree;
using DlStore.WorkTree.Merges;

namespace DlStore.Operations.Merges;

/// <summary>What git gives its merge driver.</summary>
public sealed record MergeDriverOptions
{
    /// <summary>Gets the file with the version both sides started from; empty if there is none.</summary>
    public required string BaseFile { get; init; }

    /// <summary>Gets the file with this side's version; what was merged is written there.</summary>
    public required string OursFile { get; init; }

    /// <summary>Gets the file with the other side's version.</summary>
    public required string TheirsFile { get; init; }

    /// <summary>Gets the path that is merged, from the top of the work tree.</summary>
    public required string Path { get; init; }

    /// <summary>Gets how long conflict markers are to be, for files that are no pointers.</summary>
    public int MarkerLength { get; init; } = 7;

    /// <summary>Gets what git calls the other side, or null if it does not say.</summary>
    public string? TheirsName { get; init; }

    /// <summary>
    /// Gets a value indicating whether two common ancestors are merged into one that git compares with: then what clashes stays as it was
    /// before both, so that it clashes again where it counts.
    /// </summary>
    public bool IsInner { get; init; }
}

/// <summary>What the driver did.</summary>
/// <param name="Path">The managed path; empty for a file that is no pointer.</param>
/// <param name="Clashes">What is left to decide.</param>
public sealed record MergeDriverResult(string Path, int Clashes);

/// <summary>
/// <c>dls merge-driver</c>: merges a pointer for git. New listings are durable first, then the note, then the file that git reads: a kill
/// leaves git with the version it had. A file of this name that is no pointer is merged as text, as git would.
/// </summary>
public static class MergeDriver
{
    private const int ConflictsMax = 127;

    /// <summary>Runs the command.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="options">What git said.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>What was done.</returns>
    /// <exception cref="DlsException">It cannot be merged; the file is as it was, so that git holds the path unmerged with this side's
    /// version.</exception>
    public static async Task<MergeDriverResult> RunAsync(Repo repo, MergeDriverOptions options, CancellationToken cancel)
    {
        byte[] before = Read(repo, options.BaseFile);
        byte[] ours = Read(repo, options.OursFile);
        byte[] theirs = Read(repo, options.TheirsFile);
        if (!Pointer.LooksLike(ours) || !Pointer.LooksLike(theirs)
            || !PointerName.TryRead(Encoding.UTF8.GetBytes(options.Path), out RelPath path, out _))
        {
            return MergeText(repo, options);
        }

        try
        {
            int clashes = await MergeAsync(repo, options, path, (before, ours, theirs), cancel);
            CrashPoint.Hit("merge.written");
            return new MergeDriverResult(path.Value, clashes);
        }
        catch (DlsException) when (options.IsInner)
        {
            // This side's version would pass for what both started from, and the other side's would win everywhere without a word.
            AtomicFile.WriteCache(Absolute(repo, options.OursFile), before);
            throw;
        }
    }

    private static async Task<int> MergeAsync(Repo repo, MergeDriverOptions options, RelPath path,
        (byte[] Before, byte[] Ours, byte[] Theirs) texts, CancellationToken cancel)
    {
        string file = path.Value + Pointer.Suffix;
        Pointer? before = Pointer.LooksLike(texts.Before) ? Pointer.Parse(texts.Before, file) : null;
        Pointer ours = Pointer.Parse(texts.Ours, file);
        Pointer theirs = Pointer.Parse(texts.Theirs, file);
        // Held until the note and git's file name what is new: gc waits.
        using ObjectWriter writer = repo.BeginWrite();
        NodeBuffer nodes = new(repo.Store, writer);
        PointerMerge merge = await MergeListings.WithAsync(
            repo, file, [before, ours, theirs], () => PointerMerge.Of(nodes.Read, before, ours, theirs), cancel);
        KeptSide kept = options.IsInner ? KeptSide.Base : KeptSide.Ours;
        Pointer? merged = merge.Write(nodes.Put, _ => kept, _ => kept);
        writer.Commit();
        CrashPoint.Hit("merge.stored");
        byte[] text = merged?.ToBytes() ?? [];
        int clashes = options.IsInner ? 0 : merge.Clashes.Count + merge.Keys.Count;
        WriteNote(repo, path, text, clashes == 0 ? null : new MergeNote
        {
            Path = path.Value,
            Base = before is null ? null : Encoding.UTF8.GetString(texts.Before),
            Ours = Encoding.UTF8.GetString(texts.Ours),
            Theirs = Encoding.UTF8.GetString(texts.Theirs),
            Merged = Encoding.UTF8.GetString(text),
            TheirsName = options.TheirsName ?? NameOfTheirs(repo),
            Clashes = merge.Clashes,
            Keys = merge.Keys,
        });
        CrashPoint.Hit("merge.noted");
        AtomicFile.WriteCache(Absolute(repo, options.OursFile), text);
        return clashes;
    }

    private static void WriteNote(Repo repo, RelPath path, byte[] made, MergeNote? note)
    {
        RemoveStale(repo);
        if (note is null)
        {
            MergeNote.WriteMade(repo.StateDirectory, path, made);
        }
        else
        {
            note.Write(repo.StateDirectory);
        }
    }

    /// <summary>Removes notes that no merge needs any more; git's index is read only if some are old.</summary>
    internal static void RemoveStale(Repo repo)
    {
        DateTimeOffset now = repo.Clock.GetUtcNow();
        if (MergeNote.List(repo.StateDirectory, [], now).Stale.Count > 0)
        {
            IEnumerable<RelPath> unmerged = UnmergedPointer.List(GitIndexFile.Read(repo.Git)).Select(static u => u.Path);
            foreach (string file in MergeNote.List(repo.StateDirectory, unmerged, now).Stale)
            {
                File.Delete(file);
            }
        }
    }

    /// <summary><c>git merge</c> tells its children what the commits were called that it was given.</summary>
    private static string? NameOfTheirs(Repo repo)
    {
        string[] names = [.. repo.Environment.Where(static v => v.Key.StartsWith("GITHEAD_", StringComparison.Ordinal))
            .Select(static v => v.Value)];
        return names.Length == 1 && names[0].Length > 0 ? names[0] : null;
    }

    private static MergeDriverResult MergeText(Repo repo, MergeDriverOptions options)
    {
        string[] arguments = [
            "merge-file", "-q", "--marker-size", options.MarkerLength.ToString(CultureInfo.InvariantCulture), "-L", "ours", "-L", "base",
            "-L", options.TheirsName ?? "theirs", "--", Absolute(repo, options.OursFile), Absolute(repo, options.BaseFile),
            Absolute(repo, options.TheirsFile)];
        GitResult result = repo.Git.Git.Run(arguments);
        return result.ExitCode is >= 0 and <= ConflictsMax
            ? new MergeDriverResult("", result.ExitCode) : throw repo.Git.Git.Failed(arguments, result);
    }

    private static byte[] Read(Repo repo, string file) => File.ReadAllBytes(Absolute(repo, file));

    private static string Absolute(Repo repo, string file) => Path.GetFullPath(file, repo.StartDirectory);
}
