using System.Text;
using DlStore.Git;
using DlStore.Io;
using DlStore.WorkTree;

namespace DlStore;

/// <summary>
/// Changes of <c>.gitignore</c> files, one line a managed path, collected and written once a file. The line is the path's name, anchored
/// at its directory, with what means something
/// in a pattern escaped.
/// </summary>
/// <param name="repo">The repository.</param>
/// <param name="index">Gives git's index: a file that a sparse checkout leaves out is continued, not made anew.</param>
internal sealed class IgnoreEdits(Repo repo, Func<GitIndexFile> index)
{
    private readonly Dictionary<string, Edit> _files = new(StringComparer.Ordinal);

    /// <summary>Gives the path of the ignore file that goes with a managed path.</summary>
    public static string PathOf(RelPath path) => path.Directory.Length == 0 ? ".gitignore" : path.Directory + "/.gitignore";

    /// <summary>Tells whether the ignore file of a path is a regular file, or not there: git reads no rules from anything else.</summary>
    public static bool IsPlain(Repo repo, RelPath path) => !repo.Files.TryStat(PathOf(path), out FileStat stat) || stat.IsFile;

    /// <summary>Gives the line of a managed path.</summary>
    public static string LineOf(RelPath path) => LineOf(path.Name);

    /// <summary>Gives the line of a name.</summary>
    /// <param name="name">Without the directory; characters or bytes, only ASCII ones are looked at.</param>
    public static string LineOf(string name)
    {
        StringBuilder line = new("/");
        foreach (char c in name)
        {
            if (c is '\\' or '*' or '?' or '[')
            {
                line.Append('\\');
            }

            line.Append(c);
        }

        if (line[^1] == ' ')
        {
            line.Insert(line.Length - 1, '\\');
        }

        return line.ToString();
    }

    /// <summary>Adds the line of a path if it is missing.</summary>
    /// <returns>True if it was.</returns>
    /// <exception cref="DlsException">Kind Failed: the ignore file is not a regular file.</exception>
    public bool Add(RelPath path)
    {
        Edit edit = Open(path);
        string line = LineOf(path);
        if (!edit.Lines.Add(line) || edit.Gone.Remove(line))
        {
            return false;
        }

        string newline = edit.Text.Length == 0 || edit.Text[^1] == '\n' ? "" : "\n";
        edit.Text.Append(newline).Append(line).Append('\n');
        edit.IsChanged = true;
        return true;
    }

    /// <summary>Takes the line of a path away; an ignore file that is empty then is removed.</summary>
    /// <returns>True if there was one.</returns>
    /// <exception cref="DlsException">Kind Failed: the ignore file is not a regular file.</exception>
    public bool Remove(RelPath path) => Remove(path, LineOf(path));

    /// <summary>Takes a line away from the ignore file of a path; an ignore file that is empty then is removed.</summary>
    /// <returns>True if there was one.</returns>
    /// <exception cref="DlsException">Kind Failed: the ignore file is not a regular file.</exception>
    public bool Remove(RelPath path, string line)
    {
        Edit edit = Open(path);
        if (!edit.Lines.Remove(line))
        {
            return false;
        }

        edit.Gone.Add(line);
        edit.IsChanged = true;
        return true;
    }

    /// <summary>Writes the files whose text is another one now, and starts anew. Durable when it returns.</summary>
    /// <param name="replaced">The crash point that is passed after each file that took its name.</param>
    /// <param name="removed">The crash point that is passed after each file that was removed.</param>
    /// <exception cref="DlsException">Kind Failed: a file cannot be written.</exception>
    public void Write(string replaced, string removed)
    {
        FileReplacements files = new(repo.Files);
        foreach ((string file, Edit edit) in _files.Where(static f => f.Value.IsChanged))
        {
            string text = edit.Gone.Count == 0
                ? edit.Text.ToString()
                : string.Join('\n', edit.Text.ToString().Split('\n').Where(l => !edit.Gone.Contains(l)));
            if (edit.Gone.Count > 0 && text.Trim().Length == 0)
            {
                files.Remove(file);
            }
            else
            {
                files.Put(file, Encoding.UTF8.GetBytes(text));
            }
        }

        _files.Clear();
        if (!files.IsEmpty)
        {
            files.Apply(replaced, removed);
        }
    }

    private Edit Open(RelPath path)
    {
        string file = PathOf(path);
        if (!_files.TryGetValue(file, out Edit? edit))
        {
            _files[file] = edit = new Edit(Read(repo, file, index) ?? "");
        }

        return edit;
    }

    /// <summary>Reads an ignore file.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="file">From the top of the work tree.</param>
    /// <param name="index">Gives git's index.</param>
    /// <returns>Its text; null if there is none.</returns>
    /// <exception cref="DlsException">Kind Failed: it is not a regular file.</exception>
    public static string? Read(Repo repo, string file, Func<GitIndexFile> index)
    {
        if (!repo.Files.TryStat(file, out FileStat stat))
        {
            // A sparse checkout may leave it out: then its other lines must not be lost.
            return CommittedText.ReadUnlessDeleted(repo.Git, file, index()).Bytes is { } committed
                ? Encoding.UTF8.GetString(committed)
                : null;
        }

        return stat.IsFile
            ? File.ReadAllText($"{repo.WorkTree}/{file}")
            : throw new DlsException(ErrorKind.Failed, $"write '{file}': it is a {stat.Describe()}", "replace it by a regular file");
    }

    private sealed class Edit(string text)
    {
        public StringBuilder Text { get; } = new(text);

        public HashSet<string> Lines { get; } = [.. text.Split('\n')];

        public HashSet<string> Gone { get; } = [];

        public bool IsChanged { get; set; }
    }
}
