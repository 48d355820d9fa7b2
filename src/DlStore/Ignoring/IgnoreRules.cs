using System.Collections.Concurrent;
using System.Text;
using DlStore.Io;

namespace DlStore.Ignoring;

/// <summary>
/// What <c>.dlsignore</c> files leave out of one managed path, by git's rules: the last line that matches decides, deeper files after
/// higher ones, and what lies in a directory that is left out is left out with it. What the pointer names already is never left out.
/// Directories are entered parents first, on any thread.
/// </summary>
internal sealed class IgnoreRules
{
    private const int ShownMax = 1000;
    private readonly string _prefix;
    private readonly Func<string, bool> _isNamed;
    private readonly Scope _root;
    private readonly ConcurrentDictionary<string, Scope> _scopes = new(StringComparer.Ordinal);
    private readonly List<string> _shown = [];
    private long _count;

    /// <summary>Initializes a new instance of the <see cref="IgnoreRules"/> class.</summary>
    /// <param name="workTree">Absolute path of the work tree: the files above the path are read.</param>
    /// <param name="path">The path that is scanned: it is wanted itself, whatever the files say.</param>
    /// <param name="isNamed">Tells whether the pointer names a path below it already.</param>
    public IgnoreRules(string workTree, RelPath path, Func<string, bool> isNamed)
    {
        _prefix = path.Value;
        _isNamed = isNamed;
        List<IgnoreFile> files = [];
        for (int end = 0; end >= 0; end = path.Value.IndexOf('/', end + 1))
        {
            string directory = path.Value[..end];
            string file = directory.Length == 0 ? IgnoreFile.Name : directory + "/" + IgnoreFile.Name;
            Add(files, directory, SmallFile.Find($"{workTree}/{file}", file, IgnoreFile.LengthMax));
        }

        _root = new Scope([.. files], IsOut: false);
    }

    /// <summary>Tells what was left out so far.</summary>
    public LeftOut ToLeftOut()
    {
        lock (_shown)
        {
            return _count == 0 ? LeftOut.Nothing
                : new LeftOut(_count, [.. _shown.Order(StringComparer.Ordinal).Select(p => $"{_prefix}/{p}")]);
        }
    }

    /// <summary>Enters a directory whose parent was entered.</summary>
    /// <param name="directory">From the scanned root; empty for the root.</param>
    /// <param name="path">Its absolute path.</param>
    /// <param name="hasFile">Whether it has a file of its own.</param>
    /// <returns>What holds in it.</returns>
    public Scope Enter(string directory, string path, bool hasFile)
    {
        Scope scope = directory.Length == 0 ? _root : _scopes.TryRemove(directory, out Scope? found) ? found : _root;
        if (hasFile)
        {
            List<IgnoreFile> files = [.. scope.Files];
            string name = $"{Full(directory)}/{IgnoreFile.Name}";
            Add(files, Full(directory), SmallFile.Find($"{path}/{IgnoreFile.Name}", name, IgnoreFile.LengthMax));
            scope = scope with { Files = [.. files] };
        }

        return scope;
    }

    /// <summary>Decides about an entry of a directory.</summary>
    /// <param name="scope">What holds in the directory.</param>
    /// <param name="directory">The directory from the scanned root.</param>
    /// <param name="name">The entry's name.</param>
    /// <param name="isDirectory">Whether it is a directory.</param>
    /// <returns>True if it is left out.</returns>
    public bool IsLeftOut(Scope scope, string directory, ReadOnlySpan<byte> name, bool isDirectory)
    {
        if (scope.Files.Length == 0)
        {
            _ = !isDirectory || _scopes.TryAdd(Join(directory, name), scope);
            return false;
        }

        bool isOut = scope.IsOut || IsMatched(scope, Full(directory), name, isDirectory);
        if (!isOut && !isDirectory)
        {
            return false;
        }

        string path = Join(directory, name);
        bool leave = isOut && !_isNamed(path);
        if (leave)
        {
            Note(isDirectory ? path + "/" : path);
        }
        else if (isDirectory)
        {
            _scopes[path] = scope with { IsOut = isOut };
        }

        return leave;
    }

    private static bool IsMatched(Scope scope, string directory, ReadOnlySpan<byte> name, bool isDirectory)
    {
        int length = Encoding.UTF8.GetByteCount(directory);
        Span<byte> path = length + 1 + name.Length <= 1024 ? stackalloc byte[length + 1 + name.Length] : new byte[length + 1 + name.Length];
        Encoding.UTF8.GetBytes(directory, path);
        path[length] = (byte)'/';
        name.CopyTo(path[(length + 1)..]);
        for (int i = scope.Files.Length - 1; i >= 0; i--)
        {
            if (scope.Files[i].Find(path, length + 1, isDirectory) is { } isOut)
            {
                return isOut;
            }
        }

        return false;
    }

    private void Note(string path)
    {
        lock (_shown)
        {
            _count++;
            if (_shown.Count < ShownMax)
            {
                _shown.Add(path);
            }
        }
    }

    private string Full(string directory) => directory.Length == 0 ? _prefix : $"{_prefix}/{directory}";

    private static string Join(string directory, ReadOnlySpan<byte> name)
    {
        string text = Encoding.UTF8.GetString(name);
        return directory.Length == 0 ? text : $"{directory}/{text}";
    }

    private static void Add(List<IgnoreFile> files, string directory, byte[]? text)
    {
        if (text is not null)
        {
            files.Add(IgnoreFile.Parse(Encoding.UTF8.GetBytes(directory), text));
        }
    }

    /// <summary>What holds in one directory.</summary>
    /// <param name="Files">The files from the top of the work tree down to it.</param>
    /// <param name="IsOut">It is left out itself, and is looked into because the pointer names something in it.</param>
    internal sealed record Scope(IgnoreFile[] Files, bool IsOut);
}
