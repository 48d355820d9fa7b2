using Amazon.Runtime;
using Amazon.Runtime.CredentialManagement;
using Amazon.Runtime.Credentials;

namespace DlStore.Remotes.S3;

/// <summary>
/// Finds the keys where the tools of S3 look: the profile that the configuration names, the environment, the profile that the environment
/// names, then what the machine itself offers (web identity, container, instance). dls keeps none of them.
/// </summary>
/// <param name="remote">The remote's name.</param>
/// <param name="options">What is configured of it.</param>
/// <param name="environment">The process environment.</param>
internal sealed class S3Credentials(string remote, RemoteOptions options, IReadOnlyDictionary<string, string> environment)
{
    private const string Hint =
        "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE to a profile of ~/.aws/credentials; dls stores no keys";

    private CredentialProfileStoreChain? _profiles;

    private CredentialProfileStoreChain Profiles => _profiles ??= new CredentialProfileStoreChain(
        Read("AWS_SHARED_CREDENTIALS_FILE") ?? (Read("HOME") is { } home ? Path.Combine(home, ".aws", "credentials") : null));

    /// <summary>
    /// Gives the region: configured, of the environment, of the profile, or the one that services without regions expect.
    /// </summary>
    public string Region() => options.Region ?? Read("AWS_REGION") ?? Read("AWS_DEFAULT_REGION")
        ?? FindProfile(options.Profile ?? Read("AWS_PROFILE") ?? "default")?.Region?.SystemName ?? "us-east-1";

    /// <summary>Finds the keys; may ask the machine that this runs on.</summary>
    /// <exception cref="DlsException">Kind Failed: there are none.</exception>
    public AWSCredentials Find()
    {
        if (options.Profile is { } configured && FindProfile(configured) is { } wanted)
        {
            return FromProfile(wanted);
        }

        if (Read("AWS_ACCESS_KEY_ID") is { } key && Read("AWS_SECRET_ACCESS_KEY") is { } secret)
        {
            return Read("AWS_SESSION_TOKEN") is { } token
                ? new SessionAWSCredentials(key, secret, token) : new BasicAWSCredentials(key, secret);
        }

        string name = options.Profile ?? Read("AWS_PROFILE") ?? "default";
        if (FindProfile(name) is { } profile)
        {
            return FromProfile(profile);
        }

        if ((options.Profile ?? Read("AWS_PROFILE")) is not null)
        {
            throw new DlsException(
                ErrorKind.Failed, $"use remote '{remote}': there is no profile '{name}' in ~/.aws/credentials or ~/.aws/config",
                $"make it (`aws configure --profile {name}`), or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")
            { Remote = remote };
        }

        return MayAskMachine ? FromMachine() : throw None(null);
    }

    private bool MayAskMachine => Read("AWS_WEB_IDENTITY_TOKEN_FILE") is not null
        || Read("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI") is not null || Read("AWS_CONTAINER_CREDENTIALS_FULL_URI") is not null
        || !string.Equals(Read("AWS_EC2_METADATA_DISABLED"), "true", StringComparison.OrdinalIgnoreCase);

    private AWSCredentials FromMachine()
    {
        try
        {
            AWSCredentials found = DefaultAWSCredentialsIdentityResolver.GetCredentials();
            _ = found.GetCredentials();
            return found;
        }
        catch (Exception e) when (S3Failure.IsOfConfiguration(e))
        {
            throw None(e);
        }
    }

    private AWSCredentials FromProfile(CredentialProfile profile)
    {
        try
        {
            AWSCredentials found = profile.GetAWSCredentials(Profiles);
            _ = found.GetCredentials();
            return found;
        }
        catch (Exception e) when (S3Failure.IsOfConfiguration(e))
        {
            // What the cause says may quote the profile: it stays out of the message.
            throw new DlsException(
                ErrorKind.Failed, $"use remote '{remote}': the profile '{profile.Name}' gives no keys",
                "profiles with keys or a credential_process work; for a role or single sign-on run "
                    + $"`eval \"$(aws configure export-credentials --profile {profile.Name} --format env)\"` first", e)
            { Remote = remote };
        }
    }

    private CredentialProfile? FindProfile(string name)
    {
        try
        {
            return Profiles.TryGetProfile(name, out CredentialProfile profile) ? profile : null;
        }
        catch (Exception e) when (S3Failure.IsOfConfiguration(e))
        {
            throw new DlsException(
                ErrorKind.Failed, $"use remote '{remote}': the AWS configuration files cannot be read ({e.GetType().Name})",
                "look at ~/.aws/credentials and ~/.aws/config", e)
            { Remote = remote };
        }
    }

    private DlsException None(Exception? inner) =>
        new(ErrorKind.Failed, $"use remote '{remote}': no keys for S3 were found", Hint, inner) { Remote = remote };

    private string? Read(string variable) => environment.TryGetValue(variable, out string? value) && value.Length > 0 ? value : null;
}
