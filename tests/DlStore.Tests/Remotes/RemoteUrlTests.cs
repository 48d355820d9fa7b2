using DlStore.Remotes;

namespace DlStore.Tests.Remotes;

public sealed class RemoteUrlTests
{
    [Theory]
    [InlineData("/mnt/store", "/mnt/store")]
    [InlineData("../store", "/work/store")]
    [InlineData("file:///mnt/a%20b", "/mnt/a b")]
    [InlineData("./a:b", "/work/tree/a:b")]
    [InlineData("sub/http://x", "/work/tree/sub/http:/x")]
    public void Directories(string text, string directory) =>
        Assert.Equal(directory, Assert.IsType<DirectoryUrl>(RemoteUrl.Parse(text, "/work/tree")).Directory);

    [Theory]
    [InlineData("ssh://gpu1/data/dls", "gpu1", "/data/dls")]
    [InlineData("ssh://ada@gpu1:2222/data/dls/", "ada@gpu1:2222", "/data/dls")]
    [InlineData("ssh://ada@[::1]:2222/d%20e", "ada@[::1]:2222", "/d e")]
    [InlineData("ssh://gpu1/~/dls", "gpu1", "dls")]
    [InlineData("sftp://gpu1/dls", "gpu1", "/dls")]
    [InlineData("gpu1:dls/store", "gpu1", "dls/store")]
    [InlineData("ada@gpu1:/data/dls", "ada@gpu1", "/data/dls")]
    [InlineData("gpu1:~/dls", "gpu1", "dls")]
    [InlineData("[::1]:dls", "[::1]", "dls")]
    [InlineData("gpu1:a:b", "gpu1", "a:b")]
    public void Hosts(string text, string host, string directory)
    {
        SshUrl url = Assert.IsType<SshUrl>(RemoteUrl.Parse(text, "/work/tree"));
        Assert.Equal((host, directory), (url.Host.Show(), url.Directory));
    }

    [Theory]
    [InlineData("s3://bucket", "bucket", "")]
    [InlineData("s3://bucket/", "bucket", "")]
    [InlineData("s3://my.bucket-1/a/b/", "my.bucket-1", "a/b/")]
    public void Buckets(string text, string bucket, string prefix)
    {
        S3Url url = Assert.IsType<S3Url>(RemoteUrl.Parse(text, "/work/tree"));
        Assert.Equal((bucket, prefix), (url.Bucket, url.Prefix));
    }

    [Theory]
    [InlineData("http://host", "http://host/")]
    [InlineData("https://host:8443/a/b", "https://host:8443/a/b/")]
    public void Web_servers(string text, string address) =>
        Assert.Equal(address, Assert.IsType<WebUrl>(RemoteUrl.Parse(text, "/work/tree")).Address.AbsoluteUri);

    [Theory]
    [InlineData("")]
    [InlineData("-oProxyCommand=touch /tmp/x")]
    [InlineData("|sh")]
    [InlineData("!sh")]
    [InlineData("a\nb")]
    [InlineData("ext::sh -c true")]
    [InlineData("gs://bucket")]
    [InlineData("ssh://gpu1")]
    [InlineData("ssh://-oProxyCommand=x/data")]
    [InlineData("ssh://-l@gpu1/data")]
    [InlineData("-v@gpu1:data")]
    [InlineData("a@-gpu1:data")]
    [InlineData("ssh://gpu1:0/data")]
    [InlineData("ssh://gpu1:99999/data")]
    [InlineData("ssh://gpu1;reboot/data")]
    [InlineData("ssh://$(reboot)/data")]
    [InlineData("gpu1:")]
    [InlineData("gpu1:../up")]
    [InlineData("ssh://gpu1/a/../../b")]
    [InlineData("ssh://gpu1/%2e%2e/b")]
    [InlineData("ssh://gpu1/a%0ab")]
    [InlineData("ssh://gpu1/~root/x")]
    [InlineData("s3://b")]
    [InlineData("s3:///prefix")]
    [InlineData("s3://bucket/a//b")]
    [InlineData("s3://bucket/../x")]
    [InlineData("http:///x")]
    [InlineData("http://host/x?token=1")]
    [InlineData("file://host/x")]
    public void What_is_no_place_is_refused_with_a_hint(string text)
    {
        DlsException e = Assert.Throws<DlsException>(() => RemoteUrl.Parse(text, "/work/tree"));
        Assert.Equal(ErrorKind.Usage, e.Kind);
        Assert.False(string.IsNullOrEmpty(e.Hint));
    }

    [Theory]
    [InlineData("ssh://ada:geheim@gpu1/data")]
    [InlineData("ssh://ada:ge@heim@gpu1/data")]
    [InlineData("ada:geheim@gpu1:data")]
    [InlineData("https://ada:geheim@host/data")]
    [InlineData("s3://KEY:geheim@bucket/data")]
    [InlineData("gs://ada:geheim@bucket")]
    public void A_password_is_refused_and_never_shown(string text)
    {
        DlsException e = Assert.Throws<DlsException>(() => RemoteUrl.Parse(text, "/work/tree"));
        Assert.Equal(ErrorKind.Usage, e.Kind);
        Assert.DoesNotContain("heim", e.ToString(), StringComparison.Ordinal);
    }
}
