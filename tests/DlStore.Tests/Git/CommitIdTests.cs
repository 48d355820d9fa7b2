using DlStore.Git;

namespace DlStore.Tests.Git;

public sealed class CommitIdTests
{
    [Theory]
    [InlineData(40)]
    [InlineData(64)]
    public void Full_names_are_read(int length)
    {
        string hex = new('a', length);

        Assert.Equal(hex, CommitId.Parse(hex).ToString());
        Assert.Equal(12, CommitId.Parse(hex).ToShort().Length);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("abc")]
    [InlineData("HEAD")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("gggggggggggggggggggggggggggggggggggggggg")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n")]
    public void Other_text_is_refused(string? text)
    {
        Assert.False(CommitId.TryParse(text, out CommitId id));
        Assert.Equal(default, id);
        Assert.Equal(ErrorKind.Corrupt, Assert.Throws<DlsException>(() => CommitId.Parse(text ?? "")).Kind);
    }
}
