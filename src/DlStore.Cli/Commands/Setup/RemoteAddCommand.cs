using CommandLine;
using DlStore.Operations.Setup;

namespace DlStore.Cli.Commands.Setup;

/// <summary><c>dls remote add NAME URL [--default]</c>, and what S3 and ssh need beside the URL.</summary>
[Details("Writes the remote into .dlstore/config, which is committed, so that every clone knows it. The URL "
    + "is a directory (absolute, relative to the work tree, or file://), ssh://[user@]host[:port]/path or host:path, "
    + "s3://bucket/prefix, or https://host/path, which is only read. It need not exist yet, but for a bucket and a web server. "
    + "It never holds a password or key: ssh uses your own configuration and agent "
    + "(without an ssh program, your key files: `dls config --help`), S3 the environment or a profile.")]
[Example("dls remote add lab /mnt/lab/dls --default", "a directory on a mounted disk, used when none is named")]
[Example("dls remote add lab ada@gpu1:/data/dls --default", "a directory on a host that ssh reaches")]
[Example("dls remote add cloud s3://weights/dls --endpoint https://s3.example.org --region eu-1", "a bucket of any S3 service")]
[Example("dls remote add lab /home/me/dls --local", "another place for it, in this clone alone")]
[Example("dls remote add old /mnt/archive/dls --read-only", "one to fetch from, and never to push to")]
[Exits(ExitCode.NoRepository)]
internal sealed class RemoteAddCommand : Command
{
    [Value(0, MetaName = "NAME", Required = true, HelpText = "letters, digits, '.', '_' and '-'")]
    public string Name { get; set; } = "";

    [Value(1, MetaName = "URL", Required = true, HelpText = "where it is")]
    public string Location { get; set; } = "";

    [Option("default", HelpText = "push and pull use it when none is named")]
    public bool Default { get; set; }

    [Option("local", HelpText = "for this clone alone, in git's configuration; it takes the place of a committed one of that name")]
    public bool Local { get; set; }

    [Option("endpoint", MetaValue = "URL", HelpText = "for S3, the service's address if it is not Amazon's")]
    public string? Endpoint { get; set; }

    [Option("region", MetaValue = "NAME", HelpText = "for S3, the region")]
    public string? Region { get; set; }

    [Option("profile", MetaValue = "NAME", HelpText = "for S3, the profile of ~/.aws/credentials and ~/.aws/config")]
    public string? Profile { get; set; }

    [Option("path-style", HelpText = "for S3, the bucket stands in the path; the rule when an endpoint is given")]
    public bool PathStyle { get; set; }

    [Option("askpass", HelpText = "for ssh, it may ask for a password through the program that SSH_ASKPASS names")]
    public bool Askpass { get; set; }

    [Option("read-only", HelpText = "nothing is ever written there from a clone that has this setting")]
    public bool ReadOnly { get; set; }

    [Option("dry-run", HelpText = "check and write nothing")]
    public bool DryRun { get; set; }

    public override Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        RemoteSetting remote = RemoteSettings.Add(session.Repo, Name, Location, Default, DryRun, GivenOptions(), Local);
        if (Json)
        {
            session.Terminal.WriteJson(remote, ResultJson.Default.RemoteSetting);
        }
        else
        {
            session.Terminal.Result(
                $"{(DryRun ? "would add" : "added")} remote {remote.Name}: {remote.Location}{(remote.IsDefault ? " (default)" : "")}");
            session.Terminal.Note(Local ? "it is in this clone's git configuration, and in no other clone"
                : "it is in .dlstore/config, which is staged; commit it so that clones know the remote");
        }

        return Task.FromResult(ExitCode.Done);
    }

    private Dictionary<string, string> GivenOptions()
    {
        (string Key, string? Value)[] given =
        [
            ("endpoint", Endpoint), ("region", Region), ("profile", Profile), ("pathstyle", PathStyle ? "true" : null),
            ("askpass", Askpass ? "true" : null), ("readonly", ReadOnly ? "true" : null),
        ];
        return given.Where(static g => g.Value is not null).ToDictionary(static g => g.Key, static g => g.Value!, StringComparer.Ordinal);
    }
}
