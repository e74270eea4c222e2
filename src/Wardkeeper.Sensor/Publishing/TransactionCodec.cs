using System.Text.Json;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Publishing;

/// <summary>Transactions as bytes. A row that is not one JSON object breaks the batch: whoever reads rows later need not check again.</summary>
internal static class TransactionCodec
{
    /// <summary>The shortest transaction.</summary>
    public const int LeastBytes = 7;

    public static void Write(WireWriter wire, TransactionRow row)
    {
        wire.Text(row.Log);
        wire.Signed(row.At.Nanoseconds);
        wire.Signed(unchecked(row.At.Nanoseconds - row.Began.Nanoseconds));
        wire.Bytes(row.Json.Span);
    }

    public static TransactionRow Read(ref WireReader wire, FlowView? view)
    {
        string log = wire.NeededText();
        CaptureTime at = new(wire.Signed());
        CaptureTime began = new(unchecked(at.Nanoseconds - wire.Signed()));
        ReadOnlySpan<byte> json = wire.Bytes();
        if (!IsObject(json)) wire.Break();
        return new TransactionRow(log, at, began, view, json.ToArray());
    }

    private static bool IsObject(ReadOnlySpan<byte> json)
    {
        try
        {
            Utf8JsonReader reader = new(json);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return false;
            while (reader.Read())
            {
            }
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
