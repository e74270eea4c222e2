using System.Buffers.Binary;
using System.Net;
using System.Text;
using System.Text.Json;

namespace Wardkeeper.Lab.Synth;

/// <summary>Writes a synthetic hospital: as a capture, or as rows with the columns of the program's <c>flows.ndjson</c>.</summary>
internal static class SynthWriter
{
    /// <summary>Writes packets. Returns how many.</summary>
    public static long Packets(Synthesis synthesis, Stream into, long most, Action<long> progress, CancellationToken cancel)
    {
        Span<byte> header = stackalloc byte[24];
        header.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(header, 0xa1b2c3d4);
        BinaryPrimitives.WriteUInt16LittleEndian(header[4..], 2);
        BinaryPrimitives.WriteUInt16LittleEndian(header[6..], 4);
        BinaryPrimitives.WriteInt32LittleEndian(header[16..], 262_144);
        BinaryPrimitives.WriteInt32LittleEndian(header[20..], 1);
        into.Write(header);
        byte[] frame = new byte[262_144];
        Span<byte> record = stackalloc byte[16];
        long count = 0;
        foreach (SynthPacket packet in synthesis.Packets())
        {
            int length = Rewriting.Rewrite(packet.Flow.Shape, packet.Flow.Shape.Frames[packet.Frame], packet.Flow.Client, packet.Flow.Server, packet.Flow.ClientPort, frame);
            BinaryPrimitives.WriteUInt32LittleEndian(record, (uint)(packet.At / 1_000_000));
            BinaryPrimitives.WriteUInt32LittleEndian(record[4..], (uint)(packet.At % 1_000_000));
            BinaryPrimitives.WriteInt32LittleEndian(record[8..], length);
            BinaryPrimitives.WriteInt32LittleEndian(record[12..], length);
            into.Write(record);
            into.Write(frame, 0, length);
            if ((++count & 0xffff) == 0)
            {
                progress(count);
                cancel.ThrowIfCancellationRequested();
            }
            if (count == most) break;
        }
        return count;
    }

    /// <summary>Writes flows, one JSON object a line. Returns how many.</summary>
    public static long Flows(Synthesis synthesis, Stream into, long most, Action<long> progress, CancellationToken cancel)
    {
        using Utf8JsonWriter row = new(into);
        long count = 0;
        foreach (SynthFlow flow in synthesis.Flows())
        {
            Row(row, flow, ++count);
            row.Flush();
            row.Reset();
            into.WriteByte((byte)'\n');
            if ((count & 0xffff) == 0)
            {
                progress(count);
                cancel.ThrowIfCancellationRequested();
            }
            if (count == most) break;
        }
        return count;
    }

    private static void Row(Utf8JsonWriter row, SynthFlow flow, long number)
    {
        FlowSize size = FlowSize.Of(flow.Shape);
        row.WriteStartObject();
        row.WriteNumber("ts", flow.At / 1e6m);
        row.WriteString("uid", $"S{number:D17}");
        row.WriteString("id.orig_h", Ip(flow.Client.Ip));
        row.WriteNumber("id.orig_p", flow.ClientPort);
        row.WriteString("id.resp_h", Ip(flow.Server.Ip));
        row.WriteNumber("id.resp_p", flow.Shape.ServerPort);
        row.WriteString("proto", flow.Shape.Protocol == 6 ? "tcp" : "udp");
        row.WriteNumber("duration", flow.Shape.Duration / 1e6m);
        row.WriteNumber("orig_bytes", size.ClientBytes);
        row.WriteNumber("resp_bytes", size.ServerBytes);
        row.WriteNumber("orig_pkts", size.ClientPackets);
        row.WriteNumber("orig_ip_bytes", size.ClientIpBytes);
        row.WriteNumber("resp_pkts", size.ServerPackets);
        row.WriteNumber("resp_ip_bytes", size.ServerIpBytes);
        row.WriteString("src_mac", Mac(flow.Client.Mac));
        row.WriteString("dst_mac", Mac(flow.Server.Mac));
        row.WriteEndObject();
    }

    private static string Ip(uint address) => new IPAddress(BinaryPrimitives.ReverseEndianness(address)).ToString();

    private static string Mac(ulong address)
    {
        StringBuilder text = new(17);
        for (int shift = 40; shift >= 0; shift -= 8) text.Append(text.Length > 0 ? ":" : "").Append(((address >> shift) & 255).ToString("x2", System.Globalization.CultureInfo.InvariantCulture));
        return text.ToString();
    }
}
