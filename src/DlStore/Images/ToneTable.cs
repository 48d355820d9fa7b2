namespace DlStore.Images;

/// <summary>What becomes of a sample's value: the channel's addition, cut to 0..255, then the brightness, rounded and cut.</summary>
internal sealed class ToneTable
{
    private readonly byte[] _table = new byte[3 * 256];

    /// <summary>Changes a picture in place.</summary>
    /// <param name="a">The parameters.</param>
    /// <param name="target">The picture.</param>
    public void Apply(Augmentation a, Raster target)
    {
        bool isPlain = (a.ChannelR | a.ChannelG | a.ChannelB) == 0;
        if (isPlain && a.Brightness == Augmentation.BrightnessUnit)
        {
            return;
        }

        ReadOnlySpan<int> additions = [a.ChannelR, a.ChannelG, a.ChannelB];
        for (int i = 0; i < _table.Length; i++)
        {
            long value = Math.Clamp((i & 0xFF) + additions[i >> 8], 0, 255);
            _table[i] = (byte)Math.Min(255, ((value * a.Brightness) + (Augmentation.BrightnessUnit / 2)) / Augmentation.BrightnessUnit);
        }

        Span<byte> pixels = target.Pixels;
        ReadOnlySpan<byte> red = _table.AsSpan(0, 256), green = _table.AsSpan(256, 256), blue = _table.AsSpan(512, 256);
        while (pixels.Length >= 12)
        {
            Span<byte> four = pixels[..12];
            four[0] = red[four[0]];
            four[1] = green[four[1]];
            four[2] = blue[four[2]];
            four[3] = red[four[3]];
            four[4] = green[four[4]];
            four[5] = blue[four[5]];
            four[6] = red[four[6]];
            four[7] = green[four[7]];
            four[8] = blue[four[8]];
            four[9] = red[four[9]];
            four[10] = green[four[10]];
            four[11] = blue[four[11]];
            pixels = pixels[12..];
        }

        for (int i = 0; i < pixels.Length; i++)
        {
            pixels[i] = _table[((i % 3) << 8) + pixels[i]];
        }
    }
}
