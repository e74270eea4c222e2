using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Flows;

/// <summary>Community ID version 1, seed 0: "1:" and the base64 of a SHA-1 over the ordered tuple (corelight/community-id-spec).</summary>
internal static class CommunityId
{
    public static string Of(FlowView flow)
    {
        ushort sourcePort = flow.OriginatorPort, destinationPort = flow.ResponderPort;
        bool isIcmp = flow.Carrier == Carrier.Icmp;
        bool oneWay = isIcmp && IcmpPairs.Counterpart(flow.IpProtocol == 58, sourcePort) < 0;
        Address source = flow.OriginatorAddress, destination = flow.ResponderAddress;
        int order = source.CompareTo(destination);
        if (!oneWay && (order > 0 || (order == 0 && sourcePort > destinationPort)))
        {
            (source, destination) = (destination, source);
            (sourcePort, destinationPort) = (destinationPort, sourcePort);
        }

        Span<byte> tuple = stackalloc byte[2 + 16 + 16 + 2 + 4];
        BinaryPrimitives.WriteUInt16BigEndian(tuple, 0);
        int at = 2;
        at += source.WriteTo(tuple[at..]);
        at += destination.WriteTo(tuple[at..]);
        tuple[at++] = flow.IpProtocol;
        tuple[at++] = 0;
        if (flow.Carrier is Carrier.Tcp or Carrier.Udp or Carrier.Icmp || flow.IpProtocol == 132)
        {
            BinaryPrimitives.WriteUInt16BigEndian(tuple[at..], sourcePort);
            BinaryPrimitives.WriteUInt16BigEndian(tuple[(at + 2)..], destinationPort);
            at += 4;
        }
        Span<byte> hash = stackalloc byte[20];
#pragma warning disable CA5350 // the specification says SHA-1; it is an identifier, not a protection
        SHA1.HashData(tuple[..at], hash);
#pragma warning restore CA5350
        Span<byte> text = stackalloc byte[30];
        text[0] = (byte)'1';
        text[1] = (byte)':';
        System.Buffers.Text.Base64.EncodeToUtf8(hash, text[2..], out _, out int written);
        return Encoding.ASCII.GetString(text[..(2 + written)]);
    }
}
