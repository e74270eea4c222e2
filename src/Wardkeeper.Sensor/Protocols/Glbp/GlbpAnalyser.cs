using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Glbp;

/// <summary>
/// Cisco's load-sharing routers: which of them answers for the shared address, and which forwards for which of the virtual hardware
/// addresses. Kept per flow: the last few statements, so that an unchanged one is shown once in ten minutes. What authenticates them
/// is never shown, only its kind. Written from public observations, since its maker published no layout.
/// </summary>
internal sealed class GlbpAnalyser : IProtocol
{
    private const ushort Port = 3222;
    private const int Header = 12, Hello = 1, Forwarder = 2, Authentication = 3, MostForwarders = 8;
    private readonly RecentStatements recent = new();

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "glbp",
        Title = "Load-sharing routers (GLBP)",
        Standard = "public observations of Cisco GLBP",
        Carriers = Carrier.Udp,
        FirstBytes = FirstBytes.Of(1),
        Ports = [Port],
        LookAhead = Header,
    };

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening) =>
        opening.Carrier == Carrier.Udp && opening.HasPort(Port) && IsStatement(opening.Any) ? Match.Yes : Match.No;

    /// <inheritdoc/>
    public Progress Consume(in Segment segment, ITransactionSink into)
    {
        ReadOnlySpan<byte> bytes = segment.Bytes;
        if (!IsStatement(bytes)) return new Progress(bytes.Length, 0, segment.Missing > 0 ? null : GlbpFaults.Malformed);
        if (recent.IsRepeat(segment.Side, bytes, segment.At)) return Progress.All(in segment);
        GlbpStatement? said = Read(bytes, in segment);
        if (said is not null) into.Emit(said);
        return new Progress(bytes.Length, 0, said is null && segment.Missing == 0 ? GlbpFaults.Malformed : null);
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
    public void Reset() => recent.Clear();

    /// <summary>Version 1, and behind the header a field of a known kind that is not shorter than its own head.</summary>
    private static bool IsStatement(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= Header + 2 && bytes[0] == 1 && bytes[1] <= 4 && bytes[Header] is >= Hello and <= Authentication && bytes[Header + 1] >= 2;

    private static GlbpStatement? Read(ReadOnlySpan<byte> bytes, in Segment segment)
    {
        SpanReader reader = new(bytes);
        reader.Skip(2);
        int group = reader.U16();
        reader.Skip(2);
        GlbpStatement said = new(segment.At, segment.Range(0, bytes.Length)) { Group = group, Owner = MacAddress.Read(reader.Take(6)) };
        List<string>? forwarders = null;
        while (reader.Remaining >= 2)
        {
            int kind = reader.U8(), length = reader.U8();
            SpanReader field = new(reader.Take(length - 2));
            if (reader.Failed) return null;
            switch (kind)
            {
                case Hello:
                    said = Greet(said, ref field);
                    break;
                case Forwarder:
                    if (Forwards(ref field) is { } forwarder && (forwarders?.Count ?? 0) < MostForwarders) (forwarders ??= []).Add(forwarder);
                    break;
                case Authentication:
                    said = said with { Authentication = field.U8() switch { 0 => null, 1 => "text", 2 or 3 => "md5", _ => "other" } };
                    break;
            }
            if (field.Failed) return null;
        }
        return said with { Forwarders = forwarders };
    }

    /// <summary>State and priority of the gateway, its times in milliseconds, and the shared address.</summary>
    private static GlbpStatement Greet(GlbpStatement said, ref SpanReader field)
    {
        field.Skip(1);
        byte state = field.U8();
        field.Skip(1);
        byte priority = field.U8();
        field.Skip(2);
        uint hello = field.U32(), hold = field.U32();
        field.Skip(6);
        int family = field.U8();
        ReadOnlySpan<byte> address = field.Take(field.U8());
        return said with
        {
            State = State(state),
            Priority = priority,
            HelloTime = hello / 1000.0,
            HoldTime = hold / 1000.0,
            VirtualIp = (family, address.Length) is (1, 4) or (2, 16) ? Address.Read(address) : default,
        };
    }

    /// <summary>Number, state, priority, weight and hardware address of a forwarder.</summary>
    private static string? Forwards(ref SpanReader field)
    {
        byte number = field.U8(), state = field.U8();
        field.Skip(1);
        byte priority = field.U8(), weight = field.U8();
        field.Skip(7);
        ReadOnlySpan<byte> mac = field.Take(6);
        return field.Failed ? null : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{number} {State(state)} {MacAddress.Read(mac)} priority {priority} weight {weight}");
    }

    private static string State(byte state) => state switch { 4 => "listen", 8 => "speak", 0x10 => "standby", 0x20 => "active", _ => "other" };
}
