namespace Wardkeeper.Lab;

/// <summary>Choices from a seed (SplitMix64): the same on every machine and in every version of .NET.</summary>
/// <param name="seed">The seed.</param>
/// <param name="purpose">What for: other purposes give other choices, so that adding one shifts no other.</param>
internal sealed class Dice(int seed, string purpose)
{
    private readonly int seed = seed;
    private readonly string purpose = purpose;
    private ulong state = purpose.Aggregate((ulong)(uint)seed * 0x9E3779B97F4A7C15, (sum, letter) => (sum ^ letter) * 0x100000001B3);

    /// <summary>Choices for a part of the purpose: they take none from these.</summary>
    public Dice For(string part) => new(seed, $"{purpose}/{part}");

    /// <summary>A number from <paramref name="least"/> to <paramref name="most"/>, both included.</summary>
    public int Between(int least, int most) => least + (int)(Next() % (ulong)(most - least + 1));

    /// <summary>Whether something happens that happens in so many of a hundred cases.</summary>
    public bool Chance(int percent) => Between(1, 100) <= percent;

    /// <summary>A span of whole seconds from one number of minutes to another, both included.</summary>
    public TimeSpan Minutes(int least, int most) => TimeSpan.FromSeconds(Between(60 * least, 60 * most));

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

    /// <summary>Some of several, in an order of the dice's own; all of them where there are no more than that.</summary>
    public T[] Some<T>(IEnumerable<T> several, int count) => Shuffled(several)[..Math.Min(count, several.Count())];

    /// <summary>Letters out of an alphabet.</summary>
    public string Letters(int count, string alphabet) => string.Create(count, (this, alphabet), static (letters, with) =>
    {
        for (int i = 0; i < letters.Length; i++) letters[i] = with.alphabet[with.Item1.Between(0, with.alphabet.Length - 1)];
    });

    /// <summary>A length of time.</summary>
    public TimeSpan Time(int leastMilliseconds, int mostMilliseconds) => TimeSpan.FromMilliseconds(Between(leastMilliseconds, mostMilliseconds));

    /// <summary>Harmless bytes that mean nothing.</summary>
    public byte[] Bytes(int count)
    {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++) bytes[i] = (byte)Next();
        return bytes;
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
