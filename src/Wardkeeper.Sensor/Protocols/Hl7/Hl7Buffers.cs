using System.Globalization;
using System.Text;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Signatures.Buffers;

namespace Wardkeeper.Sensor.Protocols.Hl7;

/// <summary>Offers messages to signatures: each segment as it is, each field as <c>PID-3=value</c>, and what the header says of kind and sender.</summary>
internal static class Hl7Buffers
{
    private const int MostSegments = 200, MostFields = 1000;

    /// <summary>Offers the messages of one frame or body.</summary>
    public static void Offer(ReadOnlySpan<byte> text, Side side, IBufferSink into)
    {
        int segments = 0, fields = 0;
        byte separator = (byte)'|';
        while (!text.IsEmpty && segments++ < MostSegments)
        {
            int end = text.IndexOfAny((byte)'\r', (byte)'\n');
            ReadOnlySpan<byte> segment = end < 0 ? text : text[..end];
            text = end < 0 ? default : text[(end + 1)..];
            segment = segment.TrimStart((byte)0x0B);
            if (segment.Length < 4) continue;
            if (segment.StartsWith("MSH"u8))
            {
                separator = segment[3];
                Header(segment, separator, side, into);
            }
            into.Offer(BufferName.Hl7Segment, side, segment);
            fields += Fields(segment, separator, side, MostFields - fields, into);
        }
        into.Complete(side);
    }

    private static void Header(ReadOnlySpan<byte> segment, byte separator, Side side, IBufferSink into)
    {
        into.Offer(BufferName.Hl7SendingApplication, side, Hl7Header.Field(segment, 3, out _));
        into.Offer(BufferName.Hl7ReceivingApplication, side, Hl7Header.Field(segment, 5, out _));
        ReadOnlySpan<byte> kind = Hl7Header.Field(segment, 9, out _);
        if (separator != 0) into.Offer(BufferName.Hl7MessageType, side, kind);
    }

    private static int Fields(ReadOnlySpan<byte> segment, byte separator, Side side, int most, IBufferSink into)
    {
        string name = Encoding.ASCII.GetString(segment[..3]);
        ReadOnlySpan<byte> rest = segment[3..];
        // The header's first field is the separator itself.
        int number = name == "MSH" ? 1 : 0, offered = 0;
        while (!rest.IsEmpty && offered < most)
        {
            rest = rest[1..];
            number++;
            int end = rest.IndexOf(separator);
            ReadOnlySpan<byte> value = end < 0 ? rest : rest[..end];
            rest = end < 0 ? default : rest[end..];
            if (value.IsEmpty) continue;
            into.Offer(BufferName.Hl7Field, side, [.. Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{name}-{number}=")), .. value]);
            offered++;
        }
        return offered;
    }
}
