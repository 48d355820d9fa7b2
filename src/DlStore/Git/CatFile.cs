using System.Globalization;
using System.Text;
using DlStore.Io;

namespace DlStore.Git;

/// <summary>
/// Reads objects through one long-lived <c>git cat-file --batch-command --buffer</c>, started at the first request. Not thread safe.
/// </summary>
/// <remarks>
/// Requests go out in batches that fit into an empty pipe, each followed by <c>flush</c>, and a batch is answered whole before the next is
/// written. So a write never waits for git while git waits for us, and no second thread is needed.
/// After any failure the process is thrown away; the next request starts a new one.
/// </remarks>
/// <param name="git">Runs git in the repository to read.</param>
internal sealed class CatFile(GitProcess git) : IDisposable
{
    /// <summary>The largest object that is held in memory, unless told otherwise: 64 MiB.</summary>
    public const long SizeMaxDefault = 64L * 1024 * 1024;

    private const int HeaderMax = 64 * 1024;
    private const int BufferSize = 64 * 1024;
    private static readonly byte[] _flush = "flush\n"u8.ToArray();

    private readonly byte[] _buffer = new byte[BufferSize];
    private readonly MemoryStream _requests = new();
    private int _start;
    private int _end;
    private ChildProcess? _process;

    /// <summary>Reads one object.</summary>
    /// <param name="objectName">Anything git takes for an object: an id, <c>HEAD:path</c>, <c>v1^{tree}</c>; no newline.</param>
    /// <param name="sizeMax">A larger object is passed over: its <see cref="GitObject.Bytes"/> are null.</param>
    /// <returns>The object, or null if there is none of that name or the name is ambiguous.</returns>
    /// <exception cref="DlsException">Git failed, or the name holds a newline.</exception>
    public GitObject? Read(string objectName, long sizeMax = SizeMaxDefault) => ReadMany([objectName], sizeMax)[0];

    /// <summary>Reads many objects, without a round trip for each.</summary>
    /// <param name="objectNames">Names as in <see cref="Read"/>; may repeat.</param>
    /// <param name="sizeMax">A larger object is passed over: its <see cref="GitObject.Bytes"/> are null.</param>
    /// <returns>One answer a name, in the same order; null where there is none.</returns>
    /// <exception cref="DlsException">Git failed, or a name holds a newline.</exception>
    public GitObject?[] ReadMany(IReadOnlyList<string> objectNames, long sizeMax = SizeMaxDefault) => Ask("contents", objectNames, sizeMax);

    /// <summary>Looks many objects up without reading their content.</summary>
    /// <param name="objectNames">Names as in <see cref="Read"/>; may repeat.</param>
    /// <returns>One answer a name, in the same order, without bytes; null where there is none.</returns>
    /// <exception cref="DlsException">Git failed, or a name holds a newline.</exception>
    public GitObject?[] FindMany(IReadOnlyList<string> objectNames) => Ask("info", objectNames, sizeMax: 0);

    /// <inheritdoc/>
    public void Dispose()
    {
        Drop();
        _requests.Dispose();
    }

    private GitObject?[] Ask(string verb, IReadOnlyList<string> names, long sizeMax)
    {
        GitObject?[] answers = new GitObject?[names.Count];
        bool whole = false;
        try
        {
            for (int done = 0; done < names.Count;)
            {
                _process ??= git.Start(["cat-file", "--batch-command", "--buffer"]);
                int count = Send(_process, verb, names, done);
                for (int end = done + count; done < end; done++)
                {
                    answers[done] = ReadAnswer(_process, names[done], verb == "contents", sizeMax);
                }
            }

            whole = true;
            return answers;
        }
        catch (IOException e)
        {
            throw Broken($"talking to it failed: {e.Message}", e);
        }
        finally
        {
            if (!whole)
            {
                Drop(); // Answers nobody read would be taken for those of the next request.
            }
        }
    }

    // Sends as many requests as the pipe takes, at least one, and returns their number.
    private int Send(ChildProcess process, string verb, IReadOnlyList<string> names, int first)
    {
        _requests.SetLength(0);
        int count = 0;
        for (; first + count < names.Count; count++)
        {
            string name = names[first + count];
            if (name.Contains('\n') || name.Contains('\0') || name.Length == 0)
            {
                throw new DlsException(ErrorKind.Failed,
                    $"cannot read git object '{EntryName.Show(Encoding.UTF8.GetBytes(name))}': not a name that git can be asked for");
            }

            byte[] request = Encoding.UTF8.GetBytes($"{verb} {name}\n");
            if (count > 0 && _requests.Length + request.Length + _flush.Length > process.InputSize)
            {
                break;
            }

            _requests.Write(request);
        }

        _requests.Write(_flush);
        process.Input.Write(_requests.GetBuffer(), 0, (int)_requests.Length);
        return count;
    }

    // "<id> <type> <size>", then with contents the bytes and a newline; or "<name> missing", "<name> ambiguous", "<id> submodule".
    private GitObject? ReadAnswer(ChildProcess process, string name, bool withContent, long sizeMax)
    {
        string line = ReadLine(process);
        string[] parts = line.Split(' ');
        if (parts is [string id, "blob" or "tree" or "commit" or "tag", string size]
            && CommitId.IsObjectName(id)
            && long.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out long sizeBytes))
        {
            byte[]? bytes = withContent ? ReadContent(process, sizeBytes, sizeMax) : null;
            return new GitObject(parts[1], id, sizeBytes, bytes);
        }

        return parts[^1] is "missing" or "ambiguous" or "submodule"
            ? null
            : throw Broken($"unexpected answer '{EntryName.Show(Encoding.UTF8.GetBytes(line))}' for '{name}'", null);
    }

    private byte[]? ReadContent(ChildProcess process, long sizeBytes, long sizeMax)
    {
        byte[]? bytes = sizeBytes <= Math.Min(sizeMax, Array.MaxLength) ? new byte[sizeBytes] : null;
        for (long done = 0; done < sizeBytes;)
        {
            if (_start == _end && bytes is not null && sizeBytes - done >= BufferSize)
            {
                int direct = process.Output.Read(bytes, (int)done, (int)(sizeBytes - done));
                done += direct > 0 ? direct : throw Ended();
                continue;
            }

            Fill(process);
            int chunk = (int)Math.Min(_end - _start, sizeBytes - done);
            if (bytes is not null)
            {
                _buffer.AsSpan(_start, chunk).CopyTo(bytes.AsSpan((int)done));
            }

            _start += chunk;
            done += chunk;
        }

        Fill(process);
        return _buffer[_start++] == '\n' ? bytes : throw Broken("an answer is longer than announced", null);
    }

    private string ReadLine(ChildProcess process)
    {
        StringBuilder? pieces = null;
        while (true)
        {
            Fill(process);
            int length = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
            int taken = length < 0 ? _end - _start : length;
            string text = Encoding.UTF8.GetString(_buffer, _start, taken);
            _start += taken + (length < 0 ? 0 : 1);
            if (length >= 0)
            {
                return pieces is null ? text : pieces.Append(text).ToString();
            }

            pieces = (pieces ?? new StringBuilder()).Append(text);
            if (pieces.Length > HeaderMax)
            {
                throw Broken("an answer has no end", null);
            }
        }
    }

    private void Fill(ChildProcess process)
    {
        if (_start < _end)
        {
            return;
        }

        _start = 0;
        _end = process.Output.Read(_buffer, 0, BufferSize);
        if (_end == 0)
        {
            throw Ended();
        }
    }

    private DlsException Ended()
    {
        _process!.WaitForExit();
        string said = _process.ReadError().Trim();
        return Broken(said.Length == 0 ? "it ended early" : said.Replace("\n", "; "), null);
    }

    private DlsException Broken(string why, Exception? inner)
        => new(
            ErrorKind.Failed, $"cannot read objects through 'git cat-file': {why}", "run `git fsck`; dls needs git 2.36 or newer", inner);

    private void Drop()
    {
        _process?.Dispose();
        _process = null;
        _start = _end = 0;
    }
}
