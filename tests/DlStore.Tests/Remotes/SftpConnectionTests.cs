using System.Diagnostics;
using DlStore.Io;
using DlStore.Remotes.Sftp;

namespace DlStore.Tests.Remotes;

/// <summary>Programs that only look like an SFTP server: what they send is refused, soon and with a bound.</summary>
public sealed class SftpConnectionTests
{
    private const string Version = @"\000\000\000\005\002\000\000\000\003";
    private static readonly Dictionary<string, string> Environment = new() { ["PATH"] = "/usr/bin:/bin" };

    [Theory]
    [InlineData("exit 0")]
    [InlineData("echo 'welcome to gpu1'; cat >/dev/null")]
    [InlineData(@"printf '\377\377\377\377'; cat >/dev/null")]
    [InlineData(@"printf '\000\000\000\000'; cat >/dev/null")]
    [InlineData(@"printf '\000\000\000\005\002\000\000\000\002'; cat >/dev/null")]
    [InlineData(@"printf '\000\000\000\003\002\000\000'; cat >/dev/null")]
    [InlineData(@"printf '\000\000\000\012\002\000\000\000\003\377\377\377\377x'; cat >/dev/null")]
    public async Task What_does_not_greet_is_no_server(string script)
    {
        Stopwatch watch = Stopwatch.StartNew();
        Exception e = await Assert.ThrowsAnyAsync<Exception>(() => OpenAsync(script));

        Assert.True(e is SftpOpenException or SftpLostException, e.ToString());
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(30), $"took {watch.Elapsed}");
    }

    [Theory]
    [InlineData(@"\000\000\000\005\147\000\000\000\001", "makes no sense")] // data without a length
    [InlineData(@"\000\000\000\011\147\000\000\000\001\177\377\377\377", "makes no sense")] // data longer than its packet
    [InlineData(@"\000\000\000\005\145\000\000\000\011", "what nobody asked")] // another request's answer
    [InlineData(@"\177\377\377\377\147", "no SFTP")] // a packet of 2 GiB
    [InlineData(@"\000\000\000\005\151\000\000\000\001", "makes no sense")] // attributes without any
    public async Task Answers_that_make_no_sense_end_the_call(string answer, string why)
    {
        using SftpConnection connection = await OpenAsync($"printf '{Version}'; sleep 0.2; printf '{answer}'; cat >/dev/null");

        Exception e = await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            using SftpReply reply = await connection.Send(new SftpRequest(SftpCode.LStat).Text("x")).WaitAsync(TimeSpan.FromSeconds(20));
            _ = reply.Require(SftpCode.Attributes).Attributes();
        });

        Assert.Contains(why, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cat >/dev/null")]
    [InlineData($"printf '{Version}'; cat >/dev/null")]
    [InlineData($@"printf '{Version}'; sleep 0.2; printf '\000\000'; cat >/dev/null")]
    public async Task A_server_that_stalls_is_given_up(string script)
    {
        Stopwatch watch = Stopwatch.StartNew();

        Exception e = await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            using SftpConnection connection = await OpenAsync(script, TimeSpan.FromSeconds(1));
            using SftpReply reply = await connection.Send(new SftpRequest(SftpCode.LStat).Text("x"));
        });

        Assert.Contains("has not answered", e.Message, StringComparison.Ordinal);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(30), $"took {watch.Elapsed}");
    }

    [Fact]
    public async Task Each_of_many_requests_gets_its_own_answer_in_whatever_order()
    {
        // Answers to requests 2 and 1, the later one first: a status with its number as text.
        string Status(int id) => $@"\000\000\000\016\145\000\000\000\00{id}\000\000\000\004\000\000\000\001{id}";
        using SftpConnection connection = await OpenAsync($"printf '{Version}'; sleep 0.2; printf '{Status(2)}{Status(1)}'; cat >/dev/null");

        Task<SftpReply> first = connection.Send(new SftpRequest(SftpCode.LStat).Text("x"));
        Task<SftpReply> second = connection.Send(new SftpRequest(SftpCode.LStat).Text("y"));

        Assert.Equal("1", Assert.Throws<SftpException>((await first).RequireOk).Said);
        Assert.Equal("2", Assert.Throws<SftpException>((await second).RequireOk).Said);
    }

    [Fact]
    public async Task Extensions_and_limits_are_taken_from_the_server_with_a_bound()
    {
        static string Field(string text) => $@"\000\000\000\{Convert.ToString(text.Length, 8).PadLeft(3, '0')}{text}";
        string pair = Field("limits@openssh.com") + Field("1");
        int length = 5 + 4 + "limits@openssh.com".Length + 4 + 1;
        string version = $@"\000\000\000\{Convert.ToString(length, 8).PadLeft(3, '0')}\002\000\000\000\003{pair}";
        string huge = string.Concat(Enumerable.Repeat(@"\177\377\377\377\377\377\377\377", 4));
        string limits = $@"\000\000\000\045\311\000\000\000\001{huge}";

        using SftpConnection connection = await OpenAsync($"printf '{version}'; sleep 0.2; printf '{limits}'; cat >/dev/null");

        Assert.True(connection.Offers("limits@openssh.com"));
        Assert.False(connection.Offers("copy-data"));
        Assert.True(SpinWait.SpinUntil(() => connection.ReadMax > 32 * 1024, TimeSpan.FromSeconds(20)), "the limits did not count");
        Assert.InRange(connection.ReadMax, 255 * 1024, SftpConnection.PacketMax);
        Assert.InRange(connection.WriteMax, 255 * 1024, SftpConnection.PacketMax);
    }

    private static Task<SftpConnection> OpenAsync(string script, TimeSpan? stallLimit = null) => SftpConnection.OpenAsync(
        new ChildCommand { Program = "sh", Arguments = ["-c", script], Environment = Environment, OwnSession = true },
        CancellationToken.None, stallLimit);
}
