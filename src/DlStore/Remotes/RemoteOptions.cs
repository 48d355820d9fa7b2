namespace DlStore.Remotes;

/// <summary>What the committed configuration says of a remote beside its URL: keys <c>remote.NAME.KEY</c>.</summary>
public sealed record RemoteOptions
{
    /// <summary>Gets the S3 service's own address, or null for Amazon's.</summary>
    public string? Endpoint { get; init; }

    /// <summary>Gets the S3 region, or null for what the environment or the profile says.</summary>
    public string? Region { get; init; }

    /// <summary>Gets the profile of the AWS configuration files, or null for the one that the environment chooses.</summary>
    public string? Profile { get; init; }

    /// <summary>Gets a value indicating whether the bucket stands in the path and not in the host's name; null: with an endpoint.</summary>
    public bool? PathStyle { get; init; }

    /// <summary>Gets a value indicating whether ssh may ask for a password through the program that SSH_ASKPASS names.</summary>
    public bool Askpass { get; init; }

    /// <summary>Gets a value indicating whether nothing is ever written there from here.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>Gives where a remote is, as the key of its cache: the same bucket at another service is another remote.</summary>
    /// <param name="url">Its URL as configured.</param>
    internal string LocationOf(string url) => Endpoint is null ? url : $"{url} at {Endpoint}";

    /// <summary>Takes one key.</summary>
    /// <param name="key">The last part of the key, in lower case.</param>
    /// <param name="value">Its value.</param>
    /// <param name="why">Why the value is refused, or null.</param>
    /// <returns>The options with it; null if the key is not known.</returns>
    internal RemoteOptions? With(string key, string value, out string? why)
    {
        why = null;
        switch (key)
        {
            case "endpoint":
                bool isWeb = Uri.TryCreate(value, UriKind.Absolute, out Uri? uri) && uri.UserInfo.Length == 0;
                why = isWeb && uri!.Scheme is "http" or "https" ? null : "it is no http or https address without a user";
                return this with { Endpoint = value };
            case "region":
                why = IsWord(value) ? null : "it is not a region's name";
                return this with { Region = value };
            case "profile":
                why = IsWord(value) ? null : "it is not a profile's name";
                return this with { Profile = value };
            case "pathstyle":
                why = value is "true" or "false" ? null : "it is not 'true' or 'false'";
                return this with { PathStyle = value == "true" };
            case "askpass":
                why = value is "true" or "false" ? null : "it is not 'true' or 'false'";
                return this with { Askpass = value == "true" };
            case "readonly":
                why = value is "true" or "false" ? null : "it is not 'true' or 'false'";
                return this with { ReadOnly = value == "true" };
            default:
                return null;
        }
    }

    private static bool IsWord(string value) =>
        value.Length is > 0 and <= 64 && value.All(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');
}
