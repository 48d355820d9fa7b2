using Renci.SshNet;

namespace DlStore.Ssh.Builtin;

/// <summary>
/// Runs scripts by the built-in client as <see cref="HostShell"/> does by the system's, a connection each. The library keeps in memory what
/// a script has written and nobody has read yet, without a limit: only for scripts that say little.
/// </summary>
/// <param name="client">Connects.</param>
/// <param name="root">The directory of dls on the host.</param>
internal sealed class BuiltinShell(BuiltinClient client, string root)
{
    /// <inheritdoc cref="ScriptRunner"/>
    public async Task RunAsync(
        HostScript script, Func<Stream, CancellationToken, Task> writeInput, Func<Stream, CancellationToken, Task> readOutput,
        CancellationToken cancel)
    {
        using SshClient ssh = await client.ConnectAsync(script.What, static info => new SshClient(info), cancel);
        ssh.KeepAliveInterval = TimeSpan.FromSeconds(10);
        byte[] text = script.Encode(root);
        using Renci.SshNet.SshCommand command = ssh.CreateCommand($"exec sh -c 'eval \"$(dd bs=1 count={text.Length} 2>/dev/null)\"'");

        // Nothing else wakes a reader that waits for more.
        using CancellationTokenRegistration wake = cancel.Register(command.OutputStream.Dispose);
        Task read = Task.CompletedTask;
        try
        {
            Task run = command.ExecuteAsync(CancellationToken.None);
            read = Task.Factory.StartNew(
                () => readOutput(command.OutputStream, cancel).GetAwaiter().GetResult(),
                CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            using (Stream input = command.CreateInputStream())
            {
                await input.WriteAsync(text, cancel);
                await writeInput(input, cancel);
            }

            await read;
            await run;
        }
        catch (Exception e) when (BuiltinClient.IsLost(e) || e is InvalidOperationException)
        {
            cancel.ThrowIfCancellationRequested();
            throw client.Failure.Lost(script.What, e);
        }
        finally
        {
            await command.OutputStream.DisposeAsync();
            await read.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
