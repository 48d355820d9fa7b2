using System.Text.Json;

namespace DlStore.TestKit;

/// <summary>
/// Makes repositories with a kind whose trainer is a few lines of shell, so that tests of tasks need no data and seconds only.
/// </summary>
public static class TaskFiles
{
    /// <summary>The kind <c>net</c>: parameter <c>mode</c> says how its trainer behaves.</summary>
    public const string Kind =
        """
        source: trainer
        train: sh train.sh {mode} {steps}
        test: sh test.sh
        parameters: {mode: ok, steps: 3}
        collect: ['out/*.bin', results.tsv]
        best: {file: out/best.bin}
        results: results.tsv
        steps: steps
        log:
          metrics:
            - pattern: '^step (?<step>\d+) loss (?<loss>-?nan|[\d.]+)'
              step: step
          best: '^new best'
          loss: loss
        stop:
          - {name: nan, match: '^step [0-9]+ loss -?nan', action: stop}
        accept: {threshold: 0.99, input: 16x16}
        deploy: {weight: weights/best.bin}

        """;

    private const string Train =
        """
        mode=$1 steps=$2
        mkdir -p out
        i=0
        while [ $i -lt $steps ]; do
            i=$((i + 1))
            case $mode in nan) [ $i -lt 3 ] || { echo "step $i loss -nan"; sleep 600; echo "slept to the end"; exit 0; };; esac
            echo "step $i loss 0.$((100 - i))"
            case $mode in noweights) ;; *)
                printf 'weights %s %s\n' "$DLS_ATTEMPT" $i > out/best.tmp && mv out/best.tmp out/best.bin
                echo "new best at $i";;
            esac
            case $mode in
                slow) sleep 1;;
                # Goes on when the supervisor has kept this version: what stands too shortly may be missed.
                versions) until [ "$(grep -c . ../state/best 2>/dev/null)" -ge $i ]; do sleep 0.1; done;;
            esac
        done
        echo scratch > scratch.txt
        [ "$mode" != last ] || { printf 'last\n' > out/last.bin; }
        [ "$mode" != fail ] || { echo "Traceback (most recent call last):" >&2; exit 3; }
        if [ "$mode" = hang ]; then
            trap 'echo saving; echo saved > out/saved.bin; exit 0' INT
            echo waiting
            while :; do sleep 0.2; done
        fi

        """;

    private const string Test =
        """
        printf 'a.jpg\tclose\tclose\t0.9\nb.jpg\tclose\topen\t0.4\n' > results.tsv
        echo "tested with $(cat out/best.bin | head -c 7)"

        """;

    /// <summary>Makes the repository <c>repo</c> with the kind <c>net</c>, trusted and committed.</summary>
    /// <param name="scene">Where.</param>
    /// <param name="kinds">Names of kinds; all are the same.</param>
    public static void Make(Scene scene, params string[] kinds)
    {
        scene.MakeRepo();
        Write(scene, "repo", kinds.Length > 0 ? kinds : ["net"]);
        scene.Commit("repo", "kinds");
        scene.Environment["DLS_TICK"] = "0.2";
        scene.Dls("repo", ["trust", "--all", "--quiet"]).Expect(0);
    }

    /// <summary>Writes trainer and kinds.</summary>
    public static void Write(Scene scene, string repo, params string[] kinds)
    {
        scene.Write($"{repo}/trainer/train.sh", Train);
        scene.Write($"{repo}/trainer/test.sh", Test);
        foreach (string kind in kinds)
        {
            scene.Write($"{repo}/.dlstore/kinds/{kind}.yaml", Kind);
        }
    }

    /// <summary>Asks for one attempt as <c>task show --json</c> gives it.</summary>
    public static JsonElement Show(Scene scene, string repo, string task, int attempt = 1)
    {
        using JsonDocument document = JsonDocument.Parse(scene.Dls(repo, "task", "show", task, "--json").Expect(0).OutputBytes);
        return document.RootElement.GetProperty(
            "attempts").EnumerateArray().First(a => a.GetProperty("start").GetProperty("n").GetInt32() == attempt).Clone();
    }

    /// <summary>Waits until something is so; the limit is far above what any machine needs, so that only a hang reaches it.</summary>
    public static void Until(Func<bool> isSo, string what)
    {
        for (int i = 0; i < 3000; i++)
        {
            if (isSo())
            {
                return;
            }

            Thread.Sleep(100);
        }

        throw new TimeoutException($"it did not happen within five minutes: {what}");
    }

    /// <summary>Waits until an attempt is in one of the states.</summary>
    public static string WaitFor(Scene scene, string repo, string task, params string[] states)
    {
        string state = "";
        for (int i = 0; i < 1500; i++)
        {
            using JsonDocument document = JsonDocument.Parse(scene.Dls(repo, "task", "status", task, "--json").OutputBytes);
            state = document.RootElement.GetProperty("attempts").EnumerateArray().Last().GetProperty("state").GetString()!;
            if (states.Contains(state))
            {
                return state;
            }

            Thread.Sleep(200);
        }

        throw new TimeoutException($"task {task} is {state}, not {string.Join(" or ", states)}");
    }
}
