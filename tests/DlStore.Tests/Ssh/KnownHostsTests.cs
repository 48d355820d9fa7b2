using System.Text;
using DlStore.Ssh;
using DlStore.TestKit;

namespace DlStore.Tests.Ssh;

/// <summary>The files of known host keys, as sshd(8) describes them.</summary>
public sealed class KnownHostsTests : IDisposable
{
    private static readonly byte[] Own = KeyOf("ssh-ed25519", 1);
    private static readonly byte[] Other = KeyOf("ssh-ed25519", 2);
    private static readonly byte[] Rsa = KeyOf("ssh-rsa", 3);
    private readonly TempDir _temp = new();

    [Theory]
    [InlineData("lab.example", "lab.example", 22, true)]
    [InlineData("Lab.Example", "LAB.example", 22, true)]
    [InlineData("a,lab.example,b", "lab.example", 22, true)]
    [InlineData("lab.example", "other.example", 22, false)]
    [InlineData("*.example", "lab.example", 22, true)]
    [InlineData("*.example", "lab.example.org", 22, false)]
    [InlineData("l?b.example", "lab.example", 22, true)]
    [InlineData("*.example,!lab.example", "lab.example", 22, false)]
    [InlineData("!lab.example,*.example", "lab.example", 22, false)]
    [InlineData("!other.example,*.example", "lab.example", 22, true)]
    [InlineData("[lab.example]:2222", "lab.example", 2222, true)]
    [InlineData("[lab.example]:2222", "lab.example", 2223, false)]
    [InlineData("[lab.example]:2222", "lab.example", 22, false)]
    [InlineData("[*.example]:2222", "lab.example", 2222, true)]
    [InlineData("lab.example", "lab.example", 2222, true)]
    [InlineData("::1", "::1", 22, true)]
    [InlineData("*a*b*c", "xaxbxc", 22, true)]
    [InlineData("*a*b*c", "xaxcxb", 22, false)]
    public void A_line_is_for_the_hosts_that_its_names_match(string names, string host, int port, bool isFor)
    {
        KnownHosts known = Read($"{names} {Line(Own)} a comment");

        Assert.Equal(isFor ? HostKeyVerdict.Known : HostKeyVerdict.Unknown, known.Judge(host, port, new ShownHostKey(Own, null)).Verdict);
        Assert.Equal(isFor ? ["ssh-ed25519"] : [], known.TypesFor(host, port));
    }

    [Theory]
    [InlineData("secret.example", 22)]
    [InlineData("secret.example", 2222)]
    public void Names_that_ssh_keygen_has_hashed_are_found(string host, int port)
    {
        string file = _temp.Write("hashed", $"{KnownHosts.NameOf(host, port)} {Line(Own)}\nplain.example {Line(Own)}\n");
        RunningProgram.Run("ssh-keygen", ["-q", "-H", "-f", file], "/", TempRepo.SealedEnvironment(_temp.Path)).Expect(0);
        Assert.DoesNotContain("secret", File.ReadAllText(file), StringComparison.Ordinal);

        KnownHosts known = KnownHosts.Read(file);

        Assert.Equal(HostKeyVerdict.Known, known.Judge(host, port, new ShownHostKey(Own, null)).Verdict);
        Assert.Equal(HostKeyVerdict.Changed, known.Judge(host, port, new ShownHostKey(Other, null)).Verdict);
        Assert.Equal(HostKeyVerdict.Unknown, known.Judge("secret.example.org", port, new ShownHostKey(Own, null)).Verdict);
    }

    [Fact]
    public void Another_key_of_the_same_type_is_a_change_and_one_of_another_type_is_unknown()
    {
        KnownHosts known = Read($"# a comment\n\nlab {Line(Other)}", $"lab {Line(Rsa)}\nlab {Line(Own)}");

        Assert.Equal(HostKeyVerdict.Known, known.Judge("lab", 22, new ShownHostKey(Own, null)).Verdict);
        Assert.Equal(HostKeyVerdict.Known, known.Judge("lab", 22, new ShownHostKey(Other, null)).Verdict);
        Assert.Equal(["ssh-ed25519", "ssh-rsa"], known.TypesFor("lab", 22));
        (HostKeyVerdict verdict, KnownHostLine? line) = known.Judge("lab", 22, new ShownHostKey(KeyOf("ssh-rsa", 4), null));
        Assert.Equal(HostKeyVerdict.Changed, verdict);
        Assert.Equal($"{_temp.At("known1")}:1", line!.Place);
        Assert.Equal(
            HostKeyVerdict.Unknown, known.Judge("lab", 22, new ShownHostKey(KeyOf("ecdsa-sha2-nistp256", 1), null)).Verdict);
    }

    [Fact]
    public void A_revoked_key_is_refused_whatever_else_names_it()
    {
        KnownHosts known = Read($"lab {Line(Own)}\n@revoked * {Line(Own)}\n@cert-authority lab {Line(Rsa)}\n@revoked lab {Line(Rsa)}");
        HostCertificate certificate = new(Rsa, true, ["lab"], false);

        Assert.Equal(HostKeyVerdict.Revoked, known.Judge("lab", 22, new ShownHostKey(Own, null)).Verdict);
        Assert.Equal(HostKeyVerdict.Revoked, known.Judge("lab", 2222, new ShownHostKey(Own, null)).Verdict);
        Assert.Equal(HostKeyVerdict.Revoked, known.Judge("lab", 22, new ShownHostKey(Other, certificate)).Verdict);
    }

    [Theory]
    [InlineData("lab.example", true, false, HostKeyVerdict.Known)]
    [InlineData("*.example", true, false, HostKeyVerdict.Known)]
    [InlineData("other.example", true, false, HostKeyVerdict.BadCertificate)]
    [InlineData("lab.example", false, false, HostKeyVerdict.BadCertificate)]
    [InlineData("lab.example", true, true, HostKeyVerdict.BadCertificate)]
    internal void A_certificate_counts_if_a_known_authority_made_it_for_this_host(
        string name, bool isForHosts, bool hasConditions, HostKeyVerdict expected)
    {
        KnownHosts known = Read($"@cert-authority *.example {Line(Rsa)}");
        ShownHostKey shown = new(Own, new HostCertificate(Rsa, isForHosts, [name], hasConditions));

        Assert.Equal(expected, known.Judge("lab.example", 22, shown).Verdict);
        Assert.Equal(HostKeyVerdict.Unknown, known.Judge("lab.org", 22, shown).Verdict);
        Assert.Equal(HostKeyVerdict.Unknown, known.Judge("lab.example", 22, new ShownHostKey(Rsa, null)).Verdict);
        Assert.Equal(
            HostKeyVerdict.Unknown,
            known.Judge("lab.example", 22, new ShownHostKey(Own, new HostCertificate(Other, true, ["lab.example"], false))).Verdict);
        Assert.True(known.HasAuthority("lab.example", 22));
        Assert.False(known.HasAuthority("lab.org", 22));
    }

    [Theory]
    [InlineData("lab ssh-ed25519")]
    [InlineData("lab ssh-ed25519 not-base64!")]
    [InlineData("lab ssh-rsa KEY")]
    [InlineData("@unknown lab ssh-ed25519 KEY")]
    [InlineData("#lab ssh-ed25519 KEY")]
    [InlineData("|1|broken ssh-ed25519 KEY")]
    public void Lines_that_make_no_sense_let_nobody_in(string text)
    {
        KnownHosts known = Read(text.Replace("KEY", Convert.ToBase64String(Own), StringComparison.Ordinal));

        Assert.Equal(HostKeyVerdict.Unknown, known.Judge("lab", 22, new ShownHostKey(Own, null)).Verdict);
    }

    public void Dispose() => _temp.Dispose();

    private static byte[] KeyOf(string type, byte filler) =>
        [0, 0, 0, (byte)type.Length, .. Encoding.ASCII.GetBytes(type), 0, 0, 0, 32, .. Enumerable.Repeat(filler, 32)];

    private static string Line(byte[] key) => $"{KnownHostLine.TypeOf(key)} {Convert.ToBase64String(key)}";

    private KnownHosts Read(params string[] files) => KnownHosts.Read([.. files.Select((text, i) => _temp.Write($"known{i}", text + "\n"))]);
}
