using CommandLine;
using DlStore.Cli.Manual;

namespace DlStore.Cli.Commands.Setup;

/// <summary><c>dls completion SHELL</c>: a script made from the command table.</summary>
[Details("The script knows every command, option and choice of this version, and starts "
    + "nothing when a key is pressed. Make it again after an update.")]
[Example("dls completion bash > ~/.local/share/bash-completion/completions/dls", "for bash")]
[Example("dls completion zsh > ~/.zfunc/_dls", "for zsh, with ~/.zfunc in fpath")]
[Example("dls completion fish > ~/.config/fish/completions/dls.fish", "for fish")]
internal sealed class CompletionCommand : Command
{
    [Value(0, MetaName = "SHELL", Required = true, HelpText = "whose script to print")]
    public Shell Shell { get; set; }

    public override Task<int> RunAsync(Session session, CancellationToken cancel)
    {
        string script = Shell switch
        {
            Shell.Bash => BashCompletion.Script(),
            Shell.Zsh => ZshCompletion.Script(),
            Shell.Fish => FishCompletion.Script(),
            _ => throw new InvalidOperationException($"no script for {Shell}"),
        };
        if (Json)
        {
            session.Terminal.WriteJson(new CompletionDocument(CommandShape.Lower(Shell), script), CliJson.Default.CompletionDocument);
        }
        else
        {
            session.Terminal.ResultText(script);
        }

        return Task.FromResult(ExitCode.Done);
    }
}
