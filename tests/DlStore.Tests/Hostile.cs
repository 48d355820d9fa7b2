using System.Buffers.Binary;
using System.Diagnostics;
using DlStore.TestKit;
using Xunit.Abstractions;

namespace DlStore.Tests;

/// <summary>
/// Throws random bytes and damaged samples at a parser. It may accept them or refuse them by <see cref="DlsException"/>; anything else it
/// does, and more than
/// <see cref="AllocationMax"/> bytes or <see cref="TimeMax"/> for one input, is a failure that names the input.
/// </summary>
internal sealed class Hostile(ITestOutputHelper output)
{
    public const long AllocationMax = 64L << 20;
    public static readonly TimeSpan TimeMax = TimeSpan.FromMinutes(2);
    private const int Rounds = 2000;
    private readonly Random _random = Seeded.Start(output);

    public Random Random => _random;

    /// <summary>Gets how many inputs the parser took for good.</summary>
    public int Accepted { get; private set; }

    /// <summary>Attacks a parser.</summary>
    /// <param name="sample">Valid bytes; the parser must accept them.</param>
    /// <param name="parse">The parser, and everything that reads what it has accepted.</param>
    /// <param name="reseal">Makes checksums right again after the damage, so that what lies behind them is reached; null if there are
    /// none.</param>
    public void Attack(byte[] sample, Action<byte[]> parse, Action<byte[]>? reseal = null)
    {
        parse(sample);
        for (int round = 0; round < Rounds / 4; round++)
        {
            Try(Seeded.Bytes(_random, _random.Next(600)), parse);
        }

        for (int round = 0; round < Rounds; round++)
        {
            byte[] damaged = Damage(sample);
            Try(damaged, parse);
            if (reseal is not null && damaged.Length > 0)
            {
                reseal(damaged);
                Try(damaged, parse);
            }
        }

        output.WriteLine($"{Accepted} inputs were accepted");
    }

    /// <summary>Gives one input to a parser.</summary>
    /// <returns>What it said, or null if it accepted the input.</returns>
    public DlsException? Try(byte[] input, Action<byte[]> parse)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        long start = Stopwatch.GetTimestamp();
        DlsException? refused = null;
        try
        {
            parse(input);
            Accepted++;
        }
        catch (DlsException e)
        {
            refused = e;
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"{e.GetType().Name} for {Show(input)}", e);
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(allocated <= AllocationMax, $"allocates {allocated} bytes for {Show(input)}");
        Assert.True(Stopwatch.GetElapsedTime(start) < TimeMax, $"takes {Stopwatch.GetElapsedTime(start)} for {Show(input)}");
        return refused;
    }

    private byte[] Damage(byte[] sample)
    {
        byte[] bytes = [.. sample];
        for (int n = _random.Next(1, 4); n > 0; n--)
        {
            bytes = DamageOnce(bytes);
        }

        return bytes;
    }

    private byte[] DamageOnce(byte[] bytes)
    {
        int at = bytes.Length == 0 ? 0 : _random.Next(bytes.Length);
        switch (bytes.Length == 0 ? 7 : _random.Next(9))
        {
            case 0:
                bytes[at] ^= (byte)(1 << _random.Next(8));
                return bytes;
            case 1:
                bytes[at] = (byte)_random.Next(256);
                return bytes;
            case 2:
                bytes.AsSpan(at, Math.Min(bytes.Length - at, _random.Next(1, 9))).Fill((byte)(_random.Next(2) * 255));
                return bytes;
            case 3:
                return WithNumber(bytes, at);
            case 4:
                return bytes[..at];
            case 5:
                int end = _random.Next(at, bytes.Length);
                return [.. bytes[..end], .. bytes[at..]];
            case 6:
                return [.. bytes[..at], .. bytes[_random.Next(at, bytes.Length)..]];
            case 7:
                return [.. bytes, .. Seeded.Bytes(_random, _random.Next(1, 64))];
            default:
                _random.NextBytes(bytes.AsSpan(at, Math.Min(bytes.Length - at, _random.Next(1, 65))));
                return bytes;
        }
    }

    /// <summary>Puts a number that breaks sums and lengths over some bytes.</summary>
    private byte[] WithNumber(byte[] bytes, int at)
    {
        ReadOnlySpan<long> numbers = [
            1L << 60, 1L << 31, int.MaxValue, long.MaxValue, -1, long.MinValue, (1L << 32) - 1, (1L << 24) + 1, 0];
        Span<byte> number = stackalloc byte[8];
        long value = numbers[_random.Next(numbers.Length)];
        bool big = _random.Next(2) == 0;
        if (big)
        {
            BinaryPrimitives.WriteInt64BigEndian(number, value);
        }
        else
        {
            BinaryPrimitives.WriteInt64LittleEndian(number, value);
        }

        int width = _random.Next(2) == 0 ? 8 : 4;
        ReadOnlySpan<byte> part = big ? number[(8 - width)..] : number[..width];
        part[..Math.Min(width, bytes.Length - at)].CopyTo(bytes.AsSpan(at));
        return bytes;
    }

    private string Show(byte[] input)
    {
        string hex = Convert.ToHexStringLower(input);
        output.WriteLine(hex);
        return hex.Length > 400 ? hex[..400] + "… (whole in the test's output)" : hex;
    }
}
