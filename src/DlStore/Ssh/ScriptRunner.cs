namespace DlStore.Ssh;

/// <summary>Runs a script on a host while its input is written and its output is read.</summary>
/// <param name="script">What to run.</param>
/// <param name="writeInput">Writes its standard input, which ends when this returns.</param>
/// <param name="readOutput">Reads its standard output.</param>
/// <param name="cancel">Ends the connection.</param>
internal delegate Task ScriptRunner(
    HostScript script, Func<Stream, CancellationToken, Task> writeInput, Func<Stream, CancellationToken, Task> readOutput,
    CancellationToken cancel);
