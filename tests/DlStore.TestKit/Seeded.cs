using System.Globalization;
using Xunit.Abstractions;

namespace DlStore.TestKit;

/// <summary>Random numbers that can be replayed: the seed is in the test's output, and DLS_SEED sets it.</summary>
public static class Seeded
{
    /// <summary>Makes a source of random numbers and writes its seed to the test's output.</summary>
    public static Random Start(ITestOutputHelper output) => new(Seed(output));

    /// <summary>Chooses a seed (DLS_SEED, else a new one) and writes it to the test's output.</summary>
    public static int Seed(ITestOutputHelper output)
    {
        int seed = int.TryParse(
            Environment.GetEnvironmentVariable("DLS_SEED"), NumberStyles.Integer, CultureInfo.InvariantCulture, out int given)
            ? given
            : Random.Shared.Next();
        output.WriteLine($"to replay: DLS_SEED={seed}");
        return seed;
    }

    /// <summary>Gives random bytes.</summary>
    public static byte[] Bytes(Random random, int length)
    {
        byte[] bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }
}
