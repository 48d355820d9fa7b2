using DlStore.Git;
using DlStore.Io;
using DlStore.Objects;
using DlStore.Remotes;
using DlStore.Ssh;
using DlStore.WorkTree;

namespace DlStore;

/// <summary>
/// An opened work tree with its git repository, configuration and object store: the one thing that operations receive. Opening reads a few
/// small files and starts no program; the rest is opened when first asked for.
/// </summary>
public sealed class Repo : IDisposable
{
    /// <summary>
    /// Files changed this close to being hashed (nanoseconds) may change again within the same tick of the file system's clock.
    /// </summary>
    internal const long RacyWindow = 20_000_000;

    private readonly RepoSettings _settings;
    private readonly TypedPaths _typed;
    private RepoConfig? _config;
    private readonly List<string> _notes = [];
    private readonly List<IRemote> _remotes = [];
    private ObjectStore? _store;

    private Repo(RepoSettings settings, GitRepo git)
    {
        _settings = settings;
        Git = git;
        StateDirectory = git.GitDir + "/dls";
        _typed = new TypedPaths(this);
    }

    /// <summary>Gets git's view of the work tree.</summary>
    internal GitRepo Git { get; }

    /// <summary>Gets the absolute path of the work tree.</summary>
    public string WorkTree => Git.WorkTree;

    /// <summary>Gets where per-work-tree state lies: base, stat caches, journals.</summary>
    public string StateDirectory { get; }

    /// <summary>Gets where what all work trees share lies: caches of remotes, trash, index.</summary>
    public string CommonDirectory => Git.CommonDir + "/dls";

    /// <summary>Gets the clock.</summary>
    public TimeProvider Clock => _settings.Clock;

    /// <summary>Gets the directory that typed paths are relative to.</summary>
    public string StartDirectory => _settings.StartDirectory;

    /// <summary>Gets how many threads to use.</summary>
    public int Threads => _settings.Threads;

    /// <summary>Gets the line that names this process in locks.</summary>
    public string Holder => _settings.Holder;

    /// <summary>Gets a value indicating whether something was written, or was about to be: a lock for writing was taken.</summary>
    public bool HasWritten { get; private set; }

    /// <summary>Gets the repository's configuration.</summary>
    public RepoConfig Config => _config ??= RepoConfig.Read(Git, Environment);

    /// <summary>Gets where caches of remotes lie.</summary>
    public string RemoteCacheRoot => CommonDirectory + "/remotes";

    /// <summary>Gets the SQLite index file.</summary>
    public string IndexPath => CommonDirectory + "/index.sqlite";

    /// <summary>Gets the work tree as the one directory below which dls writes and deletes: symlinks on the way are refused.</summary>
    internal WorkDir Files => new(WorkTree);

    /// <summary>Gets the trash.</summary>
    public Trash Trash => new(CommonDirectory + "/trash", Clock);

    /// <summary>Gets the process environment, for programs that dls starts.</summary>
    public IReadOnlyDictionary<string, string> Environment => _settings.Environment;

    /// <summary>Gets what was found wrong while the store was opened; empty if it was not opened.</summary>
    public IReadOnlyList<string> StoreWarnings => _store?.Warnings ?? [];

    /// <summary>Gets what could not be kept for the next command, each a sentence: the command itself did what it says.</summary>
    public IReadOnlyList<string> Notes => _notes;

    /// <summary>Gets or sets how many bytes a second may go to a remote or come from it, for remotes opened from now on; null for
    /// any.</summary>
    public long? TransferRate { get; set; }

    /// <summary>Gets the object store.</summary>
    public ObjectStore Store => _store ??= ObjectStore.Open(Config.StorePath ?? CommonDirectory);

    /// <summary>Opens the work tree around a directory.</summary>
    /// <param name="settings">The outside.</param>
    /// <returns>The repository.</returns>
    /// <exception cref="DlsException">Kind NoRepository: there is none.</exception>
    public static Repo Open(
        RepoSettings settings) => new(settings, GitRepo.Discover(settings.StartDirectory, settings.Environment, inHook: true));

    /// <summary>Opens another work tree of the same repository, with the same outside.</summary>
    /// <param name="directory">Absolute path inside it.</param>
    /// <returns>The repository; dispose it.</returns>
    internal Repo OpenAt(string directory) => new(_settings with { StartDirectory = directory }, GitRepo.Discover(directory, Environment));

    /// <summary>Reads the configuration anew, after it was changed.</summary>
    public void ForgetConfig() => _config = null;

    /// <summary>Turns a path as the user typed it into one relative to the work tree.</summary>
    /// <param name="typed">Absolute, or relative to the start directory.</param>
    /// <returns>The path; a pointer file's name stands for what it names.</returns>
    /// <exception cref="DlsException">Kind Usage: outside the work tree, or unsafe.</exception>
    public RelPath ToRelPath(string typed) => ToRelPath(typed, null);

    /// <summary>Turns one of many paths as the user typed them into one relative to the work tree.</summary>
    /// <param name="typed">Absolute, or relative to the start directory.</param>
    /// <param name="known">Remembers their directories.</param>
    /// <returns>The path; a pointer file's name stands for what it names.</returns>
    /// <exception cref="DlsException">Kind Usage: outside the work tree, or unsafe.</exception>
    internal RelPath ToRelPath(string typed, TypedDirectories? known) => _typed.ToRelPath(typed, known);

    /// <summary>Gives where a typed path lies, from the top of the work tree; symlinks in its directory part are followed.</summary>
    internal string RelativeOf(string typed, TypedDirectories? known = null) => _typed.RelativeOf(typed, known);

    /// <summary>Reads the pointer of a managed path from the work tree.</summary>
    /// <param name="path">The managed path.</param>
    /// <returns>The pointer, or null if there is none.</returns>
    /// <exception cref="DlsException">Kind Corrupt: the file is there and is not a valid pointer. Kind Failed: git has not merged
    /// it.</exception>
    public Pointer? FindPointer(RelPath path) => new PointerFiles(this).Find(path);

    /// <summary>Finds the managed path that a path is or lies in.</summary>
    /// <param name="path">Any path below the work tree.</param>
    /// <returns>The managed path, or null; the path's rest below it is its own business.</returns>
    public ManagedPath? FindManaged(RelPath path)
    {
        using PointerLookup lookup = new(this);
        return lookup.FindManaged(path);
    }

    /// <summary>Lists the pointers of the work tree, those that cannot be read too.</summary>
    /// <returns>All pointers that git's index or the base knows.</returns>
    public PointerListing ListPointers() => ListPointers(WorkTreeState.Read(this));

    /// <summary>Lists the pointers of the work tree, those that cannot be read too.</summary>
    /// <param name="state">Its state, read before.</param>
    /// <returns>All pointers that git's index or the base knows.</returns>
    internal PointerListing ListPointers(WorkTreeState state) => new PointerFiles(this).List(state);

    /// <summary>Lists the pointers of the work tree: those git's index knows and those that were written out here.</summary>
    /// <param name="problems">Told of pointers that are there but cannot be read, each a sentence; null to fail instead.</param>
    /// <returns>The pointers, sorted by path.</returns>
    public IReadOnlyList<ManagedPath> ListManaged(Action<string>? problems)
    {
        PointerListing listing = ListPointers();
        foreach (UnreadablePointer pointer in listing.Unreadable)
        {
            (problems ?? throw pointer.ToException())(pointer.Wrong);
        }

        return listing.Managed;
    }

    /// <summary>Gives a path as the user would type it where he stands, fit for a shell.</summary>
    /// <param name="relative">Relative to the work tree.</param>
    /// <returns>Relative to the start directory.</returns>
    public string ToTyped(string relative) => ShellWord.Of(Path.GetRelativePath(_settings.StartDirectory, $"{WorkTree}/{relative}"));

    /// <summary>Tells whether git knows a commit of that name.</summary>
    /// <param name="rev">Any text.</param>
    /// <returns>True if it resolves to a commit.</returns>
    public bool IsCommit(string rev) => Git.ResolveCommit(rev) is not null;

    /// <summary>Takes the lock for pointer writes and extraction in this work tree.</summary>
    /// <returns>The lock; dispose it to release.</returns>
    /// <exception cref="DlsException">Kind Locked: names the holder.</exception>
    public FileLock LockWorkTree()
    {
        HasWritten = true;
        return Lock(StateDirectory, "worktree", _settings.LockWait);
    }

    /// <summary>Takes the lock of builds in this work tree: one command at a time makes images and data sets.</summary>
    /// <returns>The lock; dispose it to release.</returns>
    /// <exception cref="DlsException">Kind Locked: names the holder.</exception>
    public FileLock LockBuilds()
    {
        HasWritten = true;
        return Lock(StateDirectory, "build", _settings.LockWait);
    }

    /// <summary>Takes the lock of projects in this work tree: one command at a time makes, numbers or changes projects.</summary>
    /// <returns>The lock; dispose it to release.</returns>
    /// <exception cref="DlsException">Kind Locked: names the holder.</exception>
    public FileLock LockProjects()
    {
        HasWritten = true;
        return Lock(StateDirectory, "projects", _settings.LockWait);
    }

    /// <summary>Takes the lock of pushes from this clone to one remote.</summary>
    /// <param name="remote">The remote's name.</param>
    /// <returns>The lock; dispose it to release.</returns>
    /// <exception cref="DlsException">Kind Locked: names the holder.</exception>
    public FileLock LockPush(string remote) => LockShared($"push-{remote}", _settings.LockWait);

    /// <summary>Takes a lock that all work trees of this clone share.</summary>
    /// <param name="name">What it is for, a file name.</param>
    /// <param name="wait">How long to wait for it.</param>
    /// <returns>The lock; dispose it to release.</returns>
    /// <exception cref="DlsException">Kind Locked: names the holder.</exception>
    public FileLock LockShared(string name, TimeSpan wait) => Lock(CommonDirectory, name, wait);

    /// <summary>Takes the lock of the store alone: nobody adds meanwhile.</summary>
    /// <returns>The lock; dispose it to release.</returns>
    /// <exception cref="DlsException">Kind Locked: somebody adds; the last one who had it alone is named.</exception>
    public FileLock LockStore() => Lock(Store.Root, "store", _settings.LockWait);

    /// <summary>Opens the store for adding.</summary>
    /// <returns>The writer; holds the store's shared lock.</returns>
    public ObjectWriter BeginWrite()
    {
        HasWritten = true;
        return Store.BeginWrite(_settings.LockWait);
    }

    /// <summary>Notes that a command writes which takes no lock: a push.</summary>
    internal void NoteWrite() => HasWritten = true;

    /// <summary>Opens a remote.</summary>
    /// <param name="name">Its name, or null for the default one.</param>
    /// <returns>The remote; it is closed with the repository.</returns>
    /// <exception cref="DlsException">Kind Usage: no such remote is configured.</exception>
    public IRemote OpenRemote(string? name)
    {
        RemoteSurroundings around = new(WorkTree, Environment, Config.SshConfig, Clock) { Ssh = Config.Ssh };
        IRemote remote = Config.OpenRemote(name, around);
        remote = _settings.WrapRemote is { } wrap ? wrap(remote) : remote;
        remote = TransferRate is { } rate ? new PacedRemote(remote, new Pace(rate, Clock)) : remote;
        _remotes.Add(remote);
        return remote;
    }

    /// <summary>Opens a host; nothing is contacted yet.</summary>
    /// <param name="name">Its name; <c>local</c> is this machine.</param>
    /// <returns>The way to run scripts there.</returns>
    /// <exception cref="DlsException">Kind Usage: no such host is configured.</exception>
    internal HostShell OpenHost(string name) => Config.Hosts.TryGetValue(name, out HostAddress? address)
        ? new HostShell(address, Environment, Config.SshConfig)
        : throw new DlsException(ErrorKind.Usage,
            $"use host '{name}': no such host is configured", "run `dls host list` to see them, or `dls host add NAME DESTINATION`");

    /// <summary>Gives an absolute path.</summary>
    /// <param name="path">Relative to the work tree.</param>
    /// <returns>The absolute path.</returns>
    public string Absolute(RelPath path) => $"{WorkTree}/{path.Value}";

    /// <inheritdoc/>
    public void Dispose()
    {
        _remotes.ForEach(static r => r.Dispose());
        _store?.Dispose();
        Git.Dispose();
    }

    /// <summary>Notes something for the end of the command, once.</summary>
    internal void Note(string sentence)
    {
        if (!_notes.Contains(sentence))
        {
            _notes.Add(sentence);
        }
    }

    /// <summary>Drops what is remembered of a path's files; there may never have been any.</summary>
    internal void ForgetStats(RelPath path)
    {
        // Deleting in a directory that is not there is an error to .NET, and single files have no cache.
        if (File.Exists(StatCachePath(path)))
        {
            File.Delete(StatCachePath(path));
        }
    }

    internal string StatCachePath(RelPath path) => $"{StateDirectory}/stat/{CheckoutJournal.StateName(path)}";

    /// <summary>Reads the clock by which the file system stamps files, nanoseconds.</summary>
    internal long FileSystemNow() => FileSystemClock.Now(StateDirectory);

    private FileLock Lock(string root, string name, TimeSpan wait)
    {
        string directory = Path.Combine(root, "locks");
        AtomicFile.MakeDirectory(directory);
        return FileLock.TakeExclusive(Path.Combine(directory, name), wait, Holder);
    }
}
