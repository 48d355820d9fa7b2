using System.Text;
using DlStore.Learning.Kinds;
using DlStore.Learning.Records;
using DlStore.Objects;
using DlStore.Ssh;

namespace DlStore.Operations.Tasks;

/// <summary>
/// Captures a source that lies on a host, the way <see cref="SourceCapture"/> does here: what git lists there, or the kind's globs; files
/// that look like credentials stay there.
/// </summary>
internal static class HostSource
{
    private const long BytesMax = 2L << 30;

    private const string Facts =
        """
        case $1 in '~/'*) dir=$HOME/${1#'~/'};; *) dir=$1;; esac
        cd -- "$dir" || exit 3
        pwd
        git rev-parse --verify --quiet HEAD 2>/dev/null || echo -
        git config --get remote.origin.url 2>/dev/null || echo -
        git status --porcelain=v1 --untracked-files=all --no-renames -- . 2>/dev/null | cut -c 4- | head -n 2000
        """;

    /// <summary>Captures the source.</summary>
    /// <returns>What the record says of it.</returns>
    /// <exception cref="DlsException">Kind Failed: no files, or no git repository and no globs.</exception>
    public static async Task<AttemptSource> CaptureAsync(
        Repo repo, KindJob job, IReadOnlyList<string> include, ObjectWriter writer, CancellationToken cancel)
    {
        HostReply facts = await job.Shell.RequireAsync(
            new HostScript(Facts, [job.Kind.Source]) { What = $"look at the source '{job.Kind.Source}'" }, default, cancel);
        string[] lines = facts.OutputText().Split('\n');
        string? commit = lines.Length > 1 && Git.CommitId.TryParse(lines[1], out Git.CommitId id) ? id.Hex : null;
        string expression = job.Kind.Files.Count == 0 ? "" : string.Join('|', job.Kind.Files.Select(GlobExpression.ToExtended));
        if (commit is null && expression.Length == 0)
        {
            throw new DlsException(
                ErrorKind.Failed, $"read source '{job.Kind.Host}:{job.Kind.Source}': it is no git repository with a commit",
                $"name its files with `files:` in '{Kind.FileOf(job.Kind.Name)}'");
        }

        IReadOnlyList<string> paths = await ListAsync(job, lines[0], expression, cancel);
        IReadOnlyList<string> withheld = [.. paths.Where(static p => SecretScan.WhyName(p) is not null)
            .Union(await FindSecretsAsync(job, lines[0], paths, cancel)).Except(include).Order(StringComparer.Ordinal)];
        HostScript lister = new($"({Listing(expression)}) | SKIP=$2 awk 'BEGIN {{ n = split(ENVIRON[\"SKIP\"], skip, \"\\n\"); "
            + $"for (i = 1; i <= n; i++) no[skip[i]] = 1 }} !($0 in no)' | tr '\\n' '\\0'",
            [expression, string.Join('\n', withheld)])
        { What = "list the source" };
        CapturedTree tree = await new HostCapture(
            job.Shell, repo.Store, repo.Config.PackThreshold).CaptureAsync(lines[0], lister, writer, BytesMax, null, cancel);
        string[] dirty = [.. lines.Skip(3).Where(
            static l => l.Length > 0).Select(static l => Io.EntryName.Show(Encoding.UTF8.GetBytes(l))).Order(StringComparer.Ordinal)];
        return new AttemptSource(job.Plan.Source, commit,
            tree.Oid, tree.Files, dirty, await DigestsAsync(job, lines[0], withheld, cancel), Plain(lines.Length > 2 ? lines[2] : "-"));
    }

    private static async Task<IReadOnlyList<string>> ListAsync(KindJob job, string directory, string expression, CancellationToken cancel)
    {
        HostScript script = new("cd -- \"$2\" && " + Listing(expression), [expression, directory]) { What = "list the source" };
        HostReply reply = await job.Shell.RequireAsync(script, default, cancel);
        string[] paths = [
            .. reply.OutputText().Split('\n', StringSplitOptions.RemoveEmptyEntries).Distinct().Order(StringComparer.Ordinal)];
        return paths.Length > 0 ? paths
            : throw new DlsException(ErrorKind.Failed, $"read source '{job.Kind.Host}:{job.Kind.Source}': there is no file to take in it",
            $"correct `source:` or `files:` in '{Kind.FileOf(job.Kind.Name)}'");
    }

    /// <summary>
    /// Prints the files of the current directory, a line each: what git lists, or what the expression $1 matches. Names with a line feed
    /// are passed over.
    /// </summary>
    private static string Listing(string expression) => expression.Length == 0
        ? "git ls-files --cached --others --exclude-standard -z -- . | tr '\\0\\n' '\\n\\0' | while "
            + "IFS= read -r file; do [ ! -f \"$file\" ] || printf '%s\\n' \"$file\"; done"
        : "find . -type f ! -path '*/.git/*' -print | E=$1 awk '{ path = substr($0, 3); if (path ~ ENVIRON[\"E\"]) print path }'";

    /// <summary>Looks into the files on the host itself, so that a credential never comes here.</summary>
    private static async Task<IReadOnlyList<string>> FindSecretsAsync(
        KindJob job, string directory, IReadOnlyList<string> paths, CancellationToken cancel)
    {
        HostScript script = new("cd -- \"$1\" || exit 3; xargs -0 grep -lIiE -e \"$2\" -- || true",
            [directory, SecretScan.HostExpression])
        { What = "look for credentials in the source" };
        HostReply reply = await job.Shell.RequireAsync(script, Names(paths), cancel);
        HashSet<string> known = [.. paths];
        return [.. reply.OutputText().Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(known.Contains)];
    }

    private static async Task<IReadOnlyList<string>> DigestsAsync(
        KindJob job, string directory, IReadOnlyList<string> paths, CancellationToken cancel)
    {
        if (paths.Count == 0)
        {
            return [];
        }

        HostScript script = new(
            "cd -- \"$1\" && xargs -0 -n 1 sh -c 'sha256sum < \"$1\" | cut -c 1-64' sh", [directory])
        { What = "hash what is held back" };
        string[] digests = (await job.Shell.RequireAsync(script, Names(paths), cancel))
            .OutputText().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return [.. paths.Select((p, i) => $"{p} {(i < digests.Length && Oid.TryParseHex(digests[i], out Oid oid) ? oid : default)}")];
    }

    private static byte[] Names(IEnumerable<string> paths) => Encoding.UTF8.GetBytes(string.Concat(paths.Select(static p => p + "\0")));

    private static string? Plain(string url)
    {
        int scheme = url.IndexOf("://", StringComparison.Ordinal);
        int at = url.IndexOf('@', StringComparison.Ordinal);
        return url == "-" ? null : scheme > 0 && at > scheme ? url[..(scheme + 3)] + url[(at + 1)..] : url;
    }
}
