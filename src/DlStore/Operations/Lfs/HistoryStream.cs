using System.Globalization;
using System.Text;

namespace DlStore.Operations.Lfs;

/// <summary>
/// The stream that <c>git fast-export</c> writes, by lines and by counted bytes (git-fast-import(1)). Lines are Latin-1, one character a
/// byte, so that names of any encoding pass through.
/// </summary>
/// <param name="source">What git writes.</param>
internal sealed class HistoryStream(Stream source)
{
    private const int LineMax = 64 * 1024;
    private readonly byte[] _buffer = new byte[64 * 1024];
    private int _start;
    private int _end;

    /// <summary>Reads a line.</summary>
    /// <param name="ending">What ends it: a line feed, or NUL.</param>
    /// <returns>Without its end; null where the stream ends.</returns>
    public string? ReadLine(char ending = '\n')
    {
        StringBuilder? pieces = null;
        while (Fill())
        {
            int length = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)ending);
            int taken = length < 0 ? _end - _start : length;
            string text = Encoding.Latin1.GetString(_buffer, _start, taken);
            _start += taken + (length < 0 ? 0 : 1);
            if (length >= 0)
            {
                return pieces is null ? text : pieces.Append(text).ToString();
            }

            pieces = (pieces ?? new StringBuilder()).Append(text);
            if (pieces.Length > LineMax && ending == '\n')
            {
                throw new DlsException(ErrorKind.Failed, "read the history: a line of 'git fast-export' has no end");
            }
        }

        return pieces?.ToString();
    }

    /// <summary>Copies the bytes that a line <c>data N</c> announces.</summary>
    /// <param name="line">The line.</param>
    /// <param name="target">Where to.</param>
    public void CopyData(string line, Stream target)
    {
        for (long left = long.Parse(line.AsSpan("data ".Length), NumberStyles.None, CultureInfo.InvariantCulture); left > 0;)
        {
            if (!Fill())
            {
                throw new DlsException(ErrorKind.Failed, "read the history: 'git fast-export' ended early", "run `git fsck`");
            }

            int length = (int)Math.Min(left, _end - _start);
            target.Write(_buffer, _start, length);
            _start += length;
            left -= length;
        }
    }

    private bool Fill()
    {
        if (_start == _end)
        {
            _start = 0;
            _end = source.Read(_buffer, 0, _buffer.Length);
        }

        return _end > 0;
    }
}
