using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using DlStore.Archives;
using DlStore.TestKit;
using Xunit.Abstractions;

namespace DlStore.Tests.Archives;

public sealed class TarGzTests(ITestOutputHelper output)
{
    [Fact]
    public void Tar_and_gzip_read_it_and_two_runs_are_equal()
    {
        Random random = Seeded.Start(output);
        using TempDir dir = new();
        List<TarGzFile> files = Files(dir, random);
        byte[] one = Make(files);
        random.Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(files));
        Touch(files);

        byte[] two = Make(files);

        Assert.Equal(one, two);
        dir.Write("x.tar.gz", one);
        Assert.Equal("", Shell(dir.Path, "gzip -t x.tar.gz"));
        string[] names = Shell(dir.Path, "tar --quoting-style=literal -tzf x.tar.gz").Split('\n')[..^1];
        Assert.Equal(Expected(files), names);
        Directory.CreateDirectory(dir.At("out"));
        Shell(dir.Path, "tar -xzf x.tar.gz -C out");
        Assert.All(files, f => Assert.Equal(File.ReadAllBytes(f.Source), File.ReadAllBytes(dir.At("out", "data_set", f.Path))));
        Assert.DoesNotContain(Shell(dir.Path, "tar --numeric-owner --full-time -tvzf x.tar.gz").Split('\n')[..^1],
            static l => !l.Contains(" 0/0 ", StringComparison.Ordinal) || !l.Contains("1970-01-01 00:00:00", StringComparison.Ordinal)
            || !(l.StartsWith("-rw-r--r-- ", StringComparison.Ordinal) || l.StartsWith("drwxr-xr-x ", StringComparison.Ordinal)));
        Assert.Equal(0, Unzip(one).Length % 10_240);
    }

    [Fact]
    public void The_base_library_reads_every_entry()
    {
        using TempDir dir = new();
        List<TarGzFile> files = Files(dir, Seeded.Start(output));
        using TarReader reader = new(new MemoryStream(Unzip(Make(files))));
        List<string> names = [];
        while (reader.GetNextEntry() is { } entry)
        {
            names.Add(entry.Name);
            Assert.True(entry.EntryType is TarEntryType.RegularFile or TarEntryType.Directory);
        }

        Assert.Equal(Expected(files), names);
    }

    [Fact]
    public void The_first_bytes_are_those_of_the_page()
    {
        using TempDir dir = new();
        byte[] page = Convert.FromHexString(string.Concat(FormatPage.Read("dataset-archive")
            .Text("1f8b08").Split('\n').Select(static l => (l.Length > 76 ? l[..76] : l).Replace(" ", "", StringComparison.Ordinal))));

        Assert.Equal(page, Make([new TarGzFile("classes.txt", dir.Write("c", ""))])[..page.Length]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(65_535)]
    [InlineData(65_536)]
    [InlineData(400_000)]
    public void Lengths_around_a_block_come_back(int length)
    {
        byte[] bytes = Seeded.Bytes(Seeded.Start(output), length);
        using MemoryStream target = new();
        StoredGzip gzip = new(target);
        gzip.Write(bytes.AsSpan(0, length / 3));
        gzip.Write(bytes.AsSpan(length / 3));
        gzip.Finish();

        Assert.Equal(bytes, Unzip(target.ToArray()));
    }

    [Theory]
    [InlineData("../x")]
    [InlineData("/x")]
    [InlineData("a/../x")]
    [InlineData("a//x")]
    [InlineData(".git/config")]
    [InlineData("a\nb")]
    public void Paths_that_lead_elsewhere_are_refused_by_name(string path)
    {
        using TempDir dir = new();
        string file = dir.Write("x", "x");

        Assert.Contains(
            "is refused", Assert.Throws<DlsException>(() => Make([new TarGzFile(path, file)])).Message, StringComparison.Ordinal);
        Assert.Throws<DlsException>(() => TarGz.WriteCanonical(Stream.Null, "a/b", []));
        Assert.Throws<DlsException>(() => Make([new TarGzFile("x", file), new TarGzFile("x", file)]));
    }

    [Fact]
    public void Only_regular_files_are_taken()
    {
        using TempDir dir = new();
        File.CreateSymbolicLink(dir.At("link"), "/etc/passwd");

        Assert.Throws<DlsException>(() => Make([new TarGzFile("x", dir.At("link"))]));
        Assert.Throws<DlsException>(() => Make([new TarGzFile("x", dir.Path)]));
        Assert.Throws<DlsException>(() => Make([new TarGzFile("x", dir.At("gone"))]));
    }

    private static List<TarGzFile> Files(TempDir dir, Random random)
    {
        string[] names =
        [
            "classes.txt", "JPEGImages/a b.jpg", "JPEGImages/閉じる_1.jpg", "JPEGImages-x",
                "Annotations/a.xml", "ImageSets/Main/train.txt", "JPEGImages/" + new string('n', 87), "JPEGImages/" + new string('n', 88),
            "JPEGImages/" + new string('m', 100), "JPEGImages/" + new string('o', 101), "JPEGImages/" + string.Concat(
                Enumerable.Repeat("長い名前", 16)) + ".jpg", string.Join('/', Enumerable.Repeat(new string('d', 60), 6)) + "/x",
        ];
        return [.. names.Select(
            (n, i) => new TarGzFile(n, dir.Write($"in/{i}", Seeded.Bytes(random, random.Next(3) == 0 ? 512 : random.Next(200_000)))))];
    }

    private static List<string> Expected(List<TarGzFile> files)
    {
        List<string> names = ["data_set/"];
        HashSet<string> seen = [];
        foreach (string path in files.Select(static f => "data_set/" + f.Path)
            .OrderBy(static p => Encoding.UTF8.GetBytes(p), Comparer<byte[]>.Create(static (a, b) => a.AsSpan().SequenceCompareTo(b))))
        {
            for (int i = "data_set/".Length; i < path.Length; i++)
            {
                if (path[i] == '/' && seen.Add(path[..(i + 1)]))
                {
                    names.Add(path[..(i + 1)]);
                }
            }

            names.Add(path);
        }

        return names;
    }

    private static void Touch(List<TarGzFile> files)
    {
        foreach (TarGzFile file in files)
        {
            File.SetLastWriteTimeUtc(file.Source, new DateTime(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc));
            File.SetUnixFileMode(file.Source, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }
    }

    private static byte[] Make(IReadOnlyList<TarGzFile> files)
    {
        using MemoryStream target = new();
        TarGz.WriteCanonical(target, "data_set", files);
        return target.ToArray();
    }

    private static byte[] Unzip(byte[] bytes)
    {
        using GZipStream gzip = new(new MemoryStream(bytes), CompressionMode.Decompress);
        using MemoryStream plain = new();
        gzip.CopyTo(plain);
        return plain.ToArray();
    }

    private static string Shell(string directory, string line)
    {
        ProcessStartInfo start = new("sh", ["-c", line + " 2>&1"]) { WorkingDirectory = directory, RedirectStandardOutput = true };
        start.Environment["TZ"] = "UTC";
        start.Environment["LC_ALL"] = "C.UTF-8";
        using Process shell = Process.Start(start)!;
        string printed = shell.StandardOutput.ReadToEnd();
        shell.WaitForExit();
        return printed;
    }
}
