using Deque.AxeCore.Playwright;
using DlStore.TestKit;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace DlStore.Web.Tests;

/// <summary>The pages in a real browser: what a person does there.</summary>
[Collection(BrowserTestsCollection.Name)]
public sealed class BrowserTests(OneBrowser browser) : IDisposable
{
    private static readonly string[] Pages =
    [
        "/tasks", "/tasks?all=1&sort=test.map", "/tasks?where=nothing%20%3E%201", "/task/try2", "/task/hostile", "/compare?t=try0:1&t=try2:1&t=hostile:1",
        "/datasets", "/projects", "/lineage", "/lineage?x=task:try2", "/lineage?x=task:try2&down=1", "/targets", "/store", "/nothing",
    ];

    private readonly Scene _scene = new();
    private readonly List<string> _faults = [];

    public void Dispose() => _scene.Dispose();

    [Theory]
    [InlineData(1280, ColorScheme.Light)]
    [InlineData(390, ColorScheme.Dark)]
    public async Task Every_page_opens_without_an_error_and_can_be_used_by_everybody(int width, ColorScheme scheme)
    {
        ServedScene.Fill(_scene);
        using Served served = new(_scene);
        IPage page = await browser.OpenAsync(width, scheme, _faults);
        await page.GotoAsync(served.Address.ToString());
        foreach (string path in Pages)
        {
            await page.GotoAsync(new Uri(served.Root, path).ToString());
            await page.WaitForSelectorAsync("html[data-ready]");
            Assert.Null(await page.EvaluateAsync<object?>("() => window.hit ?? null"));
            var found = await page.RunAxe();
            Assert.True(found.Violations.Length == 0, $"{path}: " + string.Join("; ", found.Violations.Select(
                static v => $"{v.Id} ({v.Impact}): {string.Join(" | ", v.Nodes.Select(static n => n.Html))}")));
            Assert.True(await page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth <= innerWidth + 1"), $"{path} is wider than {width}");
        }

        // The browser itself tells of the page that is not there.
        Assert.DoesNotContain(_faults, static f => !f.Contains("404", StringComparison.Ordinal) && !f.Contains("/nothing", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_person_finds_the_best_run_and_sees_why_it_beat_the_second()
    {
        ServedScene.Fill(_scene);
        using Served served = new(_scene);
        IPage page = await browser.OpenAsync(1280, ColorScheme.Light, _faults);
        await page.GotoAsync(served.Address.ToString());

        await page.GetByRole(AriaRole.Link, new() { Name = "map", Exact = true }).ClickAsync();
        await Expect(page.Locator("tbody tr").First).ToContainTextAsync("try2");
        await Expect(page.Locator("td.best").First).ToHaveTextAsync("0.7");
        await page.GetByLabel("show only").FillAsync("map > 0.4 and kind = ssd");
        await page.GetByRole(AriaRole.Button, new() { Name = "show" }).ClickAsync();
        await Expect(page.Locator("tbody tr")).ToHaveCountAsync(3);
        await Expect(page.Locator("tbody tr").First).ToContainTextAsync("try2");

        await page.GetByLabel("compare try2 1").CheckAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "compare" })).ToBeDisabledAsync();
        await page.GetByLabel("compare try1 1").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "compare 2 runs" }).ClickAsync();

        await Expect(page.Locator("tr", new() { HasText = "parameter lr" })).ToContainTextAsync("0.3");
        await Expect(page.Locator("tr", new() { HasText = "test.map" }).Locator("td.best")).ToHaveTextAsync("0.7");
        await Expect(page.Locator("figure", new() { HasText = "c.jpg" })).ToContainTextAsync("now: open");
        await page.WaitForSelectorAsync(".chart[data-ready] canvas");
        await page.GetByRole(AriaRole.Link, new() { Name = "try2 #1" }).ClickAsync();
        await Expect(page.Locator("#log")).ToContainTextAsync("first line of try2");
        await page.GetByRole(AriaRole.Link, new() { Name = "graph of what it was made of" }).ClickAsync();
        await page.WaitForSelectorAsync("svg.graph[data-ready] g.root");
        Assert.Empty(_faults);
    }

    [Fact]
    public async Task A_live_run_is_watched_to_its_end()
    {
        TaskFiles.Make(_scene);
        _scene.Dls("repo", "task", "create", "live", "--kind", "net", "--set", "mode=slow,steps=8", "--detach").Expect(0);
        using Served served = new(_scene);
        IPage page = await browser.OpenAsync(1280, ColorScheme.Light, _faults);
        await page.GotoAsync(served.Address.ToString());
        await page.GotoAsync(new Uri(served.Root, "/task/live").ToString());

        await Expect(page.Locator("#log")).ToContainTextAsync("step 8 loss", new() { Timeout = 60_000 });
        await page.WaitForSelectorAsync("#live-charts .chart[data-metric=loss] canvas");
        await Expect(page.Locator("#live-state")).ToContainTextAsync("dls task collect", new() { Timeout = 60_000 });
        _scene.Dls("repo", "task", "collect", "live").Expect(0);
        await page.ReloadAsync();

        await Expect(page.Locator("td .state").First).ToHaveTextAsync("done");
        await page.WaitForSelectorAsync(".chart[data-ready] canvas");
        Assert.Empty(_faults);
    }

    [Fact]
    public async Task A_report_needs_no_server()
    {
        ServedScene.Fill(_scene);
        _scene.Dls("repo", "report", "--out", "../report").Expect(0);
        IPage page = await browser.OpenAsync(1280, ColorScheme.Light, _faults);
        await page.GotoAsync("file://" + _scene.At("report/index.html"));

        await page.GetByRole(AriaRole.Button, new() { Name = "map", Exact = true }).ClickAsync();
        await Expect(page.Locator("tbody tr").First).ToContainTextAsync("try2");
        await page.GetByLabel("find in the table").FillAsync("best one");
        await Expect(page.Locator("#runs-count")).ToHaveTextAsync("1");
        await page.GetByRole(AriaRole.Link, new() { Name = "compare the 4 best of ssd" }).ClickAsync();
        await page.WaitForSelectorAsync(".chart[data-ready] canvas");
        await page.GetByRole(AriaRole.Link, new() { Name = "hostile #1" }).ClickAsync();

        Assert.Null(await page.EvaluateAsync<object?>("() => window.hit ?? null"));
        Assert.Empty(_faults);
    }
}
