using System.Text;
using System.Text.RegularExpressions;

namespace DlStore.Learning.Kinds;

/// <summary>
/// Recognises files that look as if they held a credential (promise 10): by name, by a private key's first line, and by lines that set
/// something called a password to a
/// literal. It errs on the side of holding back: what is held back is listed, and <c>--include</c> overrides.
/// </summary>
internal static partial class SecretScan
{
    /// <summary>The bytes of a file that are looked at.</summary>
    public const int LookMax = 1 << 20;

    /// <summary>The same expressions as one for <c>grep -iE</c>, for files that lie on a host and must not come here.</summary>
    public const string HostExpression =
        "-----BEGIN [A-Z ]*PRIVATE KEY-----"
        + "|(pass(word|wd|phrase)?|secret(_?key)?|api_?key|access_?key|auth_?token)[\"']?[ \t]*[:=][ \t]*[\"'][^\"' \t$<{]{3,}[\"']"
        + "|^[ \t]*(export[ \t]+)?[A-Z0-9_]*(PASS(WORD|WD|PHRASE)?|SECRET|TOKEN|API_?KEY)[ \t]*=[ \t]*[^] \t$\"'(){},[]{3,}[ \t\r]*$"
        + "|sshpass[ \t]+-p[ \t]*[^ \t$]";

    private static readonly string[] Names = ["buildrc", ".buildrc", ".env", ".netrc",
        ".pgpass", ".git-credentials", "easy_sshscp_config.py", "id_rsa", "id_dsa", "id_ecdsa", "id_ed25519", "askpass", "askpass.sh"];

    private static readonly string[] Suffixes = [".pem", ".key", ".p12", ".pfx", ".keytab"];

    /// <summary>Says what objection a file's name gives to storing it.</summary>
    /// <param name="path">Relative path.</param>
    /// <returns>Fits after a colon, or null.</returns>
    public static string? WhyName(string path)
    {
        string name = path[(path.LastIndexOf('/') + 1)..];
        bool known = Names.Contains(name, StringComparer.OrdinalIgnoreCase) || name.StartsWith(".env.", StringComparison.Ordinal)
            || Suffixes.Any(s => name.EndsWith(s, StringComparison.OrdinalIgnoreCase));
        return known ? "files of that name hold credentials" : null;
    }

    /// <summary>Says what objection a file's content gives to storing it.</summary>
    /// <param name="bytes">The start of the file, at most <see cref="LookMax"/> bytes.</param>
    /// <returns>Fits after a colon and names the line, not what stands there; or null.</returns>
    public static string? WhyContent(ReadOnlySpan<byte> bytes)
    {
        if (bytes[..Math.Min(bytes.Length, 8000)].Contains((byte)0))
        {
            return null;
        }

        int number = 0;
        foreach (string line in Encoding.UTF8.GetString(bytes).Split('\n'))
        {
            number++;
            if (line.Length < 4000
                && (PrivateKey().IsMatch(line) || Literal().IsMatch(line) || Shell().IsMatch(line) || Passed().IsMatch(line)))
            {
                return $"line {number} looks like a credential";
            }
        }

        return null;
    }

    [GeneratedRegex("-----BEGIN [A-Z ]*PRIVATE KEY-----", RegexOptions.CultureInvariant)]
    private static partial Regex PrivateKey();

    // password = "literal", "passwd": 'literal', secret_key: "literal"
    [GeneratedRegex("""(?i)(pass(word|wd|phrase)?|secret(_?key)?|api_?key|access_?key|auth_?token)["']?\s*[:=]\s*["'][^"'\s$<{]{3,}["']""",
        RegexOptions.CultureInvariant)]
    private static partial Regex Literal();

    // SSD_PASS=literal, export PASSWORD=literal: the whole line, as shells and .env files have it.
    [GeneratedRegex("""(?i)^\s*(export\s+)?[A-Z0-9_]*(PASS(WORD|WD|PHRASE)?|SECRET|TOKEN|API_?KEY)\s*=\s*[^\s$"'()\[\]{},]{3,}\s*$""",
        RegexOptions.CultureInvariant)]
    private static partial Regex Shell();

    [GeneratedRegex("""sshpass\s+-p\s*[^\s$]""", RegexOptions.CultureInvariant)]
    private static partial Regex Passed();
}
