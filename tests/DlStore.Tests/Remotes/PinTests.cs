using System.Text;
using DlStore.Io;
using DlStore.Objects;
using DlStore.Remotes;
using DlStore.TestKit;
using Xunit.Abstractions;

namespace DlStore.Tests.Remotes;

public sealed class PinTests(ITestOutputHelper output)
{
    private static readonly PinLine Hello = new(ObjectKind.Blob, Oid.Of("hello\n"u8), 6, RelPath.Parse("weights/hello.bin"));

    [Fact]
    public void Pin_is_the_text_of_the_page()
    {
        PinLine data = new(ObjectKind.Tree, new TreeWriter((_, _) => { }).Finish().Oid, 0, RelPath.Parse("data"));

        byte[] bytes = Pin.ToBytes([data, Hello]);

        Assert.Equal(FormatPage.Read("remote-layout").Text("dls-pin 1"), Encoding.UTF8.GetString(bytes));
        Assert.Equal([Hello, data], Pin.Parse(bytes, "pin"));
    }

    [Fact]
    public void What_was_written_is_read_back()
    {
        Random random = Seeded.Start(output);
        for (int round = 0; round < 50; round++)
        {
            HashSet<PinLine> lines = [];
            int count = random.Next(0, 200);
            while (lines.Count < count)
            {
                Oid oid = new(Seeded.Bytes(random, Oid.Length));
                RelPath path = RelPath.Parse(
                    string.Join('/', Enumerable.Range(0, random.Next(1, 5)).Select(_ => RandomNames.Printable(random))));
                lines.Add(new PinLine(random.Next(2) == 0 ? ObjectKind.Blob : ObjectKind.Tree, oid, random.NextInt64(), path));
            }

            byte[] bytes = Pin.ToBytes(lines);
            IReadOnlyList<PinLine> read = Pin.Parse(bytes, "pin");

            Assert.Equal(lines.OrderBy(l => l.Oid), read.OrderBy(l => l.Oid));
            Assert.Equal(bytes, Pin.ToBytes(read));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("dls-pin 2\n")]
    [InlineData("dls-pin 1")]
    [InlineData("dls-pin 1\n\n")]
    [InlineData("dls-pin 1\r\n")]
    [InlineData("dls-pin 1\nblob {0} 06 a\n")]
    [InlineData("dls-pin 1\nblob {0} -6 a\n")]
    [InlineData("dls-pin 1\nblob {0} 9223372036854775808 a\n")]
    [InlineData("dls-pin 1\nnode {0} 6 a\n")]
    [InlineData("dls-pin 1\nblob {0} 6 ../a\n")]
    [InlineData("dls-pin 1\nblob {0} 6 /a\n")]
    [InlineData("dls-pin 1\nblob {0} 6 a/.GIT/b\n")]
    [InlineData("dls-pin 1\nblob {0} 6 a\tb\n")]
    [InlineData("dls-pin 1\nblob {0} 6 \n")]
    [InlineData("dls-pin 1\nblob {0} 6 b\nblob {0} 6 a\n")]
    [InlineData("dls-pin 1\nblob {0} 6 a\nblob {0} 6 a\n")]
    public void Other_encodings_are_refused(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text.Replace("{0}", Hello.Oid.ToString(), StringComparison.Ordinal));

        DlsException e = Assert.Throws<DlsException>(() => Pin.Parse(bytes, "pins/id/commit"));

        Assert.Equal(ErrorKind.Corrupt, e.Kind);
        Assert.Contains("'pins/id/commit'", e.Message, StringComparison.Ordinal);
    }
}
