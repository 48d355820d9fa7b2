using DlStore.Io;
using DlStore.Objects;

namespace DlStore.Ssh;

internal sealed record HostInput(ObjectKind Kind, Oid Oid, string Path, bool Executable);

internal static class HostCache
{
    public static Task PlaceAsync(Repo repo, HostShell shell, string directory, IReadOnlyList<HostInput> inputs, IProgress<WorkProgress>? progress, CancellationToken cancel)
    {
        foreach (HostInput input in inputs)
        {
            Put(repo, input.Kind == ObjectKind.Tree, input.Oid, $"{directory}/{input.Path}");
        }

        return Task.CompletedTask;
    }

    private static void Put(Repo repo, bool tree, Oid oid, string path)
    {
        Directory.CreateDirectory(tree ? path : Path.GetDirectoryName(path)!);
        if (!tree)
        {
            File.WriteAllBytes(path, repo.Store.Large.Contains(oid) ? File.ReadAllBytes(repo.Store.Large.PathOf(oid)) : repo.Store.Read(oid));
            return;
        }

        TreeCursor cursor = new(repo.Store.Read, oid);
        while (cursor.Next())
        {
            Put(repo, cursor.Mode == TreeMode.Directory, cursor.Oid, $"{path}/{System.Text.Encoding.UTF8.GetString(cursor.Name)}");
        }
    }
}
