using DlStore.Objects;

namespace DlStore.Operations.Imports;

/// <summary>What became of a project.</summary>
public enum ImportOutcome
{
    /// <summary>It was copied.</summary>
    Imported,
    /// <summary>A project of that name with the same masters is there.</summary>
    AlreadyThere,
    /// <summary>It was left where it is; the reason is given.</summary>
    Refused,
}

/// <summary>A project that was found.</summary>
/// <param name="Source">Where, from the directory that was named.</param>
/// <param name="Name">Its name here.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="Reason">Why it was refused; or which files of a copy differ from what is there; or null.</param>
/// <param name="HasProgram">Whether it has a program, which is not trusted by being imported.</param>
public sealed record ImportedProject(string Source, string Name, ImportOutcome Outcome, string? Reason, bool HasProgram);

/// <summary>A set that became a data set.</summary>
/// <param name="Name">The data set.</param>
/// <param name="File">Its file, from the top of the work tree.</param>
/// <param name="Projects">How many projects it names itself.</param>
/// <param name="IsWritten">Whether it was written; else there is one already.</param>
public sealed record ImportedSet(string Name, string File, int Projects, bool IsWritten);

/// <summary>One picture that several projects have as a master.</summary>
/// <param name="Oid">Digest of its bytes.</param>
/// <param name="Projects">The projects, sorted.</param>
/// <param name="Labels">The classes that their annotations name, sorted; programs that go by file names see one class a project.</param>
public sealed record SharedMaster(Oid Oid, IReadOnlyList<string> Projects, IReadOnlyList<string> Labels);

/// <summary>A module that programs of imported projects need.</summary>
/// <param name="File">Its path from the top, there and here.</param>
/// <param name="IsWritten">Whether it was written; else the same is here already.</param>
public sealed record ImportedModule(string File, bool IsWritten);

/// <summary>What an import did.</summary>
/// <param name="Projects">One entry a project that was found.</param>
/// <param name="Sets">Data sets.</param>
/// <param name="Shared">Masters that several projects have.</param>
/// <param name="ObjectsStored">Objects of masters and large files that were new to the store.</param>
/// <param name="Remarks">What could not be used, each a sentence.</param>
public sealed record ProjectImportResult(
    IReadOnlyList<ImportedProject> Projects,
        IReadOnlyList<ImportedSet> Sets, IReadOnlyList<SharedMaster> Shared, long ObjectsStored, IReadOnlyList<string> Remarks)
{
    /// <summary>Gets the modules that come with the programs.</summary>
    public IReadOnlyList<ImportedModule> Modules { get; init; } = [];
}
