using System.Buffers.Text;
using System.Text;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols.Http;

namespace Wardkeeper.Sensor.Protocols.Ssdp;

/// <summary>
/// SSDP, the discovery of UPnP: searches, answers and announcements in the grammar of HTTP, one a datagram. Nothing is kept
/// per flow. The device description that LOCATION points to is read where it passes over HTTP.
/// </summary>
internal sealed class SsdpAnalyser : IProtocol
{
    private const int MostFields = 64;

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "ssdp",
        Title = "Simple Service Discovery Protocol (UPnP)",
        Standard = "UPnP Device Architecture 2.0",
        Carriers = Carrier.Udp,
        FirstBytes = FirstBytes.Of("MNH"u8),
        Ports = [1900],
        LookAhead = 1500,
    };

    private enum Form : byte
    {
        None,
        Search,
        Notify,
        Response,
    }

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening)
    {
        ReadOnlySpan<byte> datagram = opening.Any;
        bool fromClient = !opening.Client.IsEmpty;
        return FormOf(datagram) switch
        {
            Form.None => Match.No,
            Form.Response => HasField(datagram, "usn"u8) || HasField(datagram, "st"u8) ? (fromClient ? Match.YesReversed : Match.Yes) : Match.No,
            _ => fromClient ? Match.Yes : Match.YesReversed,
        };
    }

    /// <inheritdoc/>
    public Progress Consume(in Segment segment, ITransactionSink into)
    {
        ReadOnlySpan<byte> bytes = segment.Bytes;
        Form form = FormOf(bytes);
        if (form == Form.None) return new Progress(bytes.Length, 0, SsdpFaults.BadStartLine);
        SsdpMessage message = new(segment.At, segment.Range(0, bytes.Length)) { Kind = form switch { Form.Search => "search", Form.Notify => "notify", _ => "response" } };
        FieldLines fields = new(bytes[(bytes.IndexOf((byte)'\n') + 1)..]);
        Fault? fault = null;
        for (int count = 0; count < MostFields && fields.Next(); count++)
        {
            if (fields.Fault is not null) fault = SsdpFaults.BadField;
            if (!fields.Name.IsEmpty && !fields.Value.IsEmpty) message = Read(message, in fields);
        }
        into.Emit(message with { Places = TextPlace.Of(null, bytes, message.Bytes, message.Server, message.UserAgent) });
        return new Progress(bytes.Length, 0, fault);
    }

    /// <inheritdoc/>
    public void Gap(Side side, long missing, ITransactionSink into)
    {
    }

    /// <inheritdoc/>
    public void End(FlowEnd how, ITransactionSink into)
    {
    }

    /// <inheritdoc/>
    public void Reset()
    {
    }

    private static SsdpMessage Read(SsdpMessage message, in FieldLines fields)
    {
        ReadOnlySpan<byte> value = fields.Value;
        if (fields.Is("st"u8)) return message with { St = FieldText.Of(value) };
        if (fields.Is("nt"u8)) return message with { Nt = FieldText.Of(value) };
        if (fields.Is("usn"u8)) return message with { Usn = FieldText.Of(value), Uuid = UuidOf(value) };
        if (fields.Is("location"u8)) return message with { Location = FieldText.Of(value) };
        if (fields.Is("server"u8)) return message with { Server = FieldText.Of(value) };
        if (fields.Is("user-agent"u8)) return message with { UserAgent = FieldText.Of(value) };
        if (fields.Is("man"u8)) return message with { Man = FieldText.Of(value.Trim((byte)'"')) };
        if (fields.Is("mx"u8)) return message with { Mx = NumberOf(value) };
        if (fields.Is("cache-control"u8)) return message with { MaxAge = NumberOf(FieldText.Parameter(value, "max-age"u8)) };
        if (!fields.Is("nts"u8)) return message;
        return Ascii.EqualsIgnoreCase(value, "ssdp:alive"u8) ? message with { Kind = "alive" }
            : Ascii.EqualsIgnoreCase(value, "ssdp:byebye"u8) ? message with { Kind = "byebye" }
            : Ascii.EqualsIgnoreCase(value, "ssdp:update"u8) ? message with { Kind = "update" }
            : message;
    }

    private static long? NumberOf(ReadOnlySpan<byte> text) =>
        Utf8Parser.TryParse(text, out uint number, out int used) && used == text.Length ? number : null;

    private static string? UuidOf(ReadOnlySpan<byte> usn)
    {
        if (usn.Length < 5 || !Ascii.EqualsIgnoreCase(usn[..5], "uuid:"u8)) return null;
        usn = usn[5..];
        int end = usn.IndexOf((byte)':');
        if (end >= 0) usn = usn[..end];
#pragma warning disable CA1308 // RFC 9562: UUIDs are written in lower case.
        return usn.Length is 0 or > 64 ? null : FieldText.Of(usn).ToLowerInvariant();
#pragma warning restore CA1308
    }

    private static Form FormOf(ReadOnlySpan<byte> datagram)
    {
        int end = datagram.IndexOf((byte)'\n');
        if (end < 0) return Form.None;
        ReadOnlySpan<byte> line = datagram[..end].TrimEnd(" \r"u8);
        if (line.SequenceEqual("M-SEARCH * HTTP/1.1"u8) || line.SequenceEqual("M-SEARCH * HTTP/1.0"u8)) return Form.Search;
        if (line.SequenceEqual("NOTIFY * HTTP/1.1"u8) || line.SequenceEqual("NOTIFY * HTTP/1.0"u8)) return Form.Notify;
        return line.StartsWith("HTTP/1."u8) && line.Length >= 12 && line[8..].StartsWith(" 200"u8) ? Form.Response : Form.None;
    }

    private static bool HasField(ReadOnlySpan<byte> datagram, ReadOnlySpan<byte> name)
    {
        FieldLines fields = new(datagram[(datagram.IndexOf((byte)'\n') + 1)..]);
        for (int count = 0; count < MostFields && fields.Next(); count++)
        {
            if (fields.Is(name)) return true;
        }
        return false;
    }
}
