using System.Numerics;

namespace Wardkeeper.Hub.Trust;

/// <summary>Whether an RSA key is worth its length: what anybody can see of its public half.</summary>
internal static class KeyStrength
{
    private static readonly int[] SmallPrimes = [.. Enumerable.Range(2, 998).Where(number => Enumerable.Range(2, 30).TakeWhile(divisor => divisor * divisor <= number).All(divisor => number % divisor != 0))];

    /// <summary>Primes by which keys of the faulty library (CVE-2017-15361) are told: their modulus is a power of 65537 in each of these.</summary>
    private static readonly int[] FaultyPrimes = [.. SmallPrimes.Where(prime => prime is > 2 and <= 167)];

    private static readonly Dictionary<int, HashSet<int>> PowersOfF4 = FaultyPrimes.ToDictionary(prime => prime, Powers);

    /// <summary>What is weak about a key; null when nothing shows.</summary>
    /// <param name="modulus">Modulus, big-endian, unsigned.</param>
    /// <param name="exponent">Public exponent, likewise.</param>
    public static string? Weakness(ReadOnlySpan<byte> modulus, ReadOnlySpan<byte> exponent)
    {
        BigInteger n = new(modulus, isUnsigned: true, isBigEndian: true), e = new(exponent, isUnsigned: true, isBigEndian: true);
        if (e < 65537 || e.IsEven || e.GetBitLength() > 64) return "its public exponent is not an odd number from 65537 on";
        foreach (int prime in SmallPrimes)
        {
            if (n % prime == 0) return $"its modulus is divisible by {prime}";
        }
        return FaultyPrimes.All(prime => PowersOfF4[prime].Contains((int)(n % prime))) ? "it was made by a library whose keys can be factored (CVE-2017-15361)" : null;
    }

    private static HashSet<int> Powers(int prime)
    {
        HashSet<int> powers = [];
        for (int power = 1; powers.Add(power); power = (int)((long)power * 65537 % prime))
        {
            // Until it comes round.
        }
        return powers;
    }
}
