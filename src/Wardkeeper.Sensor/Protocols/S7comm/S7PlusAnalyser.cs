using System.Buffers.Binary;
using System.Globalization;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.S7comm;

/// <summary>
/// The protocol of the 1200 and 1500 controllers: which function is asked and answered, and the order number and firmware that the
/// session object bears in clear. Its values, and what is encrypted by the newer firmwares, are passed by.
/// </summary>
internal sealed class S7PlusAnalyser : MessageAnalyser, IProtocol
{
    private const int Longest = 4096, MostWaiting = 32, Digest = 33;
    private const byte ProtocolId = 0x72, Request = 0x31, Response = 0x32, Notification = 0x33;

    private readonly Waiting<int, S7PlusExchange> waiting = new(MostWaiting);

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "s7comm-plus",
        Title = "S7 communication of newer controllers",
        Standard = "Siemens S7 communication plus over RFC 1006",
        Carriers = Carrier.Tcp,
        FirstBytes = FirstBytes.Of(3),
        Ports = [102],
        LookAhead = 256,
        MaxHeld = 8 * 1024,
    };

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening) => S7Analyser.Recognise(in opening, ProtocolId, static data =>
    {
        if (data.Length < 5) return Match.NeedMore;
        int at = data[1] == 3 ? 4 + Digest : 4;
        if (data[1] is not (1 or 2 or 3 or 0xFE)) return Match.No;
        return data.Length <= at ? Match.NeedMore : data[at] switch { Request => Match.Yes, Response or Notification => Match.YesReversed, _ => Match.No };
    });

    /// <inheritdoc/>
    public override void End(FlowEnd how, ITransactionSink into) => waiting.End(into);

    /// <inheritdoc/>
    public override void Reset()
    {
        base.Reset();
        waiting.Clear();
    }

    /// <inheritdoc/>
    protected override Measured Measure(Side side, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < Tpkt.Header) return Measured.Need(Tpkt.Header);
        int length = Tpkt.Length(bytes);
        return length < 0 ? Measured.Wrong(S7Faults.MalformedPacket) : new Measured(length, Longest);
    }

    /// <inheritdoc/>
    protected override Continuation Take(in Message message, ITransactionSink into)
    {
        ReadOnlySpan<byte> data = Tpkt.UserData(message.Bytes);
        if (data.Length < 5 || data[0] != ProtocolId) return Continuation.Stay;
        int at = data[1] == 3 ? 4 + Digest : 4;
        // Behind the operation: two reserved bytes, the function, two reserved bytes, the sequence number.
        if (data.Length < at + 9) return Continuation.Stay;
        ReadOnlySpan<byte> said = data[at..];
        int sequence = BinaryPrimitives.ReadUInt16BigEndian(said[7..]);
        string function = Function(BinaryPrimitives.ReadUInt16BigEndian(said[3..]));
        S7PlusExchange row = new(message.At, message.Range) { Version = data[1], Function = said[0] == Notification ? null : function, Sequence = said[0] == Notification ? 0 : sequence };
        switch (said[0])
        {
            case Request:
                waiting.Add(sequence, row with { PduType = "REQ" }, into);
                break;
            case Response:
                S7PlusExchange? asked = waiting.Take(sequence);
                (string? order, string? firmware) = Identity(said);
                into.Emit((asked ?? row) with { At = message.At, Began = asked?.At, PduType = asked is null ? "RESP" : null, OrderNumber = order, Firmware = firmware, Places = TextPlace.Of(null, message.Bytes, message.Range, order, firmware) });
                break;
            case Notification:
                into.Emit(row with { PduType = "NOTIFY" });
                break;
        }
        return Continuation.Stay;
    }

    /// <summary>The text in which the session object names the controller: a digit, its order number and its firmware, apart by semicolons.</summary>
    private static (string? Order, string? Firmware) Identity(ReadOnlySpan<byte> said)
    {
        int at = said.IndexOf(";6ES7 "u8);
        if (at < 0) return default;
        ReadOnlySpan<byte> order = said[(at + 1)..Math.Min(said.Length, at + 33)];
        int end = order.IndexOf((byte)';');
        if (end < 0) return default;
        ReadOnlySpan<byte> firmware = order[(end + 1)..];
        int stop = firmware.IndexOfAnyExceptInRange((byte)'.', (byte)'Z');
        if (stop >= 0) firmware = firmware[..stop];
        return (ShortText.Of(order[..end].TrimEnd((byte)' '), 32), ShortText.Of(firmware, 16));
    }

    private static string Function(int code) => code switch
    {
        0x04BB => "explore",
        0x04CA => "create-object",
        0x04D4 => "delete-object",
        0x04F2 => "set-variable",
        0x04FC => "get-variable",
        0x0524 => "add-link",
        0x0536 => "remove-link",
        0x054C => "get-multi-variables",
        0x0542 => "set-multi-variables",
        0x0556 => "begin-sequence",
        0x0560 => "end-sequence",
        0x056B => "invoke",
        0x0586 => "get-variables-in-parts",
        _ => "function-0x" + code.ToString("x4", CultureInfo.InvariantCulture),
    };
}
