using System.Net;
using DlStore.Operations.Store;
using DlStore.Operations.Tasks;
using DlStore.Web.Pages;
using DlStore.Web.Writing;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace DlStore.Web.Server;

/// <summary>Serves the pages on 127.0.0.1 to whoever has the token.</summary>
internal sealed class UiServer : IAsyncDisposable
{
    private const int BodyMax = 1 << 20;
    private readonly UiOptions _options;
    private readonly WebApplication _app;
    private readonly Workspace _workspace;
    private Gate? _gate;

    private UiServer(UiOptions options, WebApplication app)
    {
        _options = options;
        _app = app;
        _workspace = new Workspace(options.Settings);
    }

    /// <summary>Gets the address that lets its reader in.</summary>
    public Uri Address => _gate!.Address;

    /// <summary>Starts listening.</summary>
    /// <param name="options">How.</param>
    /// <param name="cancel">Stops the start.</param>
    /// <returns>The server; dispose it.</returns>
    /// <exception cref="DlsException">Kind NoRepository: there is none. Kind Failed: the port cannot be listened on.</exception>
    public static async Task<UiServer> StartAsync(UiOptions options, CancellationToken cancel)
    {
        using (Repo.Open(options.Settings))
        {
            // Says now that there is none.
        }

        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = "/" });
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k =>
        {
            k.AddServerHeader = false;
            k.Limits.MaxRequestBodySize = BodyMax;
            k.Listen(IPAddress.Loopback, options.Port, static l => l.Protocols = HttpProtocols.Http1);
        });
        UiServer server = new(options, builder.Build());
        server._app.Run(server.AnswerAsync);
        try
        {
            await server._app.StartAsync(cancel);
        }
        catch (IOException e)
        {
            await server.DisposeAsync();
            throw new DlsException(ErrorKind.Failed, $"listen on 127.0.0.1:{options.Port}: {e.Message.TrimEnd('.')}",
                "choose another port with --port, or leave it out for any that is free", e);
        }

        server._gate = new Gate(new Uri(server._app.Urls.First()).Port);
        return server;
    }

    /// <summary>Waits until the server is to end.</summary>
    public async Task WaitAsync(CancellationToken cancel)
    {
        try
        {
            await Task.Delay(Timeout.Infinite, cancel);
        }
        catch (OperationCanceledException)
        {
            using CancellationTokenSource soon = new(TimeSpan.FromSeconds(1));
            await _app.StopAsync(soon.Token);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _workspace.Dispose();
    }

    private async Task AnswerAsync(HttpContext http)
    {
        try
        {
            if (await _gate!.PassAsync(http))
            {
                await RouteAsync(http);
            }
        }
        catch (OperationCanceledException)
        {
            // The reader has gone.
        }
        catch (Exception e) when (!http.Response.HasStarted)
        {
            // The outermost frame of a request: whatever was thrown becomes a page here.
            await FailAsync(http, e);
        }
    }

    private async Task RouteAsync(HttpContext http)
    {
        string[] parts = http.Request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries);
        bool isPost = HttpMethods.IsPost(http.Request.Method);
        if (isPost && parts is ["memo", var task])
        {
            await WriteMemoAsync(http, task);
        }
        else if (isPost || !(HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method)))
        {
            await TextAsync(http, StatusCodes.Status405MethodNotAllowed, "nothing can be changed here");
        }
        else if (parts is ["assets", var asset] && Asset.Find(asset) is { } bytes)
        {
            http.Response.Headers.CacheControl = "max-age=3600";
            await BytesAsync(http, Asset.TypeOf(asset), bytes);
        }
        else if (parts is ["object", var oid])
        {
            await PictureAsync(http, visit => Cat.Run(visit.Repo, "sha256:" + oid, null, visit.Output, http.RequestAborted));
        }
        else if (parts is ["file", var set, var canvas])
        {
            await PictureAsync(http, visit => DataFile.Copy(visit.Repo, set, canvas, $"{http.Request.Query["path"]}", visit.Output));
        }
        else if (parts is ["master"])
        {
            await PictureAsync(http, visit => DataFile.CopyMaster(visit.Repo, $"{http.Request.Query["path"]}", visit.Output));
        }
        else if (parts is ["live", var name, var kind])
        {
            await new LiveRun(_options.Settings, $"{name}/{kind}").SendAsync(http);
        }
        else
        {
            await PageAsync(http, parts);
        }
    }

    private async Task PageAsync(HttpContext http, string[] parts)
    {
        if (parts.Length == 0)
        {
            http.Response.Redirect("/tasks");
            return;
        }

        Query query = new(http.Request.Query.SelectMany(static q => q.Value.Select(v => KeyValuePair.Create(q.Key, v ?? ""))));
        string? text = await _workspace.UseAsync(async visit =>
        {
            Site site = new(visit, new ServedLinks(), _options.AllowsChanges);
            return await site.MakeAsync(parts, query, http.RequestAborted) is { } page ? site.Frame(page) : null;
        }, http.RequestAborted);
        if (text is null)
        {
            throw new DlsException(ErrorKind.Missing, "show this address: there is no such page");
        }

        http.Response.ContentType = "text/html; charset=utf-8";
        await http.Response.WriteAsync(text, http.RequestAborted);
    }

    private async Task PictureAsync(HttpContext http, Action<(Repo Repo, Stream Output)> copy)
    {
        using MemoryStream bytes = new();
        await _workspace.UseAsync(visit =>
        {
            copy((visit.Repo, bytes));
            return Task.FromResult(true);
        }, http.RequestAborted);
        if (Picture.TypeOf(bytes.GetBuffer().AsSpan(0, (int)bytes.Length)) is not { } type)
        {
            await TextAsync(http, StatusCodes.Status415UnsupportedMediaType, "it is no picture; `dls cat` gives any bytes");
            return;
        }

        // The address names the bytes by their digest or by a path that is written anew only by a build.
        http.Response.Headers.CacheControl = "max-age=60";
        await BytesAsync(http, type, bytes.ToArray());
    }

    private async Task WriteMemoAsync(HttpContext http, string task)
    {
        if (!_options.AllowsChanges)
        {
            await TextAsync(http, StatusCodes.Status405MethodNotAllowed, "run `dls ui --allow-changes` to write memos here");
            return;
        }

        IFormCollection form = await http.Request.ReadFormAsync(http.RequestAborted);
        await _workspace.UseAsync(visit => Task.FromResult(
            TaskMemo.Run(visit.Repo, task, $"{form["text"]}".ReplaceLineEndings("\n"), append: false)), http.RequestAborted);
        http.Response.Redirect("/task/" + Uri.EscapeDataString(task));
    }

    private async Task FailAsync(HttpContext http, Exception e)
    {
        DlsException shown = e as DlsException ?? new DlsException(ErrorKind.Failed, $"make the page: {e.Message}");
        http.Response.Clear();
        http.Response.StatusCode = shown.Kind switch
        {
            ErrorKind.Usage or ErrorKind.Missing or ErrorKind.NoRepository => StatusCodes.Status404NotFound,
            _ => StatusCodes.Status500InternalServerError,
        };
        http.Response.ContentType = "text/html; charset=utf-8";
        Page page = new("Not shown", Place.None, Parts.Error(shown), []);
        await http.Response.WriteAsync(Frame.Whole(page, new ServedLinks(), Path.GetFileName(_options.Settings.StartDirectory), "", []));
    }

    private static async Task TextAsync(HttpContext http, int status, string text)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "text/plain; charset=utf-8";
        await http.Response.WriteAsync(text + "\n");
    }

    private static async Task BytesAsync(HttpContext http, string type, byte[] bytes)
    {
        http.Response.ContentType = type;
        http.Response.ContentLength = bytes.Length;
        await http.Response.Body.WriteAsync(bytes, http.RequestAborted);
    }
}
