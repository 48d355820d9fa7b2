using CommandLine;
using DlStore.Learning.Records;
using DlStore.Operations.Tasks;

namespace DlStore.Cli.Commands.Tasks;

/// <summary><c>dls task import</c>.</summary>
[Details("Takes the output directory of an old run (or a few weight files) in as an attempt: its files are stored, what is "
    + "not known stays open. The weights are the file that --weight names; without it there must be one candidate only, "
    + "and times decide nothing. Weights that another attempt has, or that are older than --started, are marked as "
    + "inherited. With --facts it keeps what is known of weights whose bytes are lost: their state is absent.")]
[Example("dls task import output/try12 try12 --kind ssd --weight weights/best_weight.pth --started 2023-02-03", "an old output directory")]
[Example("dls task import old/close.pth try3 --kind ssd --dataset game@v1", "one weight file, and what it was trained on")]
[Example("dls task import --facts try1.yaml try1", "a digest that stands in a diary")]
[Exits(ExitCode.NoRepository, ExitCode.Locked)]
internal sealed class TaskImportCommand : Command
{
    [Value(0, MetaName = "PATH", HelpText = "a directory, or files, and last the task's name; with --facts the name alone")]
    public IEnumerable<string> Words { get; set; } = [];

    [Option("kind", MetaValue = "K", HelpText = "the kind it was")]
    public string? Kind { get; set; }

    [Option("weight", MetaValue = "PATH", HelpText = "the weights: a path in the directory, exactly")]
    public string? Weight { get; set; }

    [Option("log", MetaValue = "PATH", HelpText = "the log of the training in it")]
    public string? Log { get; set; }

    [Option("results", MetaValue = "PATH", HelpText = "the results of the test in it")]
    public string? Results { get; set; }

    [Option("dataset", MetaValue = "NAME", HelpText = "what it was trained on: NAME, NAME@REV or a hash")]
    public string? Dataset { get; set; }

    [Option("canvas", MetaValue = "SIZE", HelpText = "its canvas, if it has several")]
    public string? Canvas { get; set; }

    [Option("from", MetaValue = "TASK", HelpText = "what it started from: TASK, TASK/KIND or a digest")]
    public string? From { get; set; }

    [Option("started", MetaValue = "DATE", HelpText = "when the run began: older weights are inherited")]
    public string? Started { get; set; }

    [Option("only", MetaValue = "GLOB,...", HelpText = "take only these files")]
    public string? Only { get; set; }

    [Option("include", MetaValue = "FILE,...", HelpText = "take files although they look like credentials")]
    public string? Include { get; set; }

    [Option("facts", MetaValue = "FILE", HelpText = "facts of weights whose bytes are lost")]
    public string? Facts { get; set; }

    [Option('m', "memo", MetaValue = "TEXT", HelpText = "what it was for")]
    public string? Memo { get; set; }

    [Option("dry-run", HelpText = "check and write nothing")]
    public bool DryRun { get; set; }

    public override Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        string[] words = [.. Words];
        IReadOnlyList<TaskImportResult> results = Facts is { } facts
            ? ImportFacts(session, facts, words) : [ImportFiles(session, words, cancel)];
        if (Json)
        {
            session.Terminal.WriteJson(results, ResultJson.Default.IReadOnlyListTaskImportResult);
            return Task.FromResult(ExitCode.Done);
        }

        foreach (TaskImportResult one in results)
        {
            Print(session.Terminal, one);
        }

        if (!DryRun)
        {
            session.Terminal.Note("staged; run `git commit`, then `dls push`");
        }

        return Task.FromResult(ExitCode.Done);
    }

    private IReadOnlyList<TaskImportResult> ImportFacts(Session session, string facts, string[] words)
    {
        bool isAlone = Kind is null && Weight is null
            && Log is null && Results is null && Dataset is null && From is null && Started is null && Memo is null && !DryRun;
        return words.Length == 1 && isAlone
            ? TaskFacts.Run(session.Repo, facts, words[0])
            : throw new DlsException(ErrorKind.Usage, "import facts: --facts takes the task's name and no other option",
                "what is known stands in the file; `dls help task import` shows how");
    }

    private TaskImportResult ImportFiles(Session session, string[] words, CancellationToken cancel)
    {
        if (words.Length < 2 || Kind is null)
        {
            throw new DlsException(ErrorKind.Usage, words.Length < 2 ? "import a task: name what to import, then the task"
                : $"import '{words[^1]}': it does not say what kind it was", "for example `dls task import output/try12 try12 --kind ssd`");
        }

        using ProgressLine progress = session.StartProgress();
        TaskImportOptions options = new()
        {
            Paths = words[..^1],
            Name = words[^1],
            Kind = Kind,
            Weight = Weight,
            Log = Log,
            Results = Results,
            Dataset = Dataset,
            Canvas = Canvas,
            From = From,
            Started = Started,
            Only = Values(Only),
            Include = Values(Include),
            Memo = Memo,
            DryRun = DryRun,
            Progress = progress,
        };
        return TaskImport.Run(session.Repo, options, cancel);
    }

    private void Print(Terminal terminal, TaskImportResult one)
    {
        AttemptRecord record = one.Record;
        terminal.Result($"{(DryRun ? "would import" : "imported")} task {one.Task}: attempt {record.N} ({record.Kind}), "
            + $"{RunStates.Name(record.State)}{(record.Files.Count > 0 ? $", {Format.Count(record.Files.Count, "file")}" : "")}");
        if (!DryRun)
        {
            terminal.Result($"  weights {(record.Weights is { } weights ? $"{weights.Oid} {terminal.Name(weights.Path)}" : "none")}");
        }

        if (record.Weights?.Inherited == true)
        {
            terminal.Warn($"inherited: {record.Why}");
        }

        foreach (AttemptAlarm alarm in record.Alarms)
        {
            terminal.Warn($"{alarm.Rule} at line {alarm.Line} of the log: {alarm.Text}");
        }

        foreach (string left in record.Undeclared)
        {
            terminal.Warn($"not taken: {terminal.Name(left)}");
        }
    }
}
