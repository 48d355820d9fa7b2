using System.Text;
using DlStore.Operations.Index;
using DlStore.Operations.Lineage;
using DlStore.TestKit;
using Microsoft.Data.Sqlite;
using Xunit.Abstractions;

namespace DlStore.Tests.Lineage;

/// <summary>The index holds nothing that cannot be read again, so nothing that is done to its file stops a question or a rebuild.</summary>
public sealed class DamagedIndexTests : IDisposable
{
    private readonly ITestOutputHelper _output;
    private readonly OpenedRepo _repo = new();
    private readonly string _index;
    private readonly string _oid;

    public DamagedIndexTests(ITestOutputHelper output)
    {
        _output = output;
        _repo.Write("weights.bin", "weights"u8.ToArray());
        _repo.AddAndCommit("weights.bin");
        using Repo repo = _repo.Open();
        _index = repo.IndexPath;
        _oid = Where.Run(repo, _repo.At("weights.bin"), CancellationToken.None).Oid.ToString();
    }

    public void Dispose() => _repo.Dispose();

    public static TheoryData<string> Damages => new("empty",
        "garbage", "header", "truncated", "other tables", "other version", "no tables", "other types", "middle", "directory", "wal");

    [Theory]
    [MemberData(nameof(Damages))]
    public async Task Every_question_is_answered_and_a_rebuild_starts_anew(string damage)
    {
        foreach (string verb in (string[])["where", "lineage", "audit", "rebuild"])
        {
            Damage(damage);
            using Repo repo = _repo.Open();
            switch (verb)
            {
                case "where": Assert.Single(Where.Run(repo, _oid, CancellationToken.None).UsedBy); break;
                case "lineage":
                    Assert.NotEmpty(
                    LineageTrace.Run(repo, new LineageOptions { What = [_oid] }, CancellationToken.None).Nodes); break;
                case "audit": Assert.Empty((await Audit.RunAsync(repo, new AuditOptions(), CancellationToken.None)).Findings); break;
                default:
                    if (damage == "directory")
                    {
                        Assert.Contains("it is a directory", Assert.Throws<DlsException>(
                            () => IndexRebuild.Run(repo, false, CancellationToken.None)).Message, StringComparison.Ordinal);
                        Directory.Delete(_index, recursive: true);
                    }
                    else
                    {
                        Assert.Equal(1, IndexRebuild.Run(repo, false, CancellationToken.None).Commits);
                    }

                    break;
            }
        }
    }

    [Fact]
    public void Random_bytes_anywhere_in_the_file_never_stop_a_rebuild()
    {
        Random random = Seeded.Start(_output);
        using (Repo repo = _repo.Open())
        {
            IndexRebuild.Run(repo, false, CancellationToken.None);
        }

        byte[] whole = File.ReadAllBytes(_index);
        for (int i = 0; i < 40; i++)
        {
            byte[] bytes = (byte[])whole.Clone();
            for (int n = random.Next(1, 200); n > 0; n--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            Replace(random.Next(3) == 0 ? bytes[..random.Next(bytes.Length)] : bytes);
            using Repo repo = _repo.Open();
            Assert.Equal(1, IndexRebuild.Run(repo, false, CancellationToken.None).Commits);
            Assert.Single(Where.Run(repo, _oid, CancellationToken.None).UsedBy);
        }
    }

    private void Damage(string how)
    {
        if (how != "directory" && !File.Exists(_index))
        {
            using Repo repo = _repo.Open();
            IndexRebuild.Run(repo, false, CancellationToken.None);
        }

        byte[] whole = File.Exists(_index) ? File.ReadAllBytes(_index) : [];
        switch (how)
        {
            case "empty": Replace([]); break;
            case "garbage": Replace(Encoding.UTF8.GetBytes(new string('x', 50_000))); break;
            case "header": Replace([.. "SQLite format 4\0"u8, .. whole.AsSpan(16)]); break;
            case "truncated": Replace(whole[..(whole.Length / 2)]); break;
            case "other tables": Sql("DROP TABLE record; CREATE TABLE record (other TEXT)"); break;
            case "other version": Sql("PRAGMA user_version = 999"); break;
            case "no tables": Sql("DROP TABLE tip; DROP TABLE state"); break;
            case "other types": Sql("PRAGMA foreign_keys = OFF; UPDATE state SET value = x'00ff'"); break;
            case "middle":
                whole.AsSpan(whole.Length / 4, whole.Length / 2).Fill(0xA5);
                Replace(whole);
                break;
            case "directory":
                if (!Directory.Exists(_index))
                {
                    Replace(null);
                }

                Directory.CreateDirectory(_index + "/below");
                break;
            default: File.WriteAllBytes(_index + "-wal", [.. Enumerable.Repeat((byte)7, 5_000)]); break;
        }
    }

    private void Replace(byte[]? bytes)
    {
        foreach (string suffix in (string[])["", "-wal", "-shm"])
        {
            File.Delete(_index + suffix);
        }

        if (bytes is not null)
        {
            File.WriteAllBytes(_index, bytes);
        }
    }

    private void Sql(string sql)
    {
        using SqliteConnection connection = new($"Data Source={_index};Pooling=False");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
