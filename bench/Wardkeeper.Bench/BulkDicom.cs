using System.Buffers.Binary;
using System.Text;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Bench;

/// <summary>
/// Corpus (b): images on their way to an archive. Associations of a CT with a PACS, each with ten C-STOREs of eight megabytes in
/// 16 kB PDUs, over TCP segments of 1,448 bytes with an acknowledgement for every second one.
/// </summary>
internal sealed class BulkDicom : IDisposable
{
    private const string CtImageStorage = "1.2.840.10008.5.1.4.1.1.2", ExplicitLittleEndian = "1.2.840.10008.1.2.1", Application = "1.2.840.10008.3.1.1.1";
    private const int ImageBytes = 8 << 20, ImagesPerAssociation = 10, PduBytes = 16_384, SegmentBytes = 1448;
    private readonly PcapWriter writer;
    private readonly byte[] frame = new byte[14 + 40 + SegmentBytes];
    private uint clientSeq, serverSeq;
    private ushort port = 40_000, id;
    private byte host = 10;
    private long now = 1_700_000_000L * CaptureTime.PerSecond;
    private int unacknowledged;

    public BulkDicom(string path) => writer = new PcapWriter(path);

    public static void Make(string path, long bytes)
    {
        using BulkDicom bulk = new(path);
        for (long sent = 0; sent < bytes; sent += (long)ImageBytes * ImagesPerAssociation) bulk.Association();
    }

    public void Dispose() => writer.Dispose();

    private void Association()
    {
        port++;
        host = (byte)(host == 60 ? 10 : host + 1);
        (clientSeq, serverSeq) = (1000, 900_000);
        Send(true, 2, []);
        Send(false, 18, []);
        Send(true, 16, []);
        Stream(true, Associate(1));
        Stream(false, Associate(2));
        for (int image = 1; image <= ImagesPerAssociation; image++)
        {
            Stream(true, Data(Command(0x0001, (ushort)image, $"1.2.826.0.1.3680043.8.498.{port}.{image}", true), 0x03));
            Image();
            Stream(false, Data(Command(0x8001, (ushort)image, $"1.2.826.0.1.3680043.8.498.{port}.{image}", false), 0x03));
        }
        Stream(true, [5, 0, 0, 0, 0, 4, 0, 0, 0, 0]);
        Stream(false, [6, 0, 0, 0, 0, 4, 0, 0, 0, 0]);
        Send(true, 17, []);
        Send(false, 17, []);
        Send(true, 16, []);
    }

    private void Image()
    {
        byte[] pixels = new byte[PduBytes - 6];
        for (int i = 0; i < pixels.Length; i++) pixels[i] = (byte)(i * 31 >> 3);
        byte[] first = [.. Described(), .. pixels];
        Array.Resize(ref first, pixels.Length);
        for (int left = ImageBytes; left > 0; left -= pixels.Length) Stream(true, Data(left == ImageBytes ? first : pixels[..Math.Min(left, pixels.Length)], left <= pixels.Length ? (byte)0x02 : (byte)0x00));
    }

    /// <summary>What stands before the pixels in an explicit data set of <see cref="ImageBytes"/>, as a CT writes it.</summary>
    private static byte[] Described()
    {
        using MemoryStream set = new();
        foreach ((uint tag, string vr, string text) in ((uint, string, string)[])
            [
                (0x0008_0005, "CS", "ISO_IR 192"), (0x0008_0016, "UI", CtImageStorage), (0x0008_0020, "DA", "20260102"), (0x0008_0050, "SH", "A0001234"), (0x0008_0060, "CS", "CT"),
                (0x0008_0070, "LO", "ACME Imaging"), (0x0008_0080, "LO", "General Hospital"), (0x0008_1010, "SH", "CT-ROOM-3 "), (0x0008_1090, "LO", "Scanner 9000"), (0x0010_0010, "PN", "ZHANG^SAN "),
                (0x0010_0020, "LO", "HL000001"), (0x0018_1000, "LO", "SN1234"), (0x0018_1020, "LO", "VA10"), (0x0020_000D, "UI", "1.2.826.0.1.3680043.8.498.12"),
                (0x0028_0004, "CS", "MONOCHROME2 "),
            ])
        {
            set.Write([(byte)(tag >> 16), (byte)(tag >> 24), (byte)tag, (byte)(tag >> 8), (byte)vr[0], (byte)vr[1], (byte)text.Length, 0]);
            set.Write(Encoding.ASCII.GetBytes(text));
        }
        set.Write([0xE0, 0x7F, 0x10, 0, (byte)'O', (byte)'W', 0, 0]);
        set.Write(BitConverter.GetBytes(ImageBytes - (int)set.Length - 4));
        return set.ToArray();
    }

    private static byte[] Data(byte[] value, byte control)
    {
        byte[] pdu = new byte[12 + value.Length];
        pdu[0] = 4;
        BinaryPrimitives.WriteUInt32BigEndian(pdu.AsSpan(2), (uint)(value.Length + 6));
        BinaryPrimitives.WriteUInt32BigEndian(pdu.AsSpan(6), (uint)(value.Length + 2));
        pdu[10] = 1;
        pdu[11] = control;
        value.CopyTo(pdu, 12);
        return pdu;
    }

    private static byte[] Command(ushort command, ushort message, string instance, bool request)
    {
        using MemoryStream set = new();
        Element(set, 0x0002, Text(CtImageStorage));
        Element(set, 0x0100, BitConverter.GetBytes(command));
        Element(set, request ? 0x0110 : 0x0120, BitConverter.GetBytes(message));
        if (request) Element(set, 0x0700, BitConverter.GetBytes((ushort)0));
        Element(set, 0x0800, BitConverter.GetBytes((ushort)(request ? 1 : 0x0101)));
        if (!request) Element(set, 0x0900, BitConverter.GetBytes((ushort)0));
        Element(set, 0x1000, Text(instance));
        byte[] body = set.ToArray();
        using MemoryStream whole = new();
        Element(whole, 0x0000, BitConverter.GetBytes((uint)body.Length));
        whole.Write(body);
        return whole.ToArray();
    }

    private static void Element(MemoryStream into, int element, byte[] value)
    {
        into.Write([0, 0, (byte)element, (byte)(element >> 8)]);
        into.Write(BitConverter.GetBytes((uint)value.Length));
        into.Write(value);
    }

    private static byte[] Text(string uid) => Encoding.ASCII.GetBytes(uid.Length % 2 == 0 ? uid : uid + "\0");

    private static byte[] Associate(byte type)
    {
        using MemoryStream body = new();
        body.Write([0, 1, 0, 0]);
        body.Write(Encoding.ASCII.GetBytes("PACS01".PadRight(16) + "CT01".PadRight(16)));
        body.Write(new byte[32]);
        Item(body, 0x10, Encoding.ASCII.GetBytes(Application));
        using (MemoryStream context = new())
        {
            context.Write([1, 0, 0, 0]);
            if (type == 1) Item(context, 0x30, Encoding.ASCII.GetBytes(CtImageStorage));
            Item(context, 0x40, Encoding.ASCII.GetBytes(ExplicitLittleEndian));
            Item(body, type == 1 ? (byte)0x20 : (byte)0x21, context.ToArray());
        }
        using (MemoryStream user = new())
        {
            Item(user, 0x51, [0, 0, PduBytes >> 8, PduBytes & 0xFF]);
            Item(user, 0x52, Encoding.ASCII.GetBytes("1.2.826.0.1.3680043.9.9999"));
            Item(user, 0x55, Encoding.ASCII.GetBytes("BENCH_1"));
            Item(body, 0x50, user.ToArray());
        }
        byte[] pdu = new byte[6 + body.Length];
        pdu[0] = type;
        BinaryPrimitives.WriteUInt32BigEndian(pdu.AsSpan(2), (uint)body.Length);
        body.ToArray().CopyTo(pdu, 6);
        return pdu;
    }

    private static void Item(MemoryStream into, byte type, byte[] value)
    {
        into.Write([type, 0, (byte)(value.Length >> 8), (byte)value.Length]);
        into.Write(value);
    }

    private void Stream(bool client, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            int length = Math.Min(SegmentBytes, bytes.Length);
            Send(client, 24, bytes[..length]);
            bytes = bytes[length..];
            if (++unacknowledged < 2) continue;
            Send(!client, 16, []);
        }
    }

    private void Send(bool client, byte flags, ReadOnlySpan<byte> payload)
    {
        if (payload.IsEmpty) unacknowledged = 0;
        now += 12_000;
        Span<byte> f = frame.AsSpan(0, 54 + payload.Length);
        f.Clear();
        byte[] ct = [0x20, 0xE7, 0x91, 0, 0, host], pacs = [0x00, 0x50, 0x56, 0, 0, 1];
        (client ? pacs : ct).CopyTo(f);
        (client ? ct : pacs).CopyTo(f[6..]);
        f[12] = 8;
        Span<byte> ip = f[14..];
        ip[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(ip[2..], (ushort)(40 + payload.Length));
        BinaryPrimitives.WriteUInt16BigEndian(ip[4..], ++id);
        (ip[6], ip[8], ip[9]) = (0x40, 64, 6);
        new byte[] { 10, 3, 1, client ? host : (byte)2 }.CopyTo(ip[12..]);
        new byte[] { 10, 3, 1, client ? (byte)2 : host }.CopyTo(ip[16..]);
        BinaryPrimitives.WriteUInt16BigEndian(ip[10..], Sum(ip[..20], 0));
        Span<byte> tcp = ip[20..];
        BinaryPrimitives.WriteUInt16BigEndian(tcp, client ? port : (ushort)104);
        BinaryPrimitives.WriteUInt16BigEndian(tcp[2..], client ? (ushort)104 : port);
        BinaryPrimitives.WriteUInt32BigEndian(tcp[4..], client ? clientSeq : serverSeq);
        BinaryPrimitives.WriteUInt32BigEndian(tcp[8..], client ? serverSeq : clientSeq);
        (tcp[12], tcp[13], tcp[14]) = (0x50, flags, 0xFF);
        payload.CopyTo(tcp[20..]);
        BinaryPrimitives.WriteUInt16BigEndian(tcp[16..], Sum(tcp, Sum16(ip[12..20]) + 6 + (uint)tcp.Length));
        uint length = (uint)payload.Length + ((flags & 3) != 0 ? 1u : 0);
        if (client) clientSeq += length;
        else serverSeq += length;
        writer.Write(now, f, f.Length);
    }

    private static ushort Sum(ReadOnlySpan<byte> bytes, uint start)
    {
        uint sum = start + Sum16(bytes);
        while (sum >> 16 != 0) sum = (sum & 0xFFFF) + (sum >> 16);
        return (ushort)~sum;
    }

    private static uint Sum16(ReadOnlySpan<byte> bytes)
    {
        uint sum = 0;
        for (int i = 0; i + 1 < bytes.Length; i += 2) sum += BinaryPrimitives.ReadUInt16BigEndian(bytes[i..]);
        return (bytes.Length & 1) != 0 ? sum + ((uint)bytes[^1] << 8) : sum;
    }
}
