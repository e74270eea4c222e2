using System.Numerics;

namespace Wardkeeper.DeviceProtocol;

/// <summary>How a counter stands to those that were there before.</summary>
public enum CounterState
{
    /// <summary>It was not there before.</summary>
    New,

    /// <summary>It was there before.</summary>
    Used,

    /// <summary>It lies below the window: whether it was there is not known.</summary>
    TooOld,
}

/// <summary>
/// Which counters were there: the highest, and which of the <see cref="Width"/> up to it (RFC 4303, section 3.4.3). So each counts once,
/// some may come late, and the memory stays the same.
/// </summary>
public sealed class CounterWindow
{
    /// <summary>How many counters up to the highest are known one by one.</summary>
    public const int Width = 1024;

    private readonly ulong[] seen = new ulong[Width / 64];

    /// <summary>Highest counter that was there; 0 for none.</summary>
    public ulong Highest { get; private set; }

    /// <summary>Counters that fell out of the window and never were there.</summary>
    public long Missed { get; private set; }

    /// <summary>How a counter stands; changes nothing.</summary>
    public CounterState Judge(ulong counter)
    {
        if (counter > Highest) return CounterState.New;
        if (counter == 0 || Highest - counter >= Width) return CounterState.TooOld;
        return (seen[Word(counter)] & Bit(counter)) == 0 ? CounterState.New : CounterState.Used;
    }

    /// <summary>A counter was there.</summary>
    public void Take(ulong counter)
    {
        if (counter > Highest) Advance(counter);
        else if (counter == 0 || Highest - counter >= Width) return;
        seen[Word(counter)] |= Bit(counter);
    }

    /// <summary>Its state in bytes: highest, missed, and the window.</summary>
    public byte[] Save()
    {
        WireWriter writer = new WireWriter().U64(Highest).U64((ulong)Missed);
        foreach (ulong word in seen) writer.U64(word);
        return writer.Written.ToArray();
    }

    /// <summary>A window from what <see cref="Save"/> gave; null when it is not that.</summary>
    public static CounterWindow? Restore(ReadOnlySpan<byte> state)
    {
        if (state.Length != 16 + (Width / 8)) return null;
        WireReader reader = new(state);
        CounterWindow window = new() { Highest = reader.U64(), Missed = (long)reader.U64() };
        for (int i = 0; i < window.seen.Length; i++) window.seen[i] = reader.U64();
        return window;
    }

    /// <summary>Counters up to the highest, within the window, that are not there (yet).</summary>
    public int Open => (int)Math.Min(Highest, Width) - seen.Sum(static word => BitOperations.PopCount(word));

    private void Advance(ulong counter)
    {
        if (counter - Highest >= Width)
        {
            // The whole window goes: what was open in it, and what lies between it and the new one, never came.
            ulong between = counter - Highest - Width;
            Missed = Saturated(Missed, (ulong)Open + between);
            Array.Clear(seen);
        }
        else
        {
            for (ulong next = Highest + 1; next <= counter; next++)
            {
                bool wasThere = (seen[Word(next)] & Bit(next)) != 0;
                if (!wasThere && next > Width) Missed = Saturated(Missed, 1);
                seen[Word(next)] &= ~Bit(next);
            }
        }
        Highest = counter;
    }

    private static long Saturated(long before, ulong more) => more > (ulong)(long.MaxValue - before) ? long.MaxValue : before + (long)more;

    private static int Word(ulong counter) => (int)(counter % Width / 64);

    private static ulong Bit(ulong counter) => 1UL << (int)(counter % 64);
}
