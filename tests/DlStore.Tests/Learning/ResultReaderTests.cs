using System.Text;
using DlStore.Learning.Scores;

namespace DlStore.Tests.Learning;

public sealed class ResultReaderTests
{
    [Fact]
    public void Mean_average_precision_by_class_is_found()
    {
        TestResult result = Read("""
            detections_count = 99, unique_truth_count = 40
            class_id = 0, name = close, ap = 50.25%   	 (TP = 57, FP = 5)
            class_id = 1, name = ru close, ap = nan%   	 (TP = 0, FP = 0)

             for conf_thresh = 0.25, precision = 0.91, recall = 0.14, F1-score = 0.24
             for conf_thresh = 0.25, TP = 57, FP = 5, FN = 350, average IoU = 42.97 %
             mean average precision (mAP@0.50) = 0.502500, or 50.25 %
            """);

        Assert.Equal(new ClassResult
        {
            Label = "close",
            Id = 0,
            AveragePrecision = 0.5025,
            TruePositives = 57,
            FalsePositives = 5,
        }, result.Classes[0]);
        Assert.Equal("ru close", result.Classes[1].Label);
        Assert.True(double.IsNaN(result.Classes[1].AveragePrecision!.Value));
        Assert.Equal(["average_iou", "conf_thresh", "f1", "fn", "fp", "iou", "map", "precision", "recall", "tp"], result.Metrics.Keys);
        Assert.Equal(0.5025, result.Metrics["map"]);
        Assert.Equal(0.4297, result.Metrics["average_iou"]);
        Assert.Equal(350, result.Metrics["fn"]);
    }

    /// <summary>The table of Ultralytics, with a name of two words.</summary>
    [Fact]
    public void A_table_of_boxes_has_a_row_for_all_and_one_a_class()
    {
        TestResult result = Read("""
                             Class     Images  Instances      Box(P          R      mAP50  mAP50-95): 100%|x| 3/3
                               all         87       1035      0.822       0.83       0.88       0.58
                             close         87        900      0.900          1      0.995      0.711
                         ru close         12        135          0      0.125     0.0625    1.5e-05
            """);

        Assert.Equal(["map50=0.88", "map50_95=0.58", "precision=0.822", "recall=0.83"],
            result.Metrics.Select(static m => $"{m.Key}={m.Value}"));
        Assert.Equal([new() { Label = "close", AveragePrecision = 0.995, Precision = 0.9, Recall = 1, Support = 900 },
            new() { Label = "ru close", AveragePrecision = 0.0625, Precision = 0, Recall = 0.125, Support = 135 }], result.Classes);
    }

    [Fact]
    public void Rows_of_a_name_and_a_number_count_below_their_title_alone()
    {
        TestResult result = Read(
            "took: 3\nAverage Precision Per-class:\nclose: 0.5\nru close: 0.25\n\nAverage Precision Across All Classes:0.375\nlate: 1\n");

        Assert.Equal(
            [new() { Label = "close", AveragePrecision = 0.5 }, new() { Label = "ru close", AveragePrecision = 0.25 }], result.Classes);
        Assert.Equal(0.375, result.Metrics["map"]);
    }

    [Fact]
    public void Precision_by_label_is_found()
    {
        TestResult result = Read("AP for close = 0.1234\nAP for a = b = 1.0000\n~~~~\nMean AP = 0.5617\nAP for close = 0.2\n");

        Assert.Equal([new() { Label = "close", AveragePrecision = 0.2 }, new() { Label = "a = b", AveragePrecision = 1 }], result.Classes);
        Assert.Equal(0.5617, Assert.Single(result.Metrics).Value);
    }

    [Fact]
    public void A_classification_report_is_found()
    {
        TestResult result = Read("""
                          precision    recall  f1-score   support

                   close       0.93      0.91      0.92       243
             ja char two       0.45      1.00      0.62        31

                accuracy                           0.84       274
               macro avg       0.69      0.96      0.77       274
            weighted avg       0.88      0.92      0.89       274
            """);

        Assert.Equal(
            [new() { Label = "close", Precision = 0.93, Recall = 0.91, F1 = 0.92, Support = 243 },
                new() { Label = "ja char two", Precision = 0.45, Recall = 1, F1 = 0.62, Support = 31 }], result.Classes);
        Assert.Equal(0.84, result.Metrics["accuracy"]);
        Assert.Equal(0.77, result.Metrics["macro_avg_f1"]);
        Assert.Equal(7, result.Metrics.Count);
    }

    [Fact]
    public void Counts_at_thresholds_are_found()
    {
        TestResult result = Read("0.600000, close, 204, 97\n0.700000, ru_close, 204, 97.5\n(990, 0.97)\n1, 2, 3, 4\n");

        Assert.Equal([new(0.6, "close", 204, 97), new(0.7, "ru_close", 204, 97.5)], result.Thresholds);
    }

    [Fact]
    public void Answers_by_image_are_found_with_misses_and_false_alarms()
    {
        TestResult result = Read(
            "image\ttruth\tfound\tscore\n学習/1.jpg\tclose\tclose\t0.97\r\na b.jpg\tclose\t\t\nc.jpg\t\tclose\t1e-3\nx\ty\n\ta\tb\t1\n");

        Assert.Equal(
            [new("学習/1.jpg", "close", "close", 0.97), new("a b.jpg", "close", "", null), new("c.jpg", "", "close", 0.001)], result.Images);
        Assert.Equal([true, false, false], result.Images.Select(static i => i.IsRight));
    }

    [Fact]
    public void Other_output_is_no_result() => Assert.True(
        Read("hello\n1.0 2.0\n100%|███| 3/3 0.5 0.5\n\u001b[1mloss 0.5\u001b[0m\n").IsEmpty);

    private static TestResult Read(string text)
    {
        using MemoryStream stream = new(Encoding.UTF8.GetBytes(text));
        return ResultReader.Read(stream);
    }
}
