using DlStore.Cli.Commands.Commits;
using DlStore.Cli.Commands.Datasets;
using DlStore.Cli.Commands.Deploys;
using DlStore.Cli.Commands.Imports;
using DlStore.Cli.Commands.Lineage;
using DlStore.Cli.Commands.Merges;
using DlStore.Cli.Commands.Origins;
using DlStore.Cli.Commands.Projects;
using DlStore.Cli.Commands.Setup;
using DlStore.Cli.Commands.Store;
using DlStore.Cli.Commands.Tasks;
using DlStore.Cli.Commands.Transfers;
using DlStore.Cli.Commands.Views;

namespace DlStore.Cli;

/// <summary>
/// Every command of dls, in the order in which help shows them. The only list of commands: dispatch, help, completion and the manual read
/// it.
/// </summary>
internal static class CommandTable
{
    private const string Start = "Start here";
    private const string Daily = "Work with bytes";
    private const string Exchange = "Exchange with remotes";
    private const string Make = "Make data sets";
    private const string Reach = "Reach other machines";
    private const string Train = "Train";
    private const string Use = "Put weights to use";
    private const string Look = "Look and check";
    private const string About = "About dls";

    /// <summary>The longest command in words.</summary>
    private const int WordsMax = 3;

    public static IReadOnlyList<CommandEntry> All { get; } =
    [
        new("init", Start, "make this git repository a dls repository", static () => new InitCommand()),
        new("doctor", Start, "look for what is wrong here and say what to do", static () => new DoctorCommand()),
        new("trust", Start, "allow a program of the repository to run here", static () => new TrustCommand()),
        new("config", Start, "show or change settings", static () => new ConfigCommand()),
        new("completion", Start, "print the completion script of a shell", static () => new CompletionCommand()),
        new("uninstall", Start, "take back what init did to git", static () => new UninstallCommand()),
        new("add", Daily, "store files or directories and stage their pointers", static () => new AddCommand()),
        new("status", Daily, "say what differs from the pointers, and what is known of the remote", static () => new StatusCommand()),
        new("diff", Daily, "list files that differ between versions", static () => new DiffCommand()),
        new("checkout", Daily, "bring files to what the pointers name", static () => new CheckoutCommand()),
        new("resolve", Daily, "decide what clashes in pointers that git has not merged", static () => new ResolveCommand()),
        new("mv", Daily, "rename managed paths, with their files", static () => new MvCommand()),
        new("import dvc", Daily, "take over what DVC has recorded", static () => new ImportDvcCommand()),
        new("rm", Daily, "stop managing paths; files go to the trash", static () => new RmCommand()),
        new("untrack", Daily, "stop managing paths and leave their files", static () => new UntrackCommand()),
        new("trash list", Daily, "list what commands took out of the way", static () => new TrashListCommand()),
        new("trash restore", Daily, "bring files back from the trash", static () => new TrashRestoreCommand()),
        new("trash empty", Daily, "delete for good what is old in the trash", static () => new TrashEmptyCommand()),
        new("erase", Daily, "erase bytes that must go, from every version and remote", static () => new EraseCommand()),
        new("cache trim", Daily, "drop stored bytes that a remote provably holds", static () => new CacheTrimCommand()),
        new("gc", Daily, "delete stored bytes that nothing names any more", static () => new GcCommand()),
        new("import lfs", Daily, "take over what git-lfs keeps", static () => new ImportLfsCommand()),
        new("export lfs", Daily, "write this version for git-lfs", static () => new ExportLfsCommand()),
        new("project new", Make, "make a project from a crop", static () => new ProjectNewCommand()),
        new("project import", Make, "take in projects of dl_image_manager", static () => new ProjectImportCommand()),
        new("project harvest", Make, "make numbered projects of new crops", static () => new ProjectHarvestCommand()),
        new("project review", Make, "accept or reject harvested projects", static () => new ProjectReviewCommand()),
        new("project extend", Make, "write the labelling aid of a project", static () => new ProjectExtendCommand()),
        new("project annotate", Make, "write annotations that fit exactly", static () => new ProjectAnnotateCommand()),
        new("project crop", Make, "cut the corners out of screenshots", static () => new ProjectCropCommand()),
        new("project lint", Make, "check projects before they are built", static () => new ProjectLintCommand()),
        new("project list", Make, "list the projects", static () => new ProjectListCommand()),
        new("project show", Make, "print everything of one project", static () => new ProjectShowCommand()),
        new("project rm", Make, "take a project out; its files go to the trash", static () => new ProjectRmCommand()),
        new("build", Make, "make the images of projects that changed", static () => new BuildCommand()),
        new("build explain", Make, "say how a built image was made", static () => new BuildExplainCommand()),
        new("dataset build", Make, "make a data set of projects and real images, with a lock", static () => new DatasetBuildCommand()),
        new("dataset lint", Make, "find what is wrong with a data set before training", static () => new DatasetLintCommand()),
        new("dataset show", Make, "say what a version of a data set is made of", static () => new DatasetShowCommand()),
        new("dataset diff", Make, "compare two versions of a data set", static () => new DatasetDiffCommand()),
        new("dataset preview", Make, "draw a contact sheet of a data set", static () => new DatasetPreviewCommand()),
        new("dataset export", Make, "write a data set for another program", static () => new DatasetExportCommand()),
        new("dataset export croissant", Make, "describe a data set for search engines and loaders",
            static () => new DatasetExportCroissantCommand()),
        new("dataset import", Make, "take in a labelled set as it is", static () => new DatasetImportCommand()),
        new("dataset verify", Make, "check a data set against its lock", static () => new DatasetVerifyCommand()),
        new("dataset list", Make, "list the data sets", static () => new DatasetListCommand()),
        new("dataset rm", Make, "stop managing a data set; files go to the trash", static () => new DatasetRmCommand()),
        new("testset add", Make, "keep test images with their truth and origin", static () => new TestSetAddCommand()),
        new("testset show", Make, "list the images of a test set", static () => new TestSetShowCommand()),
        new("testset score", Make, "score a file of results against a test set", static () => new TestSetScoreCommand()),
        new("testset list", Make, "list the test sets", static () => new TestSetListCommand()),
        new("testset rm", Make, "stop managing a test set; files go to the trash", static () => new TestSetRmCommand()),
        new("kind new", Train, "write the file of a kind, with comments, that works as it stands", static () => new KindNewCommand()),
        new("kind list", Train, "list the kinds, each an algorithm as configuration", static () => new KindListCommand()),
        new("kind show", Train, "print what a kind comes to", static () => new KindShowCommand()),
        new("kind check", Train, "see whether a task of a kind would start", static () => new KindCheckCommand()),
        new("task create", Train, "train: build, send, run, bring home", static () => new TaskCreateCommand()),
        new("task list", Train, "list the tasks and how they stand", static () => new TaskListCommand()),
        new("task show", Train, "print everything of a task", static () => new TaskShowCommand()),
        new("task status", Train, "say how attempts stand, from evidence", static () => new TaskStatusCommand()),
        new("task log", Train, "print or follow the log of an attempt", static () => new TaskLogCommand()),
        new("task collect", Train, "bring attempts home that have ended", static () => new TaskCollectCommand()),
        new("task stop", Train, "ask a running attempt to save and end", static () => new TaskStopCommand()),
        new("task retry", Train, "start a new attempt of what failed", static () => new TaskRetryCommand()),
        new("task reproduce", Train, "run an attempt again and compare", static () => new TaskReproduceCommand()),
        new("task best", Train, "find the best attempts of a kind by a number", static () => new TaskBestCommand()),
        new("task diff", Train, "compare two attempts and what came of them", static () => new TaskDiffCommand()),
        new("task eval", Train, "count stored scores at thresholds", static () => new TaskEvalCommand()),
        new("task export csv", Train, "write attempts as a table for spreadsheets", static () => new TaskExportCsvCommand()),
        new("task export mlflow", Train, "write attempts as a file store of MLflow", static () => new TaskExportMlflowCommand()),
        new("task export openlineage", Train, "write attempts as events for a lineage server",
            static () => new TaskExportOpenlineageCommand()),
        new("task export provenance", Train, "print the in-toto statement of an attempt", static () => new TaskExportProvenanceCommand()),
        new("task export sums", Train, "print the outputs' digests for sha256sum -c", static () => new TaskExportSumsCommand()),
        new("task import", Train, "take in the output of an old run, or facts of it", static () => new TaskImportCommand()),
        new("task memo", Train, "read or write the memo of a task", static () => new TaskMemoCommand()),
        new("task rm", Train, "remove a task that nothing uses", static () => new TaskRmCommand()),
        new("deploy", Use, "put the weights of a task to use on targets", static () => new DeployCommand()),
        new("undeploy", Use, "bring back what was live before", static () => new UndeployCommand()),
        new("deploy status", Use, "compare what is in place on targets with their journals", static () => new DeployStatusCommand()),
        new("deploy log", Use, "list what was done on a target", static () => new DeployLogCommand()),
        new("deploy show", Use, "say what is or was live on a target", static () => new DeployShowCommand()),
        new("deploy unlock", Use, "take away a lock left behind, and settle what is unfinished", static () => new DeployUnlockCommand()),
        new("clone", Exchange, "clone a git repository with its bytes", static () => new CloneCommand()),
        new("get", Exchange, "bring a path of another repository, without cloning it", static () => new GetCommand()),
        new("import", Exchange, "take a path of another repository in, and say where it is from", static () => new ImportCommand()),
        new("update", Exchange, "bring what was imported to what its origin has now", static () => new UpdateCommand()),
        new("push", Exchange, "send what commits name and the remote lacks", static () => new PushCommand()),
        new("pull", Exchange, "fetch what the pointers name and write it out", static () => new PullCommand()),
        new("fetch", Exchange, "bring what the pointers name into the store", static () => new FetchCommand()),
        new("remote add", Exchange, "configure a remote", static () => new RemoteAddCommand()),
        new("remote list", Exchange, "list the remotes", static () => new RemoteListCommand()),
        new("remote remove", Exchange, "forget a remote", static () => new RemoteRemoveCommand()),
        new("remote check", Exchange, "see whether a remote has every file its indexes name", static () => new RemoteCheckCommand()),
        new("remote publish", Exchange, "write lists for readers of a remote over http", static () => new RemotePublishCommand()),
        new("remote mirror", Exchange, "copy what one remote has to another", static () => new RemoteMirrorCommand()),
        new("host add", Reach, "configure a host", static () => new HostAddCommand()),
        new("host list", Reach, "list the hosts", static () => new HostListCommand()),
        new("host remove", Reach, "forget a host", static () => new HostRemoveCommand()),
        new("host check", Reach, "see whether a host can be reached and has what dls needs", static () => new HostCheckCommand()),
        new("host import", Reach, "take over the servers of an old project without their passwords", static () => new HostImportCommand()),
        new("target add", Reach, "configure where weights are put to use", static () => new TargetAddCommand()),
        new("target list", Reach, "list the targets", static () => new TargetListCommand()),
        new("target remove", Reach, "forget a target", static () => new TargetRemoveCommand()),
        new("target check", Reach, "see whether weights could be put on a target", static () => new TargetCheckCommand()),
        new("ls", Look, "list what pointers name", static () => new LsCommand()),
        new("log", Look, "list the versions of a path", static () => new LogCommand()),
        new("du", Look, "say what needs the space of the local store", static () => new DuCommand()),
        new("cat", Look, "write the stored bytes of one file", static () => new CatCommand()),
        new("where", Look, "find every place that is known to have an object", static () => new WhereCommand()),
        new("ui", Look, "look at tasks, data sets and lineage in a browser", static () => new UiCommand()),
        new("report", Look, "write the same pages as files", static () => new ReportCommand()),
        new("plot", Look, "draw the curves of tasks, in the terminal or as a picture", static () => new PlotCommand()),
        new("lineage", Look, "trace anything to its sources, or to what was made of it", static () => new LineageCommand()),
        new("audit", Look, "walk the chain of tasks and say which link is broken", static () => new AuditCommand()),
        new("verify", Look, "check every stored byte against its digest", static () => new VerifyCommand()),
        new("repair", Look, "replace what is damaged or missing by good copies", static () => new RepairCommand()),
        new("index rebuild", Look, "make the indexes anew from packs and git", static () => new IndexRebuildCommand()),
        new("hook pre-push", About, "called by git before it pushes", static () => new HookPrePushCommand()) { Hidden = true },
        new("hook pre-commit", About, "check what is staged", static () => new HookPreCommitCommand()),
        new("hook post-checkout", About, "called by git when pointers moved", static () => new HookPostCheckoutCommand()) { Hidden = true },
        new("hook post-merge", About, "called by git when pointers moved", static () => new HookPostMergeCommand()) { Hidden = true },
        new("hook post-rewrite", About, "called by git when pointers moved", static () => new HookPostRewriteCommand()) { Hidden = true },
        new("diff-driver", About, "called by git to show a change of a pointer", static () => new DiffDriverCommand()) { Hidden = true },
        new("pointer-text", About, "called by git to show what a pointer names", static () => new PointerTextCommand()) { Hidden = true },
        new("merge-driver", About, "called by git to merge pointers", static () => new MergeDriverCommand()) { Hidden = true },
        new("names", About, "called by shells to complete names", static () => new NamesCommand()) { Hidden = true },
        new("help", About, "show the commands, or one command in full", static () => new HelpCommand()),
        new("version", About, "print the version", static () => new VersionCommand()),
    ];

    public static IEnumerable<CommandEntry> Visible => All.Where(static entry => !entry.Hidden);

    public static CommandEntry? Find(string words) => All.FirstOrDefault(entry => entry.Words == words);

    /// <summary>Finds the command whose words the arguments begin with; the longest wins.</summary>
    /// <param name="args">The command line after <c>dls</c>.</param>
    /// <param name="used">How many arguments are the command's words.</param>
    public static CommandEntry? Match(IReadOnlyList<string> args, out int used)
    {
        for (used = Math.Min(WordsMax, args.Count); used > 0; used--)
        {
            if (Find(string.Join(' ', args.Take(used))) is { } entry)
            {
                return entry;
            }
        }

        return null;
    }

    /// <summary>Lists the visible commands below a noun (<c>remote</c>), or nothing if there is no such noun.</summary>
    public static IReadOnlyList<CommandEntry> Under(string noun) =>
        [.. Visible.Where(entry => entry.Words.StartsWith(noun + " ", StringComparison.Ordinal))];
}
