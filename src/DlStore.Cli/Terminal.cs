using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace DlStore.Cli;

/// <summary>
/// The only place that talks to the user: results to standard output (buffered), talk to standard error. Safe from several threads.
/// Every line is escaped, so that a name with an escape sequence cannot act and a name with a line break does not look like two; --json
/// carries names exactly. Colour
/// is given beside the text, never in it. When the reader of the output has gone (<c>dls ls | head</c>), further results are dropped
/// without a word.
/// </summary>
internal sealed class Terminal(Stream output, Stream talk, TerminalTraits traits)
{
    private const int BrokenPipe = 32;
    private const int BufferBytes = 32 * 1024;

    private readonly Lock _gate = new();
    private readonly ArrayBufferWriter<byte> _buffer = new(1024);
    private bool _outputGone;
    private bool _progressShown;

    /// <summary>Set by Program from --json: standard output carries one document and no progress is drawn.</summary>
    public bool Json { get; set; }

    /// <summary>Set by Program from --quiet: notes and progress are dropped.</summary>
    public bool Quiet { get; set; }

    public bool OutputIsTerminal => traits.OutputIsTerminal;

    public bool DrawsProgress => traits.TalkIsTerminal && !Quiet && !Json;

    public int Columns => traits.Columns() is var columns and > 0 ? columns : 80;

    /// <summary>Opens the process's own streams.</summary>
    public static Terminal Open(IReadOnlyDictionary<string, string> environment)
    {
        StandardStream output = new(StandardStream.Output);
        StandardStream talk = new(StandardStream.Talk);
        bool plain = environment.GetValueOrDefault("NO_COLOR", "").Length > 0 || environment.GetValueOrDefault("TERM", "") is "" or "dumb";
        return new Terminal(output, talk, new TerminalTraits(output.IsTerminal, talk.IsTerminal, !plain, talk.ReadColumns));
    }

    /// <summary>Opens standard input (git hands refs to hooks there).</summary>
    public static Stream OpenInput() => new StandardStream(StandardStream.Input);

    /// <summary>Writes one line of the result.</summary>
    public void Result(string line, Ink ink = Ink.Plain) => WriteOutput(Paint(Format.Escape(line), ink, traits.OutputIsTerminal) + "\n");

    /// <summary>Writes text of several lines that dls made itself (help, scripts), as it is.</summary>
    public void ResultText(string text) => WriteOutput(text);

    /// <summary>Writes rows under aligned titles.</summary>
    public void Table(IReadOnlyList<Column> columns, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        foreach (string line in TextTable.Lines(
            columns, [.. rows.Select(static row => (IReadOnlyList<string>)[.. row.Select(Format.Escape)])]))
        {
            WriteOutput(line + "\n");
        }
    }

    /// <summary>Writes the one document of a command that was asked for --json.</summary>
    public void WriteJson<T>(T value, JsonTypeInfo<T> type)
    {
        lock (_gate)
        {
            // Names in Japanese stay readable; control characters are still escaped by this encoder.
            using (Utf8JsonWriter writer = new(_buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            {
                JsonSerializer.Serialize(writer, value, type);
            }

            _buffer.Write("\n"u8);
        }
    }

    /// <summary>
    /// Gives a stream for bytes that are the result themselves (<c>cat</c>); writing to it fails once the reader has gone.
    /// </summary>
    public Stream OpenOutput()
    {
        Flush();
        return output;
    }

    /// <summary>Says something that is not the result; dropped by --quiet.</summary>
    public void Note(string line)
    {
        if (!Quiet)
        {
            // Results and talk share a screen: what was said first is shown first.
            Flush();
            Say("", line, Ink.Plain);
        }
    }

    /// <summary>Says that something needs the user's eyes; not dropped by --quiet.</summary>
    public void Warn(string line)
    {
        Flush();
        Say("warning: ", line, Ink.Changed);
    }

    /// <summary>Says why the command failed. Only ErrorReport calls it.</summary>
    public void Error(string line) => Say("error: ", line, Ink.Bad);

    /// <summary>Adds a line to a warning or an error: an item, a hint.</summary>
    public void Detail(string label, string line) => Say(label, line, Ink.Strong);

    /// <summary>Shows a name from a tree or a remote in a result: escaped, also for another program, which may ask for --json.</summary>
    [SuppressMessage("Performance",
        "CA1822:Mark members as static", Justification = "how a name is shown is the terminal's business, as it is for lines")]
    public string Name(string name) => Io.EntryName.Show(name);

    /// <inheritdoc cref="Name(string)"/>
    public string Name(Io.RelPath path) => Name(path.Value);

    /// <summary>Draws or replaces the progress line.</summary>
    public void DrawProgress(string line)
    {
        lock (_gate)
        {
            _progressShown = true;
            WriteTalk($"\r{Format.Escape(line)}\u001b[K");
        }
    }

    public void EraseProgress()
    {
        lock (_gate)
        {
            if (_progressShown)
            {
                _progressShown = false;
                WriteTalk("\r\u001b[2K");
            }
        }
    }

    /// <summary>Sends buffered results. An I/O error other than a reader that has gone is thrown once; later results are dropped.</summary>
    public void Flush()
    {
        lock (_gate)
        {
            if (_buffer.WrittenCount == 0)
            {
                return;
            }

            EraseProgress();
            try
            {
                if (!_outputGone)
                {
                    output.Write(_buffer.WrittenSpan);
                }
            }
            catch (IOException e)
            {
                _outputGone = true;
                if (!IsBrokenPipe(e))
                {
                    throw;
                }
            }
            finally
            {
                _buffer.ResetWrittenCount();
            }
        }
    }

    /// <summary>Drops results that were not sent yet: an error document takes their place.</summary>
    public void Discard()
    {
        lock (_gate)
        {
            _buffer.ResetWrittenCount();
        }
    }

    public static bool IsBrokenPipe(Exception error) => error is IOException { HResult: BrokenPipe };

    private string Paint(string text, Ink ink, bool toTerminal)
    {
        string? code = !toTerminal || !traits.Colour ? null : ink switch
        {
            Ink.Plain => null,
            Ink.Good => "32",
            Ink.Changed => "33",
            Ink.Bad => "31",
            Ink.Dim => "2",
            Ink.Strong => "1",
            _ => throw new ArgumentOutOfRangeException(nameof(ink), ink, "no such ink"),
        };
        return code is null || text.Length == 0 ? text : $"\u001b[{code}m{text}\u001b[0m";
    }

    private void Say(string label, string line, Ink ink)
    {
        lock (_gate)
        {
            EraseProgress();
            WriteTalk($"{Paint(label, ink, traits.TalkIsTerminal)}{Format.Escape(line)}\n");
        }
    }

    private void WriteOutput(string text)
    {
        lock (_gate)
        {
            Encoding.UTF8.GetBytes(text, _buffer);
            if (_buffer.WrittenCount >= BufferBytes && !Json)
            {
                Flush();
            }
        }
    }

    private void WriteTalk(string text)
    {
        try
        {
            talk.Write(Encoding.UTF8.GetBytes(text));
        }
        catch (IOException)
        {
            // Nobody is left to be told; the exit code still says what happened.
        }
    }
}
