namespace Wardkeeper.Sensor.Observations;

/// <summary>Which end of a conversation. For an analyser, the client is the end that plays the protocol's client, whoever was seen first.</summary>
public enum Side : byte
{
    /// <summary>The end that opened the conversation (SCU, HL7 sender, browser).</summary>
    Client,

    /// <summary>The end that answers.</summary>
    Server,
}

/// <summary>Where evidence lies in one side's stream; for datagrams <see cref="Start"/> counts all bytes of that side before it.</summary>
/// <param name="Side">The side that sent the bytes.</param>
/// <param name="Start">Offset of the first byte in that side's stream.</param>
/// <param name="Length">Number of bytes.</param>
public readonly record struct ByteRange(Side Side, long Start, long Length)
{
    /// <summary>Where a part of these bytes lies; the whole where it is no part of them.</summary>
    internal ByteRange Of(ReadOnlySpan<byte> all, ReadOnlySpan<byte> part) => all.Overlaps(part, out int at) ? new ByteRange(Side, Start + at, part.Length) : this;
}

/// <summary>
/// One thing that was said: a DNS query with its answer, one DIMSE exchange, one HL7 message with its acknowledgement. It holds
/// plain values only, no bytes and no live state, so that the same record is written by <c>analyze --out</c>, stored as history
/// and read by detectors. Derived types add properties and write them in <see cref="Write"/>; a column is the property's name in
/// snake case.
/// </summary>
/// <param name="At">Time of the packet that completed it.</param>
/// <param name="Bytes">Where it lies in the stream.</param>
public abstract record Transaction(CaptureTime At, ByteRange Bytes)
{
    /// <summary>When it began, if that differs from <see cref="At"/>; this is the row's <c>ts</c>.</summary>
    public CaptureTime? Began { get; init; }

    /// <summary>The log it belongs to, for example <c>dns</c>; Zeek's name where Zeek has that log.</summary>
    public abstract string Log { get; }

    /// <summary>The flow it was said in; set by the sensor when the transaction leaves the analyser.</summary>
    public FlowView? Flow { get; internal set; }

    /// <summary>The protocol whose words these are, where it is not the one that carried them: HL7 in a body of HTTP. Null: the flow's.</summary>
    internal virtual string? Protocol => null;

    /// <summary>Whether it was said over a serial line behind the flow's responder, and so not by the responder itself.</summary>
    internal bool IsOfSerialLine { get; init; }

    /// <summary>Where texts that it states were read, as far as they stand in the stream as they are.</summary>
    internal TextPlace? Places { get; init; }

    /// <summary>Writes this protocol's fields; time, uid and the four id fields are written by the caller.</summary>
    public abstract void Write(RowWriter row);

    /// <summary>States what follows from it about devices: claims and service sightings.</summary>
    public virtual void Observe(FlowView flow, ObservationBatch into)
    {
    }
}
