using System.Text;
using DlStore.Objects;

namespace DlStore.Operations.Dvc;

/// <summary>Makes the tree of a directory from a list of its files whose bytes are stored.</summary>
internal sealed class DvcTree
{
    private readonly SortedDictionary<byte[], object> _entries = new(
        Comparer<byte[]>.Create(static (a, b) => a.AsSpan().SequenceCompareTo(b)));

    /// <summary>Adds a file.</summary>
    /// <param name="path">Below the directory; no file's path is above another's.</param>
    /// <param name="piece">Its bytes.</param>
    /// <param name="isExecutable">Whether it may be run.</param>
    public void Add(string path, DvcPiece piece, bool isExecutable)
    {
        DvcTree at = this;
        string[] names = path.Split('/');
        foreach (string name in names[..^1])
        {
            byte[] key = Encoding.UTF8.GetBytes(name);
            if (!at._entries.TryGetValue(key, out object? below))
            {
                at._entries[key] = below = new DvcTree();
            }

            at = (DvcTree)below;
        }

        at._entries.Add(Encoding.UTF8.GetBytes(names[^1]), (piece, isExecutable ? TreeMode.Executable : TreeMode.File));
    }

    /// <summary>Makes the nodes, those of deeper directories first.</summary>
    /// <param name="put">Takes them.</param>
    /// <returns>The root.</returns>
    public TreeTotals Write(TreeWriter.NodeSink put)
    {
        TreeWriter writer = new(put);
        foreach ((byte[] name, object entry) in _entries)
        {
            if (entry is DvcTree below)
            {
                TreeTotals totals = below.Write(put);
                writer.Add(name, TreeMode.Directory, totals.Size, totals.Oid, totals.Files);
            }
            else
            {
                (DvcPiece piece, TreeMode mode) = ((DvcPiece, TreeMode))entry;
                writer.Add(name, mode, piece.Size, piece.Oid, 1);
            }
        }

        return writer.Finish();
    }
}
