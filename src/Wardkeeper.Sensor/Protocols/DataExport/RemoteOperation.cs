using System.Buffers.Binary;

namespace Wardkeeper.Sensor.Protocols.DataExport;

/// <summary>Header of a remote operation. Guide, chapter 5, "Protocol Commands": ROapdus, ROIVapdu, RORSapdu, ROERapdu, ROLRSapdu.</summary>
internal readonly ref struct RemoteOperation
{
    public const int Invoke = 1, Answer = 2, Error = 3, LinkedResult = 5;
    public const int EventReport = 0, ConfirmedEventReport = 1, Action = 7;

    public int Kind { get; private init; }

    public int InvokeId { get; private init; }

    /// <summary>Command; of an error its value.</summary>
    public int Command { get; private init; }

    public ReadOnlySpan<byte> Body { get; private init; }

    /// <summary>Whether more parts of a linked result follow.</summary>
    public bool IsLinked { get; private init; }

    /// <summary>Whether the monitor sends it: it reports events and answers the rest.</summary>
    public bool IsOfServer => Command is EventReport or ConfirmedEventReport && Kind != Error ? Kind == Invoke : Kind != Invoke;

    /// <summary>Reads a data message: session and presentation header E100 0002, then the operation.</summary>
    public static bool TryData(ReadOnlySpan<byte> datagram, out RemoteOperation operation)
    {
        operation = default;
        return datagram.Length >= 14 && BinaryPrimitives.ReadUInt32BigEndian(datagram) == 0xE1000002 && TryRead(datagram[4..], out operation);
    }

    /// <summary>Reads a connect indication: nomenclature 0000 0100, then an event report of this kind.</summary>
    public static bool TryIndication(ReadOnlySpan<byte> datagram, out RemoteOperation operation)
    {
        operation = default;
        return datagram.Length >= 28 && BinaryPrimitives.ReadUInt32BigEndian(datagram) == 0x00000100 && TryRead(datagram[4..], out operation)
            && operation is { Kind: Invoke, Command: EventReport, Body.Length: >= 14 } && BinaryPrimitives.ReadUInt16BigEndian(operation.Body[10..]) == DataExportNames.ConnectIndication;
    }

    private static bool TryRead(ReadOnlySpan<byte> bytes, out RemoteOperation operation)
    {
        operation = default;
        SpanReader reader = new(bytes);
        int kind = reader.U16(), length = reader.U16();
        if (kind is not (Invoke or Answer or Error or LinkedResult) || length != reader.Remaining) return false;
        // RORLS_FIRST 1, RORLS_NOT_FIRST_NOT_LAST 2, RORLS_LAST 3.
        int state = kind == LinkedResult ? reader.U8() : 0;
        if (kind == LinkedResult) reader.Skip(1);
        int invoke = reader.U16(), command = reader.U16();
        int size = reader.U16();
        ReadOnlySpan<byte> body = reader.Take(size);
        if (reader.Failed || reader.Remaining != 0 || (kind != Error && !IsOfSystem(command, kind, body))) return false;
        operation = new RemoteOperation { Kind = kind, InvokeId = invoke, Command = command, Body = body, IsLinked = state is 1 or 2 };
        return true;
    }

    /// <summary>Whether a command is known and addressed to the monitor's system, as every one is.</summary>
    private static bool IsOfSystem(int command, int kind, ReadOnlySpan<byte> body) =>
        command is EventReport or ConfirmedEventReport or 3 or 4 or 5 or Action && body.Length >= (kind == Invoke ? 10 : 6) && BinaryPrimitives.ReadUInt16BigEndian(body) == 0x0021;
}
