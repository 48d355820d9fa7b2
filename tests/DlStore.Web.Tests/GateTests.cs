using System.Net;
using DlStore.TestKit;

namespace DlStore.Web.Tests;

/// <summary>Who gets in, what is given out, and that nothing changes.</summary>
public sealed class GateTests : IDisposable
{
    private readonly Scene _scene = new();

    public GateTests() => ServedScene.Fill(_scene);

    public void Dispose() => _scene.Dispose();

    [Fact]
    public async Task Nobody_gets_in_without_the_token_or_from_another_site()
    {
        using Served served = new(_scene);
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(served, "/tasks"));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(served, "/?token=00000000000000000000000000000000"));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(served, "/assets/ui.js"));

        await served.EnterAsync();

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(served, "/tasks"));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(served, "/tasks", ("Host", "evil.example")));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(served, "/tasks", ("Host", $"evil.example:{served.Root.Port}")));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(served, "/tasks", ("Origin", "http://evil.example")));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(served, "/tasks", ("Origin", "null")));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(served, "/tasks", ("Sec-Fetch-Site", "cross-site")));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(served, "/tasks", ("Origin", served.Root.ToString().TrimEnd('/'))));
    }

    [Fact]
    public async Task Every_answer_forbids_scripts_from_elsewhere_and_frames()
    {
        using Served served = await new Served(_scene).EnterAsync();
        using HttpResponseMessage answer = await served.Client.GetAsync(new Uri(served.Root, "/tasks"));

        string policy = string.Join(' ', answer.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("default-src 'none'; script-src 'self'; style-src 'self';", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", string.Join(' ', answer.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("no-referrer", string.Join(' ', answer.Headers.GetValues("Referrer-Policy")));
        Assert.DoesNotContain("<script>window.hit", await served.PageAsync("/tasks?where=map%20%3E%3D%200"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hostile_texts_are_text_on_every_page()
    {
        using Served served = await new Served(_scene).EnterAsync();
        foreach (string path in (string[])["/tasks?col=param.note&col=memo&col=task", "/task/hostile", "/compare?t=try0:1&t=hostile:1",
            "/tasks?where=" + Uri.EscapeDataString($"memo ~ '{ServedScene.Hostile.Replace("'", "", StringComparison.Ordinal)}'")])
        {
            string text = await served.PageAsync(path);

            Assert.Contains("&lt;img src=x onerror=", text, StringComparison.Ordinal);
            Assert.DoesNotContain("<img src=x", text, StringComparison.Ordinal);
            Assert.DoesNotContain("<script>window", text, StringComparison.Ordinal);
            Assert.DoesNotContain('\u202e', text);
        }
    }

    [Fact]
    public async Task Only_pictures_are_given_out_by_digest_and_no_path_leads_out()
    {
        byte[] png = [0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 1, 2, 3];
        _scene.Write("repo/pic/a.png", png);
        _scene.Write("repo/pic/page.html", "<script>1</script>");
        _scene.Dls("repo", "add", "pic").Expect(0);
        using Served served = await new Served(_scene).EnterAsync();

        using HttpResponseMessage picture = await served.Client.GetAsync(new Uri(served.Root, "/object/" + Objects.Oid.Of(png).ToHex()));
        Assert.Equal("image/png", picture.Content.Headers.ContentType!.MediaType);
        Assert.Equal(png, await picture.Content.ReadAsByteArrayAsync());
        Assert.Equal(HttpStatusCode.UnsupportedMediaType,
            await StatusAsync(served, "/object/" + Objects.Oid.Of("<script>1</script>"u8).ToHex()));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(served, "/object/" + new string('0', 64)));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(served, "/file/x/own?path=../../../../etc/passwd"));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(served, "/master?path=pic/a.png"));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(served, "/master?path=projects/../pic/a.png"));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(served, "/assets/../../../etc/passwd"));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(served, "/task/nothing"));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(served, "/nothing"));
    }

    [Fact]
    public async Task A_memo_is_written_only_where_that_was_allowed()
    {
        using FormUrlEncodedContent form = new([new("text", "from the page\r\nsecond\r\n")]);
        using (Served reading = await new Served(_scene).EnterAsync())
        {
            using HttpResponseMessage refused = await reading.Client.PostAsync(new Uri(reading.Root, "/memo/try0"), form);
            Assert.Equal(HttpStatusCode.MethodNotAllowed, refused.StatusCode);
            Assert.DoesNotContain("<textarea", await reading.PageAsync("/task/try0"), StringComparison.Ordinal);
        }

        using Served writing = await new Served(_scene, "repo", "--allow-changes").EnterAsync();
        using HttpResponseMessage done = await writing.Client.PostAsync(new Uri(writing.Root, "/memo/try0"), form);

        Assert.Contains("from the page", await done.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal("from the page\nsecond\n", File.ReadAllText(_scene.At("repo/tasks/try0/memo.md")));
    }

    [Fact]
    public async Task An_attempt_has_an_address_of_its_own()
    {
        using Served served = await new Served(_scene).EnterAsync();

        Assert.Contains("Attempt 2: resnet", await served.PageAsync("/task/net1"), StringComparison.Ordinal);
        Assert.Contains("Attempt 1: resnet", await served.PageAsync("/task/net1?n=1"), StringComparison.Ordinal);
        Assert.Contains("/task/net1?n=1\"", await served.PageAsync("/compare?t=net1:1&t=net1:2"), StringComparison.Ordinal);
        Assert.Contains("None of 6 attempts", await served.PageAsync("/tasks?where=map%20%3E%203"), StringComparison.Ordinal);
    }

    [Fact]
    public void One_that_is_interrupted_while_it_starts_says_so()
    {
        for (int wait = 20; wait <= 320; wait *= 2)
        {
            using RunningProgram ui = DlsProcess.Start(_scene.At("repo"), _scene.Environment, ["ui", "--no-open"]);
            Thread.Sleep(wait);
            ui.Terminate();
            RunResult end = ui.Wait();

            Assert.True(end.ExitCode is 0 or 130 or 143, $"after {wait} ms: {end}");
            Assert.DoesNotContain("Unhandled", end.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_another_clone_did_is_there_after_a_pull()
    {
        _scene.Clone("repo", "clone");
        using Served served = new(_scene, "clone");
        await served.EnterAsync();
        Assert.DoesNotContain("later", await served.PageAsync("/tasks"), StringComparison.Ordinal);
        new FinishedTask { Name = "later" }.Write(_scene);
        _scene.Git("clone", "pull", "-q");

        Assert.Contains("/task/later", await served.PageAsync("/tasks"), StringComparison.Ordinal);
    }

    [Fact]
    public void Words_that_mean_nothing_are_refused()
    {
        Assert.Contains("from 1 to 65535", _scene.Dls("repo", "ui", "--port", "70000").Expect(2).Error, StringComparison.Ordinal);
        Assert.Contains("task list --json", _scene.Dls("repo", "ui", "--json").Expect(2).Output, StringComparison.Ordinal);
        _scene.Write("plain/x", "x");
        _scene.Dls("plain", "ui").Expect(10);
        using Served served = new(_scene);
        RunResult busy = _scene.Dls("repo", "ui", "--no-open", "--port", $"{served.Root.Port}").Expect(1);
        Assert.Contains("leave it out for any that is free", busy.Error, StringComparison.Ordinal);
    }

    private static async Task<HttpStatusCode> StatusAsync(Served served, string path, params (string Name, string Value)[] headers)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, new Uri(served.Root, path));
        foreach ((string name, string value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using HttpResponseMessage answer = await served.Client.SendAsync(request);
        return answer.StatusCode;
    }
}
