using DlStore.Images;
using DlStore.Images.Pictures;

namespace DlStore.Tests.Images;

/// <summary>What is written as PNG is read again pixel by pixel, by our own walk and by the decoder.</summary>
public sealed class PngWriterTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(7, 3)]
    [InlineData(640, 480)]
    public void A_picture_comes_back_pixel_by_pixel(int width, int height)
    {
        Raster raster = new(width, height);
        new Random(width).NextBytes(raster.Pixels);

        byte[] file = PngWriter.Write(raster);

        Assert.Null(PngFile.Read(file, out PictureHeader? header));
        Raster read = PictureDecoder.Decode(file, header!, "x.png");
        Assert.Equal((width, height), (read.Width, read.Height));
        Assert.Equal(raster.Pixels, read.Pixels);
    }
}
