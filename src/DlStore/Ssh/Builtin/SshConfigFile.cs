namespace DlStore.Ssh.Builtin;

/// <summary>Looks into an ssh configuration file that is not obeyed, only to tell the user about it.</summary>
internal static class SshConfigFile
{
    private const long LengthMax = 1 << 20;

    /// <summary>Tells whether a section of the file is for a host; sections for every host do not count.</summary>
    /// <param name="file">Its path; it need not be there.</param>
    /// <param name="host">The name as the user wrote it.</param>
    public static bool Mentions(string file, string host)
    {
        try
        {
            return File.Exists(file) && new FileInfo(file).Length <= LengthMax && File.ReadLines(file).Any(l => IsFor(l, host));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static bool IsFor(string line, string host)
    {
        string[] words = line.Split((char[])[' ', '\t', '=', '"'], StringSplitOptions.RemoveEmptyEntries);
        return words.Length > 1 && words[0].Equals("Host", StringComparison.OrdinalIgnoreCase)
            && words[1..].Any(w => w.Trim('*').Length > 0 && KnownHostLine.Matches(w, host));
    }
}
