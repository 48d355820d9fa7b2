using System.Text;
using DlStore.Data.Sets;
using DlStore.Objects;

namespace DlStore.Operations.Store;

/// <summary>The regular files of a stored tree, from its nodes alone.</summary>
internal static class TreeFiles
{
    /// <summary>Lists them, in the order of the tree.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="tree">The root node.</param>
    /// <returns>Paths from the root of the tree, with their digests.</returns>
    /// <exception cref="DlsException">Kind Missing or Corrupt: a node is not here, or damaged.</exception>
    public static IReadOnlyList<FileDigest> List(Repo repo, Oid tree)
    {
        List<FileDigest> files = [];
        Collect(repo, tree, "", files, 0);
        return files;
    }

    private static void Collect(Repo repo, Oid tree, string prefix, List<FileDigest> files, int depth)
    {
        TreeNode.RequireDepth(depth, prefix);
        TreeCursor cursor = new(repo.Store.Read, tree);
        while (cursor.Next())
        {
            string path = prefix + Encoding.UTF8.GetString(cursor.Name);
            if (cursor.Mode == TreeMode.Directory)
            {
                Collect(repo, cursor.Oid, path + "/", files, depth + 1);
            }
            else if (cursor.Mode is TreeMode.File or TreeMode.Executable)
            {
                files.Add(new FileDigest(path, cursor.Oid));
            }
        }
    }
}
