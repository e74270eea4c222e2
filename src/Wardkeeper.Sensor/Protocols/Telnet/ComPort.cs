using System.Buffers.Binary;
using System.Globalization;

namespace Wardkeeper.Sensor.Protocols.Telnet;

/// <summary>Settings of the serial line behind a device server, from both sides of a negotiation. RFC 2217, section 3.</summary>
internal sealed class ComPort
{
    private const int OfServer = 100, Signature = 0, Baud = 1, DataSize = 2, ParityCode = 3, StopSize = 4;

    private long? baud;
    private int data, parity, stop;

    /// <summary>What the server calls itself.</summary>
    public string? ServerSignature { get; private set; }

    /// <summary>Whether the server answered any of it: then there is a serial line.</summary>
    public bool IsConfirmed { get; private set; }

    /// <summary>Whether something changed since this was last false.</summary>
    public bool IsNews { get; set; }

    /// <summary>Speed in bits a second.</summary>
    public long? Speed => baud;

    /// <summary>Data bits, parity and stop bits, for example <c>8N1</c>; null while one of them is not known.</summary>
    public string? Framing => data == 0 || parity == 0 || stop == 0 ? null : string.Create(CultureInfo.InvariantCulture, $"{data}{TelnetNames.Parity(parity)}{TelnetNames.StopBits(stop)}");

    /// <summary>Takes a subnegotiation without its option byte.</summary>
    public void Take(ReadOnlySpan<byte> content)
    {
        if (content.IsEmpty) return;
        int code = content[0];
        bool isOfServer = code >= OfServer;
        if (isOfServer) IsConfirmed = true;
        ReadOnlySpan<byte> value = content[1..];
        // Nought asks for what is set.
        switch (code % OfServer)
        {
            case Signature when isOfServer && ShortText.Of(value, 128) is { } text: Change(ServerSignature != text); ServerSignature = text; break;
            case Baud when value.Length >= 4 && BinaryPrimitives.ReadUInt32BigEndian(value) is > 0 and uint speed: Change(baud != speed); baud = speed; break;
            case DataSize when value.Length >= 1 && value[0] is >= 5 and <= 8: Change(data != value[0]); data = value[0]; break;
            case ParityCode when value.Length >= 1 && value[0] is >= 1 and <= 5: Change(parity != value[0]); parity = value[0]; break;
            case StopSize when value.Length >= 1 && value[0] is >= 1 and <= 3: Change(stop != value[0]); stop = value[0]; break;
            default: break;
        }
    }

    public void Reset() => (baud, data, parity, stop, ServerSignature, IsConfirmed, IsNews) = (null, 0, 0, 0, null, false, false);

    private void Change(bool differs) => IsNews |= differs;
}
