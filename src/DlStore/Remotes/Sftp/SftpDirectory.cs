using System.Runtime.CompilerServices;

namespace DlStore.Remotes.Sftp;

/// <summary>The listing of one directory: asked for when it is made, so that many can be under way.</summary>
internal sealed class SftpDirectory
{
    private const int AheadMax = 3;
    private readonly SftpConnection _connection;
    private readonly string _path;
    private readonly Task<SftpReply> _opening;

    public SftpDirectory(SftpConnection connection, string path)
    {
        _connection = connection;
        _path = path;
        _opening = connection.Send(new SftpRequest(SftpCode.OpenDir).Text(path));
    }

    /// <summary>Reads the entries; none if there is no such directory. Names that cannot be are left out.</summary>
    public async IAsyncEnumerable<SftpFile> ReadAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        byte[]? handle = await HandleAsync(cancel);
        if (handle is null)
        {
            yield break;
        }

        Queue<Task<SftpReply>> underWay = new();
        try
        {
            while (true)
            {
                while (underWay.Count < AheadMax)
                {
                    underWay.Enqueue(_connection.Send(new SftpRequest(SftpCode.ReadDir).Bytes(handle)));
                }

                using SftpReply reply = await underWay.Dequeue().WaitAsync(cancel);
                if (reply.Code == SftpCode.Status && reply.PeekStatus() == SftpStatus.Eof)
                {
                    yield break;
                }

                for (int left = reply.Require(SftpCode.Name).Number(); left > 0; left--)
                {
                    if (Entry(reply) is { } entry)
                    {
                        yield return entry;
                    }
                }
            }
        }
        finally
        {
            _ = _connection.Send(new SftpRequest(SftpCode.Close).Bytes(handle));
        }
    }

    /// <summary>Reads one entry; null for one whose name no file of a remote can have.</summary>
    private SftpFile? Entry(SftpReply reply)
    {
        string name = reply.Text();
        _ = reply.Bytes();
        SftpAttributes attributes = reply.Attributes();
        return RemoteName.CanBeEntry(name) ? new SftpFile($"{_path}/{name}", attributes) : null;
    }

    private async Task<byte[]?> HandleAsync(CancellationToken cancel)
    {
        using SftpReply reply = await _opening.WaitAsync(cancel);
        return reply.Code == SftpCode.Status && reply.PeekStatus() == SftpStatus.NoSuchFile
            ? null : reply.Require(SftpCode.Handle).Bytes().ToArray();
    }
}
