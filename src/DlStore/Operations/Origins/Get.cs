using DlStore.Io;
using DlStore.Operations.Transfers;

namespace DlStore.Operations.Origins;

/// <summary>What was taken from another repository.</summary>
/// <param name="Path">The path there.</param>
/// <param name="Commit">The commit.</param>
/// <param name="To">Where it is now, absolute.</param>
/// <param name="Files">Files.</param>
/// <param name="Bytes">Their bytes.</param>
public sealed record GetResult(RelPath Path, string Commit, string To, long Files, long Bytes);

/// <summary>
/// <c>dls get</c>: brings one path of another repository, or of a dls remote, without cloning it; needs no repository here. The bytes are
/// checked as every fetch checks them, and appear at their place as a whole or not at all.
/// </summary>
public static class Get
{
    /// <summary>Runs the command.</summary>
    /// <param name="settings">The outside.</param>
    /// <param name="request">What to take.</param>
    /// <param name="to">Where to put it; absolute, and nothing is there.</param>
    /// <param name="cancel">Stops it; nothing is left behind.</param>
    /// <returns>What was taken.</returns>
    /// <exception cref="DlsException">Kind Usage: no such path there. Kind Failed: something is at the place. Kind Missing: bytes are
    /// lacking.</exception>
    public static async Task<GetResult> RunAsync(RepoSettings settings, OriginRequest request, string to, CancellationToken cancel)
    {
        string parent = Path.GetDirectoryName(to) ?? "/";
        if (Path.Exists(to) || !Directory.Exists(parent))
        {
            throw new DlsException(
                ErrorKind.Failed, $"get into '{to}': {(Path.Exists(to) ? "something is there" : "its directory is not there")}",
                "choose another place with --to PATH");
        }

        using OriginRepo origin = await OriginRepo.OpenAsync(
            request with { Base = request.Base ?? settings.StartDirectory },
            settings, $"{parent}/.dls-get-{TempName.Next()}", null, cancel);
        string source = origin.Repo.Absolute(origin.Path);
        if (origin.Managed.Count > 0)
        {
            PullResult pulled = await Pull.RunAsync(
                origin.Repo, new FetchOptions { Paths = [source], Verb = "get", Progress = request.Progress }, force: false, cancel);
            RequireWhole(origin, pulled.Fetched, pulled.CheckedOut.IsComplete);
        }

        foreach (ManagedPath managed in origin.Managed)
        {
            File.Delete($"{origin.Repo.WorkTree}/{managed.PointerFile}");
        }

        (long files, long bytes) = Count(source);
        Move(source, to);
        return new GetResult(origin.Path, origin.Commit, to, files, bytes);
    }

    /// <summary>Refuses what is not whole: bytes that the remote lacks, or that were erased.</summary>
    internal static void RequireWhole(OriginRepo origin, FetchResult fetched, bool isWritten = true)
    {
        string[] lacking = [.. fetched.Lost.Select(static l => $"{l.Path}: {l.Reason}")
            .Concat(fetched.Erased.Select(static l => $"{l.Path}: {l.Reason}"))];
        if (lacking.Length + fetched.Missing.Count > 0 || !isWritten)
        {
            throw new DlsException(ErrorKind.Missing,
                $"get '{origin.Path}': remote '{fetched.Remote}' of that repository does not have all of it; nothing was written",
                "`dls push` in a clone that has the bytes sends them")
            {
                Items = lacking.Length > 0 ? lacking : fetched.Missing,
            };
        }
    }

    private static (long Files, long Bytes) Count(string path)
    {
        if (!Directory.Exists(path))
        {
            return (1, new FileInfo(path).Length);
        }

        FileInfo[] files = new DirectoryInfo(path).GetFiles("*", SearchOption.AllDirectories);
        return (files.Length, files.Sum(static f => f.Length));
    }

    private static void Move(string from, string to)
    {
        if (!AtomicFile.Rename(from, to, replace: false))
        {
            throw new DlsException(ErrorKind.Failed, $"get into '{to}': something is there", "choose another place with --to PATH");
        }

        AtomicFile.FlushDirectory(Path.GetDirectoryName(to)!);
    }
}
