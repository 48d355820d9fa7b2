using DlStore.Learning.Weights;

namespace DlStore.Tests.Learning;

public sealed class ClassCountTests
{
    [Fact]
    public void A_last_linear_layer_has_one_output_a_class()
    {
        ClassGuess guess = Guess(("conv1.weight", [64, 3, 7, 7]),
            ("layer.fc2.weight", [9, 9]), ("layer.fc2.bias", [9]), ("fc.weight", [10, 512]), ("fc.bias", [10]));

        Assert.Equal(new ClassGuess(10, "the last linear layer 'fc' has 10 outputs"), guess);
    }

    [Theory]
    [InlineData("module.fc", 10)]
    [InlineData("model.classifier.6", 10)]
    [InlineData("heads.head", 10)]
    [InlineData("fc_other", null)]
    [InlineData("xfc", null)]
    public void Names_of_last_layers_are_told_from_others(
        string layer, int? count) => Assert.Equal(count, Guess(($"{layer}.weight", [10, 4]), ($"{layer}.bias", [10])).Count);

    [Fact]
    public void A_matrix_without_bias_or_with_another_one_tells_nothing()
    {
        Assert.Null(Guess(("fc.weight", [10, 4])).Count);
        Assert.Null(Guess(("fc.weight", [10, 4]), ("fc.bias", [4])).Count);
    }

    [Theory]
    [InlineData("conf", "loc")]
    [InlineData("net.classification_headers", "net.regression_headers")]
    [InlineData("head.classification_head.module_list", "head.regression_head.module_list")]
    public void Heads_with_scores_beside_boxes_have_a_background(string scores, string boxes)
    {
        ClassGuess guess = Guess(($"{boxes}.0.weight", [16, 8, 3, 3]),
            ($"{boxes}.1.weight", [24, 8, 3, 3]), ($"{scores}.0.weight", [44, 8, 3, 3]), ($"{scores}.1.weight", [66, 8, 3, 3]));

        Assert.Equal(10, guess.Count);
        Assert.Contains("background", guess.Basis, StringComparison.Ordinal);
    }

    [Fact]
    public void Heads_that_do_not_agree_give_no_number()
    {
        ClassGuess guess = Guess(("loc.0.weight", [16, 8, 3, 3]),
            ("loc.1.weight", [24, 8, 3, 3]), ("conf.0.weight", [44, 8, 3, 3]), ("conf.1.weight", [60, 8, 3, 3]));

        Assert.Null(guess.Count);
        Assert.Contains("do not agree", guess.Basis, StringComparison.Ordinal);
    }

    [Fact]
    public void Heads_of_one_output_a_class_have_none()
    {
        ClassGuess guess = Guess(("model.22.cv2.0.2.weight", [64, 64, 1, 1]),
            ("model.22.cv3.0.2.weight", [3, 64, 1, 1]), ("model.22.cv3.0.2.bias", [3]), ("model.1.cv3.conv.weight", [7, 7, 1, 1]));

        Assert.Equal(3, guess.Count);
    }

    [Fact]
    public void What_has_no_such_layers_gives_no_number_and_says_why()
    {
        Assert.Equal("no layer has a name that tells", Guess(("a.weight", [1, 2])).Basis);
        Assert.Equal(new ClassGuess(null, "the format is unknown"), ClassCount.Guess(WeightFileTests.Inspect([1])));
        Assert.Equal(new ClassGuess(null, "a darknet file has no shapes; its cfg tells"),
            ClassCount.Guess(WeightFileTests.Inspect(WeightFileTests.Darknet(0, 2, 5, 20, 1, 1))));
    }

    [Fact]
    public void A_right_cfg_has_classes_and_no_flaws()
    {
        DarknetCfg cfg = DarknetCfg.Read("[net]\r\nbatch=64\r\n\r\n[convolutional]\nfilters = 18\n\n[yolo]\nmask = 3,4,5\nclasses= "
            + "1\n[convolutional]\nfilters=18\n[yolo]\nmask=0,1,2\nclasses=1 \n");

        Assert.Equal((1, 2), (cfg.Classes, cfg.Layers));
        Assert.Empty(cfg.Flaws);
    }

    [Fact]
    public void Filters_that_do_not_follow_from_classes_and_masks_are_found_with_their_line()
    {
        DarknetCfg cfg = DarknetCfg.Read("[convolutional]\n# "
            + "filters=24\nfilters=255\n[yolo]\nmask=3,4,5\nclasses=3\n[convolutional]\nfilters=21\n[yolo]\nmask=0,1,2\nclasses=2\n");

        Assert.Null(cfg.Classes);
        Assert.Equal(["3 CFG_FILTERS", "11 CFG_CLASSES"], cfg.Flaws.Select(static f => $"{f.Line} {f.Code}"));
        Assert.Equal("filters=255 in the convolutional layer in front of [yolo] in line 4, expected 24 = (classes+5)*len(mask) = (3+5)*3",
            cfg.Flaws[0].Message);
    }

    [Fact]
    public void Older_detection_layers_have_their_own_rule()
    {
        Assert.Empty(DarknetCfg.Read("[convolutional]\nfilters=30\n[region]\nclasses=1\ncoords=4\nnum=5\n").Flaws);
        Assert.Equal("filters=18 in the convolutional layer in front of [region] in line 3, expected 30 = (classes+coords+1)*num = 6*5",
            DarknetCfg.Read("[convolutional]\nfilters=18\n[region]\nclasses=1\nnum=5\n").Flaws[0].Message);
        Assert.Equal((null, 0), (DarknetCfg.Read("no cfg\nclasses=3").Classes, DarknetCfg.Read("").Layers));
    }

    [Fact]
    public void What_a_cfg_says_of_training_is_read()
    {
        DarknetCfg cfg = DarknetCfg.Read(
            "[net]\n# Testing\n#batch=1\nbatch = 8\nsubdivisions=16\nwidth=416\nlearning_rate=0.001\nsteps=80,90\nmax_batches = 6000\n"
                + "[convolutional]\nfilters=18\n[yolo]\nmask=0,1,2\nclasses=1\n");

        Assert.Equal(["batch=8", "learning_rate=0.001", "max_batches=6000", "subdivisions=16", "width=416"],
            cfg.Parameters.Select(static p => $"{p.Key}={p.Value}"));
        Assert.Equal("5 CFG_BATCH batch=8 has no image for each of subdivisions=16",
            string.Join('\n', cfg.Flaws.Select(static f => $"{f.Line} {f.Code} {f.Message}")));
        Assert.Empty(DarknetCfg.Read("").Parameters);
    }

    private static ClassGuess Guess(params (string Name, long[] Shape)[] tensors) =>
        ClassCount.Guess(new WeightFacts(WeightFacts.TorchZip,
            [.. tensors.Select(static t => new WeightTensor(t.Name, t.Shape, "float32", 1, 0, 0))], null, null, null));
}
