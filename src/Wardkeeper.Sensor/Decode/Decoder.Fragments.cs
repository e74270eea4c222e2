namespace Wardkeeper.Sensor.Decode;

/// <summary>Fragments.</summary>
internal sealed partial class Decoder
{
    private void Fragment(ref Envelope envelope, int at, int offset, bool more, uint id, byte protocol, bool isV6) => counters.Count("ip-fragments", envelope.Number);
}
