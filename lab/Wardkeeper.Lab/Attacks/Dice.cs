namespace Wardkeeper.Lab.Attacks;

/// <summary>Choices from a seed (SplitMix64): the same on every machine and in every version of .NET.</summary>
/// <param name="seed">The seed.</param>
/// <param name="purpose">What for: other purposes give other choices, so that adding one shifts no other.</param>
internal sealed class Dice(int seed, string purpose)
{
    private ulong state = purpose.Aggregate((ulong)(uint)seed * 0x9E3779B97F4A7C15, (sum, letter) => (sum ^ letter) * 0x100000001B3);

    /// <summary>A number from <paramref name="least"/> to <paramref name="most"/>, both included.</summary>
    public int Between(int least, int most) => least + (int)(Next() % (ulong)(most - least + 1));

    /// <summary>One of several.</summary>
    public T Of<T>(IReadOnlyList<T> several) => several[Between(0, several.Count - 1)];

    /// <summary>All of them in another order.</summary>
    public T[] Shuffled<T>(IEnumerable<T> several)
    {
        T[] all = [.. several];
        for (int i = all.Length - 1; i > 0; i--)
        {
            int other = Between(0, i);
            (all[i], all[other]) = (all[other], all[i]);
        }
        return all;
    }

    private ulong Next()
    {
        state += 0x9E3779B97F4A7C15;
        ulong value = state;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
