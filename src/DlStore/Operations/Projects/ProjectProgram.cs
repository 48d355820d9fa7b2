using DlStore.Data.Recipes;
using DlStore.Operations.Store;

namespace DlStore.Operations.Projects;

/// <summary>The program that makes a project's images, as it has to be allowed. Executes nothing.</summary>
internal static class ProjectProgram
{
    /// <summary>Gets the command with the digest of everything that decides what it does.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="project">A project whose recipe is a program.</param>
    /// <exception cref="DlsException">Kind Failed: a file of the program cannot be read, or a symlink leads to it.</exception>
    public static TrustedCommand Command(Repo repo, Project project)
    {
        KnownFiles.RequireRealParents(repo, project.NameOf(project.Recipe.Program![0]));
        return new RecipeProgram(repo.WorkTree, project).Command();
    }

    /// <summary>Says whether this clone may run it.</summary>
    public static TrustLine Look(Repo repo, Project project)
    {
        TrustedCommand command = Command(repo, project);
        return new TrustLine(command.Subject, command.Line, command.Digest, new TrustList(repo.CommonDirectory).Allows(command), null);
    }
}
