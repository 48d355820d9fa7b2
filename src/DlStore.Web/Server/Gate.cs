using System.Security.Cryptography;
using System.Text;

namespace DlStore.Web.Server;

/// <summary>
/// Who may see the pages: requests to this machine's own name, from this site or from none, by somebody who has seen the token. Every
/// program of every user of the machine can reach the port, and so can every page in the user's browser.
/// </summary>
/// <param name="port">The port that is listened on.</param>
internal sealed class Gate(int port)
{
    private const string Query = "token";
    private readonly string _cookie = $"dls-ui-{port}";

    /// <summary>Gets the secret: 128 random bits.</summary>
    public string Token { get; } = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    /// <summary>Gets the address that lets its reader in.</summary>
    public Uri Address => new($"http://127.0.0.1:{port}/?{Query}={Token}");

    /// <summary>Lets a request through, or answers it.</summary>
    /// <returns>True if it may go on.</returns>
    public async Task<bool> PassAsync(HttpContext http)
    {
        SetHeaders(http.Response);
        if (WhyRefused(http.Request) is { } why)
        {
            await RefuseAsync(http.Response, why);
            return false;
        }

        if (http.Request.Path == "/" && http.Request.Query[Query] is [{ } typed])
        {
            if (!IsToken(typed))
            {
                await RefuseAsync(http.Response, "the token in the address is not the one of this server");
                return false;
            }

            // Out of the address bar and the history, into a cookie that no script sees and no other site sends.
            http.Response.Cookies.Append(_cookie, Token, new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Strict, Path = "/" });
            http.Response.Redirect("/tasks");
            return false;
        }

        if (!http.Request.Cookies.TryGetValue(_cookie, out string? known) || !IsToken(known))
        {
            await RefuseAsync(http.Response, "open the address that `dls ui` printed: it has the token");
            return false;
        }

        return true;
    }

    private static async Task RefuseAsync(HttpResponse response, string why)
    {
        response.StatusCode = StatusCodes.Status403Forbidden;
        response.ContentType = "text/plain; charset=utf-8";
        await response.WriteAsync($"refused: {why}\n");
    }

    private static void SetHeaders(HttpResponse response)
    {
        IHeaderDictionary headers = response.Headers;
        headers.ContentSecurityPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
            + "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers.CacheControl = "no-store";
    }

    private string? WhyRefused(HttpRequest request)
    {
        string[] hosts = [$"127.0.0.1:{port}", $"localhost:{port}"];
        if (!hosts.Contains(request.Host.Value))
        {
            return "the request is for another host";
        }

        if (request.Headers.Origin is [{ } origin] && !hosts.Any(h => origin == $"http://{h}"))
        {
            return "the request is from another site";
        }

        return request.Headers["Sec-Fetch-Site"] is ["cross-site"] && request.Path != "/" ? "the request is from another site" : null;
    }

    private bool IsToken(string? text) => text is not null
        && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(text), Encoding.UTF8.GetBytes(Token));
}
