using System.Globalization;
using System.Text;
using DlStore.Io;

namespace DlStore.Git;

/// <summary>
/// Makes a new branch of the commits of an old one with other files in them: <c>git fast-export</c> says what each commit changed (no blob
/// passes through here), <c>git fast-import</c> makes the new ones. Authors, committers, dates and messages stay byte for byte; signatures
/// do not, because they were made of other bytes. The branch appears as the last step, so a kill leaves none; the same changes make the
/// same ids.
/// </summary>
/// <param name="git">The repository.</param>
internal sealed class HistoryRewrite(GitRepo git)
{
    /// <summary>Reads the history that leads to a commit.</summary>
    /// <param name="ref">A full ref name.</param>
    /// <returns>Parents before children.</returns>
    /// <exception cref="DlsException">Kind Failed: the clone is shallow, or git fails.</exception>
    public IReadOnlyList<HistoryCommit> Read(string @ref)
    {
        if (git.Git.RunChecked(["rev-parse", "--is-shallow-repository"]).Text() == "true")
        {
            throw new DlsException(ErrorKind.Failed, "rewrite the history: this clone is shallow, so its first commits are not here",
                "run `git fetch --unshallow` first");
        }

        string[] arguments = ["fast-export", "--no-data", "--show-original-ids", "--reencode=no", "--signed-tags=strip",
            "--tag-of-filtered-object=drop", @ref];
        return new HistoryExport(git.Git.RunChecked(arguments).Output).ReadAll();
    }

    /// <summary>Makes the new branch.</summary>
    /// <param name="commits">As <see cref="Read"/> gave them, with the changes that the new ones make.</param>
    /// <param name="ref">A full ref name that nothing has.</param>
    /// <returns>Old and new id of each commit, in the same order.</returns>
    /// <exception cref="DlsException">Kind Failed: git fails; there is no branch then.</exception>
    public IReadOnlyList<(CommitId Old, CommitId New)> Write(IReadOnlyList<HistoryCommit> commits, string @ref)
    {
        using MemoryStream stream = new();
        void Text(string text) => stream.Write(Encoding.UTF8.GetBytes(text));
        Text("feature done\n");
        foreach (HistoryCommit commit in commits)
        {
            Text($"{(commit.Parents.Count == 0 ? $"reset {@ref}\n" : "")}commit {@ref}\nmark :{commit.Mark}\n");
            stream.Write(commit.Head);
            Text($"data {commit.Message.Length}\n");
            stream.Write(commit.Message);
            Text("\n");
            for (int i = 0; i < commit.Parents.Count; i++)
            {
                Text($"{(i == 0 ? "from" : "merge")} :{commit.Parents[i]}\n");
            }

            foreach (HistoryChange change in commit.Changes.OrderBy(static c => c.File is null ? 0 : 1))
            {
                WriteChange(stream, change);
            }

            Text("\n");
        }

        Text("done\n");
        string marks = git.GitPath($"dls/marks-{TempName.Next()}");
        try
        {
            AtomicFile.MakeDirectory(Path.GetDirectoryName(marks)!);
            _ = git.Git.RunChecked(["fast-import", "--quiet", $"--export-marks={marks}"], stream.GetBuffer().AsSpan(0, (int)stream.Length));
            Dictionary<int, CommitId> made = File.ReadLines(marks).Select(static l => l.Split(' '))
                .ToDictionary(static p => int.Parse(p[0][1..], CultureInfo.InvariantCulture), static p => CommitId.Parse(p[1]));
            return [.. commits.Select(c => (c.Original, made[c.Mark]))];
        }
        finally
        {
            File.Delete(marks);
        }
    }

    private static void WriteChange(MemoryStream stream, HistoryChange change)
    {
        string path = change.Quoted ?? Quote(change.Path);
        string line = change.File is not { } file ? $"D {path}\n" : $"M {file.Mode} {file.BlobId ?? "inline"} {path}\n";
        stream.Write(Encoding.UTF8.GetBytes(line));
        if (change.File?.Content is { } content)
        {
            stream.Write(Encoding.UTF8.GetBytes($"data {content.Length}\n"));
            stream.Write(content);
            stream.Write("\n"u8);
        }
    }

    private static string Quote(string path)
    {
        StringBuilder quoted = new("\"");
        foreach (byte b in Encoding.UTF8.GetBytes(path))
        {
            _ = b is < 32 or >= 127 or (byte)'"' or (byte)'\\'
                ? quoted.Append('\\').Append(Convert.ToString(b, 8).PadLeft(3, '0')) : quoted.Append((char)b);
        }

        return quoted.Append('"').ToString();
    }
}
