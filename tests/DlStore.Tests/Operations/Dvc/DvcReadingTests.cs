using System.Text;
using DlStore.Io;
using DlStore.Operations.Dvc;
using DlStore.TestKit;

namespace DlStore.Tests.Operations.Dvc;

/// <summary>Records, listings, settings and hashes of DVC, as docs/formats/dvc-files.md has them.</summary>
public sealed class DvcReadingTests
{
    private static readonly string Md5 = new('a', 32);

    [Fact]
    public void A_record_of_DVC_3_and_one_of_DVC_1_say_the_same_and_their_rules_differ()
    {
        DvcOut now = Read("data/x.dvc", $"outs:\n- md5: {Md5}.dir\n  size: 12731887\n  nfiles: 1254\n  hash: md5\n  path: dataset.parquet\n").Outs[0];
        DvcOut old = Read("data/x.dvc", $"md5: {Md5}\nwdir: .\nouts:\n- md5: {Md5}.dir\n  path: dataset.parquet\n  cache: true\n  metric: false\n").Outs[0];

        Assert.Equal("data/dataset.parquet", now.Path.Value);
        Assert.Equal(now.Path, old.Path);
        Assert.True(now.IsDirectory && old.IsDirectory);
        Assert.Equal(Md5 + ".dir", now.CacheName);
        Assert.False(now.IsLegacy);
        Assert.True(old.IsLegacy);
        Assert.Equal(2, now.Line);
    }

    [Theory]
    [InlineData("a/x.dvc", ".", "y", "a/y")]
    [InlineData("a/x.dvc", "..", "b/y", "b/y")]
    [InlineData("a/b/x.dvc", "../c/./", "../y", "a/y")]
    [InlineData("x.dvc", ".", "../y", null)]
    [InlineData("x.dvc", "..", "y", null)]
    [InlineData("x.dvc", "/abs", "y", null)]
    [InlineData("x.dvc", ".", "/y", null)]
    [InlineData("x.dvc", ".", "ssh://h/y", null)]
    public void A_path_is_relative_to_wdir_and_that_to_the_record(string record, string wdir, string path, string? expected)
    {
        DvcOut read = Read(record, $"wdir: {wdir}\nouts:\n- path: {path}\n  md5: {Md5}\n").Outs[0];

        Assert.Equal(expected ?? "", read.Path.Value);
        Assert.Equal(expected is null, read.Outside is not null);
    }

    [Fact]
    public void A_lock_is_read_in_both_schemas_with_what_its_pipeline_says()
    {
        const string Stages = "prep@small:\n  cmd: x\n  outs:\n  - path: out\n    md5: M\neval:\n  outs:\n  - path: m.json\n    md5: M\nbad:\n  outs:\n  - path: z\n    md5: M\n";
        string text = Stages.Replace("M\n", Md5 + "\n", StringComparison.Ordinal);
        DvcPipeline pipeline = DvcPipeline.Read("""
            base: &base
              wdir: sub
            stages:
              prep:
                foreach: [small, large]
                do:
                  <<: *base
                  cmd: x ${item}
                  outs: [out]
              eval:
                cmd: y
                metrics:
                - m.json:
                    cache: false
              bad:
                wdir: ${where}
                cmd: z
            """u8, "dvc.yaml");
        string second = "schema: '2.0'\nstages:\n" + string.Concat(text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static l => $"  {l}\n"));

        foreach (string form in (string[])[text, second])
        {
            DvcRecord record = DvcRecordReader.Read("p/dvc.lock", Encoding.UTF8.GetBytes(form), pipeline);
            Assert.Equal(["p/sub/out", "p/m.json", ""], record.Outs.Select(static o => o.Path.Value));
            Assert.Equal([true, false, true], record.Outs.Select(static o => o.IsCached));
            Assert.Contains("is computed", record.Outs[2].Wrong, StringComparison.Ordinal);
            Assert.True(record.IsStage);
        }
    }

    [Fact]
    public void Settings_are_read_as_DVC_writes_them_and_never_a_secret()
    {
        using TempDir directory = new();
        directory.Write(".dvc/config", """
            [core]
                remote = storage
            [cache]
                dir = ../../cache
            ['remote "storage"']
                url = s3://bucket/dvc
                endpointurl = https://s3.example.com
            ['remote "Host"']
                url = ssh://gpu1/data/dvc
                user = ada
                port = 2222
                password = secret
            ['remote "sub"']
                url = remote://host/below
            ['remote "disk"']
                url = ../disk
            ['remote "drive"']
                url = gdrive://abc
            """);
        directory.Write(".dvc/config.local", "[core]\n    remote = disk\n");

        DvcSettings settings = DvcSettings.Read(directory.At(".dvc"), directory.Path, new Dictionary<string, string>());

        Assert.Equal("disk", settings.DefaultRemote);
        Assert.Equal(Path.GetFullPath(directory.At("../cache")), settings.CacheDirectory);
        Assert.Equal("https://s3.example.com", settings.Remotes["storage"].Options.Endpoint);
        Assert.Equal("ssh://ada@gpu1:2222/data/dvc", settings.Remotes["host"].Address);
        Assert.Equal("ssh://ada@gpu1:2222/data/dvc/below", settings.Remotes["sub"].Address);
        Assert.Equal(directory.At("disk"), settings.Remotes["disk"].Address);
        Assert.Equal("dls does not read 'gdrive'", settings.Remotes["drive"].Why);
        Assert.Equal(["storage", "disk"], settings.InOrder("storage").Take(2).Select(static r => r.Name));
    }

    [Theory]
    [InlineData("a\r\nb\r\n", "a\nb\n", true)]
    [InlineData("a\r\nb\0\r\n", "a\nb\0\n", false)]
    [InlineData("a\rb", "ab", false)]
    [InlineData("", "", true)]
    public void Line_ends_do_not_count_in_what_DVC_2_takes_for_text(string bytes, string recorded, bool isSame)
    {
        string md5 = DvcDigest.Of(Encoding.Latin1.GetBytes(recorded));

        Assert.Equal(isSame, DvcDigest.Matches(Encoding.Latin1.GetBytes(bytes), md5, isLegacy: true));
        Assert.Equal(bytes == recorded, DvcDigest.Matches(Encoding.Latin1.GetBytes(bytes), md5, isLegacy: false));
        Assert.True(DvcDigest.Matches(Encoding.Latin1.GetBytes(bytes), DvcDigest.Of(Encoding.Latin1.GetBytes(bytes)), isLegacy: true));
    }

    /// <summary>A text whose second MiB is binary: DVC's versions differ in what they do with it, and both are taken.</summary>
    [Fact]
    public void Both_readings_of_the_rule_are_taken_piece_by_piece()
    {
        const int Piece = 1 << 20;
        byte[] text = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("line\r\n", (Piece / 6) + 1)))[..Piece];
        byte[] binary = [.. Enumerable.Repeat((byte)0, 600), .. "\r\n"u8];
        byte[] whole = [.. Unix(text), .. Unix(binary)];
        byte[] pieces = [.. Unix(text), .. binary];

        Assert.True(DvcDigest.Matches([.. text, .. binary], DvcDigest.Of(whole), isLegacy: true));
        Assert.True(DvcDigest.Matches([.. text, .. binary], DvcDigest.Of(pieces), isLegacy: true));
    }

    [Fact]
    public void A_listing_is_read_in_any_order_of_keys_and_files()
    {
        IReadOnlyList<DvcEntry> entries = DvcListing.Read(Encoding.UTF8.GetBytes(
            $"[{{\"relpath\": \"b/\\u753b.txt\", \"md5\": \"{Md5}\"}}, {{\"md5\": \"{Md5}\", \"size\": 3, \"isexec\": true, \"x\": {{}}, \"relpath\": \"a\"}}]"));

        Assert.Equal([new DvcEntry("a", Md5, true), new DvcEntry("b/画.txt", Md5, false)], entries);
    }

    /// <summary>Whatever bytes come, the readers answer or refuse; nothing else is thrown.</summary>
    [Fact]
    public void Mutated_files_are_read_or_refused()
    {
        System.Random random = new(7);
        byte[] record = Encoding.UTF8.GetBytes($"wdir: ..\nouts:\n- md5: {Md5}.dir\n  size: 1\n  hash: md5\n  path: \"a b\"\n  files:\n  - relpath: x\n    md5: {Md5}\n");
        byte[] listing = Encoding.UTF8.GetBytes($"[{{\"md5\": \"{Md5}\", \"relpath\": \"a/b\"}}, {{\"md5\": \"{Md5}\", \"relpath\": \"c\"}}]");
        for (int i = 0; i < 5000; i++)
        {
            Try(() => DvcRecordReader.Read("a/x.dvc", Mutate(random, record), DvcPipeline.None));
            Try(() => DvcListing.Read(Mutate(random, listing)));
        }
    }

    private static void Try(Action read)
    {
        try
        {
            read();
        }
        catch (Exception e) when (e is DlsException or BadValueException)
        {
            // Refused: as good as read.
        }
    }

    private static byte[] Mutate(System.Random random, byte[] bytes)
    {
        byte[] copy = [.. bytes];
        for (int n = random.Next(1, 4); n > 0; n--)
        {
            copy[random.Next(copy.Length)] = (byte)random.Next(256);
        }

        return copy[..random.Next(copy.Length / 2, copy.Length + 1)];
    }

    private static byte[] Unix(byte[] bytes) => Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(bytes).Replace("\r\n", "\n", StringComparison.Ordinal));

    private static DvcRecord Read(string file, string text) => DvcRecordReader.Read(file, Encoding.UTF8.GetBytes(text), DvcPipeline.None);
}
