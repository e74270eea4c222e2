using System.Buffers.Binary;
using System.Globalization;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Sensor.Protocols.Kerberos;

/// <summary>
/// Reads the three messages of NTLM (MS-NLMP, section 2.2.1) into what is known of an authentication. Challenges, responses and keys
/// are looked at for their length only.
/// </summary>
internal static class NtlmMessage
{
    private const uint Unicode = 1, HasVersion = 0x02000000, ExtendedSession = 0x00080000;
    private const int LongestText = 256, MostPairs = 16;

    /// <summary>Adds what a message says; false when it is none or is cut.</summary>
    public static bool TryRead(ReadOnlySpan<byte> message, NtlmFacts facts)
    {
        if (message.Length < 16 || !GssToken.IsNtlm(message)) return false;
        switch (BinaryPrimitives.ReadUInt32LittleEndian(message[8..]))
        {
            case 1:
                Negotiate(message, facts);
                return true;
            case 2 when message.Length >= 32:
                Challenge(message, facts);
                return true;
            case 3 when message.Length >= 52:
                Authenticate(message, facts);
                return true;
            default:
                return false;
        }
    }

    private static void Negotiate(ReadOnlySpan<byte> message, NtlmFacts facts)
    {
        uint flags = BinaryPrimitives.ReadUInt32LittleEndian(message[12..]);
        facts.HasNegotiate = true;
        if ((flags & HasVersion) != 0 && message.Length >= 40) facts.ClientVersion ??= Version(message[32..]);
        // Both are given without knowing yet what characters the server wants.
        facts.Domain ??= Text(message, 16, isUnicode: false);
        facts.Host ??= Text(message, 24, isUnicode: false);
    }

    private static void Challenge(ReadOnlySpan<byte> message, NtlmFacts facts)
    {
        uint flags = BinaryPrimitives.ReadUInt32LittleEndian(message[20..]);
        facts.HasChallenge = true;
        facts.TargetName = Text(message, 12, (flags & Unicode) != 0);
        if ((flags & HasVersion) != 0 && message.Length >= 56) facts.ServerVersion = Version(message[48..]);
        SpanReader pairs = new(Field(message, 40));
        for (int count = 0; pairs.Remaining >= 4 && count < MostPairs; count++)
        {
            ushort kind = pairs.U16Little();
            ReadOnlySpan<byte> value = pairs.Take(pairs.U16Little());
            switch (kind)
            {
                case 0:
                    return;
                case 1:
                    facts.ServerNetBiosName = Wide(value);
                    break;
                case 2:
                    facts.ServerNetBiosDomain = Wide(value);
                    break;
                case 3:
                    facts.ServerDnsName = Wide(value);
                    break;
                case 4:
                    facts.ServerDnsDomain = Wide(value);
                    break;
                case 5:
                    facts.ServerTree = Wide(value);
                    break;
                case 7:
                    facts.ServerTime = WideText.Time(value);
                    break;
                default:
                    break;
            }
        }
    }

    private static void Authenticate(ReadOnlySpan<byte> message, NtlmFacts facts)
    {
        bool hasFlags = message.Length >= 64;
        uint flags = hasFlags ? BinaryPrimitives.ReadUInt32LittleEndian(message[60..]) : Unicode;
        bool isUnicode = (flags & Unicode) != 0;
        facts.HasAuthenticate = true;
        facts.Domain = Text(message, 28, isUnicode);
        facts.User = Text(message, 36, isUnicode);
        facts.Host = Text(message, 44, isUnicode);
        if (hasFlags && (flags & HasVersion) != 0 && message.Length >= 72) facts.ClientVersion = Version(message[64..]);
        int lan = BinaryPrimitives.ReadUInt16LittleEndian(message[12..]), nt = BinaryPrimitives.ReadUInt16LittleEndian(message[20..]);
        ReadOnlySpan<byte> response = Field(message, 20);
        facts.Response = (lan, nt) switch
        {
            ( <= 1, 0) when facts.User is null => "anonymous",
            (_, > 24) => "NTLMv2",
            (_, 24) => (flags & ExtendedSession) != 0 ? "NTLM2 session" : "NTLMv1",
            (24, 0) => "LM",
            _ => null,
        };
        if (nt > 24) facts.Target = TargetOf(response);
    }

    /// <summary>The service the client means to reach, which it repeats among the pairs behind the fixed part of its response. MS-NLMP, section 2.2.2.7.</summary>
    private static string? TargetOf(ReadOnlySpan<byte> response)
    {
        if (response.Length < 44) return null;
        SpanReader pairs = new(response[44..]);
        for (int count = 0; pairs.Remaining >= 4 && count < MostPairs; count++)
        {
            ushort kind = pairs.U16Little();
            ReadOnlySpan<byte> value = pairs.Take(pairs.U16Little());
            if (kind == 0) return null;
            if (kind == 9) return Wide(value);
        }
        return null;
    }

    /// <summary>Length and offset, as they lie in every message.</summary>
    private static ReadOnlySpan<byte> Field(ReadOnlySpan<byte> message, int at)
    {
        if (message.Length < at + 8) return default;
        int length = BinaryPrimitives.ReadUInt16LittleEndian(message[at..]);
        uint offset = BinaryPrimitives.ReadUInt32LittleEndian(message[(at + 4)..]);
        return offset > message.Length || length > message.Length - offset ? default : message.Slice((int)offset, length);
    }

    private static string? Text(ReadOnlySpan<byte> message, int at, bool isUnicode)
    {
        ReadOnlySpan<byte> field = Field(message, at);
        return isUnicode ? Wide(field) : ShortText.Of(field, LongestText);
    }

    private static string? Wide(ReadOnlySpan<byte> bytes) => WideText.Of(bytes, LongestText);

    private static string? Version(ReadOnlySpan<byte> bytes)
    {
        ushort build = BinaryPrimitives.ReadUInt16LittleEndian(bytes[2..]);
        return bytes[0] == 0 ? null : string.Create(CultureInfo.InvariantCulture, $"{bytes[0]}.{bytes[1]}.{build}");
    }
}

/// <summary>What is known of an authentication by NTLM so far.</summary>
internal sealed class NtlmFacts
{
    public bool HasNegotiate { get; set; }

    public bool HasChallenge { get; set; }

    public bool HasAuthenticate { get; set; }

    public string? User { get; set; }

    public string? Host { get; set; }

    public string? Domain { get; set; }

    public string? ClientVersion { get; set; }

    public string? ServerVersion { get; set; }

    public string? TargetName { get; set; }

    public string? ServerNetBiosName { get; set; }

    public string? ServerNetBiosDomain { get; set; }

    public string? ServerDnsName { get; set; }

    public string? ServerDnsDomain { get; set; }

    public string? ServerTree { get; set; }

    public CaptureTime? ServerTime { get; set; }

    public string? Response { get; set; }

    public string? Target { get; set; }
}
