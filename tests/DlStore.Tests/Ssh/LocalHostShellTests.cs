using DlStore.Ssh;

namespace DlStore.Tests.Ssh;

/// <summary>The contract on this machine.</summary>
public sealed class LocalHostShellTests : HostShellContract
{
    private static readonly Dictionary<string,
        string> Variables = new() { ["PATH"] = "/usr/local/bin:/usr/bin:/bin", ["HOME"] = "/", ["LC_ALL"] = "ja_JP.UTF-8" };

    private protected override HostShell Open() => new(HostAddress.Local, Variables, null);

    [Fact]
    public async Task A_background_process_that_keeps_the_output_open_does_not_hold_the_reply_back()
    {
        HostReply reply = await Open().RequireAsync(new HostScript("sleep 400 & echo started", [])).WaitAsync(TimeSpan.FromMinutes(5));

        Assert.Equal("started\n", reply.OutputText());
    }

    [Fact]
    public async Task Cancelling_kills_what_the_script_started()
    {
        using CancellationTokenSource cancel = new();
        string pid = "";
        Task<HostReply> run = Open().StreamAsync(
            new HostScript("sh -c 'echo $$; exec sleep 400' & wait", []),
            null,
            async (stream, _) =>
            {
                using StreamReader reader = new(stream);
                pid = (await reader.ReadLineAsync(CancellationToken.None))!;
                await cancel.CancelAsync();
            },
            cancel.Token);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run.WaitAsync(TimeSpan.FromMinutes(5)));
        for (int i = 0; i < 3000 && Directory.Exists($"/proc/{pid}"); i++)
        {
            await Task.Delay(20);
        }

        // A killed grandchild whose parent died may be waited for by nobody for a while: a zombie is as good as gone.
        string stat = File.Exists($"/proc/{pid}/stat") ? await File.ReadAllTextAsync($"/proc/{pid}/stat") : "";
        Assert.True(stat.Length == 0 || stat.Contains(") Z", StringComparison.Ordinal), stat);
    }
}
