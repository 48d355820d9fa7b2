using System.Formats.Tar;
using System.Text;
using DlStore.Archives;
using DlStore.Objects;
using DlStore.Ssh;
using DlStore.TestKit;
using Xunit.Abstractions;

namespace DlStore.Tests.Ssh;

/// <summary>A host that lies: a program named ssh that answers what the test wrote down.</summary>
public sealed class HostileHostTests : IDisposable
{
    private const string Hash = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"; // of "test"
    private readonly TempDir _directory = new();
    private readonly ITestOutputHelper _output;

    public HostileHostTests(ITestOutputHelper output)
    {
        _output = output;
        string program = _directory.Write("bin/ssh", """
            #!/bin/sh
            cat >/dev/null
            cd -- "${0%/*}/.." || exit 1
            if [ -e asked ]; then cat second; else : >asked; cat first; fi
            """);
        File.SetUnixFileMode(program, (UnixFileMode)0x1ED);
    }

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("81a4 4 ./../x\0", "'..'")]
    [InlineData("81a4 4 ./a/../../x\0", "'..'")]
    [InlineData("81a4 4 .//etc/passwd\0", "empty name")]
    [InlineData("81a4 4 /etc/passwd\0", "not below the root")]
    [InlineData("81a4 4 ./.git/hooks/post-checkout\0", "'.git'")]
    [InlineData("81a4 4 ./a/.GIT/x\0", "'.git'")]
    [InlineData("81a4 4 ./.dlstore/config\0", "'.dlstore'")]
    [InlineData("81a4 4 ./\0", "empty name")]
    [InlineData("61b0 4 ./disk\0", "not a regular file")]
    [InlineData("21b6 4 ./null\0", "not a regular file")]
    [InlineData("41ed 4 ./dir\0", "not a regular file")]
    [InlineData("a1ff 4 ./link\0", "not a regular file")]
    [InlineData("81a4 -4 ./a\0", "makes no sense")]
    [InlineData("81a4 99999999999999999999 ./a\0", "makes no sense")]
    [InlineData("xyz\0", "makes no sense")]
    [InlineData("no end", "makes no sense")]
    public async Task A_wicked_listing_is_refused(string listing, string why)
    {
        DlsException error = await Answer(Encoding.UTF8.GetBytes($"{listing}\0{Hash}\n"), []);

        Assert.Contains(why, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("81a4 4 ./a\081a4 4 ./a\0", 2, "listed twice")]
    [InlineData("81a4 4 ./a\081a4 4 ./a/b\0", 2, "listed as a file")]
    [InlineData("81a4 9223372036854775807 ./a\081a4 9223372036854775807 ./b\0", 2, "more than")]
    public async Task Names_that_clash_and_sizes_that_overflow_are_refused(string listing, int digests, string why)
    {
        DlsException error = await Answer(
            Encoding.UTF8.GetBytes($"{listing}\0{string.Concat(Enumerable.Repeat(Hash + "\n", digests))}"), []);

        Assert.Contains(why, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_is_not_UTF8_is_shown_by_its_bytes()
    {
        DlsException error = await Answer([.. "81a4 4 ./"u8, 0x83, 0x41, 0, 0, .. Encoding.ASCII.GetBytes(Hash + "\n")], []);

        Assert.Contains(@"\x83A", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_link_may_not_stand_where_a_directory_is_listed()
    {
        DlsException clash = await Answer(Encoding.UTF8.GetBytes($"81a4 4 ./d/x\0\0{Hash}\n./d\0e\0"), []);

        Assert.Contains("listed as a file", clash.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bytes_that_are_not_those_announced_never_get_into_the_store()
    {
        foreach (byte[] archive in (byte[][])
            [
                Archive(("./a", "tesT")),
                    Archive(("./a", "test!")), Archive(("./b", "test")), Archive(("../a", "test")), [], "junk"u8.ToArray(),
                Archive(("./a", "test"))[..514],
                    Link(TarEntryType.HardLink), Link(TarEntryType.SymbolicLink), Link(TarEntryType.CharacterDevice),
            ])
        {
            DlsException error = await Answer(Encoding.UTF8.GetBytes($"81a4 4 ./a\0\0{Hash}\n"), archive);

            Assert.NotNull(error);
            using ObjectStore store = ObjectStore.Open(_directory.At("store"));
            Assert.Empty(store.OpenTables());
            Assert.False(File.Exists(_directory.At("a")));
        }
    }

    [Fact]
    public void Any_damage_to_an_answer_is_refused_or_harmless()
    {
        Hostile hostile = new(_output);
        byte[] listing = Encoding.UTF8.GetBytes($"81a4 4 ./a\081ed 4 ./b/c\0\0{Hash}\n{Hash}\n./l\0b/c\0");

        hostile.Attack(listing, static bytes => HostListing.Read(bytes, "x"));
        hostile.Attack(
            Archive(("./a", "test"), ($"./{new string('n', 200)}", "test")),
            static bytes =>
            {
                using MemoryStream stream = new(bytes);
                TarMembers members = new(stream);
                while (members.Next())
                {
                    stream.Position += Math.Min(members.Size, stream.Length - stream.Position);
                    members.SkipPadding();
                }
            });
        hostile.Attack("disk cache 5 /\nhas ".Select(static c => (byte)c).Concat(Encoding.ASCII.GetBytes(Hash)).ToArray(),
            static bytes => HostState.Read(Encoding.UTF8.GetString(bytes)));
    }

    [Fact]
    public async Task An_endless_answer_ends()
    {
        _directory.Write("bin/ssh", "#!/bin/sh\nexec yes\n");

        DlsException error = await Assert.ThrowsAsync<DlsException>(() => Capture().WaitAsync(TimeSpan.FromMinutes(5)));

        Assert.Contains("says more than", error.Message, StringComparison.Ordinal);
    }

    private async Task<DlsException> Answer(byte[] first, byte[] second)
    {
        File.Delete(_directory.At("asked"));
        _directory.Write("first", first);
        _directory.Write("second", second);
        return await Assert.ThrowsAsync<DlsException>(() => Capture().WaitAsync(TimeSpan.FromMinutes(5)));
    }

    private async Task Capture()
    {
        Dictionary<string, string> environment = new() { ["PATH"] = $"{_directory.At("bin")}:/usr/bin:/bin" };
        HostShell shell = new(new HostAddress("liar", "liar", null, false), environment, null);
        using ObjectStore store = ObjectStore.Open(_directory.At("store"));
        using ObjectWriter writer = store.BeginWrite(TimeSpan.FromSeconds(5));
        await new HostCapture(shell, store, 1 << 20).CaptureAsync("/x", new HostScript(":", []), writer, 1_000_000);
        writer.Commit();
    }

    private static byte[] Archive(params (string Name, string Text)[] files)
    {
        using MemoryStream stream = new();
        using (TarWriter writer = new(stream, TarEntryFormat.Gnu, leaveOpen: true))
        {
            foreach ((string name, string text) in files)
            {
                writer.WriteEntry(
                    new GnuTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)) });
            }
        }

        return stream.ToArray();
    }

    private static byte[] Link(TarEntryType type)
    {
        using MemoryStream stream = new();
        using (TarWriter writer = new(stream, TarEntryFormat.Gnu, leaveOpen: true))
        {
            GnuTarEntry entry = new(type, "./a");
            if (type != TarEntryType.CharacterDevice)
            {
                entry.LinkName = "/etc/passwd";
            }

            writer.WriteEntry(entry);
        }

        return stream.ToArray();
    }
}
