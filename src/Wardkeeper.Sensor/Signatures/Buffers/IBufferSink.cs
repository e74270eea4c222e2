using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Signatures.Buffers;

/// <summary>
/// Takes from analysers the raw parts of what is said, for signatures to look into. It is there only while rules are loaded
/// (<see cref="Protocols.ITransactionSink.Buffers"/> is null otherwise), and what is offered is copied within bounds: an analyser
/// offers what it has at hand as it comes to it, and says when one side's part of a transaction is whole.
/// </summary>
internal interface IBufferSink
{
    /// <summary>A whole part of the transaction that is under way on this side.</summary>
    void Offer(BufferName name, Side side, ReadOnlySpan<byte> bytes);

    /// <summary>A number that the transaction holds.</summary>
    void Offer(BufferName name, Side side, long number);

    /// <summary>More bytes of a long part, a body or a file, that comes in pieces.</summary>
    void Append(BufferName name, Side side, ReadOnlySpan<byte> bytes);

    /// <summary>Something odd was met, by the name that rules have for it, for example <c>http.request_uri_double_encoded</c>.</summary>
    void Event(Side side, string name);

    /// <summary>This side's part of the transaction is whole: rules are asked, and what was offered is forgotten.</summary>
    void Complete(Side side);
}
