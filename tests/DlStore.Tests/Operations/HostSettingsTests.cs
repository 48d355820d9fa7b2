using DlStore.Operations.Deploys;
using DlStore.Operations.Setup;
using DlStore.TestKit;
using DlStore.Tests.Ssh;

namespace DlStore.Tests.Operations;

/// <summary>Hosts and targets in the committed configuration, their checks, and the import of old lists of servers.</summary>
public sealed class HostSettingsTests(SshFixture ssh) : IClassFixture<SshFixture>, IDisposable
{
    private const string Secret = "Hunter2-geheim";
    private readonly OpenedRepo _repo = new();

    public void Dispose() => _repo.Dispose();

    [Fact]
    public void A_host_is_written_read_back_staged_and_not_overwritten()
    {
        using Repo repo = _repo.Open();
        HostSettings.Add(repo, "gpu", "me@gpu.lab:2222", "/data/dls", askpass: true, dryRun: false);

        Assert.Equal(
            [new HostSetting("gpu", "me@gpu.lab:2222", "/data/dls", true), new HostSetting("local", "this machine", "~/.dls", false)],
                HostSettings.List(repo));
        Assert.Contains(RepoConfig.File, _repo.Git("diff", "--cached", "--name-only"), StringComparison.Ordinal);
        Assert.Equal(ErrorKind.Failed, Assert.Throws<DlsException>(() => HostSettings.Add(repo, "gpu", "other", null, false, false)).Kind);
        Assert.Equal(ErrorKind.Usage, Assert.Throws<DlsException>(() => HostSettings.Add(repo, "local", "other", null, false, false)).Kind);
        Assert.Equal(
            ErrorKind.Usage, Assert.Throws<DlsException>(() => HostSettings.Add(repo, "x", "-oProxyCommand=id", null, false, false)).Kind);
        Assert.Equal(ErrorKind.Usage, Assert.Throws<DlsException>(() => HostSettings.Add(repo, "x", "y", "~/../up", false, false)).Kind);
        Assert.Equal(ErrorKind.Usage, Assert.Throws<DlsException>(() => repo.OpenHost("nobody")).Kind);
    }

    [Theory]
    [InlineData("[host \"x\"]\n\tssh = -oProxyCommand=id\n", "'ssh' is refused")]
    [InlineData("[host \"x\"]\n\taskpass = true\n", "it has no 'ssh'")]
    [InlineData("[host \"x\"]\n\tssh = a\n\taskpass = maybe\n", "'askpass'")]
    [InlineData("[host \"x\"]\n\tssh = a\n\troot = relative\n", "'root'")]
    [InlineData("[host \"local\"]\n\tssh = a\n", "takes no 'ssh'")]
    [InlineData("[host \"a b\"]\n\tssh = a\n", "its name")]
    [InlineData("[target \"x\"]\n\tkind = ssd\n\thome = relative\n", "'home'")]
    [InlineData("[target \"x\"]\n\tkind = ssd\n\thome = /a/../b\n", "'home'")]
    [InlineData("[target \"x\"]\n\thome = /a\n", "'kind'")]
    [InlineData("[target \"x\"]\n\tkind = ssd\n\thome = /a\n\thost = -x\n", "'host'")]
    public void A_wrong_section_is_refused_with_its_key(string section, string why)
    {
        File.AppendAllText(_repo.At(RepoConfig.File), section);
        using Repo repo = _repo.Open();

        Assert.Contains(why, Assert.Throws<DlsException>(() => repo.Config).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_check_tells_programs_clock_and_disk_or_why_there_is_no_answer()
    {
        _repo.Git("config", "dls.sshConfig", ssh.Server.ConfigPath);
        using Repo repo = _repo.Open();
        HostSettings.Add(repo, "good", "t", null, false, false);
        HostSettings.Add(repo, "bad", "tw", null, false, false);

        IReadOnlyList<HostCheckResult> results = await HostCheck.RunAsync(repo, null, default);

        Assert.Equal(["bad", "good", "local"], results.Select(static r => r.Name));
        Assert.False(results[0].Reached);
        Assert.Contains("ssh-copy-id", results[0].Problems.Single(), StringComparison.Ordinal);
        Assert.True(results[1].Reached);
        Assert.Empty(results[1].Problems);
        Assert.Empty(results[1].Missing);
        Assert.StartsWith("git version", results[1].Programs["git"], StringComparison.Ordinal);
        Assert.Contains("mawk", results[1].Programs["mawk"], StringComparison.Ordinal);
        Assert.StartsWith("Linux", results[1].System, StringComparison.Ordinal);
        Assert.InRange(results[1].ClockAheadSeconds, -60, 60);
        Assert.True(results[1].DiskFree > 0);
        Assert.False(Directory.Exists(ssh.Server.Home + "/.dls"), "a check changes nothing");
    }

    [Fact]
    public async Task A_target_is_added_listed_and_checked()
    {
        using Repo repo = _repo.Open();
        using TempDir home = new();
        File.WriteAllText(home.At("file"), "");
        _repo.Write(".dlstore/kinds/ssd.yaml", []);
        _repo.Write(".dlstore/kinds/resnet34.yaml", []);
        TargetSettings.Add(repo, new TargetSetting("here", "local", ["ssd", "resnet34", "ssd"], home.Path), false);
        TargetSettings.Add(repo, new TargetSetting("new", "local", ["ssd"], home.At("not/yet")), false);
        TargetSettings.Add(repo, new TargetSetting("blocked", "local", ["ssd"], home.At("file")), false);

        IReadOnlyList<TargetCheckResult> results = await TargetCheck.RunAsync(repo, null, default);

        Assert.Equal(["blocked", "here", "new"], results.Select(static r => r.Target.Name));
        Assert.Equal(["resnet34", "ssd"], results[1].Target.Kinds);
        Assert.Equal((true, true, 0), (results[1].Exists, results[1].Writable, results[1].Problems.Count));
        Assert.Equal((false, true), (results[2].Exists, results[2].Writable));
        Assert.Contains("does not exist: make it there", results[2].Problems.Single(), StringComparison.Ordinal);
        Assert.Contains("not a directory", results[0].Problems.Single(), StringComparison.Ordinal);
        Assert.True(results[1].DiskFree > 0);
        Assert.Equal(ErrorKind.Usage,
            Assert.Throws<DlsException>(() => TargetSettings.Add(repo, new TargetSetting("x", "nowhere", ["ssd"], "/a"), false)).Kind);
    }

    [Fact]
    public void A_buildrc_gives_hosts_without_its_passwords()
    {
        _repo.Write("buildrc", System.Text.Encoding.UTF8.GetBytes($"""
            # servers
            export GAA_PYTORCH_SERVER=pytorch.lab
            GAA_PYTORCH_SERVER_USER="me"
            GAA_PYTORCH_SERVER_PASS='{Secret}'
            SSD_HOST=10.0.0.7; SSD_PORT=2222; SSD_PASSWORD={Secret}
            lily2_usr=a
            lily2_pass={Secret}
            lily2_target_home=/home/a/darknet
            COMPUTED_HOST=$(hostname)
            BAD_HOST='{Secret} $x'
            LANG=C
            . other
            """));
        using Repo repo = _repo.Open();

        HostImportResult result = HostImport.Run(repo, "buildrc", dryRun: false);

        Assert.Equal(
            [("gaa_pytorch", "me@pytorch.lab"), ("lily2", "a@lily2"), ("ssd", "10.0.0.7:2222")],
                result.Hosts.Select(static h => (h.Name, h.Destination)));
        Assert.Equal(["GAA_PYTORCH_SERVER_PASS", "SSD_PASSWORD", "lily2_pass"], result.Dropped);
        Assert.Equal(["LANG"], result.Unused);
        Assert.Equal(["dls target add lily2 --host lily2 --kind KIND --home '/home/a/darknet'"], result.Homes);
        Assert.Equal(2, result.Problems.Count);
        Assert.DoesNotContain(Secret, string.Join('\n', [.. result.Problems, .. result.Homes, .. result.Unused]), StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, File.ReadAllText(_repo.At(RepoConfig.File)), StringComparison.Ordinal);
        Assert.Equal("me@pytorch.lab", HostSettings.List(repo).Single(static h => h.Name == "gaa_pytorch").Destination);
    }

    [Fact]
    public void A_python_list_of_servers_gives_hosts_without_its_passwords()
    {
        _repo.Write("easy_sshscp_config.py", System.Text.Encoding.UTF8.GetBytes($$"""
            # -*- coding: utf-8 -*-
            PORT = 22
            servers = {
                'ssd': {'host': 'pytorch', 'user': 'a', 'password': '{{Secret}}'},  # the trainer
                "gameeye": {"hostname": "10.0.0.9", "usr": "b", "pass": "{{Secret}}", "port": 2200},
            }
            scrcpy = {'host': 'scrcpy', 'user': 'c', 'passwd': '{{Secret}}'}
            resnet34_host = 'resnet'
            resnet34_pass = '{{Secret}}'
            """));
        using Repo repo = _repo.Open();

        HostImportResult result = HostImport.Run(repo, "easy_sshscp_config.py", dryRun: true);

        Assert.Equal(
            [("gameeye", "b@10.0.0.9:2200"), ("resnet34", "resnet"), ("scrcpy", "c@scrcpy"), ("ssd", "a@pytorch")],
                result.Hosts.Select(static h => (h.Name, h.Destination)));
        Assert.Equal(4, result.Dropped.Count);
        Assert.DoesNotContain(Secret, string.Join('\n', result.Dropped), StringComparison.Ordinal);
        Assert.Equal(["local"], HostSettings.List(repo).Select(static h => h.Name));
    }
}
