using System.Text;
using DlStore.Data.Names;
using DlStore.Data.Sets;
using DlStore.Learning.Records;
using DlStore.Objects;
using DlStore.Operations.Store;
using DlStore.Targets;

namespace DlStore.TestKit;

/// <summary>What a made-up attempt came to.</summary>
/// <param name="Start">Its entry in the task's record.</param>
/// <param name="Record">Its own record.</param>
/// <param name="Weights">The digest of its weights.</param>
public sealed record MadeAttempt(AttemptStart Start, AttemptRecord Record, Oid Weights);

/// <summary>
/// Writes records of projects, data sets, tasks and deployments into a work tree, with real objects behind every digest: what a session of
/// learning leaves, without the
/// learning. Nothing is committed; the same calls write the same bytes.
/// </summary>
/// <param name="repo">The repository.</param>
public sealed class TaskStory(Repo repo)
{
    private const string Time = "2026-01-02T03:04:05Z";

    /// <summary>Writes a project with one master.</summary>
    /// <returns>The digest of the master.</returns>
    public Oid Project(string name, string bytes)
    {
        Write($"projects/{name}/master/image.jpg", bytes);
        Write($"projects/{name}/master/image.xml", $"<annotation>{name}</annotation>\n");
        return Oid.Of(Encoding.UTF8.GetBytes(bytes));
    }

    /// <summary>Writes a data set of projects with its lock.</summary>
    /// <param name="name">The data set.</param>
    /// <param name="projects">Names and masters.</param>
    public DatasetLock Dataset(string name, params (string Project, Oid Master)[] projects)
    {
        List<FileDigest> files = [];
        foreach ((string project, Oid master) in projects)
        {
            string image = $"an image of {project} made of {master}\n";
            Write($"datasets/{name}/own/data_set/JPEGImages/{project}_0.jpg", image);
            files.Add(new FileDigest($"JPEGImages/{project}_0.jpg", Oid.Of(Encoding.UTF8.GetBytes(image))));
        }

        Pointer tree = Add($"datasets/{name}");
        DatasetLock made = new()
        {
            Recipe = Digest("recipe"),
            Tree = tree.Oid,
            Split = "train 80",
            Canvases = new SortedDictionary<string, LockedCanvas>
            {
                ["own"] = new()
                {
                    Key = Digest("key"),
                    DirHash = DirHash.Of(files),
                    Bytes = 1,
                    Images = projects.Length,
                    Engine = "test 1",
                    Sides = [1, 0, 0],
                    Classes = [],
                    Sources = [.. projects.Select(p => new LockedSource
                    {
                        Name = p.Project,
                        Kind = ImageOrigin.Project,
                        Labels = [p.Project],
                        Images = 1,
                        Distinct = 1,
                        Masters = [p.Master],
                        SameMaster = true,
                        Unreviewed = false,
                    })],
                    Twins = new LockedTwins(0, 0, 0, 10000),
                    Lint = new LockedLint(0, 0, new SortedDictionary<string, int>()),
                },
            },
        };
        Write($"datasets/{name}.lock", Encoding.UTF8.GetString(made.ToBytes()));
        return made;
    }

    /// <summary>Writes an attempt of a task, and the task's record if it is the first.</summary>
    /// <param name="task">The task.</param>
    /// <param name="dataset">The data set and its lock, or null.</param>
    /// <param name="initial">The attempt whose weights it began with, or null.</param>
    /// <param name="initialTask">That attempt's task.</param>
    /// <param name="kind">The kind.</param>
    /// <param name="source">Where the program lies, and its one file.</param>
    /// <param name="collected">Whether it has a record of its own already.</param>
    public MadeAttempt Attempt(string task, (string Name, DatasetLock Lock)? dataset = null,
        MadeAttempt? initial = null, string? initialTask = null, string kind = "ssd", string source = "../trainer", bool collected = true)
    {
        PortableName name = PortableName.Parse(task, "task");
        TaskRecord? before = TaskRecord.Find(repo.WorkTree, name);
        int n = (before?.Attempts.Count ?? 0) + 1;
        string directory = AttemptRecord.DirectoryOf(name, n);
        string id = Digest($"{task} {n}").ToHex()[..32];
        Write($"{directory}/source/train.sh", $"#!/bin/sh\n# the program of {task} {n}\n");
        Pointer program = Add($"{directory}/source");
        Pointer? data = null;
        if (dataset is { } d)
        {
            Write($"{directory}/data/view.txt", $"the view of {d.Lock.Tree}\n");
            data = Add($"{directory}/data");
        }

        if (initial is not null)
        {
            Write($"{directory}/initial", WeightsOf(initial.Start.Id));
            Add($"{directory}/initial");
        }

        AttemptStart start = new()
        {
            N = n,
            Id = id,
            Kind = kind,
            KindDigest = Digest("kind"),
            Host = "gpu1",
            Created = Time,
            By = "A U Thor",
            Commit = repo.Git.Head()!.Value.Hex,
            Train = "sh train.sh",
            Parameters = new SortedDictionary<string, string> { ["epochs"] = "20", ["lr"] = "0.01" },
            Data = dataset is { } s ? new AttemptData(s.Name, "own", s.Lock.Tree, s.Lock.Canvases["own"].DirHash, "voc", data!.Oid) : null,
            Sources = [new AttemptSource(source, repo.Git.Head()!.Value.Hex, program.Oid, program.Files, ["train.sh"], [], null)],
            Initial = initial is null ? null : new AttemptInput("start.pth", initial.Weights, 1, initialTask, initial.Start.Id),
        };
        TaskRecord record = before ?? new TaskRecord { Name = task, Created = Time, By = "A U Thor", Kinds = [] };
        Write(TaskRecord.FileOf(name), Encoding.UTF8.GetString((record with
        {
            Attempts = [.. record.Attempts, start],
            Kinds = [.. record.Kinds.Append(kind).Distinct().Order(StringComparer.Ordinal)]
        }).ToBytes()));
        Write($"tasks/{task}/memo.md", $"# why {task} was run\n\nmore\n");
        return collected ? Collect(name, start) : new MadeAttempt(start, null!, default);
    }

    /// <summary>Writes the record of an attempt's end.</summary>
    public MadeAttempt Collect(PortableName task, AttemptStart start, Func<AttemptRecord, AttemptRecord>? change = null)
    {
        string directory = AttemptRecord.DirectoryOf(task, start.N);
        string weights = WeightsOf(start.Id);
        Oid oid = Oid.Of(Encoding.UTF8.GetBytes(weights));
        string log = $"the log of {start.Id}\n";
        Write($"{directory}/outputs/log", log);
        Write($"{directory}/outputs/work/out/best.pth", weights);
        Write($"{directory}/outputs/best/{oid.ToHex()}", weights);
        Pointer outputs = Add($"{directory}/outputs");
        BestVersion best = new("out/best.pth", oid, weights.Length, Time, 7, "best so far", false);
        AttemptRecord record = new()
        {
            N = start.N,
            Id = start.Id,
            Kind = start.Kind,
            State = RunState.Done,
            ExitCode = 0,
            Started = Time,
            Finished = Time,
            Log = Oid.Of(Encoding.UTF8.GetBytes(log)),
            Outputs = outputs.Oid,
            Files = [new OutputFile("out/best.pth", oid, weights.Length)],
            Best = [best],
            Weights = best,
        };
        record = change is null ? record : change(record);
        Write($"{directory}/{AttemptRecord.FileName}", Encoding.UTF8.GetString(record.ToBytes()));
        return new MadeAttempt(start, record, oid);
    }

    /// <summary>Writes the copy of a deploy event.</summary>
    public Deployment Deploy(string target, int seq, string? task, MadeAttempt? attempt, Oid? weight = null)
    {
        string id = Digest($"{target} {seq}").ToHex()[..32];
        Deployment made = new()
        {
            Seq = seq,
            Id = id,
            Target = target,
            Kind = "ssd",
            Action = attempt is null ? DeployAction.Undeploy : DeployAction.Deploy,
            Task = task,
            Attempt = attempt?.Start.Id,
            Live = attempt is null ? Digest($"{target} before").ToHex()[..32] : id,
            Outcome = DeployOutcome.Done,
            At = Time,
            By = "A U Thor",
            Files = attempt is null ? [] : [new DeployedFile
            {
                Role = FileRole.Weight,
                Path = "models/best.pth",
                What = FileSort.File,
                Oid = weight ?? attempt.Weights,
                Size = 1,
                Files = 1,
            }],
        };
        Write($"{Deployment.DirectoryOf(PortableName.Parse(target, "target"))}/{made.FileName()}", Encoding.UTF8.GetString(made.ToBytes()));
        return made;
    }

    /// <summary>Gives the digest of some text.</summary>
    public static Oid Digest(string text) => Oid.Of(Encoding.UTF8.GetBytes(text));

    /// <summary>Writes a text file of the work tree.</summary>
    public void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName($"{repo.WorkTree}/{path}")!);
        File.WriteAllText($"{repo.WorkTree}/{path}", text);
    }

    /// <summary>Stores a path.</summary>
    /// <returns>Its pointer.</returns>
    public Pointer Add(string path)
    {
        _ = Operations.Store.Add.Run(repo, new AddOptions { Paths = [$"{repo.WorkTree}/{path}"] }, CancellationToken.None);
        return repo.FindPointer(Io.RelPath.Parse(path))!;
    }

    private static string WeightsOf(string id) => $"weights of {id}\n";
}
