using System.Text;

namespace DlStore.Cli.Commands.Tasks;

/// <summary>
/// Writes logs to the terminal line by line, several at once if need be. A log is untrusted: the terminal escapes every line.
/// </summary>
internal sealed class LogLines(Terminal terminal, bool showKind)
{
    private const int LineMax = 8000;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, List<byte>> _open = new(StringComparer.Ordinal);

    public void Write(string kind, ReadOnlyMemory<byte> bytes)
    {
        lock (_gate)
        {
            if (!_open.TryGetValue(kind, out List<byte>? line))
            {
                _open[kind] = line = [];
            }

            foreach (byte b in bytes.Span)
            {
                if (b is (byte)'\n' or (byte)'\r' || line.Count >= LineMax)
                {
                    Put(kind, line);
                }

                if (b is not ((byte)'\n' or (byte)'\r'))
                {
                    line.Add(b);
                }
            }

            terminal.Flush();
        }
    }

    public void Finish()
    {
        lock (_gate)
        {
            foreach ((string kind, List<byte> line) in _open)
            {
                Put(kind, line);
            }

            terminal.Flush();
        }
    }

    private void Put(string kind, List<byte> line)
    {
        if (line.Count > 0)
        {
            string text = Encoding.UTF8.GetString([.. line]).Replace('\t', ' ');
            if (terminal.Json)
            {
                // Standard output carries one document; whoever asked for that does not read along.
                terminal.Note((showKind ? kind + ": " : "") + text);
            }
            else
            {
                terminal.Result((showKind ? kind + ": " : "") + text);
            }

            line.Clear();
        }
    }
}
