using System.Buffers.Binary;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Arp;

/// <summary>One ARP packet for IPv4 over Ethernet (RFC 826).</summary>
/// <param name="IsReply">Operation 2; otherwise operation 1.</param>
/// <param name="SenderMac">Sender's hardware address.</param>
/// <param name="SenderIp">Sender's protocol address.</param>
/// <param name="TargetMac">Target's hardware address.</param>
/// <param name="TargetIp">Target's protocol address.</param>
internal readonly record struct ArpFrame(bool IsReply, MacAddress SenderMac, Address SenderIp, MacAddress TargetMac, Address TargetIp)
{
    /// <summary>Bytes of a packet; what follows is padding.</summary>
    public const int Length = 28;

    /// <summary>What kind of statement it is; RFC 5227 names probe and announcement.</summary>
    public string Operation =>
        SenderIp.IsUnspecified ? (IsReply ? "reply" : "probe")
        : SenderIp == TargetIp ? "gratuitous"
        : IsReply ? "reply" : "request";

    /// <summary>Reads one packet; null means that it is right.</summary>
    public static Fault? Read(ReadOnlySpan<byte> bytes, out ArpFrame frame)
    {
        frame = default;
        if (bytes.Length < Length) return ArpFaults.Short;
        // 1 is Ethernet, 6 is IEEE 802 as some token-ring descendants still write it.
        bool ethernet = BinaryPrimitives.ReadUInt16BigEndian(bytes) is 1 or 6;
        if (!ethernet || BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]) != 0x0800 || bytes[4] != 6 || bytes[5] != 4) return ArpFaults.OtherHardware;
        ushort operation = BinaryPrimitives.ReadUInt16BigEndian(bytes[6..]);
        if (operation is not (1 or 2)) return ArpFaults.UnknownOperation;
        frame = new ArpFrame(operation == 2, MacAddress.Read(bytes[8..]), Address.Read(bytes.Slice(14, 4)), MacAddress.Read(bytes[18..]), Address.Read(bytes.Slice(24, 4)));
        return null;
    }
}
