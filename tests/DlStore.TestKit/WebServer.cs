using System.Net;
using System.Net.Sockets;

namespace DlStore.TestKit;

/// <summary>
/// A real nginx on 127.0.0.1 that gives out one directory. Paths: <c>/json/</c>, <c>/html/</c> and <c>/plain/</c> show directories as JSON, as
/// HTML and not at all; <c>/asking/</c> refuses Head. Disposing ends it.
/// </summary>
public sealed class WebServer : IDisposable
{
    private const string Nginx = "/usr/sbin/nginx";
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(2);
    private readonly TempDir _directory = new();
    private readonly RunningProgram _server;

    /// <summary>Starts it.</summary>
    /// <param name="root">The directory that it gives out; it need not be there yet.</param>
    public WebServer(string root)
    {
        Port = FreePort();
        _directory.MakeDirectory("logs");
        string config = _directory.Write("nginx.conf", Config(root));
        _server = RunningProgram.Start(
            Nginx, ["-p", _directory.Path, "-c", config, "-e", _directory.At("logs/error.log")], _directory.Path,
            TempRepo.SealedEnvironment(_directory.Path));
        WaitUntilUp();
    }

    /// <summary>Gets a value indicating whether nginx is installed.</summary>
    public static bool IsInstalled => File.Exists(Nginx);

    /// <summary>Gets the port.</summary>
    public int Port { get; }

    /// <summary>Gives the address of one of its paths.</summary>
    public string AddressOf(string path) => $"http://127.0.0.1:{Port}/{path}/";

    /// <summary>Reads the requests so far, a line each: method, path, status.</summary>
    public string[] Requests() => File.ReadAllLines(_directory.At("logs/access.log"));

    public void Dispose()
    {
        // The master ends its worker too when it is asked; killed, it would leave it behind.
        RunningProgram.Run("/bin/kill", ["-TERM", $"{_server.Id}"], "/", TempRepo.SealedEnvironment(_directory.Path));
        for (long end = Environment.TickCount64 + 10_000; !_server.HasExited && Environment.TickCount64 < end;)
        {
            Thread.Sleep(5);
        }

        _server.Dispose();
        _directory.Dispose();
    }

    private string Config(string root)
    {
        string Place(string path, string more) => $"location /{path}/ {{ alias {root}/; {more} }}\n        ";
        return $$"""
            daemon off;
            worker_processes 1;
            {{(Environment.IsPrivilegedProcess ? "user root;" : "")}}
            pid {{_directory.At("nginx.pid")}};
            events { worker_connections 256; }
            http {
                types { }
                default_type application/octet-stream;
                log_format short '$request_method $uri $status';
                access_log {{_directory.At("logs/access.log")}} short;
                client_body_temp_path {{_directory.At("body")}};
                proxy_temp_path {{_directory.At("proxy")}};
                fastcgi_temp_path {{_directory.At("fastcgi")}};
                uwsgi_temp_path {{_directory.At("uwsgi")}};
                scgi_temp_path {{_directory.At("scgi")}};
                server {
                    listen 127.0.0.1:{{Port}};
                    {{Place("json", "autoindex on; autoindex_format json;")}}{{Place("html", "autoindex on;")}}{{Place("plain", "")}}{{Place("asking", "limit_except GET { deny all; } if ($request_method = HEAD) { return 405; }")}}
                }
            }

            """;
    }

    private void WaitUntilUp()
    {
        for (long end = Environment.TickCount64 + (long)StartLimit.TotalMilliseconds; ;)
        {
            try
            {
                using TcpClient client = new();
                client.Connect(IPAddress.Loopback, Port);
                return;
            }
            catch (SocketException) when (!_server.HasExited && Environment.TickCount64 < end)
            {
                Thread.Sleep(20);
            }
            catch (SocketException)
            {
                Assert.Fail($"nginx did not come up\n{(_server.HasExited ? _server.Wait() : null)}");
            }
        }
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
