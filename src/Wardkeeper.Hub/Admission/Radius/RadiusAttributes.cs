using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;

namespace Wardkeeper.Hub.Admission.Radius;

/// <summary>
/// The attributes of one RADIUS request as FreeRADIUS's <c>rlm_rest</c> writes them (<c>{"NAME":{"type":…,"value":[…]}}</c>). Only those that admission needs are kept, so that a
/// password, a challenge or a key never becomes a string here. Everything is bounded before it is held.
/// </summary>
public sealed class RadiusAttributes
{
    /// <summary>Largest body that is read, in bytes: a RADIUS packet of 4,096 bytes with an EAP message and a chain of certificates, in JSON, is far below it.</summary>
    public const int MaxBody = 64 << 10;

    /// <summary>Most attributes; a RADIUS packet of 4,096 bytes has room for at most 2,038 of them, and none that is real has more than a hundred.</summary>
    public const int MaxAttributes = 300;

    /// <summary>Longest value that is kept, in characters: RADIUS's own 253, certificates' subjects up to this.</summary>
    public const int MaxValue = 1024;

    private static readonly FrozenSet<string> Needed = new[]
    {
        "User-Name", "Calling-Station-Id", "Called-Station-Id", "NAS-IP-Address", "NAS-IPv6-Address", "NAS-Identifier", "NAS-Port", "NAS-Port-Id", "EAP-Type",
        "TLS-Client-Cert-Serial", "TLS-Client-Cert-Issuer", "TLS-Client-Cert-Subject", "TLS-Client-Cert-X509v3-Authority-Key-Identifier",
        "Acct-Status-Type", "Acct-Session-Id", "Acct-Session-Time", "Acct-Input-Octets", "Acct-Input-Gigawords", "Acct-Output-Octets", "Acct-Output-Gigawords",
        "Acct-Terminate-Cause", "Acct-Delay-Time", "Event-Timestamp", "Framed-IP-Address", "Class", "Tunnel-Private-Group-Id", "Tmp-String-0",
    }.ToFrozenSet(StringComparer.Ordinal);

    private readonly Dictionary<string, string> values = new(StringComparer.Ordinal);

    private RadiusAttributes()
    {
    }

    /// <summary>First value of an attribute; null when it is not there.</summary>
    public string? this[string name] => values.GetValueOrDefault(name);

    /// <summary>Reads a body. Never throws on input.</summary>
    /// <param name="json">The body.</param>
    /// <param name="fault">Why it was refused.</param>
    public static RadiusAttributes? TryRead(ReadOnlySpan<byte> json, out RadiusFault fault)
    {
        fault = RadiusFault.TooLarge;
        if (json.Length > MaxBody) return null;
        try
        {
            RadiusAttributes read = new();
            Utf8JsonReader reader = new(json, new JsonReaderOptions { MaxDepth = 5 });
            fault = RadiusFault.NotJson;
            return reader.Read() && reader.TokenType == JsonTokenType.StartObject && read.Fill(ref reader, ref fault) ? read : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            fault = RadiusFault.NotJson;
            return null;
        }
    }

    private bool Fill(ref Utf8JsonReader reader, ref RadiusFault fault)
    {
        int count = 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (++count > MaxAttributes)
            {
                fault = RadiusFault.TooManyAttributes;
                return false;
            }
            string? name = reader.ValueSpan.Length <= 100 && Needed.TryGetValue(reader.GetString()!, out string? needed) ? needed : null;
            reader.Read();
            if (name is null) reader.Skip();
            else if (reader.TokenType != JsonTokenType.StartObject || !Take(name, ref reader, ref fault)) return false;
        }
        return reader.TokenType == JsonTokenType.EndObject && !reader.Read();
    }

    /// <summary>Takes the first value of one attribute; the reader stands on its object's start, afterwards on its end.</summary>
    private bool Take(string name, ref Utf8JsonReader reader, ref RadiusFault fault)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool isValue = reader.ValueTextEquals("value"u8);
            reader.Read();
            if (!isValue || reader.TokenType != JsonTokenType.StartArray)
            {
                reader.Skip();
                continue;
            }
            for (int i = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; i++)
            {
                if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.Number)) return false;
                if (i == 0 && !Hold(name, ref reader, ref fault)) return false;
            }
        }
        return reader.TokenType == JsonTokenType.EndObject;
    }

    private bool Hold(string name, ref Utf8JsonReader reader, ref RadiusFault fault)
    {
        string text = reader.TokenType == JsonTokenType.String ? reader.GetString()! : System.Text.Encoding.ASCII.GetString(reader.ValueSpan);
        fault = text.Length > MaxValue ? RadiusFault.AttributeTooLong : text.Any(char.IsControl) ? RadiusFault.ControlCharacters : fault;
        if (text.Length > MaxValue || text.Any(char.IsControl)) return false;
        values.TryAdd(name, text);
        return true;
    }

    /// <summary>A number, in the form that FreeRADIUS writes; null when it is none or negative.</summary>
    public long? Number(string name) => long.TryParse(this[name], NumberStyles.None, CultureInfo.InvariantCulture, out long value) ? value : null;
}
