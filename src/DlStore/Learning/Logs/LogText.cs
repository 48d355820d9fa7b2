using System.Text;

namespace DlStore.Learning.Logs;

/// <summary>
/// Turns the bytes of a log into UTF-8 as they come. Logs that PowerShell redirects are UTF-16; a byte-order mark tells, or zero bytes at
/// every second place of the beginning. A mark of UTF-8 is dropped. Everything else stays as it is.
/// </summary>
internal sealed class LogText
{
    private const int HeadLength = 8;

    private readonly byte[] _head = new byte[HeadLength];
    private int _headLength;
    private bool _isKnown;
    private Decoder? _decoder;

    private enum Form
    {
        Other,
        Utf8Mark,
        LittleMark,
        BigMark,
        Little,
        Big,
    }

    /// <summary>Takes more bytes.</summary>
    /// <param name="bytes">What follows the bytes of the last call.</param>
    /// <param name="isLast">Whether nothing follows.</param>
    /// <returns>UTF-8, valid until the next call; less than was given while the beginning is not clear.</returns>
    public ReadOnlySpan<byte> Take(ReadOnlySpan<byte> bytes, bool isLast)
    {
        if (_isKnown)
        {
            return _decoder is null ? bytes : Decode(bytes, isLast);
        }

        int n = Math.Min(HeadLength - _headLength, bytes.Length);
        bytes[..n].CopyTo(_head.AsSpan(_headLength));
        _headLength += n;
        if (_headLength < HeadLength && !isLast)
        {
            return [];
        }

        _isKnown = true;
        ReadOnlySpan<byte> head = _head.AsSpan(0, _headLength);
        Form form = FormOf(head);
        _decoder = form switch
        {
            Form.LittleMark or Form.Little => Encoding.Unicode.GetDecoder(),
            Form.BigMark or Form.Big => Encoding.BigEndianUnicode.GetDecoder(),
            Form.Other or Form.Utf8Mark => null,
        };
        int mark = form switch { Form.Utf8Mark => 3, Form.LittleMark or Form.BigMark => 2, Form.Other or Form.Little or Form.Big => 0 };
        byte[] all = [.. head[mark..], .. bytes[n..]];
        return _decoder is null ? all : Decode(all, isLast);
    }

    private static Form FormOf(ReadOnlySpan<byte> head)
    {
        bool Zero(ReadOnlySpan<byte> bytes, int from)
        {
            bool all = bytes.Length == HeadLength;
            for (int i = 0; i < bytes.Length; i++)
            {
                all &= bytes[i] == 0 == (i % 2 == from);
            }

            return all;
        }

        return head.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]) ? Form.Utf8Mark
            : head.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) ? Form.LittleMark
            : head.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]) ? Form.BigMark
            : Zero(head, 1) ? Form.Little
            : Zero(head, 0) ? Form.Big
            : Form.Other;
    }

    private byte[] Decode(ReadOnlySpan<byte> bytes, bool isLast)
    {
        char[] chars = new char[_decoder!.GetCharCount(bytes, isLast)];
        _decoder.GetChars(bytes, chars, isLast);
        return Encoding.UTF8.GetBytes(chars);
    }
}
