using Wardkeeper.Sensor.Decode;

namespace Wardkeeper.Sensor.Signatures.Rules;

/// <summary>What conditions on packets and flows look at: the packet that is being worked on, its flow, and who speaks.</summary>
internal readonly ref struct PacketView
{
    private readonly ref readonly Packet packet;

    /// <summary>Makes a view.</summary>
    public PacketView(ref readonly Packet packet, FlowMemory flow, bool toServer)
    {
        this.packet = ref packet;
        (Flow, ToServer) = (flow, toServer);
    }

    /// <summary>The packet.</summary>
    public ref readonly Packet Packet => ref packet;

    /// <summary>What is remembered of the flow.</summary>
    public FlowMemory Flow { get; }

    /// <summary>Whether the client speaks.</summary>
    public bool ToServer { get; }

    /// <summary>The IP header as captured; empty if there is none.</summary>
    public ReadOnlySpan<byte> IpHeader => packet.Kind == PacketKind.Link ? default : Slice(packet.NetworkOffset, packet.TransportOffset);

    /// <summary>The transport's header as captured.</summary>
    public ReadOnlySpan<byte> TransportHeader => packet.Kind == PacketKind.Link ? default : Slice(packet.TransportOffset, packet.Kind is PacketKind.Tcp or PacketKind.Udp ? packet.PayloadOffset : packet.CapturedEnd);

    private ReadOnlySpan<byte> Slice(int from, int to)
    {
        if (packet.Chunk is null) return default;
        to = Math.Min(to, packet.CapturedEnd);
        return from < to ? packet.Chunk.Data.AsSpan(from, to - from) : default;
    }
}

/// <summary>A condition on a packet and its flow.</summary>
internal delegate bool PacketTest(in PacketView view);

/// <summary>A condition on, or a change of, what is noted in a flow; a condition that does not hold ends the rule.</summary>
/// <param name="Test">The condition, or null.</param>
/// <param name="Change">What is done once the rule matched, or null.</param>
internal sealed record FlowNote(Func<FlowMemory, bool>? Test, Action<FlowMemory>? Change);

/// <summary>A condition on, or a change of, what is noted about a host, a pair of hosts, or a transaction.</summary>
/// <param name="Operation">set, unset, toggle, isset or isnotset.</param>
/// <param name="Name">The note's name.</param>
/// <param name="Track">src, dst or both: whom it is about.</param>
/// <param name="Seconds">How long it holds.</param>
internal sealed record HostNote(string Operation, string Name, string Track, int Seconds);

/// <summary>How often a match becomes an alert.</summary>
/// <param name="Kind">limit, threshold, both, or filter (detection_filter).</param>
/// <param name="Track">src, dst, both, rule or flow: what is counted apart.</param>
/// <param name="Count">How many.</param>
/// <param name="Seconds">In how long.</param>
/// <param name="Unique">src_port or dst_port: of those that differ in it; else null.</param>
internal sealed record Threshold(string Kind, string Track, int Count, int Seconds, string? Unique);
