using DlStore.Data.Recipes;
using DlStore.Io;
using DlStore.Objects;

namespace DlStore.Operations.Projects;

/// <summary>What to build and how.</summary>
public sealed record BuildOptions
{
    /// <summary>Gets projects by name or path; empty for all.</summary>
    public IReadOnlyList<string> Projects { get; init; } = [];

    /// <summary>Gets a kind whose data set and canvas count, or null.</summary>
    public string? Kind { get; init; }

    /// <summary>Gets a data set whose projects and canvases count, or null.</summary>
    public string? Dataset { get; init; }

    /// <summary>Gets the canvases; empty for those that data sets ask for.</summary>
    public IReadOnlyList<Canvas> Canvases { get; init; } = [];

    /// <summary>Gets a value indicating whether builds that are up to date are made again.</summary>
    public bool Force { get; init; }

    /// <summary>Gets a value indicating whether each build is made twice and compared.</summary>
    public bool CheckDeterministic { get; init; }

    /// <summary>Gets a value indicating whether to write a contact sheet beside each build.</summary>
    public bool Preview { get; init; }

    /// <summary>Gets a value indicating whether to plan only.</summary>
    public bool DryRun { get; init; }

    /// <summary>Gets who is told about progress.</summary>
    public IProgress<WorkProgress>? Progress { get; init; }
}

/// <summary>One project's build for one canvas.</summary>
/// <param name="Project">The project.</param>
/// <param name="Canvas">The canvas.</param>
/// <param name="Directory">The build's directory, from the top of the work tree.</param>
/// <param name="Why">Why it was made (or would be), or null: it was up to date.</param>
/// <param name="Images">How many images it has; 0 if unknown in a dry run.</param>
/// <param name="Clipped">In how many images a box was cut by the edge.</param>
/// <param name="Copies">How many images repeat an earlier one.</param>
/// <param name="Preview">The contact sheet, from the top of the work tree, or null.</param>
public sealed record BuiltProject(
    string Project, string Canvas, string Directory, string? Why, int Images, int Clipped, int Copies, string? Preview)
{
    /// <summary>Gets how it was seen whether its program wrote outside of its private copy, or null: no program was run.</summary>
    public RecipeWatch? Watch { get; init; }
}

/// <summary>What a build did.</summary>
/// <param name="Builds">One entry a project and canvas, sorted.</param>
/// <param name="Images">Images made now.</param>
public sealed record BuildResult(IReadOnlyList<BuiltProject> Builds, long Images);

/// <summary>
/// <c>dls build</c>: makes the images of projects that are out of date. The plan reads every source and checks that each program is allowed
/// before anything is made; each build
/// is staged and exchanged as a whole. Touches nothing that git tracks. A kill leaves the old build and a staging directory that the next
/// build removes.
/// </summary>
public sealed class Build
{
    private readonly Repo _repo;
    private readonly BuildOptions _options;
    private readonly List<BuiltProject> _done = [];
    private long _images;
    private long _imagesTotal;
    private RecipeWatch? _watch;

    private Build(Repo repo, BuildOptions options)
    {
        _repo = repo;
        _options = options;
    }

    private sealed record Planned(BuildInputs Inputs, Canvas Canvas, Oid Key, string? Why);

    /// <summary>Runs the command.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="options">What to build.</param>
    /// <param name="cancel">Stops it; the build under way is dropped.</param>
    /// <returns>What was made.</returns>
    /// <exception cref="DlsException">A source or recipe that cannot be used, a program that is not trusted or fails, another build that
    /// runs.</exception>
    public static BuildResult Run(Repo repo, BuildOptions options, CancellationToken cancel) => new Build(repo, options).Run(cancel);

    private BuildResult Run(CancellationToken cancel)
    {
        using FileLock? held = _options.DryRun ? null : _repo.LockBuilds();
        if (held is not null)
        {
            ProgramBuild.ClearLeftovers(_repo);
        }

        List<Planned> plan = Plan(cancel);
        foreach (Planned build in plan)
        {
            cancel.ThrowIfCancellationRequested();
            _done.Add(_options.DryRun || build.Why is null ? Describe(build) : Make(build, cancel));
        }

        return new BuildResult(_done, _options.DryRun ? 0 : _images);
    }

    private List<Planned> Plan(CancellationToken cancel)
    {
        List<Planned> plan = [];
        TrustList trust = new(_repo.CommonDirectory);
        Dictionary<string, BuildInputs> known = new(StringComparer.Ordinal);
        foreach ((Project project, Canvas canvas) in BuildSelection.Resolve(_repo, _options))
        {
            cancel.ThrowIfCancellationRequested();
            BuildInputs inputs = known.TryGetValue(project.Name.Value, out BuildInputs? read)
                ? read : known[project.Name.Value] = BuildInputs.Read(_repo, project);
            Oid key = inputs.Key(canvas);
            BuildDirectory directory = new(project, canvas);
            if (!_options.DryRun)
            {
                // Also of builds that are up to date: a kill right after the exchange leaves the old build behind.
                directory.ClearLeftovers();
            }

            string? why = _options.Force || _options.CheckDeterministic ? "asked for"
                : directory.WhyStale(key) ?? directory.WhyUnexpected(project.Expected);
            if (why is not null && inputs.Command is { } command)
            {
                trust.Require(command);
            }

            if (why is not null)
            {
                directory.RequireOwn();
                _imagesTotal += inputs.Project.Recipe.CountPerMaster * Math.Max(
                    1, inputs.Masters.Count) * inputs.PlacementsOn(canvas).Count;
            }

            plan.Add(new Planned(inputs, canvas, key, why));
        }

        return plan;
    }

    private BuiltProject Make(Planned build, CancellationToken cancel)
    {
        BuildDirectory directory = new(build.Inputs.Project, build.Canvas);
        string staging = directory.Stage();
        try
        {
            BuildRecord record = Fill(build, staging, cancel);
            if (_options.CheckDeterministic)
            {
                RequireSame(build, record, cancel);
            }

            AtomicFile.WriteStaged($"{staging}/{BuildRecord.FileName}", record.ToBytes().Span);
            directory.Swap(staging);
            return Describe(build, record) with { Watch = build.Inputs.Command is null ? null : _watch };
        }
        catch
        {
            if (Directory.Exists(staging))
            {
                Directory.Delete(staging, recursive: true);
            }

            throw;
        }
    }

    private BuildRecord Fill(Planned build, string staging, CancellationToken cancel)
    {
        Project project = build.Inputs.Project;
        IReadOnlyList<BuiltImage> images;
        int copies = 0;
        if (build.Inputs.Command is null)
        {
            EngineBuild engine = new(build.Inputs, build.Canvas, _repo.Threads);
            engine.Draw(_repo);
            images = engine.Render(staging, () => Report(1), cancel);
            copies = engine.Copies;
        }
        else
        {
            long before = _images;
            ProgramBuild program = new(_repo, build.Inputs, build.Canvas);
            images = program.Make(staging, (done, _) => Report(before + done - _images), cancel);
            _watch = program.Watch;
            copies = images.Count - images.Select(static i => i.Oid).Distinct().Count();
        }

        BuildCount.Require(project, build.Canvas, images.Count);
        BuildHeader header = new(
            1, build.Key, project.Name.Value, build.Canvas.ToString(), build.Inputs.Engine(), project.Recipe.Hash(), images.Count, copies);
        return new BuildRecord(header, images);
    }

    /// <summary>A recipe that gives other bytes the second time cannot be reproduced: that is said before somebody trains on it.</summary>
    private void RequireSame(Planned build, BuildRecord first, CancellationToken cancel)
    {
        string staging = new BuildDirectory(build.Inputs.Project, build.Canvas).Stage();
        IReadOnlyList<BuiltImage> second;
        try
        {
            second = Fill(build, staging, cancel).Images;
        }
        finally
        {
            Directory.Delete(staging, recursive: true);
        }

        Dictionary<string, Oid> oids = second.ToDictionary(static i => i.Id, static i => i.Oid, StringComparer.Ordinal);
        string[] different = [.. first.Images.Where(i => oids.GetValueOrDefault(i.Id) != i.Oid).Select(static i => i.Id + ".jpg")];
        if (different.Length > 0 || second.Count != first.Images.Count)
        {
            throw new DlsException(
                ErrorKind.Failed, $"build '{build.Inputs.Project.Name}': two runs of its recipe made different images ("
                    + $"{different.Length} of {first.Images.Count} differ, {second.Count} the second time)",
                "give the program a fixed seed, and an order that does not depend on sets or directory listings; the build before is kept")
            {
                Items = different,
            };
        }
    }

    private BuiltProject Describe(Planned build)
    {
        BuildDirectory directory = new(build.Inputs.Project, build.Canvas);
        return build.Why is null && BuildRecord.Find(directory.Path, directory.Name) is { } record
            ? Describe(build, record)
            : new BuiltProject(build.Inputs.Project.Name.Value, build.Canvas.ToString(), directory.Name, build.Why, 0, 0, 0, null);
    }

    private BuiltProject Describe(Planned build, BuildRecord record)
    {
        Project project = build.Inputs.Project;
        string? preview = _options.Preview && !_options.DryRun ? BuildPreview.Write(project, build.Canvas, record) : null;
        return new BuiltProject(
            project.Name.Value, build.Canvas.ToString(), new BuildDirectory(project, build.Canvas).Name, build.Why, record.Images.Count,
            record.Images.Count(static i => i.Cut > 0), record.Header.Copies, preview);
    }

    private void Report(long images)
    {
        long done = Interlocked.Add(ref _images, images);
        _options.Progress?.Report(new WorkProgress("building", done, Math.Max(done, Interlocked.Read(ref _imagesTotal)), 0, -1));
    }
}
