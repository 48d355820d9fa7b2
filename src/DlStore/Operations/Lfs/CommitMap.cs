using System.Text;
using DlStore.Io;

namespace DlStore.Operations.Lfs;

/// <summary>The list of old and new ids of a rewritten history, in the form of git filter-repo; docs/formats/lfs-pointer.md.</summary>
/// <param name="directory">Absolute path of the directory it lies in.</param>
internal sealed class CommitMap(string directory)
{
    /// <summary>Gets the absolute path of the file.</summary>
    public string Path => directory + "/commit-map";

    /// <summary>Writes it, in place of that of an earlier history. Durable when it returns.</summary>
    /// <param name="originals">The old id of each mark.</param>
    /// <param name="marks">The file that fast-import wrote: a mark, a blank and the new id a line.</param>
    public void Write(IReadOnlyDictionary<string, string> originals, string marks)
    {
        StringBuilder text = new();
        foreach (string line in File.ReadLines(marks))
        {
            int space = line.IndexOf(' ', StringComparison.Ordinal);
            if (space > 0 && originals.TryGetValue(line[..space], out string? old))
            {
                _ = text.Length == 0 ? text.Append("old".PadRight(old.Length)).Append(" new\n") : text;
                text.Append(old).Append(' ').Append(line, space + 1, line.Length - space - 1).Append('\n');
            }
        }

        AtomicFile.Write(Path, text.ToString());
    }
}
