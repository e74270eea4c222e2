using System.Text;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Poct1a;

/// <summary>
/// POCT1-A: what point-of-care devices (blood gas, glucose, cardiac markers at the bedside) and their manager tell each other in XML
/// messages over TCP. Each message leaves as one row together with the acknowledgement it got, matched by control id. Kept per flow:
/// who the device is, which end it is, and the messages that wait. Read of a message are its header, what a device says of itself
/// and can do, its state, requests, directives, the codes of what was measured, and the patient's identifier (masked). Of results
/// stand codes and digests of their values, so that a forged one can be told. Deliberately not read: values of results, notes, orders, operators.
/// </summary>
internal sealed class PoctAnalyser : IProtocol
{
    /// <summary>Messages of one side that wait for an acknowledgement; beyond them the oldest is handed out as not acknowledged.</summary>
    private const int MostWaiting = 16;

    private readonly PoctSide client = new(), server = new();
    private readonly List<(string ControlId, CaptureTime Sent, PoctExchange Row)> fromClient = [], fromServer = [];
    private PoctDevice device = PoctDevice.Unknown;
    private Side? deviceSide;
    private bool isHelloMissing, clientLost, serverLost;

    /// <inheritdoc/>
    public static ProtocolInfo Info { get; } = new()
    {
        Name = "poct1a",
        Title = "POCT1-A point-of-care messages",
        Standard = "CLSI POCT01-A2, Device Messaging Layer",
        Carriers = Carrier.Tcp,
        FirstBytes = FirstBytes.Of((byte)'<', 0xEF, (byte)' ', (byte)'\r', (byte)'\n', (byte)'\t'),
        Ports = [3001],
        LookAhead = PoctRoot.Decisive,
        MaxHeld = PoctSide.MaxMessage + 1024,
    };

    /// <inheritdoc/>
    public static Match Recognise(in Opening opening)
    {
        Match client = opening.Client.IsEmpty ? Match.NeedMore : PoctRoot.Begins(opening.Client, out _);
        Match server = opening.Server.IsEmpty ? Match.NeedMore : PoctRoot.Begins(opening.Server, out _);
        if (client == Match.No || server == Match.No) return Match.No;
        return client == Match.Yes || server == Match.Yes ? Match.Yes : Match.NeedMore;
    }

    /// <inheritdoc/>
    public Progress Consume(in Segment segment, ITransactionSink into)
    {
        PoctSide side = segment.Side == Side.Client ? client : server;
        if (side.TryTake(in segment, into, out Progress progress, out CaptureTime since)) Take(in segment, progress.Consumed, since, into);
        return progress;
    }

    /// <inheritdoc/>
    public void Gap(Side side, long missing, ITransactionSink into)
    {
        (side == Side.Client ? client : server).Gap();
        if (side == Side.Client) clientLost = true;
        else serverLost = true;
    }

    /// <inheritdoc/>
    public void End(FlowEnd how, ITransactionSink into)
    {
        client.End(into);
        server.End(into);
        foreach (var (_, _, row) in fromClient) into.Emit(row);
        foreach (var (_, _, row) in fromServer) into.Emit(row);
        fromClient.Clear();
        fromServer.Clear();
    }

    /// <inheritdoc/>
    public void Reset()
    {
        client.Reset();
        server.Reset();
        fromClient.Clear();
        fromServer.Clear();
        device = PoctDevice.Unknown;
        deviceSide = null;
        isHelloMissing = clientLost = serverLost = false;
    }

    private void Take(in Segment segment, int length, CaptureTime since, ITransactionSink into)
    {
        ReadOnlySpan<byte> bytes = segment.Bytes[..length];
        if (PoctRoot.Begins(bytes, out Range name) != Match.Yes) return;
        Side side = segment.Side;
        PoctMessage message = PoctMessage.Read(bytes, Encoding.ASCII.GetString(bytes[name]), into, out string decodedAs);
        if (message.IsOfDevice is { } isOfDevice) deviceSide = isOfDevice == (side == Side.Client) ? Side.Client : Side.Server;
        bool isHello = message.Type.StartsWith("HEL", StringComparison.Ordinal);
        if (isHello) device = message.Device;
        else if (deviceSide == side && device == PoctDevice.Unknown && !isHelloMissing && !(side == Side.Client ? clientLost : serverLost))
        {
            isHelloMissing = true;
            into.Report(PoctFaults.HelloMissing);
        }
        PoctExchange row = message.Row(segment.At, segment.Range(0, length), since, decodedAs, device, into.Masker) with
        {
            SenderRole = deviceSide is null ? null : deviceSide == side ? "device" : "manager",
            IsHello = isHello,
            Truncated = length == PoctSide.MaxMessage,
            Places = isHello ? TextPlace.Of(null, bytes, segment.Range(0, length), device.Vendor, device.Model, device.Hardware, device.Software, device.Id) : null,
        };
        // Its first lines may be among what was lost.
        if (side == Side.Client ? clientLost : serverLost) row = row with { Digest = null };
        if (message.Type.StartsWith("ACK", StringComparison.Ordinal)) Acknowledge(message, row, into);
        else if (message.IsNeverAcknowledged) into.Emit(row);
        else Wait(side == Side.Client ? fromClient : fromServer, message.ControlId, row, into);
    }

    private static void Wait(List<(string ControlId, CaptureTime Sent, PoctExchange Row)> waiting, string controlId, PoctExchange row, ITransactionSink into)
    {
        if (waiting.Count == MostWaiting)
        {
            into.Emit(waiting[0].Row);
            waiting.RemoveAt(0);
        }
        waiting.Add((controlId, row.At, row));
    }

    private void Acknowledge(PoctMessage by, PoctExchange row, ITransactionSink into)
    {
        if (by.Acknowledges is null || by.AckCode is null) into.Report(PoctFaults.Acknowledgement);
        Side sender = row.Bytes.Side == Side.Client ? Side.Server : Side.Client;
        List<(string ControlId, CaptureTime Sent, PoctExchange Row)> waiting = sender == Side.Client ? fromClient : fromServer;
        int found = waiting.FindIndex(one => one.ControlId == by.Acknowledges);
        if (found < 0)
        {
            // The message may be the one that was lost.
            if (!(sender == Side.Client ? clientLost : serverLost)) into.Emit(row with { Ack = by.AckCode, AckError = by.AckError });
            return;
        }
        (_, CaptureTime sent, PoctExchange message) = waiting[found];
        waiting.RemoveAt(found);
        into.Emit(message with { At = row.At, Ack = by.AckCode, AckAfter = row.At.Since(sent), AckError = by.AckError, IsAnswered = true });
    }
}
