using DlStore.Objects;
using DlStore.WorkTree;

namespace DlStore.Operations.Store;

/// <summary>
/// Tells a file that a killed checkout was writing from one the user made: it is shorter than what the journal's target names there, and
/// every byte of it is the beginning
/// of that. Such a file holds nothing that is not in the store.
/// </summary>
internal static class HalfWritten
{
    public static bool Is(Repo repo, InterruptedCheckout journal, string pathInPointer, string fullPath, in PathEntry disk)
    {
        PathEntry target = pathInPointer.Length == 0
            ? new PathEntry(TreeMode.File, journal.Target, long.MaxValue, 1)
            : new TreeMerge(repo.Store.Read, (_, _) => { }).Find(new PathEntry(TreeMode.Directory, journal.Target, 0, 0), pathInPointer);
        if (!target.IsPresent || target.IsDirectory || repo.Store.Find(target.Oid) is null)
        {
            return false;
        }

        byte[] whole = repo.Store.Read(target.Oid);
        if (disk.Size >= whole.Length)
        {
            return false;
        }

        byte[] here = File.ReadAllBytes($"{repo.WorkTree}/{fullPath}");
        return here.Length < whole.Length && whole.AsSpan(0, here.Length).SequenceEqual(here);
    }
}
