using DlStore.Objects;
using DlStore.WorkTree;

namespace DlStore.Operations.Store;

/// <summary>
/// Finds pointer files inside a directory that is about to become one object: bytes that only they name would be lost from sight.
/// </summary>
internal static class NestedPointers
{
    public static IReadOnlyList<string> Find(DiskTree disk)
    {
        List<string> found = [];
        foreach (DirListing directory in disk.ListChanged())
        {
            for (int i = 0; i < directory.Count; i++)
            {
                ref DiskEntry entry = ref directory.Entries[i];
                bool candidate = entry.NeedsHash && entry.Mode is TreeMode.File or TreeMode.Executable && entry.Size <= Pointer.LengthMax
                    && directory.NameOf(i).EndsWith(".dls"u8);
                if (candidate && IsPointer($"{disk.Root}/{directory.PathOf(i)}"))
                {
                    found.Add(directory.PathOf(i));
                }
            }
        }

        return found;
    }

    private static bool IsPointer(string path)
    {
        using FileStream file = File.OpenRead(path);
        byte[] start = new byte[16];
        int n = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        return Pointer.LooksLike(start.AsSpan(0, n));
    }
}
