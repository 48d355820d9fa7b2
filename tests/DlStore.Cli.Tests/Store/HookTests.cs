using DlStore.TestKit;

namespace DlStore.Cli.Tests.Store;

/// <summary>The pre-push hook: what git would really run, in clones without init, beside managers of hooks, and after uninstall.</summary>
public sealed class HookTests : IDisposable
{
    private const string Line = "dls hook pre-push \"$@\"\n";
    private readonly GitScene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void A_clone_without_init_is_hooked_by_the_first_command_that_writes()
    {
        Assert.Empty(_scene.Hooks);
        _scene.Write("repo/data/a", "1\n");

        _scene.Dls("repo", "add", "data", "--dry-run").Expect(0);
        _scene.Dls("repo", "status").Expect(0);
        Assert.Empty(_scene.Hooks);
        RunResult add = _scene.Dls("repo", "add", "data").Expect(0);

        Assert.Contains("installed the pre-push hook", add.Error, StringComparison.Ordinal);
        Assert.Equal(["pre-push"], _scene.Hooks);
        Assert.DoesNotContain("hook", _scene.Dls("repo", "add", "data").Expect(0).Error, StringComparison.Ordinal);
        _scene.Commit("repo", "one");
        _scene.Git("repo", "push", "-q", "origin", "main");
        Assert.Equal(1, _scene.Pins);
    }

    [Fact]
    public void A_pull_in_a_fresh_clone_installs_the_hook_too()
    {
        _scene.Change("1\n");
        _scene.Git("repo", "push", "-q", "origin", "main");
        _scene.Git(".", "clone", "-q", "origin.git", "clone");

        Assert.Contains("hook: `git push` would publish pointers without their bytes",
            _scene.Dls("clone", "status", "--exit-code").Expect(0).Output, StringComparison.Ordinal);
        Assert.Contains("installed the pre-push hook", _scene.Dls("clone", "pull").Expect(0).Error, StringComparison.Ordinal);

        Assert.True(File.Exists(_scene.At("clone/.git/hooks/pre-push")));
        Assert.DoesNotContain("hook:", _scene.Dls("clone", "status").Expect(0).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_installed_where_no_pointer_could_be_published()
    {
        _scene.Dls("repo", "remote", "add", "second", "../second").Expect(0);

        Assert.Empty(_scene.Hooks);
        Assert.Equal(0, _scene.Dls(".", "version").ExitCode);
    }

    [Fact]
    public void Uninstall_is_remembered_until_init()
    {
        _scene.Change("1\n");
        Assert.Equal(["pre-push"], _scene.Hooks);

        _scene.Dls("repo", "uninstall").Expect(0);
        _scene.Change("2\n");

        Assert.Empty(_scene.Hooks);
        Assert.Equal("false", _scene.Git("repo", "config", "dls.hook"));
        Assert.DoesNotContain("hook:", _scene.Dls("repo", "status").Expect(0).Output, StringComparison.Ordinal);
        Assert.Contains("dls.hook = false", _scene.Dls("repo", "doctor").Expect(0).Output, StringComparison.Ordinal);
        Assert.Contains("installed the pre-push hook", _scene.Dls("repo", "init").Expect(0).Output, StringComparison.Ordinal);
        Assert.Equal(["pre-push"], _scene.Hooks);
        Assert.Equal(1, _scene.TryGit("repo", "config", "dls.hook").ExitCode);
    }

    [Theory]
    [InlineData("local")]
    [InlineData("global")]
    [InlineData("global, from home")]
    [InlineData("global, included")]
    [InlineData("local, per work tree")]
    [InlineData("environment")]
    public void Where_core_hooksPath_leads_elsewhere_nothing_is_written_and_the_hint_works(string where)
    {
        string hooks = where == "local" ? _scene.At("repo/my hooks") : _scene.At("home/.githooks");
        Set(where, hooks);

        RunResult init = _scene.Dls("repo", "init").Expect(0);
        Assert.DoesNotContain("installed", init.Output, StringComparison.Ordinal);
        Assert.Contains("exec dls hook pre-push \"$@\"", init.Output, StringComparison.Ordinal);
        _scene.Write("repo/data/a", "1\n");
        RunResult add = _scene.Dls("repo", "add", "data").Expect(0);
        Assert.Contains("so no hook was written", add.Error, StringComparison.Ordinal);
        _scene.Commit("repo", "one");
        Assert.False(Directory.Exists(hooks));
        Assert.Empty(_scene.Hooks);
        Assert.Contains(
            "hook: `git push` would publish", _scene.Dls("repo", "status", "--exit-code").Expect(0).Output, StringComparison.Ordinal);
        RunResult doctor = _scene.Dls("repo", "doctor").Expect(4);

        string hint = doctor.Error.Split('`').Single(static p => p.Contains("mkdir", StringComparison.Ordinal));
        _scene.Run("repo", "sh", "-c", hint).Expect(0);

        Assert.Contains("dls answered", _scene.Dls("repo", "doctor", "--try").Expect(0).Output, StringComparison.Ordinal);
        _scene.Git("repo", "push", "-q", "origin", "main");
        Assert.Equal(1, _scene.Pins);
    }

    [Theory]
    [InlineData("/dev/null")]
    [InlineData("")]
    public void Hooks_that_are_switched_off_are_said_to_be(string setting)
    {
        _scene.Git("repo", "config", "core.hooksPath", setting);
        _scene.Write("repo/data/a", "1\n");

        RunResult add = _scene.Dls("repo", "add", "data", "--quiet").Expect(0);

        Assert.Contains("hooks are switched off", add.Error, StringComparison.Ordinal);
        Assert.Contains("hooks are switched off", _scene.Dls("repo", "doctor").Expect(4).Error, StringComparison.Ordinal);
        Assert.DoesNotContain("nothing to do", _scene.Dls("repo", "init").Expect(0).Output, StringComparison.Ordinal);
        Assert.Empty(_scene.Hooks);
    }

    [Fact]
    public void A_hand_made_hook_that_git_passes_over_only_needs_its_mode()
    {
        _scene.Write("repo/hooks/pre-push", "#!/bin/sh\n" + Line);
        _scene.Git("repo", "config", "core.hooksPath", "hooks");
        _scene.Change("1\n");

        Assert.Contains("run `chmod +x hooks/pre-push`", _scene.Dls("repo", "doctor").Expect(4).Error, StringComparison.Ordinal);
        _scene.Run("repo", "chmod", "+x", "hooks/pre-push").Expect(0);
        _scene.Dls("repo", "doctor", "--try").Expect(0);
    }

    [Fact]
    public void A_hooksPath_that_is_set_after_init_is_found()
    {
        _scene.Change("1\n");
        _scene.Write("repo/.husky/_/.gitignore", "*\n");
        _scene.Git("repo", "config", "core.hooksPath", ".husky/_");

        Assert.Contains(
            "there is no '.husky/_/pre-push' (core.hooksPath)", _scene.Dls("repo", "doctor").Expect(4).Output, StringComparison.Ordinal);
        Assert.Contains("hook:", _scene.Dls("repo", "status").Expect(0).Output, StringComparison.Ordinal);
        _scene.Dls("repo", "uninstall").Expect(0);
        Assert.Empty(_scene.Hooks);
    }

    [Fact]
    public void A_hooksPath_that_names_the_own_directory_is_the_own_directory()
    {
        _scene.Git("repo", "config", "--global", "core.hooksPath", _scene.At("home/.githooks"));
        _scene.Git("repo", "config", "core.hooksPath", ".git/hooks");

        _scene.Change("1\n");

        Assert.Equal(["pre-push"], _scene.Hooks);
        _scene.Dls("repo", "doctor").Expect(0);
    }

    [Fact]
    public void A_hook_that_git_passes_over_is_found_and_mended()
    {
        _scene.Change("1\n");
        File.SetUnixFileMode(_scene.At("repo/.git/hooks/pre-push"), (UnixFileMode)0x1A4);

        Assert.Contains("not executable", _scene.Dls("repo", "doctor").Expect(4).Output, StringComparison.Ordinal);
        _scene.Dls("repo", "init").Expect(0);

        _scene.Dls("repo", "doctor", "--try").Expect(0);
        Assert.Equal(["pre-push"], _scene.Hooks);
    }

    [Fact]
    public void The_pre_commit_framework_may_take_the_place_of_the_hook_again_and_again()
    {
        _scene.Change("1\n");
        InstallPreCommit();

        Push(pins: 1);
        Assert.Contains(
            "by '.git/hooks/pre-push.legacy'", _scene.Dls("repo", "doctor", "--try").Expect(0).Output, StringComparison.Ordinal);
        Assert.Contains("nothing to do", _scene.Dls("repo", "init").Expect(0).Output, StringComparison.Ordinal);
        Assert.Equal(["pre-push", "pre-push.legacy"], _scene.Hooks);
        _scene.Change("2\n");
        Push(pins: 2);
        _scene.Dls("repo", "uninstall").Expect(0);
        Assert.Equal(["pre-push"], _scene.Hooks);
    }

    [Fact]
    public void Init_over_the_pre_commit_framework_goes_where_that_keeps_other_hooks()
    {
        InstallPreCommit();
        _scene.Dls("repo", "init").Expect(0);
        Assert.Equal(["pre-push", "pre-push.legacy"], _scene.Hooks);
        _scene.Change("1\n");

        Push(pins: 1);
        InstallPreCommit();
        _scene.Change("2\n");
        Push(pins: 2);
    }

    [Fact]
    public void Husky_runs_the_line_that_was_added_by_hand()
    {
        _scene.Write("repo/.husky/_/h",
            "n=$(basename \"$0\")\ns=$(dirname \"$(dirname \"$0\")\")/$n\n[ ! -f \"$s\" ] && exit 0\nsh -e \"$s\" \"$@\"\n");
        _scene.Script("repo/.husky/_/pre-push", ". \"$(dirname \"$0\")/h\"");
        _scene.Git("repo", "config", "core.hooksPath", ".husky/_");
        _scene.Change("1\n");
        RunResult doctor = _scene.Dls("repo", "doctor").Expect(4);
        Assert.Contains(">.husky/pre-push", doctor.Error, StringComparison.Ordinal);

        _scene.Write("repo/.husky/pre-push", Line);

        Assert.Contains(
            "leads to dls by '.husky/pre-push'", _scene.Dls("repo", "doctor", "--try").Expect(0).Output, StringComparison.Ordinal);
        Assert.Contains("nothing to do", _scene.Dls("repo", "init").Expect(0).Output, StringComparison.Ordinal);
        Push(pins: 1);
    }

    [Fact]
    public void Two_hooks_that_call_each_other_come_to_an_end()
    {
        _scene.Change("1\n");
        _scene.Script("repo/.git/hooks/pre-push.before-dls",
            "echo once >>\"$(git rev-parse --git-dir)/calls\"\nexec \"$(dirname \"$0\")/pre-push\" \"$@\"\n");

        Push(pins: 1);

        Assert.Equal("once\n", _scene.Read("repo/.git/calls"));
    }

    [Fact]
    public void A_push_inside_of_a_kept_hook_sends_its_bytes_too()
    {
        _scene.Change("1\n");
        _scene.Git(".", "init", "-q", "--bare", "mirror.git");
        _scene.Script("repo/.git/hooks/pre-push.before-dls", "[ \"$1\" = mirror ] || git push -q mirror HEAD:other\n");
        _scene.Git("repo", "remote", "add", "mirror", _scene.At("mirror.git"));

        Push(pins: 1);

        Assert.NotEqual("", _scene.Git("mirror.git", "for-each-ref"));
    }

    [Fact]
    public void A_hook_that_was_kept_is_never_overwritten()
    {
        _scene.Script("repo/.git/hooks/pre-push", "echo first\n");
        _scene.Dls("repo", "init").Expect(0);
        _scene.Script("repo/.git/hooks/pre-push", "echo second\n");

        RunResult init = _scene.Dls("repo", "init").Expect(0);

        Assert.Contains("to do: 'pre-push.before-dls'", init.Output, StringComparison.Ordinal);
        Assert.Equal("#!/bin/sh\necho first\n", _scene.Read("repo/.git/hooks/pre-push.before-dls"));
        Assert.Equal("#!/bin/sh\necho second\n", _scene.Read("repo/.git/hooks/pre-push"));
    }

    [Fact]
    public void A_list_that_another_program_has_read_lets_no_pointer_go_without_its_bytes()
    {
        _scene.Script("repo/.git/hooks/pre-push", "cat >/dev/null\n" + Line);
        _scene.Change("1\n");

        Push(pins: 1);

        // All is up to date: git lists nothing, and there is nothing to find either.
        Directory.Move(_scene.At("remote"), _scene.At("away"));
        _scene.Git("repo", "push", "-q", "origin", "main");
    }

    [Theory]
    [InlineData("exit 0\n" + Line, 4)]
    [InlineData("[ -n \"$NEVER\" ] || exit 0\n" + Line, 4)]
    [InlineData("if [ -n \"$NEVER\" ]; then\n  exit 1\nfi\n" + Line, 0)]
    [InlineData(Line + "exit 3\n", 4)]
    public void Doctor_tries_the_hook_that_git_would_run(string body, int exitCode)
    {
        _scene.Script("repo/.git/hooks/pre-push", body);
        _scene.Write("repo/data/a", "1\n");
        _scene.Git("repo", "config", "dls.hook", "false");
        _scene.Dls("repo", "add", "data").Expect(0);

        RunResult doctor = _scene.Dls("repo", "doctor", "--try").Expect(exitCode);

        Assert.Contains("the pre-push hook was tried", doctor.Output, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_scene.At("repo/.git/dls"), "probe-*"));
        Assert.Equal(0, _scene.Pins);
    }

    [Fact]
    public void Hooks_of_gits_own_configuration_count_from_the_version_that_runs_them()
    {
        _scene.Git("repo", "config", "dls.hook", "false");
        _scene.Change("1\n");
        _scene.Git("repo", "config", "hook.bytes.command", "dls hook pre-push");
        _scene.Git("repo", "config", "hook.bytes.event", "pre-push");
        _scene.Git("repo", "config", "--unset", "dls.hook");
        string git = _scene.Run(".", "sh", "-c", "command -v git").Output.Trim();

        _scene.Script("bin/git", $"case \"$*\" in *--version) echo git version 2.53.1;; *) exec {git} \"$@\";; esac\n");
        _scene.Environment["PATH"] = $"{_scene.At("bin")}:{_scene.Environment["PATH"]}";
        Assert.Contains("hook:", _scene.Dls("repo", "status").Expect(0).Output, StringComparison.Ordinal);
        _scene.Script("bin/git", $"case \"$*\" in *--version) echo git version 2.54.0;; *) exec {git} \"$@\";; esac\n");
        Assert.DoesNotContain("hook:", _scene.Dls("repo", "status").Expect(0).Output, StringComparison.Ordinal);
    }

    private void Push(int pins)
    {
        _scene.Git("repo", "push", "-q", "origin", "main");
        Assert.Equal(pins, _scene.Pins);
        Assert.Equal(_scene.Git("repo", "rev-parse", "HEAD"), _scene.Git("origin.git", "rev-parse", "main"));
    }

    private void Set(string where, string hooks)
    {
        switch (where)
        {
            case "local":
                _scene.Git("repo", "config", "core.hooksPath", "my hooks");
                break;
            case "global":
                _scene.Git("repo", "config", "--global", "core.hooksPath", hooks);
                break;
            case "global, from home":
                _scene.Git("repo", "config", "--global", "core.hooksPath", "~/.githooks");
                break;
            case "global, included":
                _scene.Git("repo", "config", "--global", "include.path", "more");
                _scene.Write("home/more", "[core]\n\thooksPath = \"~/.githooks\" ; mine\n");
                break;
            case "local, per work tree":
                _scene.Git("repo", "config", "extensions.worktreeConfig", "true");
                _scene.Git("repo", "config", "--worktree", "core.hooksPath", hooks);
                break;
            default:
                _scene.Write("elsewhere", $"[core]\n\thooksPath = {hooks}\n");
                _scene.Environment["GIT_CONFIG_GLOBAL"] = _scene.At("elsewhere");
                break;
        }
    }

    // What `pre-commit install -t pre-push` does, and its hook: the one before it is kept and runs with the same list, never inside of
    // itself.
    private void InstallPreCommit()
    {
        string hook = _scene.At("repo/.git/hooks/pre-push");
        if (File.Exists(hook) && !_scene.Read("repo/.git/hooks/pre-push").Contains("generated by pre-commit", StringComparison.Ordinal))
        {
            File.Move(hook, hook + ".legacy", overwrite: true);
        }

        _scene.Script("repo/.git/hooks/pre-push", """
            # File generated by pre-commit: https://pre-commit.com
            HERE="$(cd "$(dirname "$0")" && pwd)"
            [ -z "$PRE_COMMIT_RUNNING_LEGACY" ] || { echo "bug: pre-commit's script is installed in migration mode" >&2; exit 1; }
            refs=$(cat; echo .)
            [ ! -x "$HERE/pre-push."leg""acy ] || printf '%s' "${refs%.}" | PRE_COMMIT_RUNNING_LEGACY=1 "$HERE/pre-push."leg""acy "$@" || exit 1

            """);
    }
}
