using DlStore.TestKit;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace DlStore.Web.Tests;

/// <summary>Data sets with their pictures: filtered, with boxes, two versions side by side; projects.</summary>
[Collection(BrowserTestsCollection.Name)]
public sealed class DatasetPageTests(OneBrowser browser) : IDisposable
{
    private readonly Scene _scene = new();
    private readonly List<string> _faults = [];

    public void Dispose() => _scene.Dispose();

    [Fact]
    public async Task Pictures_are_filtered_and_two_versions_stand_side_by_side()
    {
        _scene.MakeRepo();
        ProjectFiles.Write(_scene, "repo", "close", yaml: "count: 6\nrecipe: [{brightness: 0.4}]\n");
        _scene.Write("repo/datasets/game.yaml", "projects: [close]\ncanvas: 32x24\n");
        _scene.Dls("repo", "dataset", "build", "game").Expect(0);
        _scene.Commit("repo", "one");
        ProjectFiles.Write(_scene, "repo", "open", 2, "count: 2\nrecipe: [{brightness: 0.4}]\n");
        _scene.Write("repo/datasets/game.yaml", "projects: [close, open]\ncanvas: 32x24\n");
        _scene.Dls("repo", "dataset", "build", "game", "--add-classes").Expect(0);
        _scene.Commit("repo", "two");
        _scene.Dls("repo", "dataset", "preview", "game", "--html", "../game.html").Expect(0);
        _scene.Dls("repo", "dataset", "preview", "game", "--html", "../game.html").Expect(1);
        Assert.Equal(8, System.Text.RegularExpressions.Regex.Count(
            File.ReadAllText(_scene.At("game.html")), "<image href=\"data:image/jpeg;base64,"));
        using Served served = new(_scene);
        IPage page = await browser.OpenAsync(1280, ColorScheme.Light, _faults);
        await page.GotoAsync(served.Address.ToString());

        await page.GetByRole(AriaRole.Link, new() { Name = "Data sets" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "game" }).First.ClickAsync();
        await Expect(page.Locator("figure")).ToHaveCountAsync(8);
        Assert.True(await page.Locator("figure image").First.EvaluateAsync<bool>(
            "async e => { const i = new Image(); i.src = e.href.baseVal; await i.decode(); return i.naturalWidth === 32; }"));
        await Expect(page.Locator("figure rect.box")).ToHaveCountAsync(8);
        await page.Locator("select[name=class]").SelectOptionAsync("close");
        await page.GetByRole(AriaRole.Button, new() { Name = "show" }).ClickAsync();
        await Expect(page.Locator("figure")).ToHaveCountAsync(6);
        await page.GetByLabel("name contains").FillAsync("_3");
        await page.GetByRole(AriaRole.Button, new() { Name = "show" }).ClickAsync();
        await Expect(page.Locator("figure")).ToHaveCountAsync(1);
        await Expect(page.Locator("figure")).ToContainTextAsync("close_3");

        await page.GetByLabel("compare with the version").FillAsync("HEAD~1");
        await page.GetByRole(AriaRole.Button, new() { Name = "compare" }).ClickAsync();
        await Expect(page.Locator("h2", new() { HasText = "Added" })).ToContainTextAsync("2 pictures");
        Assert.True(await page.Locator("figure img").First.EvaluateAsync<bool>(
            "async e => { e.loading = 'eager'; await e.decode(); return e.naturalWidth === 32; }"));

        await page.GotoAsync(new Uri(served.Root, "/dataset/game?from=nothing").ToString());
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("git knows no commit 'nothing'");
        await page.GetByRole(AriaRole.Link, new() { Name = "Projects" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "close" }).ClickAsync();
        await Expect(page.Locator("figure image")).ToHaveCountAsync(1);

        // The browser itself tells of the version that is not there.
        Assert.DoesNotContain(_faults, static f => !f.Contains("from=nothing", StringComparison.Ordinal));
    }
}
