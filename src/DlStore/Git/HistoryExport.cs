using System.Globalization;
using System.Text;

namespace DlStore.Git;

/// <summary>Takes the stream of fast-export apart. Lines are read as Latin-1, so that each char is a byte.</summary>
/// <param name="stream">What it wrote.</param>
internal sealed class HistoryExport(byte[] stream)
{
    private int _at;

    /// <summary>Reads all commits, parents before children.</summary>
    public IReadOnlyList<HistoryCommit> ReadAll()
    {
        List<HistoryCommit> commits = [];
        while (_at < stream.Length)
        {
            string line = Line();
            if (line.StartsWith("commit ", StringComparison.Ordinal))
            {
                commits.Add(ReadCommit());
            }
        }

        return commits;
    }

    private HistoryCommit ReadCommit()
    {
        int mark = 0;
        CommitId original = default;
        MemoryStream head = new();
        for (string line = Line(); ; line = Line())
        {
            if (line.StartsWith("mark :", StringComparison.Ordinal))
            {
                mark = int.Parse(line["mark :".Length..], CultureInfo.InvariantCulture);
            }
            else if (line.StartsWith("original-oid ", StringComparison.Ordinal))
            {
                original = CommitId.Parse(line["original-oid ".Length..]);
            }
            else if (line.StartsWith("data ", StringComparison.Ordinal))
            {
                byte[] message = Data(line);
                (List<int> parents, List<HistoryChange> changes) = ReadChanges();
                return new HistoryCommit(original, mark, head.ToArray(), message, parents, changes);
            }
            else
            {
                head.Write(Encoding.Latin1.GetBytes(line + "\n"));
            }
        }
    }

    private (List<int> Parents, List<HistoryChange> Changes) ReadChanges()
    {
        List<int> parents = [];
        List<HistoryChange> changes = [];
        while (_at < stream.Length && stream[_at] != '\n')
        {
            string line = Line();
            string[] words = line.Split(' ', 4);
            switch (words[0])
            {
                case "from" or "merge":
                    parents.Add(int.Parse(words[1][1..], CultureInfo.InvariantCulture));
                    break;
                case "M":
                    changes.Add(Change(words[3], new HistoryFile(words[1], words[2], null)));
                    break;
                case "D":
                    changes.Add(Change(line[2..], null));
                    break;
                default:
                    throw new DlsException(ErrorKind.Failed, $"read what `git fast-export` wrote: '{words[0]}' is not expected there");
            }
        }

        return (parents, changes);
    }

    private static HistoryChange Change(string path, HistoryFile? file)
    {
        byte[] plain = path.StartsWith('"') ? Unquote(path) : Encoding.Latin1.GetBytes(path);
        string text = Encoding.UTF8.GetString(plain);
        return new HistoryChange(text, Encoding.UTF8.GetBytes(text).AsSpan().SequenceEqual(plain) ? null : Octal(plain), file);
    }

    private static string Octal(byte[] path) =>
        "\"" + string.Concat(path.Select(static b => "\\" + Convert.ToString(b, 8).PadLeft(3, '0'))) + "\"";

    private static byte[] Unquote(string path)
    {
        List<byte> bytes = [];
        for (int i = 1; i < path.Length - 1; i++)
        {
            if (path[i] != '\\')
            {
                bytes.Add((byte)path[i]);
            }
            else if (path[i + 1] is >= '0' and <= '3')
            {
                bytes.Add(Convert.ToByte(path.Substring(i + 1, 3), 8));
                i += 3;
            }
            else
            {
                i++;
                int at = "abtnvfr".IndexOf(path[i], StringComparison.Ordinal);
                bytes.Add((byte)(at >= 0 ? "\a\b\t\n\v\f\r"[at] : path[i]));
            }
        }

        return [.. bytes];
    }

    private byte[] Data(string line)
    {
        int length = int.Parse(line["data ".Length..], CultureInfo.InvariantCulture);
        byte[] bytes = stream[_at..(_at + length)];
        _at += length;
        return bytes;
    }

    private string Line()
    {
        int length = stream.AsSpan(_at).IndexOf((byte)'\n');
        string line = Encoding.Latin1.GetString(stream, _at, length < 0 ? stream.Length - _at : length);
        _at += line.Length + 1;
        return line;
    }
}
