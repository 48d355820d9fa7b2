using System.Security.Cryptography;
using System.Text;
using DlStore.Objects;

using Oid = DlStore.Objects.Oid;

namespace DlStore.Ssh;

/// <summary>
/// Five digests that say whether a directory is a tree: of its files' names, their contents, and the names of executable files, of symlinks
/// and of directories. A host makes the same by find, sort and sha256sum in a few processes, however many files there are
/// (docs/formats/host-layout.md).
/// </summary>
/// <param name="Files">The names of all files.</param>
/// <param name="Contents">The SHA-256 of all files, in the order of their names.</param>
/// <param name="Executables">The names of files that their owner may execute.</param>
/// <param name="Symlinks">The names of symlinks.</param>
/// <param name="Directories">The names of directories, <c>.</c> among them.</param>
/// <param name="Bytes">Sum of all file sizes.</param>
internal sealed record TreeDigests(Oid Files, Oid Contents, Oid Executables, Oid Symlinks, Oid Directories, long Bytes)
{
    /// <summary>Makes them from the store.</summary>
    /// <param name="store">Has all nodes.</param>
    /// <param name="root">The tree.</param>
    /// <returns>The digests.</returns>
    /// <exception cref="DlsException">Kind Missing or Corrupt: a node is not here or damaged.</exception>
    public static TreeDigests Of(ObjectStore store, Oid root)
    {
        TreeDelta all = TreeDelta.Between(store, null, root);

        // Whole paths sort in another order than trees do: "a.b" comes before "a/b", and after "a".
        List<TreeItem> items = all.Add;
        items.Sort(static (a, b) => a.Path.AsSpan().SequenceCompareTo(b.Path));
        using IncrementalHash contents = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (TreeItem item in items)
        {
            if (item.Mode is TreeMode.File or TreeMode.Executable)
            {
                contents.AppendData(Encoding.ASCII.GetBytes(item.Oid.ToHex() + "\n"));
            }
        }

        return new TreeDigests(
            Names(items, static m => m is TreeMode.File or TreeMode.Executable),
            Oid.From(contents),
            Names(items, static m => m == TreeMode.Executable),
            Names(items, static m => m == TreeMode.Symlink),
            Names(items, static m => m == TreeMode.Directory, withRoot: true),
            all.AddBytes);
    }

    /// <summary>Gives them as arguments of a script.</summary>
    /// <returns>Five hex digests, in the order of the properties.</returns>
    public IReadOnlyList<string> Arguments() =>
        [Files.ToHex(), Contents.ToHex(), Executables.ToHex(), Symlinks.ToHex(), Directories.ToHex()];

    private static Oid Names(List<TreeItem> items, Func<TreeMode, bool> wanted, bool withRoot = false)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(withRoot ? ".\0"u8 : default);
        foreach (TreeItem item in items)
        {
            if (wanted(item.Mode))
            {
                hash.AppendData("./"u8);
                hash.AppendData(item.Path);
                hash.AppendData("\0"u8);
            }
        }

        return Oid.From(hash);
    }
}
