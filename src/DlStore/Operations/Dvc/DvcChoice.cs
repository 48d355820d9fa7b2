using DlStore.Io;

namespace DlStore.Operations.Dvc;

/// <summary>Picks the outs that typed words mean: a record, all records below a directory, or an out by its path.</summary>
internal static class DvcChoice
{
    /// <summary>Picks.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="records">All records.</param>
    /// <param name="typed">Words; none for everything.</param>
    /// <returns>The outs, in the order of the records; with one out of a <c>.dvc</c> file come its others.</returns>
    /// <exception cref="DlsException">Kind Usage: a word means none of them.</exception>
    public static IReadOnlyList<(DvcRecord Record, DvcOut Out)> Of(Repo repo, IReadOnlyList<DvcRecord> records, IReadOnlyList<string> typed)
    {
        (DvcRecord Record, DvcOut Out)[] all = [.. records.SelectMany(static r => r.Outs.Select(o => (r, o)))];
        if (typed.Count == 0)
        {
            return all;
        }

        HashSet<DvcOut> chosen = new(ReferenceEqualityComparer.Instance);
        foreach (string word in typed)
        {
            RelPath path = repo.ToRelPath(word);
            (DvcRecord Record, DvcOut Out)[] meant = [.. all.Where(p => Means(path, p.Record, p.Out))];
            if (meant.Length == 0)
            {
                throw new DlsException(ErrorKind.Usage,
                    $"import dvc '{EntryName.Show(word)}': no file of DVC's lies there, and none names it",
                    "`dls import dvc --dry-run` lists what DVC has here");
            }

            foreach ((DvcRecord record, DvcOut found) in meant)
            {
                chosen.UnionWith(record.IsStage ? [found] : record.Outs);
            }
        }

        return [.. all.Where(p => chosen.Contains(p.Out))];
    }

    private static bool Means(RelPath path, DvcRecord record, DvcOut found) =>
        RelPath.ParseInside(record.File).IsAtOrBelow(path) || (found.Path.Value.Length > 0 && found.Path.IsAtOrBelow(path));
}
