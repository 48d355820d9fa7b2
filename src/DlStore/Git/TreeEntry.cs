namespace DlStore.Git;

/// <summary>One line of a git tree object that can matter to dls: a directory, or a file whose name ends in <c>.dls</c>.</summary>
/// <param name="Name">The name's bytes.</param>
/// <param name="Id">Name of the tree or blob.</param>
/// <param name="IsTree">True for a directory.</param>
internal sealed record TreeEntry(byte[] Name, string Id, bool IsTree)
{
    /// <summary>
    /// Reads a tree object: <c>mode SP name NUL id</c> after each other. Other files, symlinks and submodules are left out.
    /// Source: git's tree-walk.c (decode_tree_entry).
    /// </summary>
    /// <param name="tree">The tree.</param>
    /// <returns>Directories and pointer files in the order of the tree.</returns>
    /// <exception cref="DlsException">Kind Corrupt: this is not a tree.</exception>
    public static List<TreeEntry> ReadAll(GitObject tree)
    {
        int hashLength = tree.Id.Length / 2;
        List<TreeEntry> entries = [];
        ReadOnlySpan<byte> rest = tree.Bytes;
        while (!rest.IsEmpty)
        {
            int space = rest.IndexOf((byte)' ');
            int end = rest.IndexOf((byte)0);
            if (space <= 0 || end < space || rest.Length < end + 1 + hashLength)
            {
                throw new DlsException(ErrorKind.Corrupt, $"cannot read git tree '{tree.Id}': an entry is cut short", "run `git fsck`");
            }

            ReadOnlySpan<byte> mode = rest[..space];
            ReadOnlySpan<byte> name = rest[(space + 1)..end];
            bool isTree = mode.SequenceEqual("40000"u8);
            if (isTree || (IsFile(mode) && name.EndsWith(PointerName.Suffix)))
            {
                entries.Add(new TreeEntry(name.ToArray(), Convert.ToHexStringLower(rest.Slice(end + 1, hashLength)), isTree));
            }

            rest = rest[(end + 1 + hashLength)..];
        }

        return entries;
    }

    // 100644 and 100755; 100664 is in old histories. Not 120000 (symlink), 160000 (submodule).
    private static bool IsFile(ReadOnlySpan<byte> mode) => mode.Length == 6 && mode.StartsWith("100"u8);
}
