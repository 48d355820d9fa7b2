using DlStore.Images;
using DlStore.TestKit;
using Xunit.Abstractions;

namespace DlStore.Tests.Images;

public sealed class AugmentationTests(ITestOutputHelper output)
{
    [Fact]
    public void Every_set_of_parameters_goes_through_its_text()
    {
        Random random = Seeded.Start(output);
        for (int round = 0; round < 2000; round++)
        {
            Augmentation augmentation = AugmenterTests.Draw(random, 300, 200);
            Assert.Equal(augmentation, Augmentation.Parse(augmentation.ToText()));
        }

        Assert.Equal("none", default(Augmentation).ToText());
        Assert.Equal(default, Augmentation.Parse("none"));
        Assert.Equal("rotation=-0.001 shift=0.000,-3.500 zoom=0.9213,1.0000 channel=-7 flip=xy brightness=0.050", new Augmentation
        {
            RotationMilli = -1,
            ShiftY = -3500,
            ZoomX = 9213,
            ChannelR = -7,
            ChannelG = -7,
            ChannelB = -7,
            FlipX = true,
            FlipY = true,
            Brightness = 50,
        }.ToText());
    }

    [Theory]
    [InlineData("")]
    [InlineData(" none")]
    [InlineData("none none")]
    [InlineData("rotation=1.0")]
    [InlineData("rotation=1")]
    [InlineData("rotation=0.000")]
    [InlineData("rotation=+1.000")]
    [InlineData("rotation=-0.000")]
    [InlineData("rotation=01.000")]
    [InlineData("rotation=1.000 rotation=1.000")]
    [InlineData("rotation=361.000")]
    [InlineData("rotation=9999999999.000")]
    [InlineData("zoom=1.1000,1.0000 rotation=1.000")]
    [InlineData("zoom=0.0000,1.0000")]
    [InlineData("zoom=1.1000")]
    [InlineData("channel=1,1,1")]
    [InlineData("channel=256")]
    [InlineData("flip=yx")]
    [InlineData("flip=")]
    [InlineData("edge=1")]
    [InlineData("crop=0,0,0,0")]
    [InlineData("crop=-1,0,0,0")]
    [InlineData("shear=81.000")]
    [InlineData("brightness=1.000")]
    [InlineData("brightness=-1.000")]
    [InlineData("blur=1.000")]
    public void Other_forms_are_refused(string text) => Assert.Throws<DlsException>(() => Augmentation.Parse(text));
}
