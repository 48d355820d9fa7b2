using System.Security.Cryptography;
using System.Text;

namespace DlStore.Git;

/// <summary>Where a history is read from: all refs, and what is checked out in each work tree.</summary>
/// <param name="Ids">Names of commits and tags, each once; some may be objects that are neither.</param>
/// <param name="Digest">Changes whenever a ref or a HEAD does.</param>
internal sealed record GitTips(IReadOnlyList<string> Ids, string Digest)
{
    private const string Invalid = "ref: refs/heads/.invalid";

    /// <summary>Reads them, with one git process that opens no object.</summary>
    public static GitTips Read(GitRepo git)
    {
        GitResult refs = git.Git.RunChecked(["for-each-ref", "--format=%(objectname) %(refname)"]);
        SortedSet<string> ids = [.. refs.Lines().Select(static l => l.Split(' ')[0])];
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(refs.Output);
        foreach (string file in HeadFiles(git.CommonDir))
        {
            string head = File.Exists(file) ? File.ReadAllText(file).Trim() : "";
            if (head == Invalid)
            {
                // Refs in tables (reftable) leave a file there that says nothing.
                head = git.Head()?.Hex ?? "";
            }

            hash.AppendData(Encoding.UTF8.GetBytes(head + "\n"));
            if (CommitId.TryParse(head, out CommitId id))
            {
                ids.Add(id.Hex);
            }
        }

        return new GitTips([.. ids], Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    private static IEnumerable<string> HeadFiles(string commonDir)
    {
        yield return commonDir + "/HEAD";
        string others = commonDir + "/worktrees";
        foreach (string other in Directory.Exists(others)
            ? Directory.GetDirectories(others).Order(StringComparer.Ordinal) : Enumerable.Empty<string>())
        {
            yield return other + "/HEAD";
        }
    }
}
