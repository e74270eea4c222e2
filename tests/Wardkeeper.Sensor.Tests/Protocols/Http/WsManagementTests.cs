using System.Text;
using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols.Http;
using Wardkeeper.Sensor.Protocols.Kerberos;

namespace Wardkeeper.Sensor.Tests.Protocols.Http;

public sealed class WsManagementTests
{
    private const string Names = """<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" xmlns:w="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd">""";

    private static readonly List<Said> Session =
    [
        Request("""<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:wsmid="http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd"><s:Header/><s:Body><wsmid:Identify/></s:Body></s:Envelope>"""),
        Response("200 OK", """<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Header/><s:Body><wsmid:IdentifyResponse xmlns:wsmid="http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd"><wsmid:ProductVendor>Microsoft Corporation</wsmid:ProductVendor><wsmid:ProductVersion>OS: 10.0.17763 SP: 0.0 Stack: 3.0</wsmid:ProductVersion></wsmid:IdentifyResponse></s:Body></s:Envelope>"""),
        Request(Names + """<s:Header><a:Action s:mustUnderstand="true">http://schemas.microsoft.com/wbem/wsman/1/windows/shell/Command</a:Action><w:ResourceURI>http://schemas.microsoft.com/wbem/wsman/1/windows/shell/cmd</w:ResourceURI></s:Header><s:Body><rsp:CommandLine xmlns:rsp="x"><rsp:Command>net user nurse secret /add</rsp:Command></rsp:CommandLine></s:Body></s:Envelope>"""),
        Response("500 Internal Server Error", Names + "<s:Header><a:Action>http://schemas.dmtf.org/wbem/wsman/1/wsman/fault</a:Action></s:Header><s:Body><s:Fault><s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value>w:AccessDenied</s:Value></s:Subcode></s:Code></s:Fault></s:Body></s:Envelope>"),
        Request("--Encrypted Boundary\r\nContent-Type: application/HTTP-SPNEGO-session-encrypted\r\n\r\nxxxx"),
        Response("401 Unauthorized", ""),
    ];

    [Fact]
    public void Requests_are_reported_as_the_golden_file_says()
    {
        Conversation played = Conversation.Of<HttpAnalyser>(Session);
        Golden.Hold("winrm", Conversation.Render(played.Transactions.OfType<WsManagementExchange>()));
        Assert.DoesNotContain("secret", string.Join('\n', played.Lines), StringComparison.Ordinal);
        Assert.Contains(played.Observe(), one => one is Claim { Kind: ClaimKind.OperatingSystem, Value: "Windows 10 1809 or Server 2019 (10.0.17763)" } && one.Subject == Conversation.View().Server);
    }

    [Fact]
    public void Cuts_change_nothing() => Splits.HoldFor<HttpAnalyser>(Session);

    [Fact]
    public void A_log_in_by_NTLM_in_the_heads_is_reported()
    {
        string first = Convert.ToBase64String([.. "NTLMSSP\0"u8, 1, 0, 0, 0, 5, 2, 0, 0x60, .. new byte[16]]), second = Convert.ToBase64String([.. "NTLMSSP\0"u8, 2, 0, 0, 0, .. new byte[8], 5, 2, 0x81, 0, .. new byte[32]]);
        string third = Convert.ToBase64String([.. "NTLMSSP\0"u8, 3, 0, 0, 0, 24, 0, 24, 0, 74, 0, 0, 0, 24, 0, 24, 0, 98, 0, 0, 0, 0, 0, 0, 0, 64, 0, 0, 0, 10, 0, 10, 0, 64, 0, 0, 0, .. new byte[16], 5, 2, 0, 0, .. Encoding.Unicode.GetBytes("nurse"), .. new byte[48]]);
        List<Said> said =
        [
            Said.Client($"GET /lab HTTP/1.1\r\nHost: a\r\nAuthorization: NTLM {first}\r\n\r\n"), Said.Server($"HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: NTLM {second}\r\nContent-Length: 0\r\n\r\n"),
            Said.Client($"GET /lab HTTP/1.1\r\nHost: a\r\nAuthorization: NTLM {third}\r\n\r\n"), Said.Server("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
        ];
        NtlmAuthentication row = Assert.Single(Conversation.Of<HttpAnalyser>(said).Transactions.OfType<NtlmAuthentication>());
        Assert.Equal(("nurse", "NTLMv1", true), (row.Username, row.Response, row.Success));
        Splits.HoldFor<HttpAnalyser>(said);
        said[3] = Said.Server("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n");
        Assert.False(Assert.Single(Conversation.Of<HttpAnalyser>(said).Transactions.OfType<NtlmAuthentication>()).Success);
    }

    private static Said Request(string body) => Said.Client($"POST /wsman HTTP/1.1\r\nHost: ward7:5985\r\nContent-Type: application/soap+xml;charset=UTF-8\r\nContent-Length: {body.Length}\r\n\r\n{body}");

    private static Said Response(string status, string body) => Said.Server($"HTTP/1.1 {status}\r\nContent-Type: application/soap+xml;charset=UTF-8\r\nContent-Length: {body.Length}\r\n\r\n{body}");
}
