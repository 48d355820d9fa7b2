using Microsoft.Playwright;

namespace DlStore.Web.Tests;

/// <summary>One Chromium for all tests of the collection.</summary>
public sealed class OneBrowser : IAsyncLifetime
{
    private const string Chromium = "/usr/bin/chromium";
    private IPlaywright? _playwright;

    /// <summary>Gets the browser.</summary>
    public IBrowser Browser { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Assert.True(File.Exists(Chromium), $"these tests need {Chromium}: apt-get install --yes --no-install-recommends chromium");
        _playwright = await Playwright.CreateAsync();
        Browser = await _playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Chromium,
            Headless = true,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        });
    }

    public async Task DisposeAsync()
    {
        await Browser.DisposeAsync();
        _playwright!.Dispose();
    }

    /// <summary>Opens a page that fails its test by any error of a script and any request to elsewhere.</summary>
    /// <param name="width">Pixels across.</param>
    /// <param name="scheme">Dark or light.</param>
    /// <param name="faults">Takes what went wrong.</param>
    internal async Task<IPage> OpenAsync(int width, ColorScheme scheme, List<string> faults)
    {
        IBrowserContext context = await Browser.NewContextAsync(
            new() { ViewportSize = new() { Width = width, Height = 900 }, ColorScheme = scheme });
        IPage page = await context.NewPageAsync();
        page.PageError += (_, e) => faults.Add($"{page.Url}: {e}");
        page.Console += (_, e) =>
        {
            if (e.Type == "error")
            {
                faults.Add($"{page.Url}: {e.Text}");
            }
        };
        page.Request += (_, e) =>
        {
            if (new Uri(e.Url) is { Scheme: not ("data" or "file"), Host: not "127.0.0.1" })
            {
                faults.Add($"{page.Url} asked {e.Url}");
            }
        };
        return page;
    }
}

/// <summary>Tests in one browser, one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class BrowserTestsCollection : ICollectionFixture<OneBrowser>
{
    /// <summary>The collection's name.</summary>
    public const string Name = "browser";
}
