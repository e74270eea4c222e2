using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
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
        Sha1(tuple[..at], hash);
        Span<byte> text = stackalloc byte[30];
        text[0] = (byte)'1';
        text[1] = (byte)':';
        System.Buffers.Text.Base64.EncodeToUtf8(hash, text[2..], out _, out int written);
        return Encoding.ASCII.GetString(text[..(2 + written)]);
    }

    /// <summary>
    /// SHA-1 (FIPS 180-4) of at most 55 bytes. Written out here because a platform's library spends more on its set-up than on one
    /// block, once per flow, and may refuse SHA-1. The specification asks for it; it protects nothing.
    /// </summary>
    /// <param name="text">What to hash, at most 55 bytes.</param>
    /// <param name="into">20 bytes.</param>
    internal static void Sha1(ReadOnlySpan<byte> text, Span<byte> into)
    {
        Span<byte> block = stackalloc byte[64];
        block.Clear();
        text.CopyTo(block[..55]);
        block[text.Length] = 0x80;
        BinaryPrimitives.WriteInt32BigEndian(block[60..], text.Length * 8);
        Span<uint> words = stackalloc uint[80];
        for (int i = 0; i < 16; i++) words[i] = BinaryPrimitives.ReadUInt32BigEndian(block[(4 * i)..]);
        for (int i = 16; i < 80; i++) words[i] = BitOperations.RotateLeft(words[i - 3] ^ words[i - 8] ^ words[i - 14] ^ words[i - 16], 1);
        uint a = 0x67452301, b = 0xefcdab89, c = 0x98badcfe, d = 0x10325476, e = 0xc3d2e1f0;
        for (int i = 0; i < 20; i++) Round((b & c) | (~b & d), 0x5a827999, words[i], ref a, ref b, ref c, ref d, ref e);
        for (int i = 20; i < 40; i++) Round(b ^ c ^ d, 0x6ed9eba1, words[i], ref a, ref b, ref c, ref d, ref e);
        for (int i = 40; i < 60; i++) Round((b & c) | (b & d) | (c & d), 0x8f1bbcdc, words[i], ref a, ref b, ref c, ref d, ref e);
        for (int i = 60; i < 80; i++) Round(b ^ c ^ d, 0xca62c1d6, words[i], ref a, ref b, ref c, ref d, ref e);
        BinaryPrimitives.WriteUInt32BigEndian(into, a + 0x67452301);
        BinaryPrimitives.WriteUInt32BigEndian(into[4..], b + 0xefcdab89);
        BinaryPrimitives.WriteUInt32BigEndian(into[8..], c + 0x98badcfe);
        BinaryPrimitives.WriteUInt32BigEndian(into[12..], d + 0x10325476);
        BinaryPrimitives.WriteUInt32BigEndian(into[16..], e + 0xc3d2e1f0);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Round(uint mixed, uint constant, uint word, ref uint a, ref uint b, ref uint c, ref uint d, ref uint e)
    {
        uint sum = BitOperations.RotateLeft(a, 5) + mixed + e + constant + word;
        (e, d, c, b, a) = (d, c, BitOperations.RotateLeft(b, 30), a, sum);
    }
}
