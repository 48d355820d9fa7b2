using System.Text;
using DlStore.Objects;
using DlStore.TestKit;
using Xunit.Abstractions;

namespace DlStore.Tests.Objects;

public sealed class PointerTests(ITestOutputHelper output)
{
    private const string Digest = "sha256:5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03";

    [Fact]
    public void What_was_written_is_read_back()
    {
        Random random = Seeded.Start(output);
        for (int round = 0; round < 2000; round++)
        {
            ObjectKind kind = random.Next(2) == 0 ? ObjectKind.Blob : ObjectKind.Tree;
            SortedDictionary<string, string> others = new(StringComparer.Ordinal);
            foreach (string key in (string[])["origin", "x-note", "a", "zz-9"])
            {
                if (random.Next(3) == 0)
                {
                    string value = RandomNames.Printable(random);
                    others[key] =
                        value[..Math.Min(40, value.Length - (char.IsHighSurrogate(value[Math.Min(40, value.Length) - 1]) ? 1 : 0))];
                }
            }

            Pointer pointer = new()
            {
                Kind = kind,
                Oid = new Oid(Seeded.Bytes(random, 32)),
                Size = random.Next(3) == 0 ? long.MaxValue : random.NextInt64(1000),
                Files = kind == ObjectKind.Tree ? random.NextInt64() : 1,
                Exec = kind == ObjectKind.Blob && random.Next(2) == 0,
                Demand = random.Next(2) == 0,
                Others = others.Where(
                    o => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(o.Value)) == o.Value && o.Value.Length > 0).ToDictionary(),
            };

            byte[] bytes = pointer.ToBytes();
            Pointer read = Pointer.Parse(bytes, "p");

            Assert.Equal(pointer with { Others = read.Others }, read);
            Assert.Equal(
                pointer.Others.OrderBy(o => o.Key, StringComparer.Ordinal), read.Others.OrderBy(o => o.Key, StringComparer.Ordinal));
            Assert.Equal(bytes, read.ToBytes());
        }
    }

    [Fact]
    public void Unknown_keys_survive_a_rewrite()
    {
        string text = $"dls-pointer 1\naa-new 1 2  3\nkind blob\noid {Digest}\norigin https://example.com/a b\nsize 6\nzz x\n";

        Pointer pointer = Pointer.Parse(Encoding.UTF8.GetBytes(text), "p") with { Demand = true };

        Assert.Equal(text.Replace("kind", "demand yes\nkind", StringComparison.Ordinal), Encoding.UTF8.GetString(pointer.ToBytes()));
    }

    [Theory]
    [InlineData("", "line feed")]
    [InlineData("dls-pointer 2\n", "newer")]
    [InlineData("dls-pointer 1", "line feed")]
    [InlineData("\uFEFFdls-pointer 1\nkind blob\noid {0}\nsize 6\n", "line 1")]
    [InlineData("dls-pointer 1\nkind blob\noid {0}\nsize 6", "line feed")]
    [InlineData("dls-pointer 1\nkind blob\noid {0}\nsize 6\n\n", "line 5")]
    [InlineData("dls-pointer 1\r\nkind blob\r\noid {0}\r\nsize 6\r\n", "autocrlf")]
    [InlineData("dls-pointer 1\nkind blob\noid {0}\r\nsize 6\n", "LF alone")]
    [InlineData("dls-pointer 1\noid {0}\nkind blob\nsize 6\n", "out of order")]
    [InlineData("dls-pointer 1\nkind blob\nkind blob\noid {0}\nsize 6\n", "there twice")]
    [InlineData("dls-pointer 1\nkind blob\noid {0}\nsize 06\n", "not a number")]
    [InlineData("dls-pointer 1\nkind blob\noid {0}\nsize +6\n", "not a number")]
    [InlineData("dls-pointer 1\nkind blob\noid {0}\nsize -6\n", "not a number")]
    [InlineData("dls-pointer 1\nkind blob\noid {0}\nsize  6\n", "not a number")]
    [InlineData("dls-pointer 1\nkind blob\noid {0}\nsize 9223372036854775808\n", "not a number")]
    [InlineData("dls-pointer 1\nkind blob\noid {0}\nsize ٦\n", "not a number")]
    [InlineData("dls-pointer 1\nkind blob\noid {0}\nsize \n", "line 4")]
    [InlineData("dls-pointer 1\nkind blob\noid {0}\n", "'size' is missing")]
    [InlineData("dls-pointer 1\nkind blob\nsize 6\n", "'oid' is missing")]
    [InlineData("dls-pointer 1\noid {0}\nsize 6\n", "'kind' is missing")]
    [InlineData("dls-pointer 1\nkind tree\noid {0}\nsize 6\n", "'files' is missing")]
    [InlineData("dls-pointer 1\nfiles 1\nkind blob\noid {0}\nsize 6\n", "files")]
    [InlineData("dls-pointer 1\nexec yes\nfiles 1\nkind tree\noid {0}\nsize 6\n", "exec")]
    [InlineData("dls-pointer 1\nexec no\nkind blob\noid {0}\nsize 6\n", "exec")]
    [InlineData("dls-pointer 1\nkind link\noid {0}\nsize 6\n", "link")]
    [InlineData("dls-pointer 1\nkind blob\noid sha256:5891B5B522D5DF086D0FF0B110FBD9D21BB4FC7163AF34D08286A2E846F6BE03\nsize 6\n", "oid")]
    [InlineData("dls-pointer 1\nkind blob\noid 5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03\nsize 6\n", "oid")]
    [InlineData("dls-pointer 1\nkind blob\noid {0}\nrecipe x\nsize 6\n", "recipe")]
    [InlineData("dls-pointer 1\n!new yes\nkind blob\noid {0}\nsize 6\n", "newer dls")]
    [InlineData("dls-pointer 1\nKind blob\nkind blob\noid {0}\nsize 6\n", "line 2")]
    [InlineData("dls-pointer 1\nkind blob\noid {0}\norigin a\u001b[2Jb\nsize 6\n", "line 4")]
    [InlineData("dls-pointer 1\n<<<<<<< HEAD\nkind blob\noid {0}\nsize 6\n", "conflict")]
    public void Other_encodings_are_refused(string text, string why)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text.Replace("{0}", Digest, StringComparison.Ordinal));

        DlsException e = Assert.Throws<DlsException>(() => Pointer.Parse(bytes, "data.dls"));

        Assert.Equal(ErrorKind.Corrupt, e.Kind);
        Assert.Contains("'data.dls'", e.Message, StringComparison.Ordinal);
        Assert.Contains(why, e.Message, StringComparison.Ordinal);
        Assert.NotNull(e.Hint);
    }

    [Fact]
    public void A_pointer_of_1024_bytes_is_read_and_one_of_1025_is_not()
    {
        string Text(int length)
        {
            string start = $"dls-pointer 1\nkind blob\noid {Digest}\norigin ";
            return start + new string('x', length - start.Length - 8) + "\nsize 6\n";
        }

        Pointer longest = Pointer.Parse(Encoding.UTF8.GetBytes(Text(1024)), "p");

        Assert.Equal(1024, longest.ToBytes().Length);
        Assert.Throws<DlsException>(() => Pointer.Parse(Encoding.UTF8.GetBytes(Text(1025)), "p"));
        Assert.Throws<DlsException>(() => (longest with { Demand = true }).ToBytes());
    }
}
