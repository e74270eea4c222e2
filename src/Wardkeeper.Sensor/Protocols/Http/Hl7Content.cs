using Wardkeeper.Sensor.Content;
using Wardkeeper.Sensor.Protocols.Hl7;

namespace Wardkeeper.Sensor.Protocols.Http;

/// <summary>HL7 v2 messages in a body, one or a batch of them. HAPI's HL7 over HTTP; HL7 2.9, section 2.10.3.</summary>
/// <param name="Messages">The messages in their order.</param>
internal sealed record Hl7Content(IReadOnlyList<MessageSeen> Messages) : IBodyContent
{
    /// <summary>Reads a body; null when it is no message.</summary>
    public static Hl7Content? Of(in Beginning body)
    {
        if (body.Into is not { } into || body.Text is not [(byte)'M' or (byte)'F' or (byte)'B', _, _, _, _, ..] || Hl7Header.Begins(body.Text) != Match.Yes) return null;
        List<MessageSeen> messages = [];
        Hl7Batch batch = new(new Frame(body.Text.TrimEnd("\u001C\r\n"u8), body.Range, body.At, body.At, false, !body.IsAll));
        while (batch.TryNext(into, out MessageSeen message)) messages.Add(message);
        return new Hl7Content(messages);
    }
}
