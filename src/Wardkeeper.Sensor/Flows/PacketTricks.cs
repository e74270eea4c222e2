using System.Buffers.Binary;
using Wardkeeper.Sensor.Decode;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Flows;

/// <summary>
/// Says what no honest stack sends: headers that crash the stacks of embedded systems (land, ping of death, teardrop, the shapes of URGENT11, Ripple20, AMNESIA:33 and
/// INFRA:HALT that are visible in IP and TCP), and packets that are meant for one reader on the way alone. Looked for in a few fields of each packet, without
/// allocation; each trick is told once a flow, and those without a flow once a sender as far as these are remembered.
/// </summary>
internal sealed class PacketTricks(ContentPath content, ShardOutput output)
{
    private const int MaxRemembered = 1024, TcpHeader = 20, RouterAdvertisement = 134, UrgentOffset = 18, SmallTtl = 6, FewestHopsLess = 8;
    private const string OtherRouter = "router advertisement from another card than the router's";
    private readonly HashSet<Address> senders = [];

    /// <summary>Looks at a packet of a flow.</summary>
    public void Look(ref Flow flow, bool fromOriginator, in Packet packet)
    {
        const PacketNotes Odd = PacketNotes.FragmentOverlap | PacketNotes.BadIpOptions | PacketNotes.InnerLengthWrong;
        if ((packet.Notes & Odd) != 0) Noted(ref flow, fromOriginator, in packet);
        if (packet.Source == packet.Destination && packet.SourcePort == packet.DestinationPort && packet.Kind is PacketKind.Tcp or PacketKind.Udp && !IsLoopback(packet.Source)) Tell(ref flow, fromOriginator, Trick.Land);
        if (packet.Kind == PacketKind.Icmp6) Announced(ref flow, fromOriginator, in packet);
        if (packet.Kind != PacketKind.Tcp || (packet.Notes & PacketNotes.BadTransportChecksum) != 0) return;
        // All but what opens or refuses a connection acknowledges (RFC 9293, section 3.10.7.4): who leaves that out asks what is behind a port.
        if ((packet.TcpFlags & (TcpStates.Syn | TcpStates.Rst | TcpStates.AckFlag)) == 0) Tell(ref flow, fromOriginator, Trick.NoConnection);
        if ((packet.TcpFlags & TcpStates.Syn) != 0)
        {
            if (packet.PayloadOffset - packet.TransportOffset > TcpHeader && !AreOptionsRight(in packet)) Tell(ref flow, fromOriginator, Trick.TcpOptions);
            return;
        }
        const byte Urgent = 32;
        // Scanners set it without ACK; in a connection a pointer of zero makes the length run below zero (CVE-2019-12255).
        if ((packet.TcpFlags & (Urgent | TcpStates.AckFlag)) == (Urgent | TcpStates.AckFlag) && packet.CapturedEnd >= packet.TransportOffset + TcpHeader
            && BinaryPrimitives.ReadUInt16BigEndian(packet.Chunk.Data.AsSpan(packet.TransportOffset + UrgentOffset)) == 0 && packet.PayloadLength > 0)
            Tell(ref flow, fromOriginator, Trick.UrgentPointer);
        ref FlowSide side = ref fromOriginator ? ref flow.Orig : ref flow.Resp;
        // What does not come as far as its receiver is meant for somebody on the way.
        if (packet.PayloadLength > 0 && packet.Ttl <= SmallTtl && side.Ttl - packet.Ttl >= FewestHopsLess && side.Packets > 2) Tell(ref flow, fromOriginator, Trick.ShortLived);
    }

    /// <summary>A fragment that would reach beyond the largest packet belongs to no flow.</summary>
    public void Malformed(in Packet packet)
    {
        if ((packet.Events & (DecoderEvents.Ipv4FragmentTooLarge | DecoderEvents.Ipv6FragmentTooLarge)) == 0) return;
        if (senders.Count >= MaxRemembered) senders.Clear();
        if (!senders.Add(packet.Source)) return;
        output.Add(packet.Number, new Claim(new Subject(packet.SourceMac, packet.Source, packet.Vlan), ClaimKind.Anomaly, "fragment beyond the largest packet (ping of death)", "ip", packet.At, null, packet.Number, "to " + packet.Destination));
    }

    /// <summary>An announcement in a router's name whose frame comes from another card than its others: told with the card that sent it.</summary>
    private void Announced(ref Flow flow, bool fromOriginator, in Packet packet)
    {
        MacAddress card = fromOriginator ? flow.OriginatorMac : flow.ResponderMac;
        if (card.IsNone || packet.SourceMac.IsNone || card == packet.SourceMac || (flow.Tricks & Trick.OtherRouter) != 0) return;
        if (packet.CapturedEnd <= packet.TransportOffset || packet.Chunk.Data[packet.TransportOffset] != RouterAdvertisement) return;
        flow.Tricks |= Trick.OtherRouter;
        FlowView view = flow.Facts();
        output.Add(packet.Number, new Claim(new Subject(packet.SourceMac, packet.Source, packet.Vlan), ClaimKind.Anomaly, OtherRouter, "nd", packet.At, view.Uid, packet.Number, $"frame source {packet.SourceMac} instead of {card}"));
    }

    private void Noted(ref Flow flow, bool fromOriginator, in Packet packet)
    {
        if ((packet.Notes & PacketNotes.FragmentOverlap) != 0) Tell(ref flow, fromOriginator, Trick.Fragments);
        if ((packet.Notes & PacketNotes.BadIpOptions) != 0) Tell(ref flow, fromOriginator, Trick.IpOptions);
        if ((packet.Notes & PacketNotes.InnerLengthWrong) != 0) Tell(ref flow, fromOriginator, Trick.InnerLength);
    }

    private void Tell(ref Flow flow, bool fromOriginator, Trick trick)
    {
        if ((flow.Tricks & trick) != 0) return;
        flow.Tricks |= trick;
        FlowView view = flow.Facts();
        (string value, string origin) = trick switch
        {
            Trick.Land => ("packet from an address to itself (land)", "ip addresses"),
            Trick.Fragments => ("fragments overlap with different content (teardrop)", "ip fragments"),
            Trick.IpOptions => ("IP option whose length is wrong", "ip options"),
            Trick.InnerLength => ("IP in IP whose length contradicts its fragments (CVE-2020-11896)", "ip in ip"),
            Trick.TcpOptions => ("TCP option whose length is wrong", "tcp options"),
            Trick.NoConnection => ("segment of no connection", "tcp flags"),
            Trick.UrgentPointer => ("urgent pointer of zero (CVE-2019-12255)", "tcp urgent pointer"),
            _ => ("segment that dies on the way", "time to live"),
        };
        content.Claim(view, fromOriginator ? view.Originator : view.Responder, trick is Trick.TcpOptions or Trick.UrgentPointer or Trick.ShortLived or Trick.NoConnection ? "tcp" : "ip", ClaimKind.Anomaly, value, origin);
    }

    /// <summary>Whether every option has a length that is its own and lies within the header. RFC 9293, section 3.2.</summary>
    private static bool AreOptionsRight(in Packet packet)
    {
        int start = packet.TransportOffset + TcpHeader;
        if (packet.PayloadOffset > packet.CapturedEnd) return true;
        ReadOnlySpan<byte> options = packet.Chunk.Data.AsSpan(start, packet.PayloadOffset - start);
        for (int at = 0; at < options.Length && options[at] != 0;)
        {
            if (options[at] == 1)
            {
                at++;
                continue;
            }
            if (at + 1 >= options.Length || options[at + 1] < 2 || at + options[at + 1] > options.Length) return false;
            // The authentication option holds a key's number and that of the next at least (RFC 5925, section 2.2; CVE-2019-12260).
            if (options[at] == 29 && options[at + 1] < 4) return false;
            at += options[at + 1];
        }
        return true;
    }

    private static bool IsLoopback(Address address) => address.IsV4 ? address.V4 >> 24 is 127 or 0 : address is { High: 0, Low: <= 1 };
}

/// <summary>Tricks that were told of a flow.</summary>
[Flags]
internal enum Trick : ushort
{
    None = 0,
    Land = 1,
    Fragments = 2,
    IpOptions = 4,
    InnerLength = 8,
    TcpOptions = 16,
    UrgentPointer = 32,
    ShortLived = 64,
    NoConnection = 128,
    OtherRouter = 256,
}
