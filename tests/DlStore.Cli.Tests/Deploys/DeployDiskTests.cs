using DlStore.Cli.Tests.Store;
using DlStore.TestKit;

namespace DlStore.Cli.Tests.Deploys;

/// <summary>Targets whose disk is full: the old state stays, and the same command works once there is room.</summary>
public sealed class DeployDiskTests : IDisposable
{
    private readonly DeployScene _scene = new();
    private readonly string _home;

    public DeployDiskTests() => _home = _scene.MakeHome("small");

    public void Dispose()
    {
        Run("umount", _home);
        _scene.Dispose();
    }

    [SkippableMountFact]
    public async Task A_disk_that_fills_up_after_staging_leaves_the_old_state()
    {
        Assert.Equal(0, Run("mount", "-t", "tmpfs", "-o", "size=80m", "tmpfs", _home));
        _scene.AddTarget("small", "local", "ssd", _home);
        _scene.MakeTask("a", weightSize: 40_000);
        _scene.MakeTask("b", weightSize: 40_000);
        await _scene.DeployAsync("a", "small");
        string before = DeployScene.Consumer(_home);
        string ballast = Path.Combine(_home, ".dls/ballast");

        // From no room at all, where not even the lock can be taken, to nearly enough.
        foreach (int kibLeft in (int[])[0, 4, 8, 16, 24, 32, 44])
        {
            DlsException error = await Assert.ThrowsAsync<DlsException>(
                () => _scene.DeployAsync("b", "small", staged: (_, _) => Fill(ballast, kibLeft)));
            Assert.Equal(ErrorKind.Failed, error.Kind);
            Assert.Equal(before, DeployScene.Consumer(_home).Replace(".dls-", "", StringComparison.Ordinal));
            File.Delete(ballast);
        }

        await _scene.UnlockAsync("small");
        Assert.Equal(before, DeployScene.Consumer(_home));
        await _scene.DeployAsync("b", "small");
        Assert.Equal(DeployScene.WeightOf("bssd", 40_000), File.ReadAllBytes(Path.Combine(_home, "weights/best_weight.pth")));
        Assert.False((await _scene.StatusAsync("small")).HasDrift);
    }

    [SkippableMountFact]
    public async Task Too_small_a_disk_is_told_before_anything_is_touched()
    {
        Assert.Equal(0, Run("mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", _home));
        _scene.AddTarget("small", "local", "ssd", _home);
        _scene.MakeTask("a", weightSize: 400_000);

        DlsException error = await Assert.ThrowsAsync<DlsException>(() => _scene.DeployAsync("a", "small,gaa"));

        Assert.Contains("bytes are needed", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_home));
        Assert.Empty(Directory.GetFileSystemEntries(_scene.Home));
    }

    private static int Run(
        string program, params string[] arguments) => RunningProgram.Run(program, arguments, "/", TempRepo.SealedEnvironment("/")).ExitCode;

    /// <summary>Writes until the disk is full, then gives some of it back.</summary>
    private static void Fill(string file, int kibLeft)
    {
        long size = 0;
        using FileStream stream = File.Create(file);
        try
        {
            for (byte[] block = new byte[4096]; ; size += block.Length)
            {
                stream.Write(block);
                stream.Flush();
            }
        }
        catch (IOException)
        {
            stream.SetLength(Math.Max(0, size - (kibLeft * 1024)));
        }
    }
}
