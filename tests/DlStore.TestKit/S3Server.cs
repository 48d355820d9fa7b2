using System.Net;
using System.Net.Sockets;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace DlStore.TestKit;

/// <summary>
/// A real S3 service on 127.0.0.1: Ceph's radosgw before one monitor and one disk in memory, with nothing of the system's. One user, one
/// bucket. Disposing ends all three by their ids; <see cref="Kill"/> and <see cref="Restart"/> do so to the gateway alone, which keeps nothing
/// itself.
/// </summary>
public sealed class S3Server : IDisposable
{
    /// <summary>The bucket that is there.</summary>
    public const string Bucket = "dls-tests";

    public const string AccessKey = "AKDLSTESTACCESSKEY";

    public const string SecretKey = "SKdlsTestSecretKeyThatMustNeverBeShown";

    /// <summary>What has to be installed (Debian's names).</summary>
    public const string Packages = "radosgw ceph-mon ceph-osd ceph-common";

    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(2);
    private readonly TempDir _directory = new();
    private readonly List<RunningProgram> _programs = [];
    private readonly int[] _ports;
    private readonly string _id = Guid.NewGuid().ToString();
    private RunningProgram? _gateway;
    private int _names;

    public S3Server()
    {
        Assert.True(IsInstalled, $"radosgw is not installed: apt-get install --no-install-recommends {Packages}");
        _ports = FreePorts(2);
        foreach (string name in (string[])["mon", "osd", "rgw", "run", "home"])
        {
            _directory.MakeDirectory(name);
        }

        _directory.Write("ceph.conf", Configuration());
        StartMonitor();
        StartDisk();
        MakeUser();
        Client = new AmazonS3Client(new BasicAWSCredentials(AccessKey, SecretKey), new AmazonS3Config
        {
            ServiceURL = Endpoint,
            ForcePathStyle = true,
            AuthenticationRegion = "us-east-1",
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
            IgnoreConfiguredEndpointUrls = true,
        });
        Restart();
        Client.PutBucketAsync(Bucket).GetAwaiter().GetResult();
    }

    /// <summary>Gets a value indicating whether this machine has the programs.</summary>
    public static bool IsInstalled => File.Exists("/usr/bin/radosgw") && File.Exists("/usr/bin/ceph-mon")
        && File.Exists("/usr/bin/ceph-osd") && File.Exists("/usr/bin/ceph-authtool");

    /// <summary>Gets the service's address.</summary>
    public string Endpoint => $"http://127.0.0.1:{_ports[0]}";

    /// <summary>Gets another program's view of the service.</summary>
    public AmazonS3Client Client { get; }

    /// <summary>Gets the environment with the keys of the one user; no instance is asked for others.</summary>
    public static Dictionary<string, string> Keys => new()
    {
        ["AWS_ACCESS_KEY_ID"] = AccessKey,
        ["AWS_SECRET_ACCESS_KEY"] = SecretKey,
        ["AWS_EC2_METADATA_DISABLED"] = "true",
    };

    /// <summary>Gives a prefix that nobody else has.</summary>
    public string NewPrefix() => $"p{Interlocked.Increment(ref _names)}";

    /// <summary>Reads a whole object; null if it is not there.</summary>
    public byte[]? Peek(string key)
    {
        try
        {
            using GetObjectResponse response = Client.GetObjectAsync(Bucket, key).GetAwaiter().GetResult();
            using MemoryStream bytes = new();
            response.ResponseStream.CopyTo(bytes);
            return bytes.ToArray();
        }
        catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    /// <summary>Puts an object as another program would.</summary>
    public void Put(string key, byte[] bytes) => Client.PutObjectAsync(
        new PutObjectRequest { BucketName = Bucket, Key = key, InputStream = new MemoryStream(bytes) }).GetAwaiter().GetResult();

    /// <summary>Lists the open uploads below a prefix.</summary>
    public IReadOnlyList<MultipartUpload> Uploads(string prefix) => Client.ListMultipartUploadsAsync(
        new ListMultipartUploadsRequest { BucketName = Bucket, Prefix = prefix }).GetAwaiter().GetResult().MultipartUploads ?? [];

    /// <summary>Ends the gateway at once; what it has stored stays.</summary>
    public void Kill()
    {
        _gateway?.Dispose();
        _gateway = null;
    }

    /// <summary>Starts the gateway and waits until it answers.</summary>
    public void Restart()
    {
        Kill();
        _gateway = Start("radosgw", "-f", "-n", "client.rgw");
        using HttpClient http = new() { Timeout = TimeSpan.FromSeconds(5) };
        for (long end = System.Environment.TickCount64 + (long)StartLimit.TotalMilliseconds; ;)
        {
            try
            {
                using HttpResponseMessage answer = http.GetAsync(new Uri(Endpoint)).GetAwaiter().GetResult();
                return;
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
            {
                Assert.True(System.Environment.TickCount64 < end && !_gateway.HasExited, "radosgw did not come up");
                Thread.Sleep(50);
            }
        }
    }

    public void Dispose()
    {
        Client.Dispose();
        Kill();
        _programs.ForEach(static p => p.Dispose());
        _directory.Dispose();
    }

    private void StartMonitor()
    {
        string[] all = ["--cap", "mon", "allow *", "--cap", "osd", "allow *", "--cap", "mgr", "allow *"];
        Run("ceph-authtool", ["--create-keyring", At("keyring"), "--gen-key", "-n", "mon.", "--cap", "mon", "allow *"]);
        Run("ceph-authtool", [At("keyring"), "--gen-key", "-n", "client.admin", .. all]);
        Run("monmaptool", "--create", "--clobber", "--fsid", _id, "--addv", "a", $"[v1:127.0.0.1:{_ports[1]}]", At("monmap"));
        Run("ceph-mon", "--mkfs", "-i", "a", "--monmap", At("monmap"), "--keyring", At("keyring"));
        _programs.Add(Start("ceph-mon", "-f", "-i", "a"));
    }

    private void StartDisk()
    {
        string disk = Guid.NewGuid().ToString();
        Run("ceph", "--connect-timeout", "60", "osd", "new", disk, "0");
        Run("ceph-osd", "-i", "0", "--mkfs", "--osd-uuid", disk);
        for (int attempt = 1; ; attempt++)
        {
            // The first start can lose a race against the monitor, and then ends at once.
            RunningProgram started = Start("ceph-osd", "-f", "-i", "0");
            Thread.Sleep(500);
            if (!started.HasExited)
            {
                _programs.Insert(0, started);
                return;
            }

            Assert.True(attempt < 20, $"ceph-osd did not stay up\n{started.Wait()}");
            started.Dispose();
        }
    }

    /// <summary>Makes the one user. On a busy machine radosgw-admin has been seen to wait for ever for a disk that is up: then again.</summary>
    private void MakeUser()
    {
        string[] command = ["120", "radosgw-admin", "-c", At("ceph.conf"), "user", "create", "--uid=tests", "--display-name=tests",
            $"--access-key={AccessKey}", $"--secret={SecretKey}"];
        for (int attempt = 1; ; attempt++)
        {
            RunResult made = RunningProgram.Run("timeout", command, _directory.Path, Environment());
            bool isThere = attempt > 1 && made.Error.Contains("exists", StringComparison.Ordinal);
            if (made.ExitCode == 0 || isThere)
            {
                return;
            }

            Assert.True(made.ExitCode == 124 && attempt < 3, $"radosgw-admin made no user\n{made}");
        }
    }

    private RunningProgram Start(string program, params string[] arguments) =>
        RunningProgram.Start(program, ["-c", At("ceph.conf"), .. arguments], _directory.Path, Environment());

    private void Run(string program, params string[] arguments) => RunningProgram.Run(
        program, program is "ceph-authtool" or "monmaptool" ? arguments : ["-c", At("ceph.conf"), .. arguments], _directory.Path,
        Environment()).Expect(0);

    private Dictionary<string, string> Environment() => new(TempRepo.SealedEnvironment(At("home"))) { ["CEPH_CONF"] = At("ceph.conf") };

    private string At(string name) => _directory.At(name);

    private string Configuration() => $"""
        [global]
        fsid = {_id}
        mon_host = v1:127.0.0.1:{_ports[1]}
        auth_cluster_required = none
        auth_service_required = none
        auth_client_required = none
        run_dir = {At("run")}
        admin_socket = {At("run")}/$name.asok
        log_file = {At("run")}/$name.log
        crash_dir = {At("run")}
        keyring = {At("keyring")}
        ms_bind_ipv6 = false
        public_network = 127.0.0.0/8
        osd_pool_default_size = 1
        osd_pool_default_min_size = 1
        osd_pool_default_pg_num = 8
        osd_pool_default_pgp_num = 8
        osd_pool_default_pg_autoscale_mode = off
        mon_allow_pool_size_one = true
        mon_max_pg_per_osd = 1000
        osd_crush_chooseleaf_type = 0
        osd_objectstore = memstore
        memstore_device_bytes = 4294967296
        mon_data_avail_crit = 1
        mon_data_avail_warn = 1
        [mon]
        paxos_propose_interval = 0.01
        paxos_min_wait = 0.005
        mon_data = {At("mon")}
        mon_initial_members = a
        [osd]
        osd_data = {At("osd")}
        osd_max_object_name_len = 256
        [client.rgw]
        rgw_data = {At("rgw")}
        rgw_frontends = beast endpoint=127.0.0.1:{_ports[0]} tcp_nodelay=1
        rgw_thread_pool_size = 64
        rgw_run_sync_thread = false
        rgw_enable_gc_threads = false
        rgw_enable_lc_threads = false
        rgw_enable_quota_threads = false

        """;

    private static int[] FreePorts(int count)
    {
        TcpListener[] listeners = [.. Enumerable.Range(0, count).Select(static _ => new TcpListener(IPAddress.Loopback, 0))];
        Array.ForEach(listeners, static l => l.Start());
        int[] ports = [.. listeners.Select(static l => ((IPEndPoint)l.LocalEndpoint).Port)];
        Array.ForEach(listeners, static l => l.Dispose());
        return ports;
    }
}
