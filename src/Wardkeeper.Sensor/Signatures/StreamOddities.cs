using Wardkeeper.Sensor.Decode;
using Wardkeeper.Sensor.Flows;

namespace Wardkeeper.Sensor.Signatures;

/// <summary>What rules ask of TCP streams beyond what reassembly counts (<c>stream-event</c>). Kept per flow are a few numbers.</summary>
internal struct StreamOddities
{
    /// <summary>A time stamp in a connection that was begun without (RFC 7323, section 3.2).</summary>
    public const string UnaskedTimestamp = "tcp-timestamp-unasked";

    /// <summary>Data that go on where the same side is said to have reset the connection: somebody else did.</summary>
    public const string DataAfterReset = "tcp-data-after-reset";

    private const int PlainHeader = 20;
    private bool hasBegun, hasTimestamps;
    private uint? clientReset, serverReset;

    /// <summary>Looks at a packet and names what is odd, or null.</summary>
    public string? Look(in Packet packet, bool toServer)
    {
        bool isReset = (packet.TcpFlags & TcpStates.Rst) != 0, isStamped = packet.PayloadOffset - packet.TransportOffset > PlainHeader && IsStamped(in packet);
        if ((packet.TcpFlags & TcpStates.Syn) != 0)
        {
            if ((packet.TcpFlags & TcpStates.AckFlag) == 0) (hasBegun, hasTimestamps, clientReset, serverReset) = (true, isStamped, null, null);
            return null;
        }
        ref uint? reset = ref toServer ? ref clientReset : ref serverReset;
        if (isReset) reset = packet.Seq;
        if (isStamped && hasBegun && !hasTimestamps) return UnaskedTimestamp;
        if (isReset || packet.PayloadLength == 0 || reset != packet.Seq) return null;
        reset = null;
        return DataAfterReset;
    }

    private static bool IsStamped(in Packet packet)
    {
        const byte Timestamp = 8, Padding = 1;
        ReadOnlySpan<byte> options = packet.Chunk.Data.AsSpan(0, Math.Min(packet.PayloadOffset, packet.CapturedEnd))[Math.Min(packet.TransportOffset + PlainHeader, packet.CapturedEnd)..];
        for (int at = 0; at < options.Length && options[at] != 0;)
        {
            if (options[at] == Timestamp) return true;
            at += options[at] == Padding || at + 1 >= options.Length ? 1 : Math.Max(2, (int)options[at + 1]);
        }
        return false;
    }
}
