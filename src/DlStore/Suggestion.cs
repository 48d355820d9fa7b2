namespace DlStore;

/// <summary>Finds what the user probably meant.</summary>
public static class Suggestion
{
    /// <summary>Gives the candidate that begins with the word, else the one with the smallest edit distance.</summary>
    /// <param name="typed">What the user typed.</param>
    /// <param name="candidates">What he may have meant.</param>
    /// <returns>Null if none is near: within a third of the word, at least two edits.</returns>
    public static string? Nearest(string typed, IEnumerable<string> candidates)
    {
        string? best = null;
        int bestDistance = Math.Max(2, typed.Length / 3) + 1;
        foreach (string candidate in candidates)
        {
            bool begun = typed.Length >= 3 && candidate.StartsWith(typed, StringComparison.Ordinal);
            int distance = begun ? 1 : Distance(typed, candidate);
            if (distance < bestDistance && distance < candidate.Length)
            {
                (best, bestDistance) = (candidate, distance);
            }
        }

        return best;
    }

    /// <summary>Counts insertions, deletions, replacements and swaps of neighbours (optimal string alignment).</summary>
    /// <param name="a">One word.</param>
    /// <param name="b">The other.</param>
    /// <returns>The least number of edits.</returns>
    public static int Distance(string a, string b)
    {
        // Three rows of the table of costs are enough: two steps back for a swap.
        int[] before = new int[b.Length + 1];
        int[] above = [.. Enumerable.Range(0, b.Length + 1)];
        int[] row = new int[b.Length + 1];
        for (int i = 1; i <= a.Length; i++)
        {
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int replace = above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                row[j] = Math.Min(replace, Math.Min(above[j], row[j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    row[j] = Math.Min(row[j], before[j - 2] + 1);
                }
            }

            (before, above, row) = (above, row, before);
        }

        return above[b.Length];
    }
}
