using System.Text;
using DlStore.Data.Texts;
using DlStore.Learning.Kinds;
using DlStore.Learning.Logs;
using DlStore.Learning.Scores;
using DlStore.Tests.Data;

namespace DlStore.Tests.Learning;

public sealed class PresetTests
{
    private const string DarknetLog = """
         (next mAP calculation at 100 iterations) 
         1: 556.005249, 556.005249 avg loss, 0.000000 rate, 40.257556 seconds, 64 images, -1.000000 hours left
         Region Avg IOU: -nan, Class: -nan, Obj: -nan, No Obj: -nan, Avg Recall: -nan,  count: 0
        v3 (iou loss, Normalizer: (iou: 0.07, obj: 1.00) Region 16 Avg (IOU: nan), count: 1, class_loss = -nan, iou_loss = nan, total_loss = -nan 
         2: nan, 555.984375 avg loss, 0.001000 rate, 40.023119 seconds, 128 images, 5602.339534 hours left
         mean_average_precision (mAP@0.50) = 0.812300 
        New best mAP!
         3: -nan, -nan avg, 0.001000 rate, 40.137928 seconds, 192 images
        Cannot load image "data/x.jpg"
        """;

    private const string SsdLog = """
        timer: 12.5000 sec.
        iter 0 || Loss: 9.1234 || timer: 0.5123 sec.
        iter 10 || Loss: 1.5e-05 || Saving state, iter: 10
        iter 20 || Loss: nan || timer: 0.5 sec.
        AP for nan = 0.1234
        Mean AP = 0.5000
        RuntimeError: CUDA out of memory. Tried to allocate 20.00 MiB
        Traceback (most recent call last):
        """;

    private const string ReportLog = """
        [2023-02-05 10:00:00.123] Train Epoch: 3 [640/1206 (53%)]	Average loss: 0.123456
        BEST LOSS UPDATED!!!
        [2023-02-05 10:00:09.123] Train Epoch: 4 [0/1206 (0%)]	Average loss: nan
            accuracy                           0.84       862
        OSError: [Errno 28] No space left on device
        """;

    private const string BarLog =
        "      Epoch    GPU_mem   box_loss   cls_loss   dfl_loss  Instances       Size\n"
        + "\u001b[K      1/100      2.31G      1.500       3.21        1.1         33        640:  50%|xx  | 4/8\r\u001b[K     "
            + " 1/100      2.31G      1.234       3.21        1.1         33        640: 100%|xxxx| 8/8 [00:03<00:00]\n"
        + "                 Class     Images  Instances      Box(P          R      mAP50  mAP50-95): 100%|x| 1/1\n"
        + "                   all         87       1035      0.822       0.83       0.88       0.58\n"
        + "      2/100      2.31G        nan        nan        nan         33        640: 100%|xxxx| 8/8\n";

    /// <summary>Each preset with a log that holds one of each event it should find, and where NaN alone must not alarm.</summary>
    public static TheoryData<string,
        string> Logs => new() { { "darknet", DarknetLog }, { "pytorch-ssd", SsdLog }, { "resset", ReportLog }, { "ultralytics", BarLog } };

    [Fact]
    public void There_are_four_presets_and_each_holds_only_known_keys()
    {
        Assert.Equal(["darknet", "pytorch-ssd", "resset", "ultralytics"], Preset.Names);
        Assert.All(Preset.Names, static name =>
        {
            YamlNode root = SafeYaml.Parse(Preset.Read(name), name);
            root.RequireOnly("log", "stop", "stall", "layout", "data", "collect", "best", "directories", "steps");
            Assert.Equal("30m", root.Find("stall")!.RequireText());
            Assert.Contains(root.Find("layout")!.RequireText(), (string[])["voc", "darknet", "ultralytics"]);
            Assert.NotEmpty(root.Find("data")!.RequireText());
            Assert.All(root.Find("best")!.Find("file")!.RequireItems(), static f => Assert.NotEmpty(f.RequireText()));
            string[] kinds = [LogEventKind.Nan, LogEventKind.OutOfMemory,
                LogEventKind.MissingImage, LogEventKind.WrongAnnotation, LogEventKind.Traceback, LogEventKind.DiskFull];
            Assert.Equal(kinds, PresetLog.Rules(name).Stop.Select(static r => r.Name));
        });
    }

    [Fact]
    public void An_unknown_preset_is_refused_with_the_names_there_are()
    {
        DlsException refused = Assert.Throws<DlsException>(static () => Preset.Read("../darknet"));

        Assert.Contains("darknet, pytorch-ssd", refused.Hint!, StringComparison.Ordinal);
    }

    [Fact]
    public void Darknet_numbers_are_read_and_NaN_counts_in_the_average_alone()
    {
        LogBatch read = PresetLog.Read("darknet", DarknetLog);

        Assert.Equal(556.005249, Assert.Single(read.Metrics, static m => m is { Metric: "avg_loss", Step: 1 }).Value);
        Assert.Equal(-1, Assert.Single(read.Metrics, static m => m is { Metric: "left", Step: 1 }).Value);
        Assert.True(double.IsNaN(Assert.Single(read.Metrics, static m => m is { Metric: "loss", Step: 2 }).Value));
        Assert.Equal(new MetricLine(6, 2, "map", 0.8123), Assert.Single(read.Metrics, static m => m.Metric == "map"));
        Assert.Equal(["best 2", "nan 3", "missing-image 3"], read.Events.Select(static e => $"{e.Kind} {e.Step}"));
    }

    /// <summary>
    /// What the program prints for every letter it cannot draw with, in both of its forms; the last is an image that it was to learn from.
    /// </summary>
    [Fact]
    public void Pictures_of_letters_are_no_images_of_the_data_set()
    {
        const string Log = "Cannot load image \"data/labels/32_0.png\"\nSTB Reason: can't fopen\nCannot load image data/labels/126_7.png\n"
            + "Cannot load image \"data_set/data_set/labels/1.jpg\"\n";

        LogReader reader = new(PresetLog.Rules("darknet"));
        LogBatch read = PresetLog.Read(reader, Encoding.UTF8.GetBytes(Log));

        Assert.Equal(["missing-image 4"], read.Events.Select(static e => $"{e.Kind} {e.LineNumber}"));
        AssertSameVerdicts("darknet", Encoding.UTF8.GetBytes(Log));
    }

    /// <summary>Lines in the form of the second family, with the time and level that Python's logging puts in front.</summary>
    [Fact]
    public void Epochs_of_the_second_ssd_are_steps()
    {
        const string Log = "2026-01-02 03:04:05,678 - root - INFO - Epoch: 2, Step: 100, "
            + "Average Loss: 4.1250, Average Regression Loss 1.5000, Average Classification Loss: 2.6250\n2026-01-02 03:05:05,678 - root - INFO - Epoch: 2, Validation Loss: 3.5000, "
            + "Validation Regression Loss 1.2500, Validation Classification Loss: 2.2500\n"
            + "2026-01-02 03:05:06,678 - root - INFO - Epoch: 3, Step: 100, Average Loss: nan, Average Regression Loss nan, "
            + "Average Classification Loss: 2.5\n";

        LogBatch read = PresetLog.Read("pytorch-ssd", Log);

        Assert.Equal(["1 2 classification_loss 2.625", "1 2 loss 4.125", "1 2 regression_loss 1.5",
            "2 2 val_classification_loss 2.25", "2 2 val_loss 3.5", "2 2 val_regression_loss 1.25"],
            read.Metrics.Where(static m => m.Step == 2).Select(static m => $"{m.LineNumber} {m.Step} {m.Metric} {m.Value}").Order());
        Assert.Equal(["nan 3"], read.Events.Select(static e => $"{e.Kind} {e.Step}"));
        AssertSameVerdicts("pytorch-ssd", Encoding.UTF8.GetBytes(Log));
    }

    [Fact]
    public void Ssd_numbers_are_read()
    {
        LogBatch read = PresetLog.Read("pytorch-ssd", SsdLog);

        Assert.Equal(["0 9.1234", "10 1.5E-05", "20 NaN"],
            read.Metrics.Where(static m => m.Metric == "loss").Select(static m => $"{m.Step} {m.Value}"));
        Assert.Null(read.Metrics[0].Step);
        Assert.Equal(["nan", "out-of-memory", "traceback"], read.Events.Select(static e => e.Kind));
        Assert.Equal(4, read.Events[0].LineNumber);
    }

    [Fact]
    public void Epochs_are_steps_where_there_are_no_iterations()
    {
        LogBatch read = PresetLog.Read("resset", ReportLog);

        Assert.Contains(new MetricLine(1, 3, "avg_loss", 0.123456), read.Metrics);
        Assert.Contains(new MetricLine(4, 4, "accuracy", 0.84), read.Metrics);
        Assert.Equal(["best 3", "nan 4", "disk-full 4"], read.Events.Select(static e => $"{e.Kind} {e.Step}"));
    }

    [Fact]
    public void Of_a_progress_bar_the_finished_row_counts()
    {
        LogBatch read = PresetLog.Read("ultralytics", BarLog);

        Assert.Equal(1.234, Assert.Single(read.Metrics, static m => m is { Metric: "box_loss", Step: 1 }).Value);
        Assert.Equal(0.58, Assert.Single(read.Metrics, static m => m is { Metric: "map50_95", Step: 1 }).Value);
        Assert.Equal(["nan 5"], read.Events.Select(static e => $"{e.Kind} {e.LineNumber}"));
    }

    [Theory]
    [MemberData(nameof(Logs))]
    public void Every_awk_here_gives_the_verdicts_that_the_reader_gives(string preset, string log)
    {
        AssertSameVerdicts(preset, Encoding.UTF8.GetBytes(log));
    }

    [SkippableSharedFact]
    public void The_training_that_went_wrong_alarms_at_iteration_8_and_not_before()
    {
        byte[] log = File.ReadAllBytes(Path.Combine(SkippableSharedFactAttribute.Find()!, "logs", "darknet_yolov3_tiny_nan.log"));

        LogReader reader = new(PresetLog.Rules("darknet"));
        LogBatch read = PresetLog.Read(reader, log);

        Assert.Equal(8, read.Events[0].Step);
        Assert.Equal(10, reader.StoppedBy!.LineNumber);
        Assert.Equal(LogEventKind.Nan, reader.StoppedBy.Kind);
        Assert.Equal(9, read.Metrics.Count(static m => m.Metric == "avg_loss"));
        AssertSameVerdicts("darknet", log);
    }

    [SkippableSharedFact]
    public void Real_logs_alarm_for_what_went_wrong_in_them()
    {
        string logs = Path.Combine(SkippableSharedFactAttribute.Find()!, "logs");
        (string File, string[] Kinds)[] expected =
        [
            ("darknet_map.log", [LogEventKind.MissingImage, LogEventKind.WrongAnnotation]),
            ("darknet_yolov2_tiny_realloc.log", [LogEventKind.Nan, LogEventKind.Traceback]),
            ("darknet_yolov4_tiny.log", [LogEventKind.MissingImage, LogEventKind.WrongAnnotation]),
        ];
        Assert.All(expected, e =>
        {
            byte[] log = File.ReadAllBytes(Path.Combine(logs, e.File));
            LogReader reader = new(PresetLog.Rules("darknet"));
            PresetLog.Read(reader, log);
            Assert.Equal(e.Kinds.Order(StringComparer.Ordinal), reader.Counts.Keys);
            AssertSameVerdicts("darknet", log);
        });
        using FileStream map = File.OpenRead(Path.Combine(logs, "darknet_map.log"));
        TestResult result = ResultReader.Read(map);
        Assert.Equal(new ClassResult
        {
            Label = "close",
            Id = 0,
            AveragePrecision = 0.0036,
            TruePositives = 57,
            FalsePositives = 5055,
        }, Assert.Single(result.Classes));
        Assert.Equal(0.003634, result.Metrics["map"]);
        Assert.Equal(350, result.Metrics["fn"]);
    }

    /// <summary>
    /// Runs every rule through the awks of this machine as the host does: CR made LF, lines lowered, the expression from the environment.
    /// </summary>
    private static void AssertSameVerdicts(string preset, byte[] log)
    {
        Assert.NotEmpty(AwkProgram.Here);
        int matched = 0;
        foreach (StopRule rule in PresetLog.Rules(preset).Stop)
        {
            string ours = string.Join(' ', Verdicts(rule, log));
            matched += ours.Length;
            Assert.All(AwkProgram.Here,
                awk => Assert.Equal($"{awk} {rule.Name}: {ours}",
                    $"{awk} {rule.Name}: {AwkProgram.Match(awk, rule.Match, rule.Unless, log)}"));
        }

        Assert.True(matched > 0, "no rule matched any line, so nothing was compared");
    }

    /// <summary>The numbers of the matching lines after CR was made LF.</summary>
    private static List<long> Verdicts(StopRule rule, byte[] log)
    {
        LogReader reader = new(LogRules.Read(
            null, SafeYaml.Parse(Encoding.UTF8.GetBytes($"[{{name: '{rule.Name}', match: '{rule.Match}', action: warn"
                + $"{(rule.Unless is null ? "" : $", unless: '{rule.Unless}'")}}}]"), "rule")));
        return [.. PresetLog.Read(reader, [.. log.Select(static b => b == '\r' ? (byte)'\n' : b)]).Events.Select(static e => e.LineNumber)];
    }
}
