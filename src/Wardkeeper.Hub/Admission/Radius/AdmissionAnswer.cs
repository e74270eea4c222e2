using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Wardkeeper.Hub.Admission.Radius;

/// <summary>What the hub answers FreeRADIUS. A decision is always a 200 with <c>Class</c>, be it yes or no: everything else makes FreeRADIUS use what it knew last, so that a broken hub refuses nobody.</summary>
public static class AdmissionAnswer
{
    /// <summary>That an accounting message was committed; FreeRADIUS keeps whatever is not answered with exactly this, and sends it again.</summary>
    public static ReadOnlyMemory<byte> Stored { get; } = """{"control:Tmp-String-1":{"op":":=","value":"stored"}}"""u8.ToArray();

    /// <summary>Whether a decision lets in at all, be it into quarantine.</summary>
    public static bool Accepts(AdmissionDecision decision)
    {
        ArgumentNullException.ThrowIfNull(decision);
        return decision.Outcome != AdmissionOutcome.Refuse;
    }

    /// <summary>The attributes that a decision sets in the reply, without Class.</summary>
    public static IReadOnlyList<RadiusAttribute> Reply(AdmissionDecision decision, string form)
    {
        ArgumentNullException.ThrowIfNull(decision);
        return Accepts(decision) ? [.. AdmissionForms.Reply(form, decision.Vlan, decision.Acl, decision.SessionTimeout)] : [new RadiusAttribute("Reply-Message", ":=", "not admitted")];
    }

    /// <summary>The Class of a decision, as FreeRADIUS takes octets.</summary>
    public static string ClassOf(long number) => "0x" + Convert.ToHexStringLower(Encoding.ASCII.GetBytes(RadiusReader.ClassPrefix + number.ToString(CultureInfo.InvariantCulture)));

    /// <summary>The body of a decision's answer.</summary>
    public static ReadOnlyMemory<byte> Of(AdmissionDecision decision, string form)
    {
        ArrayBufferWriter<byte> buffer = new(512);
        using (Utf8JsonWriter json = new(buffer))
        {
            json.WriteStartObject();
            Write(json, "control:Auth-Type", ":=", Accepts(decision) ? "Accept" : "Reject");
            Write(json, "reply:Class", ":=", ClassOf(decision.Number));
            foreach (RadiusAttribute attribute in Reply(decision, form)) Write(json, "reply:" + attribute.Name, attribute.Op, attribute.Value);
            json.WriteEndObject();
        }
        return buffer.WrittenMemory;
    }

    private static void Write(Utf8JsonWriter json, string name, string op, string value)
    {
        json.WriteStartObject(name);
        json.WriteString("op", op);
        json.WriteString("value", value);
        json.WriteEndObject();
    }
}
