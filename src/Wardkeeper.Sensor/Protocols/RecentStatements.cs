using System.Buffers.Binary;
using System.Security.Cryptography;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols;

/// <summary>
/// Remembers what was stated lately in one conversation, so that an announcement that is repeated every few seconds (ARP, neighbour
/// discovery, LLDP, CDP) is shown once and then again only after <see cref="ShownAgain"/>. Bounded: it forgets the oldest of
/// <see cref="Kept"/> statements.
/// </summary>
internal sealed class RecentStatements
{
    /// <summary>Statements that are remembered.</summary>
    public const int Kept = 16;

    /// <summary>Capture time after which an unchanged statement is shown again, so that it is seen to be still true.</summary>
    public static readonly TimeSpan ShownAgain = TimeSpan.FromMinutes(10);

    private readonly (Statement Said, CaptureTime At)[] recent = new (Statement, CaptureTime)[Kept];
    private int count, oldest;

    /// <summary>Whether this side stated exactly this lately; if not, it is remembered as stated now.</summary>
    public bool IsRepeat(Side side, ReadOnlySpan<byte> statement, CaptureTime at)
    {
        Statement said = Digest(side, statement);
        for (int i = 0; i < count; i++)
        {
            if (recent[i].Said != said) continue;
            if (at.Since(recent[i].At) < ShownAgain) return true;
            recent[i].At = at;
            return false;
        }
        if (count < Kept)
        {
            recent[count++] = (said, at);
            return false;
        }
        recent[oldest] = (said, at);
        oldest = (oldest + 1) % Kept;
        return false;
    }

    /// <summary>Forgets everything.</summary>
    public void Clear() => count = oldest = 0;

    // Short statements stand for themselves. Longer ones by a digest that nobody can find a second text for: whoever could would hide a
    // changed statement behind an old one.
    private static Statement Digest(Side side, ReadOnlySpan<byte> statement)
    {
        Span<byte> bytes = stackalloc byte[SHA256.HashSizeInBytes];
        bool isWhole = statement.Length <= bytes.Length;
        bytes.Clear();
        if (isWhole) statement.CopyTo(bytes);
        else SHA256.HashData(statement, bytes);
        return new Statement(BinaryPrimitives.ReadUInt128BigEndian(bytes), BinaryPrimitives.ReadUInt128BigEndian(bytes[16..]), side, isWhole ? statement.Length : -1);
    }

    /// <summary>A statement: its bytes, or their digest.</summary>
    private readonly record struct Statement(UInt128 High, UInt128 Low, Side Side, int Length);
}
