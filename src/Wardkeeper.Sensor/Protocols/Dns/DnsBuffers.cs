using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Signatures.Buffers;

namespace Wardkeeper.Sensor.Protocols.Dns;

/// <summary>Offers one message to signatures: its names by section, its codes and types.</summary>
internal static class DnsBuffers
{
    private const int MostRecords = 256;

    /// <summary>Offers a message. A message is the client's when it asks, whoever sent it.</summary>
    public static void Offer(ReadOnlySpan<byte> message, DnsKind kind, IBufferSink into)
    {
        if (!DnsHeader.TryRead(message, out DnsHeader header) || kind == DnsKind.NetBios) return;
        Side side = header.IsReply ? Side.Server : Side.Client;
        bool local = kind == DnsKind.LinkLocal, multicast = kind == DnsKind.Multicast;
        if (local ? header.Opcode != 0 : header.Opcode >= 7) into.Event(side, local ? "llmnr.invalid_opcode" : "dns.invalid_opcode");
        if (!local && (header.Flags & 0x40) != 0) into.Event(side, "dns.z_flag_set");
        into.Offer(BufferName.DnsOpcode, side, header.Opcode);
        if (header.IsReply) into.Offer(BufferName.DnsRcode, side, header.ResponseCode);
        DnsReader reader = new(message);
        for (int i = 0; i < header.Questions && i < MostRecords && reader.TryQuestion(out DnsQuestion question); i++)
        {
            if (!header.IsReply) into.Offer(BufferName.DnsType, side, question.Type);
            Name(message, question.NameAt, local ? BufferName.LlmnrQuery : multicast ? BufferName.MdnsQuery : BufferName.DnsQuery, side, into);
            if (header.IsReply) Name(message, question.NameAt, local ? BufferName.LlmnrResponseName : BufferName.DnsResponseName, side, into);
        }
        Records(ref reader, header.Answers, local ? BufferName.LlmnrAnswer : multicast ? BufferName.MdnsAnswer : BufferName.DnsAnswer, local, side, into);
        Records(ref reader, header.Authorities, local ? BufferName.LlmnrAuthority : BufferName.DnsAuthority, local, side, into);
        Records(ref reader, header.Additionals, local ? BufferName.LlmnrAdditional : BufferName.DnsAdditional, local, side, into);
        into.Complete(side);
    }

    private static void Records(ref DnsReader reader, int count, BufferName name, bool local, Side side, IBufferSink into)
    {
        for (int i = 0; i < count && i < MostRecords && reader.TryRecord(out DnsRecord record); i++)
        {
            if (record.Type == 41) continue;
            if (name is BufferName.DnsAnswer or BufferName.LlmnrAnswer or BufferName.MdnsAnswer) into.Offer(BufferName.DnsType, side, record.Type);
            Name(record.Message, record.NameAt, name, side, into);
            Name(record.Message, record.NameAt, local ? BufferName.LlmnrResponseName : BufferName.DnsResponseName, side, into);
        }
    }

    /// <summary>A name as labels with dots between, its bytes as they are.</summary>
    private static void Name(ReadOnlySpan<byte> message, int at, BufferName name, Side side, IBufferSink into)
    {
        Span<byte> labels = stackalloc byte[DnsName.MaxLength];
        int position = at;
        if (DnsName.TryRead(message, ref position, labels, out int length, out _, out _)) into.Offer(name, side, labels[..length]);
    }
}
