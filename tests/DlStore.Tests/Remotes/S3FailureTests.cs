using System.Net;
using System.Net.Sockets;
using System.Text;
using DlStore.Remotes;
using DlStore.Remotes.S3;
using DlStore.TestKit;

namespace DlStore.Tests.Remotes;

/// <summary>What is said when S3 does not do what it should; no key is ever shown.</summary>
[Collection("S3")]
public sealed class S3FailureTests(S3Server server) : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly TempDir _temp = new();
    private readonly string _prefix = server.NewPrefix();

    [Fact]
    public async Task A_wrong_secret_is_told_and_not_shown()
    {
        S3Remote remote = Make(S3Server.Keys.With("AWS_SECRET_ACCESS_KEY", "notTheSecret"));

        await FailsAsync(remote, "the secret key is not the one that", "AWS_SECRET_ACCESS_KEY");
    }

    [Fact]
    public async Task An_unknown_key_is_told() =>
        await FailsAsync(Make(S3Server.Keys.With("AWS_ACCESS_KEY_ID", "AKNOBODY")), "does not know the access key", "AWS_ACCESS_KEY_ID");

    [Fact]
    public async Task No_keys_at_all_are_told_at_the_first_call()
    {
        S3Remote remote = Make(new Dictionary<string, string> { ["AWS_EC2_METADATA_DISABLED"] = "true", ["HOME"] = _temp.Path });

        await FailsAsync(remote, "no keys for S3 were found", "AWS_PROFILE");
    }

    [Fact]
    public async Task Keys_and_region_come_from_the_profile_that_is_named()
    {
        _temp.Write(".aws/credentials", $"""
            [team]
            aws_access_key_id = {S3Server.AccessKey}
            aws_secret_access_key = {S3Server.SecretKey}
            region = eu-lab-1

            """);
        Dictionary<string, string> home = new() { ["HOME"] = _temp.Path, ["AWS_EC2_METADATA_DISABLED"] = "true" };

        Assert.False(await Make(home, o => o with { Profile = "team" }).ExistsAsync(None));
        Assert.False(await Make(home.With("AWS_PROFILE", "team")).ExistsAsync(None));
        await FailsAsync(Make(home, o => o with { Profile = "other" }), "there is no profile 'other'", "aws configure --profile other");
    }

    [Fact]
    public async Task A_bucket_that_is_not_there_is_told()
    {
        S3Remote remote = Make(S3Server.Keys, bucket: "no-such-bucket");

        await FailsAsync(remote, "has no bucket 'no-such-bucket'", "make the bucket there first");
        DlsException e = await Assert.ThrowsAsync<DlsException>(() => remote.PutAsync("a", "x"u8.ToArray(), replace: false, None));
        Assert.StartsWith("send 'a' to remote 'cloud': ", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_that_is_away_is_told()
    {
        S3Remote remote = Make(S3Server.Keys, static o => o with { Endpoint = "http://127.0.0.1:1" });

        await FailsAsync(remote, "no connection to 'http://127.0.0.1:1': connection refused", "git config -f .dlstore/config");
    }

    [Fact]
    public async Task Another_server_is_told()
    {
        using FakeService fake = new(static _ => (200, "<html><body>hello</body></html>"), tag: null);
        S3Remote remote = Make(S3Server.Keys, o => o with { Endpoint = fake.Endpoint });

        DlsException e = await Assert.ThrowsAsync<DlsException>(() => remote.ExistsAsync(None));
        Assert.Contains("'cloud': the answer is not one of an S3 service", e.Message, StringComparison.Ordinal);
        e = await Assert.ThrowsAsync<DlsException>(() => remote.PutAsync("a", "x"u8.ToArray(), replace: false, None));
        Assert.Contains("'cloud': the answer is not one of an S3 service", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(403, "RequestTimeTooSkewed", "the clocks of this machine and of", "date --utc")]
    [InlineData(403, "AccessDenied", "denies it", "s3:ListBucket")]
    [InlineData(400, "ExpiredToken", "have expired", "AWS_SESSION_TOKEN")]
    [InlineData(400, "AuthorizationHeaderMalformed", "is not in region", "dls remote add cloud s3://")]
    [InlineData(400, "InvalidRequest", "refused it (HTTP 400, InvalidRequest)", "git config -f .dlstore/config")]
    public async Task What_services_say_is_put_into_words(int status, string code, string message, string hint)
    {
        using FakeService fake = new(_ => (status, $"<Error><Code>{code}</Code><Message>{S3Server.SecretKey}</Message></Error>"));

        await FailsAsync(Make(S3Server.Keys, o => o with { Endpoint = fake.Endpoint }), message, hint);
    }

    [Fact]
    public async Task A_listing_without_an_end_is_left()
    {
        int page = 0;
        using FakeService fake = new(_ => (200, "<ListBucketResult><Name>b</Name><IsTruncated>true</IsTruncated><NextContinuationToken>"
            + $"{Interlocked.Increment(ref page)}</NextContinuationToken></ListBucketResult>"));
        S3Remote remote = Make(S3Server.Keys, o => o with { Endpoint = fake.Endpoint });

        DlsException e = await Assert.ThrowsAsync<DlsException>(async () => await ListAsync(remote));

        Assert.Contains("a listing without an end", e.Message, StringComparison.Ordinal);
        Assert.InRange(page, 1000, 1002);
    }

    [Fact]
    public async Task A_service_that_names_what_was_not_asked_for_is_not_believed()
    {
        using FakeService fake = new(_ => (200, "<ListBucketResult><Name>b</Name><IsTruncated>false</IsTruncated>" + string.Concat(
            ((string[])["elsewhere/index/a", $"{_prefix}/index/../../b", $"{_prefix}/index/ok"]).Select(
                static k => $"<Contents><Key>{k}</Key><Size>1</Size><LastModified>2026-01-02T03:04:05Z</LastModified></Contents>"))
            + "</ListBucketResult>"));

        Assert.Equal(["index/ok"], await ListAsync(Make(S3Server.Keys, o => o with { Endpoint = fake.Endpoint })));
    }

    [Fact]
    public async Task A_service_that_ignores_the_condition_is_found_out()
    {
        using FakeService fake = new(static _ => (200, ""));

        Assert.False(await Make(S3Server.Keys, o => o with { Endpoint = fake.Endpoint }).HasExclusiveCreateAsync(None));
    }

    [Fact]
    public async Task Without_conditions_it_is_looked_first()
    {
        HashSet<string> there = [];
        using FakeService fake = new(request => request.StartsWith("HEAD ", StringComparison.Ordinal)
            ? (there.Contains(request.Split(' ')[1]) ? 200 : 404, "")
            : request.Contains("If-None-Match", StringComparison.OrdinalIgnoreCase)
                ? (501, "<Error><Code>NotImplemented</Code></Error>") : (there.Add(request.Split(' ')[1]) ? 200 : 500, ""));
        S3Remote remote = Make(S3Server.Keys, o => o with { Endpoint = fake.Endpoint });

        Assert.Equal(PutResult.Sent, await remote.PutAsync("a", "x"u8.ToArray(), replace: false, None));
        Assert.Equal(PutResult.AlreadyThere, await remote.PutAsync("a", "x"u8.ToArray(), replace: false, None));
        Assert.False(await remote.HasExclusiveCreateAsync(None));
    }

    public void Dispose() => _temp.Dispose();

    private static async Task<List<string>> ListAsync(S3Remote remote)
    {
        List<string> names = [];
        await foreach (RemoteFile file in remote.ListAsync("index", None))
        {
            names.Add(file.Name);
        }

        return names;
    }

    private static async Task FailsAsync(S3Remote remote, string message, string hint)
    {
        foreach (Func<Task> call in (Func<Task>[])[() => remote.ExistsAsync(None), () => ListAsync(remote)])
        {
            DlsException e = await Assert.ThrowsAsync<DlsException>(call);

            Assert.Equal(ErrorKind.Failed, e.Kind);
            Assert.Contains("'cloud'", e.Message, StringComparison.Ordinal);
            Assert.Contains(message, e.Message, StringComparison.Ordinal);
            Assert.Contains(hint, e.Hint, StringComparison.Ordinal);
            Assert.DoesNotContain(S3Server.SecretKey, e.Message + e.Hint, StringComparison.Ordinal);
            Assert.DoesNotContain(S3Server.AccessKey, e.Message + e.Hint, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("AK", remote.Location, StringComparison.Ordinal);
    }

    private S3Remote Make(
        Dictionary<string, string> environment, Func<RemoteOptions, RemoteOptions>? change = null, string bucket = S3Server.Bucket)
    {
        RemoteOptions options = new() { Endpoint = server.Endpoint };
        return new S3Remote(
            "cloud", (S3Url)RemoteUrl.Parse($"s3://{bucket}/{_prefix}", _temp.Path), change?.Invoke(options) ?? options, environment);
    }
}

file static class Changed
{
    public static Dictionary<string, string> With(this Dictionary<string, string> environment, string name, string value) =>
        new(environment) { [name] = value };
}

/// <summary>A server that answers every request as the test says.</summary>
internal sealed class FakeService : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly string? _tag;

    public FakeService(Func<string, (int Status, string Body)> answer, string? tag = "\"tag\"")
    {
        _tag = tag;
        using (TcpListener free = new(IPAddress.Loopback, 0))
        {
            free.Start();
            Endpoint = $"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}";
        }

        _listener.Prefixes.Add(Endpoint + "/");
        _listener.Start();
        _ = ServeAsync(answer);
    }

    public string Endpoint { get; }

    public void Dispose() => _listener.Close();

    private async Task ServeAsync(Func<string, (int Status, string Body)> answer)
    {
        try
        {
            while (true)
            {
                HttpListenerContext context = await _listener.GetContextAsync();
                HttpListenerRequest request = context.Request;
                await request.InputStream.CopyToAsync(Stream.Null);
                string head = $"{request.HttpMethod} {request.RawUrl} {string.Join(' ', request.Headers.AllKeys)}";
                (context.Response.StatusCode, string body) = answer(head);
                byte[] bytes = Encoding.UTF8.GetBytes(body);
                if (_tag is not null)
                {
                    context.Response.AddHeader("ETag", _tag);
                }

                if (request.HttpMethod != "HEAD")
                {
                    context.Response.ContentType = "application/xml";
                    context.Response.ContentLength64 = bytes.Length;
                    await context.Response.OutputStream.WriteAsync(bytes);
                }

                context.Response.Close();
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
        {
            // The test is over.
        }
    }
}
