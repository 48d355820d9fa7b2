using DlStore.Remotes.S3;
using DlStore.Remotes.Sftp;
using DlStore.Remotes.Web;

namespace DlStore.Remotes;

/// <summary>Makes the remote that a URL stands for; nothing is contacted yet.</summary>
internal static class RemoteOpener
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(300);

    /// <summary>Makes a remote.</summary>
    /// <param name="name">Its name in the configuration.</param>
    /// <param name="text">Its URL.</param>
    /// <param name="options">What else is configured of it.</param>
    /// <param name="around">The outside.</param>
    /// <returns>The remote; dispose it.</returns>
    /// <exception cref="DlsException">Kind Usage: no such place can be.</exception>
    public static IRemote Open(string name, string text, RemoteOptions options, RemoteSurroundings around) =>
        options.ReadOnly ? new ReadOnlyRemote(OpenAny(name, text, options, around)) : OpenAny(name, text, options, around);

    private static IRemote OpenAny(string name, string text, RemoteOptions options, RemoteSurroundings around) =>
        RemoteUrl.Parse(text, around.WorkTree) switch
        {
            DirectoryUrl url => new DirectoryRemote(name, url),
            SshUrl url => new RetryingRemote(new SshRemote(name, url, options, around), FirstWait),
            // It makes failed requests again by itself.
            S3Url url => new S3Remote(name, url, options, around.Environment),
            WebUrl url => new RetryingRemote(new WebRemote(name, url, WebRemote.Silence), FirstWait),
            var url => throw new InvalidOperationException($"no remote stands for '{url.Text}'"),
        };
}
