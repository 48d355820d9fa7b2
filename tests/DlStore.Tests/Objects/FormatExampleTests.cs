using System.Text;
using DlStore.Objects;
using DlStore.TestKit;

namespace DlStore.Tests.Objects;

/// <summary>The byte examples of docs/formats against the code.</summary>
public sealed class FormatExampleTests
{
    private const string HelloDigest = "sha256:5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03";
    private static readonly byte[] HelloBytes = "hello\n"u8.ToArray();
    private static readonly Oid Hello = Oid.Parse(HelloDigest);

    [Fact]
    public void Oid_is_the_sha256_of_the_bytes()
    {
        Assert.Equal(HelloDigest, Oid.Of(HelloBytes).ToString());
        Assert.Equal("5891b5b522d5", Hello.ToShort());
    }

    [Fact]
    public void Pointer_of_hello_is_the_107_bytes_of_the_page()
    {
        byte[] page = Encoding.UTF8.GetBytes(FormatPage.Read("pointer").Text("dls-pointer 1"));
        Pointer pointer = new() { Kind = ObjectKind.Blob, Oid = Hello, Size = 6 };

        Assert.Equal(107, page.Length);
        Assert.Equal(page, pointer.ToBytes());
        Assert.Equal(page, Pointer.Parse(page, "hello.dls").ToBytes());
    }

    [Fact]
    public void Empty_tree_is_the_nine_bytes_of_the_page()
    {
        byte[]? node = null;

        TreeTotals totals = new TreeWriter((_, bytes) => node = bytes.ToArray()).Finish();

        Assert.Equal(Convert.FromHexString("444c54310000000000"), node);
        Assert.Equal(new TreeTotals(Oid.Parse("sha256:69f585412e69881f1d04a379bd8ad878a35fea8b481ab30bdbb9a51b2346fe26"), 0, 0), totals);
    }

    [Fact]
    public void Tree_with_run_is_the_55_bytes_of_the_page()
    {
        byte[] page = FormatPage.Read("tree-node").Hex("444c5431");
        byte[]? node = null;
        TreeWriter writer = new((_, bytes) => node = bytes.ToArray());

        writer.Add("run"u8, TreeMode.Executable, 6, Hello, 0);
        TreeTotals totals = writer.Finish();

        Assert.Equal(55, page.Length);
        Assert.Equal(page, node);
        Assert.Equal(new TreeTotals(Oid.Parse("sha256:0e7a7f7712ba86a763e7de3bfadcf334253127e9d4661886e11fd8a3f9f06c97"), 6, 1), totals);
    }

    [Fact]
    public void Pack_with_hello_is_the_167_bytes_of_the_page()
    {
        using TempDir temp = new();

        string path = WritePack(temp, out Oid id);

        byte[] page = FormatPage.Read("pack").Hex("444c504b");
        Assert.Equal(167, page.Length);
        Assert.Equal(page, File.ReadAllBytes(path));
        Assert.Equal("007550fd23628afc8461835520c2b1761ef96f2d8b72da2f4483b22fa84e521f", id.ToHex());
    }

    [Fact]
    public void Index_of_that_pack_is_the_bytes_of_the_page()
    {
        using TempDir temp = new();
        string path = WritePack(temp, out Oid id);
        using PackTable table = PackTable.Open(path, id);
        PackIndexWriter writer = new();
        writer.AddTable(table, 167);
        writer.AddBlob(Oid.Of("large"u8), 1 << 20);

        Oid written = writer.Write(temp.Path);

        byte[] actual = File.ReadAllBytes(temp.At(written.ToHex() + ".idx"));
        FormatPage page = FormatPage.Read("pack-index");
        byte[] expected = [.. page.Hex("444c4958"), .. Fan(Hello), .. page.Hex("5891b5b5")];
        Assert.Equal(Convert.ToHexStringLower(expected), Convert.ToHexStringLower(actual));
        Assert.Equal("e6df07959b0bc3a504d10d569cfd4075141e0b702390577904730e085c62cfdc", written.ToHex());
    }

    private static string WritePack(TempDir temp, out Oid id)
    {
        using PackWriter writer = new(temp.Path, PackKind.Data, Convert.FromHexString("000102030405060708090a0b0c0d0e0f"));
        writer.Append(Hello, Codec.Raw, 6, HelloBytes);
        id = writer.Finish(oid => temp.At(oid.ToHex() + ".pack"));
        return temp.At(id.ToHex() + ".pack");
    }

    private static byte[] Fan(Oid only)
    {
        byte[] fan = new byte[1024];
        for (int i = (int)(only.Head >> 56); i < 256; i++)
        {
            fan[(4 * i) + 3] = 1;
        }

        return fan;
    }
}
