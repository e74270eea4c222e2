using System.Text;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols.Hl7;

namespace Wardkeeper.Sensor.Tests.Protocols.Hl7;

/// <summary>Writes messages and frames as a sender would.</summary>
internal static class Hl7Text
{
    public static readonly Encoding Gb18030 = CodePagesEncodingProvider.Instance.GetEncoding(54936)!;

    public const string Admit = "MSH|^~\\&|ADT1|WARD|HIS|HOSP|20261123091000||ADT^A01^ADT_A01|ADT0001|P|2.5||||||UNICODE UTF-8\rEVN|A01|20261123091000\r"
        + "PID|1||HL00001^^^HOSP^MR~9988776^^^NHS^NI||MILLER^ANNA||19600101|F\rPV1|1|I|ICU^00^1\r";

    public const string Accept = "MSH|^~\\&|HIS|HOSP|ADT1|WARD|20261123091500||ACK^A01|K1|P|2.5\rMSA|AA|ADT0001\r";

    public static byte[] Framed(string message, Encoding? encoding = null) => [0x0B, .. (encoding ?? Encoding.UTF8).GetBytes(message), 0x1C, 0x0D];

    public static Said Sends(string message, Encoding? encoding = null) => new(Side.Client, Framed(message, encoding));

    public static Said Answers(string message) => new(Side.Server, Framed(message));

    /// <summary>A short message with a header of which the given fields differ.</summary>
    public static string Message(string id = "1", string type = "ORU^R01", string more = "", string? rest = null) =>
        $"MSH|^~\\&|APP|FAC|RAPP|RFAC|20260101||{type}|{id}|P|2.5{more}\r{rest ?? "PID|1||PATIENT77\rOBX|1\rOBX|2\r"}";

    public static string Ack(string id, string code = "AA", string rest = "") => $"MSH|^~\\&|RAPP|RFAC|APP|FAC|20260101||ACK|A{id}|P|2.5\rMSA|{code}|{id}\r{rest}";

    public static Hl7Exchange Single(Conversation conversation) => Assert.IsType<Hl7Exchange>(Assert.Single(conversation.Transactions));

    public static Hl7Exchange Single(params Said[] said) => Single(Conversation.Of<Hl7Analyser>(said));

    public static string Shown(MaskedText? text) => new PatientNames(false).Render(text!.Value);
}
