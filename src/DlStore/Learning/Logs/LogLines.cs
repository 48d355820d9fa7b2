using System.Buffers;

namespace DlStore.Learning.Logs;

/// <summary>Takes one piece of a log.</summary>
/// <param name="number">The line it stands in, from 1.</param>
/// <param name="line">Its bytes without escape sequences; never empty, valid during the call only.</param>
internal delegate void LogLineTaker(long number, ReadOnlySpan<byte> line);

/// <summary>
/// Cuts a log into lines as its bytes come. A carriage return ends a piece too, as progress bars overwrite theirs with it, but the number
/// of the line counts LF alone, so that it is
/// the number an editor shows. Terminal escapes are dropped: CSI (colours), and OSC and its kin (window titles), which end with the line at
/// the latest, so that a title that was cut
/// off hides nothing. What exceeds 64 KiB of a line is dropped: memory is bounded whatever the program prints.
/// </summary>
internal sealed class LogLines
{
    /// <summary>The most bytes of a line that are looked at.</summary>
    public const int LengthMax = 64 << 10;

    private const byte Escape = 0x1B;
    private const byte Bell = 0x07;

    private static readonly SearchValues<byte> Special = SearchValues.Create("\r\n\u001b"u8);

    private readonly byte[] _line = new byte[LengthMax];
    private readonly LogText _text = new();
    private int _length;
    private Inside _inside;

    private enum Inside
    {
        Text,
        Escape,
        Csi,
        Osc,
        OscEscape,
    }

    /// <summary>Gets the number of the line that is being read, from 1.</summary>
    public long Number { get; private set; } = 1;

    /// <summary>Reads more of the log.</summary>
    public void Feed(ReadOnlySpan<byte> bytes, LogLineTaker take) => Read(_text.Take(bytes, isLast: false), take);

    /// <summary>Gives the last line, if no line end stood behind it.</summary>
    public void Finish(LogLineTaker take)
    {
        Read(_text.Take([], isLast: true), take);
        End(take);
    }

    private void Read(ReadOnlySpan<byte> bytes, LogLineTaker take)
    {
        while (!bytes.IsEmpty)
        {
            if (_inside == Inside.Text)
            {
                int plain = bytes.IndexOfAny(Special);
                Append(plain < 0 ? bytes : bytes[..plain]);
                if (plain < 0)
                {
                    return;
                }

                bytes = bytes[plain..];
            }

            Step(bytes[0], take);
            bytes = bytes[1..];
        }
    }

    private void Step(byte next, LogLineTaker take)
    {
        if (next is (byte)'\n' or (byte)'\r')
        {
            End(take);
            Number += next == '\n' ? 1 : 0;
            return;
        }

        if (next == Escape)
        {
            _inside = _inside == Inside.Osc ? Inside.OscEscape : Inside.Escape;
            return;
        }

        (Inside after, bool isText) = (_inside, next) switch
        {
            (Inside.OscEscape, (byte)'\\') or (Inside.Osc, Bell) => (Inside.Text, false),
            (Inside.Osc, _) => (Inside.Osc, false),
            (Inside.Csi, >= 0x20 and <= 0x3F) => (Inside.Csi, false),
            (Inside.Csi, >= 0x40 and <= 0x7E) => (Inside.Text, false),
            (Inside.Escape or Inside.OscEscape, (byte)'[') => (Inside.Csi, false),
            (Inside.Escape or Inside.OscEscape, (byte)']' or (byte)'P' or (byte)'X' or (byte)'^' or (byte)'_') => (Inside.Osc, false),
            (Inside.Escape or Inside.OscEscape, >= 0x20 and <= 0x2F) => (Inside.Escape, false),
            (Inside.Escape or Inside.OscEscape, >= 0x30 and <= 0x7E) => (Inside.Text, false),
            _ => (Inside.Text, true),
        };
        _inside = after;
        if (isText)
        {
            Append([next]);
        }
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        int n = Math.Min(bytes.Length, LengthMax - _length);
        bytes[..n].CopyTo(_line.AsSpan(_length));
        _length += n;
    }

    private void End(LogLineTaker take)
    {
        if (_length > 0)
        {
            take(Number, _line.AsSpan(0, _length));
        }

        _length = 0;
        _inside = Inside.Text;
    }
}
