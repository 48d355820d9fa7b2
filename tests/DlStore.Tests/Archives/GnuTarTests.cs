using System.Formats.Tar;
using System.Text;
using DlStore.Archives;

namespace DlStore.Tests.Archives;

/// <summary>Headers of GNU's format, judged by the base library's reader and read back by our own.</summary>
public sealed class GnuTarTests
{
    public static TheoryData<int,
        int> Lengths => new() { { 1, 0 }, { 99, 1 }, { 100, 511 }, { 101, 512 }, { 511, 513 }, { 512, 3 }, { 4000, 100_000 } };

    [Theory]
    [MemberData(nameof(Lengths))]
    public void A_file_of_any_name_comes_back(int nameLength, int length)
    {
        byte[] name = Encoding.UTF8.GetBytes(new string('ü', nameLength))[..nameLength];
        name[0] = (byte)'n';
        byte[] bytes = new byte[length];
        new Random(nameLength).NextBytes(bytes);
        byte[] archive = [.. GnuTar.Header(name, [], length, '0', TarBlock.FileMode),
            .. bytes, .. new byte[TarBlock.PaddingOf(length)], .. GnuTar.End.Span];
        using MemoryStream stream = new(archive);

        TarMembers members = new(stream);
        Assert.True(members.Next());
        Assert.Equal(name, members.Name);
        Assert.Equal(length, members.Size);
        byte[] read = new byte[length];
        stream.ReadExactly(read);
        Assert.Equal(bytes, read);
        members.SkipPadding();
        Assert.False(members.Next());

        stream.Position = 0;
        using TarReader judge = new(stream);
        TarEntry entry = judge.GetNextEntry()!;
        Assert.Equal((TarEntryType.RegularFile, length, UnixFileMode.UserRead
            | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead), (entry.EntryType, entry.Length, entry.Mode));
        Assert.Equal((0, 0, DateTimeOffset.UnixEpoch), (entry.Uid, entry.Gid, entry.ModificationTime));
        Assert.Null(judge.GetNextEntry());
    }

    [Fact]
    public void A_long_link_comes_before_its_long_name()
    {
        string name = new('n', 150), target = new('t', 300);
        using MemoryStream stream = new([.. GnuTar.Header(
            Encoding.ASCII.GetBytes(name), Encoding.ASCII.GetBytes(target), 0, '2', TarBlock.LinkMode), .. GnuTar.End.Span]);
        using TarReader judge = new(stream);

        TarEntry entry = judge.GetNextEntry()!;

        Assert.Equal((TarEntryType.SymbolicLink, name, target), (entry.EntryType, entry.Name, entry.LinkName));
    }

    [Theory]
    [InlineData(TarBlock.OctalMax)]
    [InlineData(TarBlock.OctalMax + 1)]
    [InlineData(long.MaxValue)]
    public void Lengths_beyond_octal_are_binary(long length)
    {
        byte[] header = GnuTar.Header("large"u8, [], length, '0', TarBlock.FileMode);

        Assert.Equal(length, TarBlock.SizeOf(header));
        Assert.Equal(length > TarBlock.OctalMax, header[124] == 0x80);
    }
}
