using System.Text;

namespace Wardkeeper.Sensor.Protocols.Http;

/// <summary>What a request and its answer say of the WebSocket that their connection becomes (RFC 6455, section 4).</summary>
internal sealed class WebsocketFields
{
    private const int Most = 8, Longest = 64;

    /// <summary>Protocol that the server chose.</summary>
    public string? Subprotocol { get; private set; }

    /// <summary>Protocols that the client offered.</summary>
    public List<string>? ClientProtocols { get; private set; }

    /// <summary>Extensions that the client offered.</summary>
    public List<string>? ClientExtensions { get; private set; }

    /// <summary>Extensions that the server chose.</summary>
    public List<string>? ServerExtensions { get; private set; }

    /// <summary>Whether a field tells of it.</summary>
    public static bool IsOne(in FieldLines field) => field.Is("sec-websocket-protocol"u8) || field.Is("sec-websocket-extensions"u8);

    /// <summary>Reads such a field.</summary>
    public void Read(in FieldLines field, bool isRequest)
    {
        bool isProtocol = field.Is("sec-websocket-protocol"u8);
        if (isProtocol && !isRequest)
        {
            Subprotocol = Shown(field.Value);
            return;
        }
        List<string> list = isProtocol ? ClientProtocols ??= [] : isRequest ? ClientExtensions ??= [] : ServerExtensions ??= [];
        foreach (Range range in field.Value.Split((byte)','))
        {
            ReadOnlySpan<byte> one = field.Value[range].Trim(" \t"u8);
            if (!one.IsEmpty && list.Count < Most) list.Add(isProtocol ? Shown(one) : FieldText.Of(one, Longest));
        }
    }

    /// <summary>Browsers cannot send credentials with an upgrade, so some clients write their token as a protocol: of a long name only its first words are shown.</summary>
    private static string Shown(ReadOnlySpan<byte> name)
    {
        int words = name.Length > Longest || HasToken(name) ? name.IndexOf(".ey"u8) is > 0 and int token ? token : 0 : name.Length;
        return words == name.Length ? FieldText.Of(name, Longest) : FieldText.Of(name[..Math.Min(words, Longest)], Longest) + "<hidden>";
    }

    private static bool HasToken(ReadOnlySpan<byte> name) =>
        name.Length > 16 && (name.StartsWith("authorization"u8) || name.StartsWith("bearer"u8) || name.StartsWith("base64url."u8) || Ascii.EqualsIgnoreCase(name[..6], "token."u8));
}
