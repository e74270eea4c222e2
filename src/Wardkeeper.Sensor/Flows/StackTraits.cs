using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.CompilerServices;
using Wardkeeper.Sensor.Decode;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Flows;

/// <summary>
/// States the traits of a TCP stack as its SYN shows them: initial time to live, window, maximum segment size, window scale and
/// the order of options (RFC 9293, section 3.2; RFC 7323). Said once per address as long as they do not change.
/// </summary>
internal sealed class StackTraits(ContentPath content)
{
    private const int MaxRemembered = 16_384;
    private readonly Dictionary<Address, ulong> known = [];

    public void Note(ref Flow flow, bool fromOriginator, in Packet packet)
    {
        int start = packet.TransportOffset + 20, length = packet.PayloadOffset - start;
        ReadOnlySpan<byte> options = length > 0 && start + length <= packet.CapturedEnd ? packet.Chunk.Data.AsSpan(start, length) : default;
        ulong digest = Digest(options) ^ packet.TcpWindow ^ ((ulong)packet.Ttl << 16) ^ ((ulong)(packet.TcpFlags & TcpStates.AckFlag) << 40);
        if (known.TryGetValue(packet.Source, out ulong before) && before == digest) return;
        if (known.Count >= MaxRemembered) known.Clear();
        known[packet.Source] = digest;
        FlowView view = flow.Facts();
        content.Claim(view, fromOriginator ? view.Originator : view.Responder, "tcp", ClaimKind.TcpStack, Text(options, in packet), (packet.TcpFlags & TcpStates.AckFlag) != 0 ? "SYN-ACK" : "SYN");
    }

    /// <summary>Options without time stamps, which change with every packet.</summary>
    private static ulong Digest(ReadOnlySpan<byte> options)
    {
        ulong digest = 14695981039346656037;
        for (int at = 0; at < options.Length;)
        {
            byte kind = options[at];
            int length = kind <= 1 || at + 1 >= options.Length ? 1 : Math.Max(2, (int)options[at + 1]);
            int hashed = kind is 8 or 5 or 19 or 29 ? 1 : Math.Min(length, options.Length - at);
            for (int i = 0; i < hashed; i++) digest = (digest ^ options[at + i]) * 1099511628211;
            at += length;
        }
        return digest;
    }

    private static string Text(ReadOnlySpan<byte> options, in Packet packet)
    {
        DefaultInterpolatedStringHandler order = new(0, 40, CultureInfo.InvariantCulture, stackalloc char[256]);
        bool isFirst = true;
        int mss = 0, scale = -1;
        for (int at = 0; at < options.Length;)
        {
            byte kind = options[at];
            if (!isFirst) order.AppendLiteral(",");
            isFirst = false;
            order.AppendFormatted(kind);
            if (kind == 0) break;
            int length = kind == 1 || at + 1 >= options.Length ? 1 : Math.Max(2, (int)options[at + 1]);
            if (kind == 2 && at + 4 <= options.Length) mss = BinaryPrimitives.ReadUInt16BigEndian(options[(at + 2)..]);
            if (kind == 3 && at + 3 <= options.Length) scale = options[at + 2];
            at += length;
        }
        string traits = scale < 0
            ? string.Create(CultureInfo.InvariantCulture, $"ttl={InitialTtl(packet.Ttl)};win={packet.TcpWindow};mss={mss};ws=-;opts={order.Text}")
            : string.Create(CultureInfo.InvariantCulture, $"ttl={InitialTtl(packet.Ttl)};win={packet.TcpWindow};mss={mss};ws={scale};opts={order.Text}");
        order.Clear();
        return traits;
    }

    /// <summary>The likely initial time to live: the next of 32, 64, 128, 255.</summary>
    private static int InitialTtl(int seen) => seen <= 32 ? 32 : seen <= 64 ? 64 : seen <= 128 ? 128 : 255;
}
