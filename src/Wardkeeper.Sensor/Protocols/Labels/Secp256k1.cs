using System.Numerics;

namespace Wardkeeper.Sensor.Protocols.Labels;

/// <summary>The curve of Ethereum's keys (SEC 2, 2.4.1): y² = x³ + 7.</summary>
internal static class Secp256k1
{
    private static readonly BigInteger Prime = BigInteger.Pow(2, 256) - BigInteger.Pow(2, 32) - 977;

    /// <summary>Whether 64 bytes are the coordinates of a point, which chance does not make.</summary>
    public static bool IsPoint(ReadOnlySpan<byte> point)
    {
        BigInteger x = new(point[..32], isUnsigned: true, isBigEndian: true), y = new(point[32..64], isUnsigned: true, isBigEndian: true);
        return x < Prime && y < Prime && !x.IsZero && ((y * y) - (x * x * x) - 7) % Prime == 0;
    }
}
