using Wardkeeper.Sensor.Decode;
using Wardkeeper.Sensor.Signatures.Buffers;
using Wardkeeper.Sensor.Signatures.Matching;

namespace Wardkeeper.Sensor.Signatures.Rules;

/// <summary>Reads the keywords that wait for something odd. Only events that the sensor knows are taken; the rest is refused.</summary>
internal static class EventKeywords
{
    /// <summary><c>app-layer-event:http.request_uri_double_encoded</c></summary>
    public static void Service(RuleBuilder rule, string? value)
    {
        string name = value ?? throw new RefusedException(rule.Keyword, "a name is missing");
        if (!EventNames.Services.Contains(name)) throw new RefusedException(rule.Keyword, $"{name} is not told by the sensor");
        rule.Begin(BufferName.AppEvent, BufferName.AppEvent, again: true);
        rule.Add(new ContentCheck(System.Text.Encoding.ASCII.GetBytes(name), false) { StartsWith = true, EndsWith = true });
        rule.BeginPayload();
    }

    /// <summary><c>ftpbounce</c></summary>
    public static void FtpBounce(RuleBuilder rule, string? value) => Service(rule, EventNames.FtpBounce);

    /// <summary><c>decode-event:ipv4.pkt_too_small</c></summary>
    public static void Decoder(RuleBuilder rule, string? value) =>
        rule.Rule.DecoderEvent = EventNames.OfDecoder.TryGetValue(value ?? "", out DecoderEvents one) ? one : throw new RefusedException(rule.Keyword, $"{value} is not told by the sensor");

    /// <summary><c>stream-event:reassembly_overlap_different_data</c></summary>
    public static void Stream(RuleBuilder rule, string? value) =>
        rule.Rule.PacketEvent = EventNames.OfStreams.TryGetValue(value ?? "", out string? ours) ? ours : throw new RefusedException(rule.Keyword, $"{value} is not told by the sensor");
}
