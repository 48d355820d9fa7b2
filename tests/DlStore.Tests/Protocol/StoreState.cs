using System.Runtime.CompilerServices;

namespace DlStore.Tests.Protocol;

/// <summary>
/// A remote and everybody at it, as one value of 144 bytes. Files are bits: 0 is the file of the first push, 1 and 2 are what the two pushes send,
/// 3 is what a collector sends when it writes file 0 anew.
/// In a scene of blobs there is only file 0, whose name comes back.
/// </summary>
public struct StoreState
{
    public const int Size = 144;
    public const int Collections = 7;
    public const int IndexesMax = 16;
    private Bytes _bytes;

    public byte InPlace { readonly get => _bytes[0]; set => _bytes[0] = value; }

    public int Indexes
    {
        readonly get => _bytes[1] | _bytes[98] << 8;
        set
        {
            _bytes[1] = (byte)value;
            _bytes[98] = (byte)(value >> 8);
        }
    }

    public byte Epoch { readonly get => _bytes[2]; set => _bytes[2] = value; }

    public byte Done { readonly get => _bytes[3]; set => _bytes[3] = value; }

    public byte HasDeleting { readonly get => _bytes[4]; set => _bytes[4] = value; }

    public byte LockNumber { readonly get => _bytes[5]; set => _bytes[5] = value; }

    public byte LockOwner { readonly get => _bytes[6]; set => _bytes[6] = value; }

    public byte LockState { readonly get => _bytes[7]; set => _bytes[7] = value; }

    public byte Pins { readonly get => _bytes[8]; set => _bytes[8] = value; }

    public byte Pending { readonly get => _bytes[9]; set => _bytes[9] = value; }

    public byte Leases { readonly get => _bytes[10]; set => _bytes[10] = value; }

    public byte DeadLeases { readonly get => _bytes[11]; set => _bytes[11] = value; }

    public byte CrashesLeft { readonly get => _bytes[12]; set => _bytes[12] = value; }

    public byte LostLeft { readonly get => _bytes[13]; set => _bytes[13] = value; }

    public byte PausesLeft { readonly get => _bytes[14]; set => _bytes[14] = value; }

    /// <summary>Gets or sets whether a collector that lives was taken for dead.</summary>
    public byte LockWasLost { readonly get => _bytes[15]; set => _bytes[15] = value; }

    public byte Failed { readonly get => _bytes[99]; set => _bytes[99] = value; }

    public byte Rows(int index) => _bytes[16 + index];

    public int Supersedes(int index) => _bytes[32 + index] | _bytes[48 + index] << 8;

    /// <summary>Puts an index file: the same bytes have the same name, so something random has to be in it.</summary>
    public void PutIndex(int rows, int supersedes, int random = 0)
    {
        rows |= random << 4;
        int at = 0;
        for (; (Indexes >> at & 1) != 0; at++)
        {
            if (Rows(at) == rows && Supersedes(at) == supersedes)
            {
                return;
            }
        }

        if (at == IndexesMax)
        {
            throw new InvalidOperationException("the model has no room for so many index files");
        }

        Indexes |= 1 << at;
        _bytes[16 + at] = (byte)rows;
        _bytes[32 + at] = (byte)supersedes;
        _bytes[48 + at] = (byte)(supersedes >> 8);
    }

    public byte Condemned(int n) => _bytes[63 + n];

    public void SetCondemned(int n, int files) => _bytes[63 + n] = (byte)files;

    public byte Deleting(int n) => _bytes[70 + n];

    public void SetDeleting(int n, int files) => _bytes[70 + n] = (byte)files;

    public byte Rescued(int n) => _bytes[77 + n];

    public void SetRescued(int n, int files) => _bytes[77 + n] = (byte)files;

    /// <summary>Reads what of the quarantine a collection may erase: four bits for each collector that moved it there.</summary>
    public byte Gone(int n) => _bytes[84 + n];

    public void SetGone(int n, int files) => _bytes[84 + n] = (byte)files;

    public byte Quarantine(int collector) => _bytes[92 + collector];

    public void SetQuarantine(int collector, int files) => _bytes[92 + collector] = (byte)files;

    /// <summary>Reads the epoch of a lease: each push has two in turn, because it begins anew with another.</summary>
    public byte LeaseEpoch(int lease) => _bytes[94 + lease];

    public void SetLeaseEpoch(int lease, int n) => _bytes[94 + lease] = (byte)n;

    /// <summary>Reads a register of a process: 0 is where it stands.</summary>
    public byte Get(int process, int register) => _bytes[100 + (process * 8) + register];

    public void Set(int process, int register, int value) => _bytes[100 + (process * 8) + register] = (byte)value;

    /// <summary>Forgets what a process will not look at again, so that equal states are equal.</summary>
    public void Forget(int process, int from)
    {
        for (int register = from; register < 8; register++)
        {
            Set(process, register, 0);
        }
    }

    /// <summary>Tells whether a collection is under way.</summary>
    public readonly bool IsCollecting => Epoch > 0 && (Done & (1 << Epoch)) == 0;

    public readonly int QuarantineAll => _bytes[92] | _bytes[93];

    /// <summary>Reads which files the indexes that nothing supersedes name.</summary>
    public readonly int VisibleRows(int among)
    {
        int there = among & Indexes;
        int superseded = 0;
        for (int i = 0; i < IndexesMax; i++)
        {
            superseded |= (there >> i & 1) * (_bytes[32 + i] | _bytes[48 + i] << 8);
        }

        int rows = 0;
        for (int i = 0; i < IndexesMax; i++)
        {
            rows |= ((there & ~superseded) >> i & 1) * _bytes[16 + i];
        }

        return rows & 15;
    }

    public readonly UInt128 Hash()
    {
        ulong a = 14695981039346656037;
        ulong b = 0x9E3779B97F4A7C15;
        ReadOnlySpan<ulong> words = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, ulong>((ReadOnlySpan<byte>)_bytes);
        foreach (ulong word in words)
        {
            a = Mix(a ^ word, 0xBF58476D1CE4E5B9);
            b = Mix(b + word, 0x94D049BB133111EB);
        }

        return new UInt128(a, b);
    }

    private static ulong Mix(ulong x, ulong by)
    {
        x *= by;
        x ^= x >> 29;
        return x * 0xD6E8FEB86659FD93 ^ (x >> 32);
    }

    [InlineArray(Size)]
    private struct Bytes
    {
        private byte _first;
    }
}
