using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Wardkeeper.Lab.Synth;

/// <summary>Packets and bytes of a recorded conversation, a routed packet counted once.</summary>
internal sealed record FlowSize(int ClientPackets, long ClientIpBytes, long ClientBytes, int ServerPackets, long ServerIpBytes, long ServerBytes)
{
    private static readonly ConditionalWeakTable<RecordedFlow, FlowSize> Known = [];

    /// <summary>The sizes of a conversation, counted once.</summary>
    public static FlowSize Of(RecordedFlow flow) => Known.GetValue(flow, Count);

    private static FlowSize Count(RecordedFlow flow)
    {
        int[] packets = [0, 0];
        long[] ipBytes = [0, 0], bytes = [0, 0];
        int vlan = flow.Frames[0].Vlan;
        foreach (Recording.Frame frame in flow.Frames)
        {
            if (frame.Vlan != vlan) continue;
            ReadOnlySpan<byte> ip = frame.Bytes.Span[14..];
            int side = BinaryPrimitives.ReadUInt32BigEndian(ip[12..]) == flow.ClientIp ? 0 : 1, length = BinaryPrimitives.ReadUInt16BigEndian(ip[2..]), header = 4 * (ip[0] & 15);
            packets[side]++;
            ipBytes[side] += length;
            bytes[side] += length - header - (flow.Protocol == 17 ? 8 : 4 * (ip[header + 12] >> 4));
        }
        return new FlowSize(packets[0], ipBytes[0], bytes[0], packets[1], ipBytes[1], bytes[1]);
    }
}
