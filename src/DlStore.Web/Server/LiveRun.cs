using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using DlStore.Learning.Logs;
using DlStore.Learning.Records;
using DlStore.Operations.Tasks;

namespace DlStore.Web.Server;

/// <summary>
/// Sends what a run prints, while it prints it, as server-sent events: <c>log</c> (text), <c>point</c> (metrics as the log
/// names them), <c>state</c> (state, text, over), <c>end</c>. Whoever leaves
/// the page ends the following, never the run.
/// </summary>
/// <param name="settings">What the repository is told of the outside.</param>
/// <param name="name"><c>TASK/KIND</c>.</param>
internal sealed class LiveRun(RepoSettings settings, string name)
{
    private const int QueuedMax = 1000;
    private static readonly TimeSpan StateEvery = TimeSpan.FromSeconds(2);

    public async Task SendAsync(HttpContext http)
    {
        http.Response.ContentType = "text/event-stream";
        Channel<(string Event, string Data)> events = Channel.CreateBounded<(string, string)>(QueuedMax);
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        CancellationToken token = end.Token;
        Task sending = SendAllAsync(events.Writer, token);
        try
        {
            await foreach ((string kind, string data) in events.Reader.ReadAllAsync(token))
            {
                await http.Response.WriteAsync($"event: {kind}\ndata: {data}\n\n", token);
                await http.Response.Body.FlushAsync(token);
            }
        }
        finally
        {
            await end.CancelAsync();
            await sending.ContinueWith(static _ => { }, TaskScheduler.Default);
        }
    }

    private async Task SendAllAsync(ChannelWriter<(string, string)> events, CancellationToken cancel)
    {
        Task following = FollowAsync(events, cancel);
        await Task.WhenAll(following, StateAsync(events, following, cancel));
    }

    private async Task FollowAsync(ChannelWriter<(string, string)> events, CancellationToken cancel)
    {
        Decoder decoder = Encoding.UTF8.GetDecoder();
        using Repo repo = Repo.Open(settings);
        await new TaskFollow(repo, (_, bytes) =>
        {
            char[] text = new char[Encoding.UTF8.GetMaxCharCount(bytes.Length)];
            int length = decoder.GetChars(bytes.Span, text, flush: false);
            Send(events, "log", json => json.WriteStringValue(text.AsSpan(0, length)), cancel);
        }, note => Send(events, "log", json => json.WriteStringValue($"\n[{note.Text}]\n"), cancel))
        {
            Points = (_, points) => Send(events, "point", json => WritePoints(json, points), cancel),
        }.RunAsync([name], cancel);
    }

    private static void WritePoints(Utf8JsonWriter json, IReadOnlyList<MetricLine> points)
    {
        json.WriteStartArray();
        foreach (MetricLine point in points)
        {
            json.WriteStartObject();
            json.WriteString("metric", point.Metric);
            json.WriteNumber("x", point.Step ?? point.LineNumber);
            if (double.IsFinite(point.Value))
            {
                json.WriteNumber("y", point.Value);
            }
            else
            {
                json.WriteNull("y");
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private async Task StateAsync(ChannelWriter<(string, string)> events, Task following, CancellationToken cancel)
    {
        try
        {
            for (bool isOver = false; !isOver;)
            {
                isOver = following.IsCompleted;
                AttemptStatus? now = await NowAsync(cancel);
                isOver |= now is null || now.IsCollected;
                string text = now is null ? "it is gone" : Sentence(now);
                Send(events, "state", json =>
                {
                    json.WriteStartObject();
                    json.WriteString("state", now is null ? "unknown" : RunStates.Name(now.State));
                    json.WriteString("text", isOver ? text + "; `dls task collect` brings it home" : text);
                    json.WriteBoolean("over", now is { IsCollected: true });
                    json.WriteEndObject();
                }, cancel);
                await Task.WhenAny(following, Task.Delay(StateEvery, cancel));
                cancel.ThrowIfCancellationRequested();
            }
        }
        finally
        {
            // Without it the browser would ask again, and get the whole log again.
            _ = events.TryWrite(("end", "{}"));
            events.TryComplete();
        }
    }

    private async Task<AttemptStatus?> NowAsync(CancellationToken cancel)
    {
        using Repo repo = Repo.Open(settings);
        TaskStatusResult found = await TaskStates.RunAsync(repo, [name], newestOnly: true, collect: false, cancel);
        return found.Attempts is [.., var newest] ? newest : null;
    }

    private static string Sentence(AttemptStatus now)
    {
        string step = now.Step is { } s ? $", step {s}" : "";
        string left = now.LeftSeconds is { } l ? $", {Writing.Shown.Seconds(l)} left" : "";
        return $"{RunStates.Name(now.State)}{step}{(now.Last is null ? "" : $", {now.Last}")}{left}";
    }

    /// <summary>Waits where the reader is slow: a log is never dropped in part.</summary>
    private static void Send(ChannelWriter<(string, string)> events, string kind, Action<Utf8JsonWriter> write, CancellationToken cancel)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter json = new(buffer))
        {
            write(json);
        }

        events.WriteAsync((kind, Encoding.UTF8.GetString(buffer.WrittenSpan)), cancel).AsTask().GetAwaiter().GetResult();
    }
}
