using System.Text;
using DlStore.Git;
using DlStore.TestKit;

namespace DlStore.Tests.Git;

public sealed class CatFileTests
{
    [Fact]
    public void Objects_of_all_types_are_read()
    {
        using TempRepo temp = new();
        temp.Write("dir/a b.txt", "hello\n");
        string head = temp.Commit("one");
        temp.Git("tag", "-a", "-m", "tag", "v1");
        using GitRepo repo = GitRepo.Discover(temp.Path, temp.Environment);

        GitObject blob = repo.CatFile.Read("HEAD:dir/a b.txt")!;

        Assert.Equal(("blob", "ce013625030ba8dba906f756967f9e9ca394464a", 6L, "hello\n"),
            (blob.Type, blob.Id, blob.SizeBytes, Encoding.UTF8.GetString(blob.Bytes!)));
        Assert.Equal("tree", repo.CatFile.Read("HEAD:dir")?.Type);
        Assert.Equal("tag", repo.CatFile.Read("v1")?.Type);
        Assert.Equal(head, repo.CatFile.Read("v1^{commit}")?.Id);
    }

    [Fact]
    public void Missing_and_odd_names_give_null_and_do_not_disturb_the_next()
    {
        using TempRepo temp = new();
        temp.Write("a", "a");
        temp.Commit("one");
        using GitRepo repo = GitRepo.Discover(temp.Path, temp.Environment);
        string[] names = ["HEAD:gone", "HEAD:a", new string('0', 40), "with space blob 5", "--batch", "日本", "HEAD:a"];

        GitObject?[] found = repo.CatFile.ReadMany(names);

        Assert.Equal([false, true, false, false, false, false, true], found.Select(o => o is not null));
        Assert.Throws<DlsException>(() => repo.CatFile.Read("HEAD\nHEAD"));
        Assert.Throws<DlsException>(() => repo.CatFile.Read(""));
        Assert.NotNull(repo.CatFile.Read("HEAD:a"));
    }

    [Fact]
    public void Many_objects_come_in_order()
    {
        using TempRepo temp = new();
        Random random = new(7);
        byte[][] contents = [.. Enumerable.Range(0, 3_000).Select(i => Seeded.Bytes(random, i % 100 == 0 ? 300_000 : i))];
        for (int i = 0; i < contents.Length; i++)
        {
            temp.Write($"files/{i}", contents[i]);
        }

        temp.Commit("many");
        using GitRepo repo = GitRepo.Discover(temp.Path, temp.Environment);

        GitObject?[] found = repo.CatFile.ReadMany([.. Enumerable.Range(0, contents.Length).Select(i => $"HEAD:files/{i}")]);

        Assert.All(Enumerable.Range(0, contents.Length), i => Assert.Equal(contents[i], found[i]!.Bytes));
    }

    [Fact]
    public void Large_objects_are_passed_over()
    {
        using TempRepo temp = new();
        temp.Write("large", new byte[2_000_000]);
        temp.Write("limit", new byte[1_000]);
        temp.Write("small", "s");
        temp.Commit("one");
        using GitRepo repo = GitRepo.Discover(temp.Path, temp.Environment);

        GitObject?[] found = repo.CatFile.ReadMany(["HEAD:large", "HEAD:limit", "HEAD:small"], sizeMax: 1_000);

        Assert.Equal((2_000_000L, null), (found[0]!.SizeBytes, found[0]!.Bytes));
        Assert.Equal(1_000, found[1]!.Bytes!.Length);
        Assert.Equal("s"u8.ToArray(), found[2]!.Bytes);
    }

    [Fact]
    public void Find_does_not_read_content()
    {
        using TempRepo temp = new();
        temp.Write("a", "aaa");
        string head = temp.Commit("one");
        using GitRepo repo = GitRepo.Discover(temp.Path, temp.Environment);

        GitObject?[] found = repo.CatFile.FindMany(["HEAD:a", "HEAD", "gone"]);

        Assert.Equal((3L, null), (found[0]!.SizeBytes, found[0]!.Bytes));
        Assert.Equal((head, "commit"), (found[1]!.Id, found[1]!.Type));
        Assert.Null(found[2]);
    }

    [Fact]
    public void New_objects_and_packed_ones_are_seen()
    {
        using TempRepo temp = new();
        temp.Write("a", "1");
        temp.Commit("one");
        using GitRepo repo = GitRepo.Discover(temp.Path, temp.Environment);
        Assert.NotNull(repo.CatFile.Read("HEAD:a"));

        temp.Write("b", "2");
        temp.Commit("two");
        Assert.NotNull(repo.CatFile.Read("HEAD:b"));
        temp.Git("gc", "-q", "--prune=now");

        Assert.Equal("2"u8.ToArray(), repo.CatFile.Read("HEAD:b")?.Bytes);
    }

    [Fact]
    public void Damaged_object_is_an_error_and_the_reader_recovers()
    {
        using TempRepo temp = new();
        temp.Write("a", "aaaa");
        temp.Write("b", "b");
        temp.Commit("one");
        string id = temp.Git("rev-parse", "HEAD:a");
        string file = temp.At($".git/objects/{id[..2]}/{id[2..]}");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.WriteAllBytes(file, [1, 2, 3]);
        using GitRepo repo = GitRepo.Discover(temp.Path, temp.Environment);

        Exception? e = Record.Exception(() => Assert.Null(repo.CatFile.Read(id)));

        Assert.True(e is null or DlsException, $"{e}");
        Assert.Equal("b"u8.ToArray(), repo.CatFile.Read("HEAD:b")?.Bytes);
    }

    [Fact]
    public void Sha256_repositories_work()
    {
        using TempRepo temp = new("--object-format=sha256");
        temp.Write("a.dls", "a");
        string head = temp.Commit("one");
        using GitRepo repo = GitRepo.Discover(temp.Path, temp.Environment);

        Assert.Equal(64, head.Length);
        Assert.Equal(32, repo.HashLength);
        Assert.Equal(head, repo.CatFile.Read("HEAD")?.Id);
        Assert.Equal(CommitId.Parse(head), repo.Pointers.Newest(repo.Head()!.Value));
    }
}
