using System.Text.Json;
using DlStore.TestKit;

namespace DlStore.Cli.Tests.Tasks;

/// <summary>
/// Programs as they are: they save under several names, make no directories, print on both streams, and complain of what does not matter.
/// The lines are in the form of darknet's, the numbers made up.
/// </summary>
public sealed class RealProgramTests : IDisposable
{
    private readonly Scene _scene = new();

    public void Dispose() => _scene.Dispose();

    private const string Cfg = "[net]\nbatch=4\nsubdivisions=2\nwidth=64\nheight=64\nlearning_rate=0.002\nmax_batches=50\n"
        + "[convolutional]\nfilters=18\n[yolo]\nmask=0,1,2\nclasses=1\nnum=3\n";

    /// <summary>What a class of files on the way to the program is for: each path is opened from where it was started.</summary>
    private const string Reader = """
        sed -n 's/^names = //p; s/^train = //p; s/^valid = //p' $1 | while read -r f; do [ -f "$f" ] || { echo "no file $f"; exit 1; }; done || exit 1
        for image in $(cat "$(sed -n 's/^train = //p' $1)"); do
            [ -f "$image" ] && [ -f "${image%.jpg}.txt" ] || { echo "Cannot load image \"$image\""; exit 1; }
        done
        printf '\0\0\0\0\2\0\0\0\5\0\0\0\100\0\0\0\0\0\0\0\0\0\200\77' > "$(sed -n 's/^backup = //p' $1)/net_final.weights" || exit 1
        echo 'class_id = 0, name = close, ap = 42.97%   	 (TP = 5, FP = 1)'
        echo ' mean average precision (mAP@0.50) = 0.429700, or 42.97 %'

        """;

    private RunResult Detect(string kind, string cfg, string accept = "TWIN")
    {
        if (!Directory.Exists(_scene.At("repo")))
        {
            _scene.MakeRepo();
            _scene.Environment["DLS_TICK"] = "0.2";
            ProjectFiles.Write(_scene, "repo", "close");
            _scene.Write("repo/datasets/game.yaml", "projects: [close]\ncanvas: [own]\n");
            _scene.Dls("repo", "add", "projects/close/master/image.jpg").Expect(0);
            _scene.Write("repo/trainer/in/t.sh", Reader);
            _scene.Write("repo/trainer/t.sh", Reader);
        }

        _scene.Write("repo/trainer/net.cfg", cfg);
        _scene.Write("repo/.dlstore/kinds/net.yaml", "preset: darknet\ndataset: game\nsource: trainer\n" + kind);
        _scene.Commit("repo", "kind");
        return _scene.Dls("repo", ["task", "create", "t", "--trust", "--accept", accept]);
    }

    /// <summary>A run starts the program beside its data set, or in a directory of its own; darknet opens every path from there.</summary>
    [Theory]
    [InlineData("train: sh t.sh data_set/obj.data net.cfg\ntest: sh t.sh data_set/obj.data\n")]
    [InlineData("cwd: data_set\ntrain: sh ../t.sh obj.data ../net.cfg\ntest: sh ../t.sh obj.data\n")]
    [InlineData("cwd: in\ndata: in/set\ntrain: sh t.sh set/obj.data ../net.cfg\ntest: sh t.sh set/obj.data\n")]
    public void Lists_of_darknet_name_files_from_where_it_is_started(string kind)
    {
        Detect(kind, Cfg).Expect(0);

        JsonElement attempt = TaskFiles.Show(_scene, "repo", "t");
        JsonElement record = attempt.GetProperty("record");
        Assert.Equal("done", record.GetProperty("state").GetString());
        Assert.Equal("backup/net_final.weights", record.GetProperty("weights").GetProperty("path").GetString());
        Assert.Equal("1", record.GetProperty("weightFacts").GetProperty("classes").GetString());
        Assert.Equal("50", attempt.GetProperty("start").GetProperty("parameters").GetProperty("max_batches").GetString());
        Assert.Equal("0.002", attempt.GetProperty("start").GetProperty("parameters").GetProperty("learning_rate").GetString());
        JsonElement row = Assert.Single(record.GetProperty("result").GetProperty("classes").EnumerateArray());
        Assert.Equal("close", row.GetProperty("class").GetString());
        Assert.Equal("0.4297", row.GetProperty("numbers").GetProperty("ap").GetString());
        string shown = _scene.Dls("repo", "task", "show", "t").Expect(0).Output;
        Assert.Contains("per class   close: ap 0.4297, fp 1, id 0, tp 5", shown, StringComparison.Ordinal);
        Assert.Contains("batch=4", shown, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cfg_that_would_learn_nothing_is_refused_before_anything_is_built()
    {
        const string Kind = "train: sh t.sh data_set/obj.data ./net.cfg\n";
        RunResult filters = Detect(Kind, Cfg.Replace("filters=18", "filters=255", StringComparison.Ordinal)).Expect(1);
        RunResult classes = Detect(Kind, Cfg.Replace("filters=18", "filters=24", StringComparison.Ordinal)
            .Replace("classes=1", "classes=3", StringComparison.Ordinal)).Expect(1);
        RunResult accepted = Detect(Kind, Cfg.Replace("filters=18", "filters=24", StringComparison.Ordinal)
            .Replace("classes=1", "classes=3", StringComparison.Ordinal), "TWIN,CFG_DATASET").Expect(0);

        Assert.Contains("CFG_FILTERS net.cfg:9 filters=255", filters.Error, StringComparison.Ordinal);
        Assert.Contains("CFG_DATASET net.cfg its detection layers have classes=3, and the data set has 1", classes.Error, StringComparison.Ordinal);
        Assert.Contains("--accept CFG_DATASET", classes.Error, StringComparison.Ordinal);
        accepted.Expect(0);
        Assert.Contains("the weights tell 3 classes apart, the class list has 1",
            _scene.Dls("repo", "task", "show", "t").Expect(0).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Numbers_of_a_class_are_compared()
    {
        Detect("train: sh t.sh data_set/obj.data net.cfg\ntest: sh t.sh data_set/obj.data\n", Cfg).Expect(0);
        _scene.Write("repo/trainer/t.sh", Reader.Replace("42.97%", "50%", StringComparison.Ordinal).Replace("FP = 1", "FP = 3", StringComparison.Ordinal));
        _scene.Commit("repo", "t");
        _scene.Dls("repo", "task", "create", "u", "--trust", "--accept", "TWIN").Expect(0);

        string diff = _scene.Dls("repo", "task", "diff", "t", "u").Expect(0).Output;

        Assert.Matches(@"class close ap +0\.4297 +0\.5 +\+0\.0703", diff);
        Assert.Matches(@"class close fp +1 +3 +\+2", diff);
        Assert.DoesNotContain("class close id", diff, StringComparison.Ordinal);
    }

    /// <summary>A program of no known form says with one line of its kind where its number stands.</summary>
    [Theory]
    [InlineData("result: {pattern: '^accuracy (?<accuracy>[0-9.]+)'}\n", "accuracy", "0.97")]
    [InlineData("result: {file: accuracy.txt}\n", "accuracy", "0.96")]
    [InlineData("result: {file: m.json}\n", "test.acc", "0.95")]
    [InlineData("result: {file: '**/results.csv'}\n", "epoch", "2")]
    [InlineData("result: [{file: m.json}, {file: results.csv}]\n", "metrics/mAP50(B)", "0.5")]
    [InlineData("result: {file: notes.txt, pattern: 'f1 is (?<f1>[0-9.]+)'}\n", "f1", "0.8")]
    public void A_number_is_a_result(string result, string name, string value)
    {
        const string Script = "mkdir out; echo x > out/w; echo 'accuracy 0.90'; echo 'accuracy 0.97'; echo 0.96 > accuracy.txt\n"
            + "echo '{\"test\": {\"acc\": 0.95}}' > m.json; echo 'f1 is 0.8' > notes.txt\n"
            + "printf '   epoch,   metrics/mAP50(B)\\n  1,   0.25\\n  2,   0.5\\n' > results.csv\n";
        JsonElement record = Train(Script, "source: trainer\ntrain: sh t.sh\ncollect: [out/**]\nbest: {file: out/w}\n" + result);

        Assert.Equal("done", record.GetProperty("state").GetString());
        Assert.Equal(value, record.GetProperty("result").GetProperty("metrics").GetProperty(name).GetString());
    }

    [Fact]
    public void A_result_that_is_not_there_is_said_to_be_missing()
    {
        JsonElement record = Train("mkdir out; echo x > out/w\n",
            "source: trainer\ntrain: sh t.sh\ncollect: [out/**]\nbest: {file: out/w}\nresult: {file: m.json}\n");

        Assert.Equal("done-untested", record.GetProperty("state").GetString());
        Assert.Contains("where `result` of the kind looks", record.GetProperty("why").GetString(), StringComparison.Ordinal);
    }

    private JsonElement Train(string script, string kind = "preset: darknet\nsource: trainer\ntrain: sh t.sh\n")
    {
        _scene.MakeRepo();
        _scene.Environment["DLS_TICK"] = "0.2";
        _scene.Write("repo/trainer/t.sh", script);
        _scene.Write("repo/.dlstore/kinds/net.yaml", kind);
        _scene.Commit("repo", "kind");
        _scene.Dls("repo", "task", "create", "t", "--trust");
        return TaskFiles.Show(_scene, "repo", "t").GetProperty("record");
    }

    [Theory]
    [InlineData("x_best.weights", "x_1000.weights x_last.weights x_best.weights x_2000.weights x_last.weights x_final.weights")]
    [InlineData("x_final.weights", "x_1000.weights x_last.weights x_2000.weights x_last.weights x_final.weights")]
    [InlineData("x_last.weights", "x_1000.weights x_last.weights x_2000.weights x_last.weights")]
    [InlineData("x_2000.weights", "x_1000.weights x_2000.weights")]
    [InlineData("x.backup", "x.backup")]
    public void The_weights_are_the_best_that_a_run_left(string expected, string saved)
    {
        JsonElement record = Train($"for f in {saved}; do echo \"Saving weights to backup/$f\"; echo \"$f $DLS_ATTEMPT\" > backup/$f; sleep 0.05; done\n");

        JsonElement weights = record.GetProperty("weights");
        Assert.Equal("backup/" + expected, weights.GetProperty("path").GetString());
        Assert.Equal($"Saving weights to backup/{expected}", weights.GetProperty("text").GetString());
        Assert.Equal(Array.LastIndexOf(saved.Split(' '), expected) + 1, weights.GetProperty("line").GetInt32());
        Assert.Equal("done-untested", record.GetProperty("state").GetString());
    }

    [Fact]
    public void A_picture_of_a_letter_stops_nothing_and_an_image_of_the_set_does()
    {
        JsonElement record = Train(
            "i=32; while [ $i -lt 60 ]; do echo \"Cannot load image \\\"data/labels/${i}_0.png\\\"\" >&2; i=$((i + 1)); done; sleep 1\n"
            + "echo x > backup/x_best.weights; echo 'Cannot load image \"data_set/data_set/7.jpg\"'; sleep 600\n");

        Assert.Equal("rule missing-image line 29 stopped it", record.GetProperty("why").GetString());
        Assert.Equal(29, Assert.Single(record.GetProperty("alarms").EnumerateArray()).GetProperty("line").GetInt32());
    }

    /// <summary>awk writes its output in blocks and its errors at once, as every C program does into a file.</summary>
    [Fact]
    public void One_stream_does_not_cut_the_lines_of_the_other()
    {
        Train("awk 'BEGIN { for (i = 0; i < 3000; i++) { print \"out \" i; print \"err \" i > \"/dev/stderr\" } }'; echo x > backup/x_best.weights\n");
        string[] log = _scene.Dls("repo", "task", "log", "t").Expect(0).Output.TrimEnd('\n').Split('\n');

        Assert.Equal(6000, log.Length);
        Assert.All(log.Select(static (l, i) => (l, i)), static p => Assert.Equal($"{(p.i % 2 == 0 ? "out" : "err")} {p.i / 2}", p.l));
    }

    [Fact]
    public void A_line_of_a_bar_is_numbered_as_an_editor_numbers_it()
    {
        JsonElement record = Train(
            "kept() { until [ \"$(grep -c . ../state/best 2>/dev/null)\" = $1 ]; do sleep 0.1; done; }\n"
            + "printf '1%%\\r2%%\\r3%%\\rNew best mAP!\\n'; echo x > backup/x_best.weights; kept 1\n"
            + "printf '1%%\\r2%%\\rNew best mAP!\\n'; echo y > backup/x_best.weights; printf '1%%\\r2%%\\r3%%\\n4%%\\n'; kept 2; echo end\n");

        Assert.Equal([1, 2], record.GetProperty("best").EnumerateArray().Select(static b => b.GetProperty("line").GetInt32()));
    }
}
