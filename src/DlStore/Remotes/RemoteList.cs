using System.Globalization;
using System.Text;

namespace DlStore.Remotes;

/// <summary>
/// The lists of a published remote (docs/formats/remote-layout.md): what a directory holds, as a file, for readers who cannot list it. A
/// list is a hint: an old one makes less known, and what it names is checked as everything else is.
/// </summary>
internal static class RemoteList
{
    /// <summary>The longest list in bytes.</summary>
    public const int LengthMax = 64 << 20;

    private const int WritesMax = 10;
    private const string FirstLine = "dls-list 1";
    private const string IndexList = "index/list";

    /// <summary>Names the list of a directory.</summary>
    /// <param name="directory"><see cref="RemoteLayout.IndexDirectory"/>, or the pins of a repository.</param>
    /// <returns>The list of the index stands among the index files: whoever lists those sees that the remote is published.</returns>
    public static string NameOf(string directory) =>
        directory == RemoteLayout.IndexDirectory ? IndexList : $"lists/{directory}";

    /// <summary>Tells whether a file of a listing says that the remote is published.</summary>
    public static bool IsMark(string name) => name == IndexList;

    /// <summary>Finds the repositories that have pins on a remote.</summary>
    public static async Task<IReadOnlyCollection<string>> RepositoriesAsync(IRemote remote, CancellationToken cancel)
    {
        SortedSet<string> repoIds = new(StringComparer.Ordinal);
        await foreach (RemoteFile file in RemoteListing.ListAsync(remote, "pins", RemoteListing.FilesMax, cancel))
        {
            string[] parts = file.Name.Split('/');
            if (parts.Length == 3 && parts[1].Length == 32 && parts[1].All(char.IsAsciiHexDigitLower))
            {
                repoIds.Add(parts[1]);
            }
        }

        return repoIds;
    }

    /// <summary>Writes every list anew.</summary>
    public static async Task WriteAllAsync(IRemote remote, CancellationToken cancel)
    {
        foreach (string repoId in await RepositoriesAsync(remote, cancel))
        {
            await WriteAsync(remote, RemoteLayout.Pins(repoId), RemoteListing.PinsMax, cancel);
        }

        await WriteAsync(remote, RemoteLayout.IndexDirectory, RemoteListing.IndexesMax, cancel);
        await remote.FlushAsync(cancel);
    }

    /// <summary>Lists a directory of a remote and puts the list there.</summary>
    /// <param name="remote">Where.</param>
    /// <param name="directory">Its name.</param>
    /// <param name="max">The most files that can be right there.</param>
    /// <param name="cancel">Stops it.</param>
    public static async Task WriteAsync(IRemote remote, string directory, int max, CancellationToken cancel)
    {
        // Two pushes at once list and write in any order: whoever wrote looks again, so the last one sees what the other has put.
        byte[] written = [];
        for (int times = 0; times < WritesMax; times++)
        {
            byte[] bytes = await MakeAsync(remote, directory, max, cancel);
            if (bytes.AsSpan().SequenceEqual(written))
            {
                return;
            }

            await remote.PutAsync(NameOf(directory), bytes, replace: true, cancel);
            written = bytes;
        }
    }

    /// <summary>Writes the one valid encoding.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="files">What lies there, in any order; files of directories below and the list itself are left out.</param>
    /// <returns>The file's bytes.</returns>
    public static byte[] ToBytes(string directory, IEnumerable<RemoteFile> files)
    {
        string[] rows = [.. files.Where(f => IsIn(directory, f.Name) && !IsMark(f.Name)).Select(
            f => $"{f.Name[(directory.Length + 1)..]} {f.Size.ToString(CultureInfo.InvariantCulture)}")];
        Array.Sort(rows, StringComparer.Ordinal);
        return Encoding.UTF8.GetBytes(string.Concat(rows.Prepend(FirstLine).Select(static r => r + "\n")));
    }

    /// <summary>Reads a list.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="directory">The directory.</param>
    /// <param name="changed">When the list was written.</param>
    /// <returns>The files; null if it is not the one valid encoding.</returns>
    public static IReadOnlyList<RemoteFile>? Parse(ReadOnlySpan<byte> bytes, string directory, DateTimeOffset changed)
    {
        if (bytes.Length == 0 || bytes[^1] != '\n' || !System.Text.Unicode.Utf8.IsValid(bytes))
        {
            return null;
        }

        string[] lines = Encoding.UTF8.GetString(bytes[..^1]).Split('\n');
        List<RemoteFile> files = new(lines.Length);
        string last = "";
        foreach (string line in lines.Skip(1))
        {
            int space = line.IndexOf(' ', StringComparison.Ordinal);
            bool isRow = space > 0 && string.CompareOrdinal(last, line) < 0 && IsName(line.AsSpan(0, space));
            if (!isRow || !long.TryParse(line.AsSpan(space + 1), NumberStyles.None, CultureInfo.InvariantCulture, out long size))
            {
                return null;
            }

            files.Add(new RemoteFile($"{directory}/{line[..space]}", size, changed));
            last = line;
        }

        return lines[0] == FirstLine ? files : null;
    }

    private static async Task<byte[]> MakeAsync(IRemote remote, string directory, int max, CancellationToken cancel)
    {
        List<RemoteFile> files = [];
        await foreach (RemoteFile file in RemoteListing.ListAsync(remote, directory, max, cancel))
        {
            files.Add(file);
        }

        return ToBytes(directory, files);
    }

    private static bool IsIn(string directory, string name) => name.Length > directory.Length + 1
        && name.StartsWith(directory + "/", StringComparison.Ordinal) && IsName(name.AsSpan(directory.Length + 1));

    private static bool IsName(ReadOnlySpan<char> name)
    {
        foreach (char c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('.' or '_' or '-'))
            {
                return false;
            }
        }

        return name[0] != '.';
    }
}
