using System.Diagnostics;
using DlStore.Data.Sets;
using DlStore.Objects;
using DlStore.TestKit;
using Xunit.Abstractions;

namespace DlStore.Tests.Data;

public sealed class DirHashTests(ITestOutputHelper output)
{
    private const string Line = @"find . -type f -printf '%P\0' | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum";

    [Fact]
    public void It_is_what_the_shell_prints()
    {
        Random random = Seeded.Start(output);
        using TempDir dir = new();
        string[] names = ["a.jpg", "B.jpg", "a b.jpg", " lead", "JPEGImages/閉じる_1.jpg", "JPEGImages/閉じる 2.jpg",
            "JPEGImages/あ.jpg", "a/b/c", "a-b", "a.b/c", "\uffee", "😀", "x\\y", "new\nline", "cr\rhere", "quote'\"$(id)"];
        List<FileDigest> files = [];
        foreach (string name in names)
        {
            byte[] bytes = Seeded.Bytes(random, random.Next(3000));
            dir.Write(name, bytes);
            files.Add(new FileDigest(name, Oid.Of(bytes)));
        }

        random.Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(files));

        Assert.Equal(Shell(dir.Path), DirHash.Of(files).ToHex());
    }

    [Fact]
    public void Of_nothing_it_is_what_the_shell_prints()
    {
        using TempDir dir = new();

        Assert.Equal(Shell(dir.Path), DirHash.Of([]).ToHex());
    }

    [Fact]
    public void A_name_that_is_an_option_is_refused_instead_of_hashed_differently()
    {
        Assert.Throws<DlsException>(static () => DirHash.Of([new FileDigest("--check", Oid.Of([]))]));
        Assert.Throws<DlsException>(static () => DirHash.Of([new FileDigest("a", Oid.Of([])), new FileDigest("a", Oid.Of([]))]));
    }

    private static string Shell(string directory)
    {
        using Process shell = Process.Start(
            new ProcessStartInfo("sh", ["-c", Line]) { WorkingDirectory = directory, RedirectStandardOutput = true })!;
        string printed = shell.StandardOutput.ReadToEnd();
        shell.WaitForExit();
        return printed[..64];
    }
}
