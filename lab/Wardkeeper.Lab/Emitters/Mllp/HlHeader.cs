using System.Text;

namespace Wardkeeper.Lab.Emitters.Mllp;

/// <summary>The message header of an HL7 v2 message. HL7 v2.5.1, chapter 2, 2.15.9.</summary>
internal sealed class HlHeader
{
    private readonly string[] fields;

    private HlHeader(string[] fields) => this.fields = fields;

    /// <summary>Name of the sender, MSH-3 and MSH-4.</summary>
    public string Sender => $"{this[3]}|{this[4]}";

    /// <summary>MSH-9.</summary>
    public string Type => this[9];

    /// <summary>MSH-10.</summary>
    public string ControlId => this[10];

    /// <summary>How the message is written, from MSH-18; nothing there means one byte a character. HL7 table 0211.</summary>
    public Encoding Encoding => HlCharset.OfTable(this[18]);

    /// <summary>A field by its number, 3 and up; empty where it is missing.</summary>
    public string this[int number] => number <= fields.Length ? fields[number - 1] : "";

    /// <summary>Reads the header of a message.</summary>
    /// <exception cref="InvalidDataException">It has none, or no control id.</exception>
    public static HlHeader Read(string message)
    {
        if (!message.StartsWith("MSH", StringComparison.Ordinal) || message.Length < 9) throw new InvalidDataException("a message does not begin with MSH");
        HlHeader header = new(message.Split('\r', 2)[0].Split(message[3]));
        return header.ControlId.Length > 0 ? header : throw new InvalidDataException("a message has no MSH-10");
    }

    /// <summary>Reads the header of a message whose character set is not known yet. A carriage return is no part of a longer character in any of them.</summary>
    /// <exception cref="InvalidDataException">It has none, or no control id.</exception>
    public static HlHeader Read(ReadOnlySpan<byte> message)
    {
        int end = message.IndexOf((byte)'\r');
        ReadOnlySpan<byte> segment = end < 0 ? message : message[..end];
        return Read(Read(Encoding.Latin1.GetString(segment)).Encoding.GetString(segment));
    }

    /// <summary>Id of the patient whom a message concerns, the first of PID-3; empty where it names none.</summary>
    public static string PatientOf(string message)
    {
        string? segment = message.Split('\r').FirstOrDefault(candidate => candidate.Length > 4 && candidate.StartsWith("PID", StringComparison.Ordinal));
        string[] fields = segment?.Split(segment[3]) ?? [];
        return fields.Length > 3 ? fields[3].Split('^', '~')[0] : "";
    }

    /// <summary>
    /// The answer of original mode, accepted: sender and receiver swapped, the message's control id in MSA-2. Its own control id
    /// is the message's with an A before it, so that the same message gives the same answer.
    /// </summary>
    public string Accepted()
    {
        string charset = this[18].Length > 0 ? "||||||" + this[18] : "";
        return $@"MSH|^~\&|{this[5]}|{this[6]}|{this[3]}|{this[4]}|{this[7]}||ACK|A{ControlId}|{this[11]}|{this[12]}{charset}" + "\rMSA|AA|" + ControlId + "\r";
    }
}
