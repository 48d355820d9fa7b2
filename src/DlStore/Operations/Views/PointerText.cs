using System.Text;
using DlStore.Objects;

namespace DlStore.Operations.Views;

/// <summary>A line of a pointer's listing: a file, or a directory that is not shown file by file.</summary>
/// <param name="Path">From the managed directory; a directory ends with a slash.</param>
/// <param name="Oid">What it is.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Files">Files below; 1 for a file.</param>
public readonly record struct PointerTextLine(string Path, Oid Oid, long Size, long Files);

/// <summary>
/// A pointer as text that git can compare line by line: what it names, file by file. A directory that makes it too long is one line, so
/// that a change in it shows.
/// </summary>
public sealed class PointerText
{
    /// <summary>So many lines at most, about: a listing is for people.</summary>
    private const int LinesMax = 5000;

    private readonly Repo _repo;
    private readonly List<PointerTextLine> _lines = [];

    private PointerText(Repo repo)
    {
        _repo = repo;
    }

    /// <summary>Lists what a pointer names; contacts nobody.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="pointer">The pointer.</param>
    /// <returns>By path; nothing for a file.</returns>
    /// <exception cref="DlsException">Kind Missing or Corrupt: the listing is not here, or damaged.</exception>
    public static IReadOnlyList<PointerTextLine> List(Repo repo, Pointer pointer)
    {
        PointerText text = new(repo);
        if (pointer.Kind == ObjectKind.Tree)
        {
            text.Walk(pointer.Oid, "", pointer.Files, LinesMax, 0);
        }

        return text._lines;
    }

    /// <summary>Shares the lines that are left among the directories by the files they have.</summary>
    private void Walk(Oid tree, string prefix, long files, long budget, int depth)
    {
        TreeNode.RequireDepth(depth, prefix);
        bool isWhole = files <= budget;
        TreeCursor cursor = new(_repo.Store.Read, tree);
        while (cursor.Next())
        {
            string path = prefix + Encoding.UTF8.GetString(cursor.Name);
            if (cursor.Mode != TreeMode.Directory)
            {
                _lines.AddRange(isWhole ? [new PointerTextLine(path, cursor.Oid, cursor.Size, 1)] : []);
                continue;
            }

            long share = isWhole ? budget : budget * cursor.Files / Math.Max(1, files);
            if (isWhole || cursor.Files <= share)
            {
                Walk(cursor.Oid, path + "/", cursor.Files, isWhole ? budget : share, depth + 1);
            }
            else
            {
                _lines.Add(new PointerTextLine(path + "/", cursor.Oid, cursor.Size, cursor.Files));
            }
        }
    }
}
