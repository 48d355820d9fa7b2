using DlStore.Ssh;

namespace DlStore.Tests.Ssh;

/// <summary>What may be given to ssh as a destination, and how text gets into a script.</summary>
public sealed class HostAddressTests
{
    [Theory]
    [InlineData("gpu1", "gpu1", null)]
    [InlineData("me@gpu-1.lab_2", "me@gpu-1.lab_2", null)]
    [InlineData("me@10.0.0.7:2222", "me@10.0.0.7", 2222)]
    [InlineData("[::1]", "[::1]", null)]
    [InlineData("me@[fe80::1]:22", "me@[fe80::1]", 22)]
    public void Destinations_are_read_and_written_back(string text, string destination, int? port)
    {
        Assert.True(HostAddress.TryParse("x", text, askpass: false, out HostAddress? address, out string? reason), reason);

        Assert.Equal(destination, address.Destination);
        Assert.Equal(port, address.Port);
        Assert.Equal(text, address.Show());
        Assert.DoesNotContain("[", address.SshDestination, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-oProxyCommand=x")]
    [InlineData("me@-x")]
    [InlineData("-me@x")]
    [InlineData("@x")]
    [InlineData("a b")]
    [InlineData("a;b")]
    [InlineData("a\nb")]
    [InlineData("a'b")]
    [InlineData("host:")]
    [InlineData("host:0")]
    [InlineData("host:65536")]
    [InlineData("host:+2")]
    [InlineData("::1")]
    [InlineData("[::1")]
    [InlineData("[]")]
    [InlineData("[x]")]
    [InlineData("ホスト")]
    public void Anything_else_is_refused_with_a_reason(string text)
    {
        Assert.False(HostAddress.TryParse("x", text, askpass: false, out HostAddress? address, out string? reason));

        Assert.Null(address);
        Assert.NotEmpty(reason);
    }

    [Theory]
    [InlineData("plain", "'plain'")]
    [InlineData("", "''")]
    [InlineData("it's $HOME `x` \\ \"q\"", "'it'\\''s $HOME `x` \\ \"q\"'")]
    public void Quoting_keeps_every_character(string text, string quoted) => Assert.Equal(quoted, ShellQuote.Quote(text));

    [Fact]
    public void Quoting_refuses_a_NUL() => Assert.Equal(
        ErrorKind.Usage, Assert.Throws<DlsException>(static () => ShellQuote.Quote("a\0b")).Kind);
}
