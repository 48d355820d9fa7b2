using System.Text;
using DlStore.Data.Names;
using DlStore.Learning.Records;
using DlStore.Objects;
using DlStore.Operations.Deploys;
using DlStore.Operations.Store;
using DlStore.Targets;

namespace DlStore.TestKit;

/// <summary>
/// A repository with tasks that were trained and collected, and targets to deploy them to. Tasks are written as records and stored bytes:
/// nothing is trained.
/// </summary>
public sealed class DeployScene : IDisposable
{
    private readonly OpenedRepo _repo;
    private readonly TempDir _targets = new();
    private readonly bool _owned;

    /// <summary>Makes the repository with kind <c>ssd</c> and target <c>gaa</c> on this machine.</summary>
    /// <param name="homeName">The name of the target's home.</param>
    public DeployScene(string homeName = "gaa")
    {
        _repo = new OpenedRepo();
        _owned = true;
        Home = _targets.MakeDirectory(homeName);
        WriteKind("ssd", "");
        AddTarget("gaa", "local", "ssd", Home);
        _repo.Git("add", "-A");
        _repo.Git("commit", "-q", "-m", "kinds and targets");
    }

    private DeployScene(DeployScene original, string name)
    {
        _repo = original._repo.Clone(name);
        Home = original.Home;
    }

    /// <summary>Gets the home of target <c>gaa</c>.</summary>
    public string Home { get; }

    /// <summary>Gets the repository.</summary>
    public OpenedRepo Repo => _repo;

    /// <summary>Gets the path of the weights on target <c>gaa</c>.</summary>
    public string Weight => At("weights/best_weight.pth");

    /// <summary>Gives a path below the home of target <c>gaa</c>.</summary>
    public string At(string relative) => Path.Combine(Home, relative);

    /// <summary>Makes a directory beside the home, for another target.</summary>
    public string MakeHome(string name) => _targets.MakeDirectory(name);

    /// <summary>Clones what is committed, as another person.</summary>
    public DeployScene Clone(string name)
    {
        DeployScene clone = new(this, name);
        clone._repo.Git("config", "dls.storePath", Path.Combine(_repo.Path, ".git/dls"));
        return clone;
    }

    /// <summary>Writes a kind.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="more">More lines; a section <c>deploy</c> replaces the usual one.</param>
    public void WriteKind(string name, string more)
    {
        string directory = name == "ssd" ? "" : name + "/";
        string deploy = more.Contains("deploy:", StringComparison.Ordinal)
            ? "" : $"deploy: {{weight: {directory}weights/best_weight.pth, data: {directory}"
            + $"data_set, classes: {directory}weights/classes.txt}}\n";
        _repo.Write($".dlstore/kinds/{name}.yaml", Encoding.UTF8.GetBytes(
            $"source: trainer\ntrain: sh train.sh\ncollect: [out/**]\nbest: {{file: out/best.pth}}\n{deploy}{more}"));
    }

    /// <summary>Adds a target to the configuration.</summary>
    public void AddTarget(string name, string host, string kinds, string home) =>
        File.AppendAllText(_repo.At(".dlstore/config"), $"[target \"{name}\"]\n\thost = {host}\n\tkind = \"{kinds}\"\n\thome = "
            + $"\"{home.Replace("\\", "\\\\").Replace("\"", "\\\"")}\"\n");

    /// <summary>Adds a host that ssh reaches.</summary>
    public void AddHost(string name, SshServer server, string alias)
    {
        File.AppendAllText(_repo.At(".dlstore/config"), $"[host \"{name}\"]\n\tssh = {alias}\n");
        _repo.Git("config", "dls.sshConfig", server.ConfigPath);
    }

    /// <summary>Gives the weights of a task, the same each time.</summary>
    public static byte[] WeightOf(string task, int size = 5000) => Scene.Pattern(size, task.Sum(static c => c * 31) + task.Length);

    /// <summary>Writes a task with one attempt of one kind, its bytes stored and pointed at.</summary>
    /// <param name="task">Its name.</param>
    /// <param name="kind">The kind.</param>
    /// <param name="classes">The classes of the attempt, commas between them.</param>
    /// <param name="setClasses">Those of its data set; the same by default.</param>
    /// <param name="state">How the attempt ended.</param>
    /// <param name="inherited">Its weights are older than it.</param>
    /// <param name="facts">What is known of the weights: the number of classes; or null.</param>
    /// <param name="weightSize">Bytes of the weights.</param>
    public void MakeTask(
        string task, string kind = "ssd", string classes = "close,open",
            string? setClasses = null, RunState state = RunState.Done, bool inherited = false, string? facts = null, int weightSize = 5000)
    {
        PortableName name = PortableName.Parse(task, "task");
        byte[] weight = WeightOf(task + kind, weightSize);
        Oid oid = Oid.Of(weight);
        string attempt = AttemptRecord.DirectoryOf(name, 1);
        _repo.Write($"{attempt}/outputs/best/{oid.ToHex()}", weight);
        _repo.Write($"{attempt}/data/classes.txt", Encoding.UTF8.GetBytes((setClasses ?? classes).Replace(',', '\n') + "\n"));
        _repo.Write($"{attempt}/data/ImageSets/Main/train.txt", Encoding.UTF8.GetBytes($"{task}_1\n"));
        for (int i = 1; i <= 3; i++)
        {
            _repo.Write($"{attempt}/data/JPEGImages/{task}_{i}.jpg", Scene.Pattern(300, i + task.Length));
        }

        using DlStore.Repo repo = _repo.Open();
        Add.Run(repo, new AddOptions { Paths = [$"{attempt}/outputs", $"{attempt}/data"] }, CancellationToken.None);
        Oid data = repo.FindPointer(Io.RelPath.Parse($"{attempt}/data"))!.Oid;
        BestVersion best = new("out/best.pth", oid, weight.Length, "2026-01-31T12:00:00Z", 7, "best 0.9", inherited);
        string id = Oid.Of(Encoding.UTF8.GetBytes(task + kind)).ToHex()[..32];
        AttemptStart start = new()
        {
            N = 1,
            Id = id,
            Kind = kind,
            KindDigest = oid,
            Host = "local",
            Created = "2026-01-31T10:00:00Z",
            By = "A U Thor <author@example.com>",
            Commit = new string('0', 40),
            Train = "sh train.sh",
            Parameters = new SortedDictionary<string, string>(),
            Data = new AttemptData("game", "own", data, data, "voc", data),
            Classes = classes.Split(','),
            Sources = [],
            Accept = new SortedDictionary<string, string> { ["threshold"] = "0.99", ["input"] = "300x300" },
        };
        AttemptRecord record = new()
        {
            N = 1,
            Id = id,
            Kind = kind,
            State = state,
            Why = state is RunState.Done or RunState.DoneUntested ? null : "exit code 1",
            Best = [best],
            Weights = best,
            WeightFacts = facts is null
                ? new SortedDictionary<string, string>() : new SortedDictionary<string, string> { ["classes"] = facts },
        };
        _repo.Write(TaskRecord.FileOf(name),
            new TaskRecord { Name = task, Created = start.Created, By = start.By, Kinds = [kind], Attempts = [start] }.ToBytes());
        _repo.Write($"{attempt}/{AttemptRecord.FileName}", record.ToBytes());
    }

    /// <summary>Writes a task that has no part of its own and takes others' over.</summary>
    public void MakeReusing(string task, params (string Kind, string Task)[] parts) => _repo.Write(
        TaskRecord.FileOf(PortableName.Parse(task, "task")),
        new TaskRecord
        {
            Name = task,
            Created = "2026-01-31T10:00:00Z",
            By = "A U Thor <author@example.com>",
            Kinds = [.. parts.Select(static p => p.Kind).Order(StringComparer.Ordinal)],
            Reused = [
                .. parts.Select(static p => new ReusedPart(p.Kind, p.Task, Oid.Of(Encoding.UTF8.GetBytes(p.Task + p.Kind)).ToHex()[..32]))],
        }.ToBytes());

    /// <summary>Commits all there is, for clones.</summary>
    public void Commit()
    {
        _repo.Git("add", "-A");
        _repo.Git("commit", "-q", "--no-verify", "-m", "tasks");
    }

    /// <summary>Deploys through the library.</summary>
    /// <param name="task">The task.</param>
    /// <param name="targets">Targets, commas between them; empty for none named.</param>
    /// <param name="stop">Where the target's script dies or fails.</param>
    /// <param name="staged">Called with the home and the release once it is staged.</param>
    /// <param name="switching">Called with the home before its switch.</param>
    /// <param name="more">Changes the options.</param>
    public async Task<DeployResult> DeployAsync(
        string task, string targets = "gaa", string stop = "",
            Action<string, string>? staged = null, Action<string>? switching = null, Func<DeployOptions, DeployOptions>? more = null)
    {
        using DlStore.Repo repo = _repo.Open();
        DeployOptions options = new()
        {
            Task = task,
            Targets = targets.Split(',', StringSplitOptions.RemoveEmptyEntries),
            Stop = stop,
            Staged = staged,
            Switching = switching,
        };
        return await Deploy.RunAsync(repo, more is null ? options : more(options), CancellationToken.None);
    }

    /// <summary>Undeploys through the library.</summary>
    public async Task<UndeployResult> UndeployAsync(string targets = "gaa", string stop = "", string kinds = "")
    {
        using DlStore.Repo repo = _repo.Open();
        return await Undeploy.RunAsync(
            repo, new UndeployOptions
            {
                Targets = targets.Split(','),
                Stop = stop,
                Kinds = kinds.Split(',', StringSplitOptions.RemoveEmptyEntries)
            }, CancellationToken.None);
    }

    /// <summary>Asks what is in place.</summary>
    public async Task<TargetStatus> StatusAsync(string target = "gaa")
    {
        using DlStore.Repo repo = _repo.Open();
        return (await DeployStatus.RunAsync(repo, [target], CancellationToken.None)).Single();
    }

    /// <summary>Reads the journal.</summary>
    public async Task<IReadOnlyList<Deployment>> LogAsync(string target = "gaa")
    {
        using DlStore.Repo repo = _repo.Open();
        return await DeployLog.RunAsync(repo, target, CancellationToken.None);
    }

    /// <summary>Settles and unlocks.</summary>
    public async Task<IReadOnlyList<string>> UnlockAsync(string target = "gaa")
    {
        using DlStore.Repo repo = _repo.Open();
        return await DeployUnlock.RunAsync(repo, target, false, CancellationToken.None);
    }

    /// <summary>Gives everything of a home but what is dls's own: paths with sort and hash.</summary>
    public static string Consumer(string home)
    {
        StringBuilder text = new();
        foreach ((string path, string item) in TreeSnapshot.Of(home, ".dls").Items)
        {
            text.Append(path).Append(' ').Append(item).Append('\n');
        }

        return text.ToString();
    }

    public void Dispose()
    {
        if (_owned)
        {
            _repo.Dispose();
            _targets.Dispose();
        }
    }
}
