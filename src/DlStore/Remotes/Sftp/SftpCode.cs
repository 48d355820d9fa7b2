namespace DlStore.Remotes.Sftp;

/// <summary>Packet types of SFTP version 3 (draft-ietf-secsh-filexfer-02), as sent on the wire.</summary>
internal enum SftpCode : byte
{
    Init = 1,
    Version = 2,
    Open = 3,
    Close = 4,
    Read = 5,
    Write = 6,
    LStat = 7,
    OpenDir = 11,
    ReadDir = 12,
    Remove = 13,
    MakeDir = 14,
    RealPath = 16,
    Rename = 18,
    Status = 101,
    Handle = 102,
    Data = 103,
    Name = 104,
    Attributes = 105,
    Extended = 200,
    ExtendedReply = 201,
}

/// <summary>Status codes of SFTP version 3.</summary>
internal enum SftpStatus
{
    Ok = 0,
    Eof = 1,
    NoSuchFile = 2,
    PermissionDenied = 3,
    Failure = 4,
    BadMessage = 5,
    NoConnection = 6,
    ConnectionLost = 7,
    Unsupported = 8,
}

/// <summary>A request that the server refused.</summary>
/// <param name="status">Its status code.</param>
/// <param name="said">Its words; not trusted.</param>
internal sealed class SftpException(SftpStatus status, string said) : IOException($"{status}: {said}")
{
    public SftpStatus Status => status;

    /// <summary>Gets the server's words, at most 200 characters of them, escaped.</summary>
    public string Said => Io.EntryName.Show(System.Text.Encoding.UTF8.GetBytes(said.Length > 200 ? said[..200] : said));
}

/// <summary>The connection is gone, or what came over it is no SFTP; whatever was under way may or may not have been done.</summary>
/// <param name="why">What happened.</param>
/// <param name="inner">What noticed it, or null.</param>
internal sealed class SftpLostException(string why, Exception? inner = null) : IOException(why, inner);

/// <summary>The program that carries the connection ended, or spoke something else, before the protocol was agreed on.</summary>
/// <param name="exitCode">Its exit code.</param>
/// <param name="said">Its standard error; not trusted.</param>
/// <param name="inner">What was noticed.</param>
internal sealed class SftpOpenException(int exitCode, string said, Exception inner) : IOException(inner.Message, inner)
{
    public int ExitCode => exitCode;

    public string Said => said;
}
