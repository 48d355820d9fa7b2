using System.Text;
using DlStore.Io;
using DlStore.Objects;

namespace DlStore.Data.Recipes;

/// <summary>A command that a tracked file names, with the hash of everything that decides what it does.</summary>
/// <param name="Subject">What names it: <c>project close</c>.</param>
/// <param name="Line">The command as people read it.</param>
/// <param name="Digest">SHA-256 over its arguments and every file that belongs to it.</param>
public sealed record TrustedCommand(string Subject, string Line, Oid Digest);

/// <summary>
/// Which commands this clone may run: digests in a file under the git directory, so that nothing in a commit can allow itself.
/// docs/formats/trust.md.
/// </summary>
/// <param name="directory">Absolute path of dls's own directory that all work trees share.</param>
public sealed class TrustList(string directory)
{
    private const string FirstLine = "dls-trust 1";
    private const int LengthMax = 16 << 20;

    private string File => $"{directory}/trust";

    /// <summary>Lists what is allowed.</summary>
    /// <returns>Digest and subject, in the order in which they were allowed.</returns>
    /// <exception cref="DlsException">Kind Corrupt: the file is not such a list.</exception>
    public IReadOnlyList<KeyValuePair<Oid, string>> List()
    {
        byte[] bytes = SmallFile.Find(File, File, LengthMax) ?? Encoding.UTF8.GetBytes(FirstLine + "\n");
        string[] lines = Encoding.UTF8.GetString(bytes).Split('\n');
        if (lines[0] != FirstLine)
        {
            throw new DlsException(ErrorKind.Corrupt,
                $"read '{File}': line 1 is not '{FirstLine}'", "remove the file and allow the commands again with `dls trust`");
        }

        List<KeyValuePair<Oid, string>> found = [];
        foreach (string line in lines.Skip(1).Where(static l => l.Length > 0))
        {
            int space = line.IndexOf(' ', StringComparison.Ordinal);
            found.Add(space > 0 && Oid.TryParse(line[..space], out Oid digest)
                ? new(digest, EscapedLine.Unescape(line[(space + 1)..]))
                : throw new DlsException(ErrorKind.Corrupt, $"read '{File}': line '{line}' is not 'digest subject'",
                    "remove the file and allow the commands again with `dls trust`"));
        }

        return found;
    }

    /// <summary>Tells whether a command may run as it is now.</summary>
    /// <param name="command">The command.</param>
    /// <returns>True if exactly this was allowed.</returns>
    public bool Allows(TrustedCommand command) => List().Any(t => t.Key == command.Digest);

    /// <summary>Allows commands. Durable when it returns.</summary>
    /// <param name="commands">The commands.</param>
    public void Allow(IEnumerable<TrustedCommand> commands)
    {
        List<KeyValuePair<Oid, string>> all = [.. List()];
        foreach (TrustedCommand command in commands.Where(c => all.TrueForAll(t => t.Key != c.Digest)))
        {
            all.Add(new(command.Digest, command.Subject));
        }

        Write(all);
    }

    /// <summary>Takes permissions back: everything that was ever allowed for some subjects.</summary>
    /// <param name="subjects">The subjects; null for all.</param>
    /// <returns>How many permissions were removed.</returns>
    public int Revoke(IReadOnlyCollection<string>? subjects)
    {
        IReadOnlyList<KeyValuePair<Oid, string>> all = List();
        List<KeyValuePair<Oid, string>> kept = subjects is null ? [] : [.. all.Where(t => !subjects.Contains(t.Value))];
        Write(kept);
        return all.Count - kept.Count;
    }

    /// <summary>Refuses to go on with a command that was not allowed.</summary>
    /// <param name="command">The command.</param>
    /// <exception cref="DlsException">Kind Untrusted: shows the command and how to allow it.</exception>
    public void Require(TrustedCommand command)
    {
        if (!Allows(command))
        {
            throw new DlsException(
                ErrorKind.Untrusted, $"run the program of {command.Subject}: this clone has not allowed it",
                $"read it, then allow exactly this content with `dls trust {command.Subject.Split(' ')[^1]}`")
            {
                Items = [command.Line, command.Digest.ToString()],
            };
        }
    }

    private void Write(List<KeyValuePair<Oid, string>> all)
    {
        AtomicFile.MakeDirectory(directory);
        AtomicFile.Write(File, string.Concat(all.Select(static t => $"{t.Key} {EscapedLine.Escape(t.Value)}\n").Prepend(FirstLine + "\n")));
    }
}
