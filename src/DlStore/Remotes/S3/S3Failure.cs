using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Xml;
using Amazon.Runtime;
using Amazon.S3;

namespace DlStore.Remotes.S3;

/// <summary>
/// Says in dls's words what went wrong with a service. What the service or the SDK wrote is not repeated: it may quote keys and requests.
/// </summary>
internal static class S3Failure
{
    private const string NoS3 = "the answer is not one of an S3 service";
    private const string KeysHint = "keys come from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or from a profile of ~/.aws/credentials";

    /// <summary>Tells whether a failure is one of service or line.</summary>
    public static bool IsExpected(Exception e) => e is AmazonServiceException or AmazonClientException or HttpRequestException
        or IOException or SocketException or XmlException;

    /// <summary>Tells whether a failure is one of reading the SDK's configuration files and of what they name.</summary>
    public static bool IsOfConfiguration(Exception e) => IsExpected(e) || e is InvalidDataException or ArgumentException
        or InvalidOperationException or NotSupportedException or UnauthorizedAccessException or FormatException;

    /// <summary>Tells whether a read that broke off may go on: the line failed, not the service.</summary>
    public static bool IsBrokenLine(Exception e) => e.InnerException is IOException or HttpRequestException or SocketException;

    public static bool IsMissing(AmazonS3Exception e) => e.StatusCode == HttpStatusCode.NotFound && e.ErrorCode != "NoSuchBucket";

    /// <summary>Tells whether a name is taken, or is being taken at this moment.</summary>
    public static bool IsTaken(AmazonS3Exception e) => e.StatusCode is HttpStatusCode.PreconditionFailed or HttpStatusCode.Conflict;

    /// <summary>Makes the failure that the caller gets.</summary>
    public static DlsException Of(S3Session session, S3Call call, Exception e)
    {
        (string reason, string? hint) = e switch
        {
            AmazonS3Exception service => OfService(session, call, service),
            AmazonServiceException => (NoS3, CheckEndpoint(session)),
            _ when FindInner<AuthenticationException>(e) is not null => (
                $"{session.Place} has no certificate that this machine trusts",
                "install the service's CA certificate, or check the endpoint"),
            _ when FindInner<SocketException>(e) is { } socket => (
                $"no connection to {session.Place}: {Words(socket)}", CheckEndpoint(session)),
            HttpRequestException or IOException => ($"the connection to {session.Place} broke", "run the command again: it goes on"),
            _ => ($"the AWS SDK failed ({e.GetType().Name})", CheckEndpoint(session)),
        };
        return new DlsException(ErrorKind.Failed, $"{call.Subject(session.Remote)}: {reason}", hint, e) { Remote = session.Remote };
    }

    /// <summary>Makes the failure of a call that something else answered, with HTTP 200.</summary>
    public static DlsException NotS3(S3Session session, S3Call call) => new(
        ErrorKind.Failed, $"{call.Subject(session.Remote)}: {NoS3}", CheckEndpoint(session))
    { Remote = session.Remote };

    /// <summary>Makes the failure of a call in which nothing moved.</summary>
    public static DlsException Stalled(S3Session session, S3Call call, Exception e) => new(
        ErrorKind.Failed, $"{call.Subject(session.Remote)}: {session.Place} did not answer in time",
        "check the network; the command may be run again: it goes on", e)
    { Remote = session.Remote };

    private static (string Reason, string? Hint) OfService(S3Session session, S3Call call, AmazonS3Exception e) => e.ErrorCode switch
    {
        "NoSuchBucket" => ($"{session.Place} has no bucket '{session.Bucket}'",
            "make the bucket there first (dls makes none), or see `dls remote list` for a wrong name"),
        "InvalidAccessKeyId" => ($"{session.Place} does not know the access key", KeysHint),
        "SignatureDoesNotMatch" => ($"the secret key is not the one that {session.Place} has for the access key", KeysHint),
        "ExpiredToken" or "InvalidToken" or "TokenRefreshRequired" => (
            "the session's keys have expired or are not valid there",
            "log in again as you did to get them, and set AWS_SESSION_TOKEN anew"),
        "RequestTimeTooSkewed" or "RequestExpired" => (
            $"the clocks of this machine and of {session.Place} differ too much", "set the clock; `date --utc` shows this machine's"),
        "AuthorizationHeaderMalformed" or "PermanentRedirect" or "IllegalLocationConstraintException" or "TemporaryRedirect" => (
            $"the bucket '{session.Bucket}' is not in region '{session.Region}'",
            $"run `dls remote add {session.Remote} {session.Url} --region REGION` with the bucket's region"),
        "SlowDown" or "ServiceUnavailable" or "Throttling" or "TooManyRequests" => (
            $"{session.Place} is overloaded or asks to slow down", "run the command again later, or with a smaller `--jobs`"),
        "QuotaExceeded" => ($"the quota of the bucket '{session.Bucket}' is used up", "free space there, or ask for more"),
        "PreconditionFailed" => ("it was changed meanwhile", "run the command again"),
        "XAmzContentSHA256Mismatch" or "BadDigest" => ("it arrived with other bytes than were sent", "run the command again"),
        _ => OfStatus(session, call, e),
    };

    private static (string Reason, string? Hint) OfStatus(S3Session session, S3Call call, AmazonS3Exception e) => (int)e.StatusCode switch
    {
        401 or 403 => ($"{session.Place} denies it", $"the key needs {call.Right} for the bucket '{session.Bucket}'; {KeysHint}"),
        >= 500 => ($"{session.Place} failed (HTTP {(int)e.StatusCode}{CodeOf(e)})", "run the command again later"),
        // A failure of the SDK's own, before any answer.
        0 => e.InnerException is { } inner && FindInner<SocketException>(inner) is { } socket
            ? ($"no connection to {session.Place}: {Words(socket)}", CheckEndpoint(session))
            : (NoS3, CheckEndpoint(session)),
        int status => ($"{session.Place} refused it (HTTP {status}{CodeOf(e)})", CheckEndpoint(session)),
    };

    /// <summary>Gives the service's code if it looks like one.</summary>
    private static string CodeOf(AmazonS3Exception e) =>
        e.ErrorCode is { Length: > 0 and <= 64 } code && code.All(char.IsAsciiLetterOrDigit) ? $", {code}" : "";

    private static string CheckEndpoint(S3Session session) =>
        $"check the endpoint (`git config -f .dlstore/config --get-regexp '^remote.{session.Remote}.'` shows it) and the network";

    private static string Words(SocketException e) => e.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => "connection refused",
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => "no such host",
        SocketError.TimedOut => "it does not answer",
        SocketError.ConnectionReset => "it was cut",
        SocketError.NetworkUnreachable or SocketError.HostUnreachable => "it cannot be reached",
        SocketError error => error.ToString(),
    };

    private static T? FindInner<T>(Exception e)
        where T : Exception
    {
        for (Exception? at = e; at is not null; at = at.InnerException)
        {
            if (at is T found)
            {
                return found;
            }
        }

        return null;
    }
}
