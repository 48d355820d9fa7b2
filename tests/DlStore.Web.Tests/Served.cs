using System.Net;
using DlStore.TestKit;

namespace DlStore.Web.Tests;

/// <summary>A running <c>dls ui</c> and a client that has its token.</summary>
internal sealed class Served : IDisposable
{
    private readonly RunningProgram _program;

    /// <summary>Starts it in a directory of a scene.</summary>
    public Served(Scene scene, string directory = "repo", params string[] options)
    {
        _program = DlsProcess.Start(scene.At(directory), scene.Environment, ["ui", "--no-open", .. options]);
        TaskFiles.Until(() => _program.ReadOutputSoFar().Contains('\n', StringComparison.Ordinal) || _program.HasExited, "dls ui prints its address");
        Address = new Uri(_program.ReadOutputSoFar().Trim());
        HttpClientHandler handler = new()
        {
            CookieContainer = new CookieContainer(),
            AllowAutoRedirect = true,
            CheckCertificateRevocationList = true,
        };
        Client = new HttpClient(handler) { BaseAddress = Root };
    }

    /// <summary>Gets the address with the token.</summary>
    public Uri Address { get; }

    /// <summary>Gets the address without it.</summary>
    public Uri Root => new(Address.GetLeftPart(UriPartial.Authority));

    /// <summary>Gets a client that was let in by <see cref="EnterAsync"/>.</summary>
    public HttpClient Client { get; }

    /// <summary>Lets the client in.</summary>
    public async Task<Served> EnterAsync()
    {
        using HttpResponseMessage entered = await Client.GetAsync(Address);
        entered.EnsureSuccessStatusCode();
        return this;
    }

    /// <summary>Gets a page.</summary>
    public async Task<string> PageAsync(string path)
    {
        using HttpResponseMessage answer = await Client.GetAsync(new Uri(Root, path));
        string text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {answer.StatusCode} {text}");
        return text;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Client.Dispose();
        _program.Terminate();
        _program.Wait();
        _program.Dispose();
    }
}
