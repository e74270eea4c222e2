using System.Globalization;
using System.Text;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols.Http;
using Wardkeeper.Sensor.Tests.Captures;

namespace Wardkeeper.Sensor.Tests.Protocols.Http;

/// <summary>Printers' IPP in bodies of HTTP.</summary>
public sealed class IppTests
{
    private static readonly byte[] Question = Message(0x0B, (1, [(0x47, "attributes-charset", "utf-8"), (0x48, "attributes-natural-language", "en"), (0x45, "printer-uri", "ipp://prn1/ipp/print"), (0x42, "requesting-user-name", "Zhang Wei"), (0x44, "requested-attributes", "all")]));

    private static readonly byte[] Answer = Message(0, (1, [(0x47, "attributes-charset", "utf-8"), (0x48, "attributes-natural-language", "en")]), (4,
    [
        (0x42, "printer-name", "prn1"), (0x41, "printer-make-and-model", "HP LaserJet M404dn"), (0x41, "printer-device-id", "MFG:HP;CMD:PCL,PS;MDL:LaserJet M404dn;SN:PHB1;"), (0x41, "printer-info", "Ward 3"), (0x41, "printer-location", "Floor 2"),
        (0x41, "printer-firmware-string-version", "002_2310A"), (0x45, "printer-uuid", "urn:uuid:1"), (0x23, "printer-state", "\0\0\0\u0005"), (0x44, "printer-state-reasons", "media-jam-error"), (0x44, "", "toner-low-report"),
        (0x34, "media-col-default", ""), (0x4A, "", "media-type"), (0x44, "", "labels"), (0x37, "", ""), (0x44, "uri-authentication-supported", "none"),
    ]));

    private static readonly Said[] Asked = [Ask(Question), Tell(Answer), Ask([.. Message(2, (1, [(0x47, "attributes-charset", "utf-8"), (0x48, "attributes-natural-language", "en"), (0x42, "job-name", "report of Zhang Wei.pdf"), (0x49, "document-format", "application/octet-stream")])), .. "%PDF-1.4\n"u8]),
        Tell(Message(0, (1, [(0x47, "attributes-charset", "utf-8"), (0x48, "attributes-natural-language", "en")]), (2, [(0x21, "job-id", "\0\0\0\u0010"), (0x23, "job-state", "\0\0\0\u0009")])))];

    [Fact]
    public void A_printer_says_what_it_is_and_what_becomes_of_a_job()
    {
        Conversation played = Conversation.Of<HttpAnalyser>(Asked);
        Assert.Empty(played.Faults);
        Golden.Hold("ipp", Conversation.Render(played.Transactions.OfType<IppExchange>()));
        Assert.DoesNotContain("Zhang", string.Join('\n', played.Lines), StringComparison.Ordinal);
        string[] claims = [.. played.Observe().OfType<Claim>().Where(claim => claim.Origin.Contains("printer", StringComparison.Ordinal)).Select(claim => $"{claim.Subject.Ip} {claim.Kind} {claim.Value}")];
        Assert.Equal(["10.0.0.2 Vendor HP", "10.0.0.2 Model LaserJet M404dn", "10.0.0.2 SerialNumber PHB1", "10.0.0.2 Firmware 002_2310A", "10.0.0.2 FriendlyName Ward 3", "10.0.0.2 Location Floor 2"], claims);
    }

    [Fact]
    public void Cutting_the_stream_anywhere_changes_nothing() => Splits.HoldFor<HttpAnalyser>(Asked);

    [Fact]
    public void A_message_that_ends_within_an_attribute_is_a_fault() => Assert.Contains(HttpFaults.IppMalformed, Conversation.Of<HttpAnalyser>([Ask(Question[..^9]), Tell(Answer)]).Faults);

    [Fact]
    public void Operations_and_statuses_are_those_that_tshark_names()
    {
        const string Capture = "captures/ndpi/ipp.pcap";
        IReadOnlyList<string[]> theirs = Tshark.Fields(SharedFiles.Path(Capture), "ipp", "ipp.operation_id", "ipp.status_code");
        IReadOnlyList<IppExchange> ours = CaptureRows<IppExchange>.Of(Capture);
        Assert.Equal(theirs.Select(row => row[0]).Where(code => code.Length > 0).Select(code => IppNames.Operation(Number(code))), ours.Select(row => row.Operation));
        Assert.Equal(theirs.Select(row => row.Length > 1 ? row[1] : "").Where(code => code.Length > 0).Select(code => IppNames.Status(Number(code))), ours.Select(row => row.Status));
        Assert.Equal(["Get-Printer-Attributes", "Print-Job", "Get-Job-Attributes", "Get-Printer-Attributes"], ours.Select(row => row.Operation!));
        Assert.Equal(("16", "completed", "idle"), (ours[1].JobId!, ours[2].JobState!, ours[0].PrinterState!));
    }

    private static int Number(string code) => code.StartsWith("0x", StringComparison.Ordinal) ? int.Parse(code.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) : int.Parse(code, CultureInfo.InvariantCulture);

    private static byte[] Message(int code, params (byte Group, (byte Tag, string Name, string Value)[] Attributes)[] groups)
    {
        List<byte> bytes = [2, 0, (byte)(code >> 8), (byte)code, 0, 0, 0, 1];
        foreach ((byte group, (byte Tag, string Name, string Value)[] attributes) in groups)
        {
            bytes.Add(group);
            foreach ((byte tag, string name, string value) in attributes) bytes.AddRange([tag, 0, (byte)name.Length, .. Encoding.Latin1.GetBytes(name), 0, (byte)value.Length, .. Encoding.Latin1.GetBytes(value)]);
        }
        return [.. bytes, 3];
    }

    private static Said Ask(byte[] body) => new(Side.Client, [.. Encoding.ASCII.GetBytes($"POST /ipp/print HTTP/1.1\r\nHost: prn1:631\r\nContent-Type: application/ipp\r\nContent-Length: {body.Length}\r\n\r\n"), .. body]);

    private static Said Tell(byte[] body) => new(Side.Server, [.. Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: application/ipp\r\nContent-Length: {body.Length}\r\n\r\n"), .. body]);
}
