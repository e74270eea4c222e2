using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols.Snmp;
using Wardkeeper.Sensor.Signatures.Buffers;

namespace Wardkeeper.Sensor.Protocols.Ldap;

/// <summary>Offers requests, and answers up to the one that ends them, to signatures.</summary>
internal sealed class LdapBuffers
{
    private int answers;

    /// <summary>Offers a message.</summary>
    public void Offer(in LdapMessage message, Side side, IBufferSink into)
    {
        BerReader reader = new(message.Content);
        int operation = message.Operation & 0x1F;
        if (LdapMessage.IsRequest(message.Operation))
        {
            into.Offer(BufferName.LdapRequest, Side.Client, operation);
            if (message.Operation is LdapMessage.SearchRequest or LdapMessage.AddRequest or LdapMessage.ModifyRequest or LdapMessage.ModifyNameRequest or LdapMessage.CompareRequest && reader.TryTake(BerReader.OctetString, out ReadOnlySpan<byte> name))
                into.Offer(BufferName.LdapRequestName, Side.Client, name);
            if (message.Operation == LdapMessage.SearchRequest) Attributes(message.Content, into);
            into.Complete(Side.Client);
            answers = 0;
            return;
        }
        answers++;
        into.Offer(BufferName.LdapResponse, Side.Server, operation);
        if (message.Operation == LdapMessage.SearchEntry && reader.TryTake(BerReader.OctetString, out ReadOnlySpan<byte> entry))
        {
            into.Offer(BufferName.LdapResponseName, Side.Server, entry);
            Entry(ref reader, into);
        }
        if (message.Operation is LdapMessage.SearchEntry or LdapMessage.SearchReference or LdapMessage.Intermediate) return;
        into.Offer(BufferName.LdapResponseCount, Side.Server, answers);
        into.Complete(Side.Server);
        answers = 0;
    }

    /// <summary>Makes it as new.</summary>
    public void Reset() => answers = 0;

    /// <summary>The attributes that are asked for: the last of the fields. RFC 4511, section 4.5.1.</summary>
    private static void Attributes(ReadOnlySpan<byte> content, IBufferSink into)
    {
        BerReader reader = new(content);
        ReadOnlySpan<byte> last = default;
        while (reader.TryHeaderAndPart(out byte tag, out ReadOnlySpan<byte> part)) last = tag == BerReader.Sequence ? part : default;
        BerReader names = new(last);
        for (int i = 0; i < 64 && names.TryTake(BerReader.OctetString, out ReadOnlySpan<byte> name); i++) into.Offer(BufferName.LdapRequestAttribute, Side.Client, name);
    }

    private static void Entry(ref BerReader reader, IBufferSink into)
    {
        if (!reader.TryTake(BerReader.Sequence, out ReadOnlySpan<byte> list)) return;
        BerReader attributes = new(list);
        for (int i = 0; i < 64 && attributes.TryTake(BerReader.Sequence, out ReadOnlySpan<byte> attribute); i++)
        {
            BerReader one = new(attribute);
            if (one.TryTake(BerReader.OctetString, out ReadOnlySpan<byte> name)) into.Offer(BufferName.LdapResponseAttribute, Side.Server, name);
        }
    }
}
