using System.Security;
using System.Text;
using Wardkeeper.Lab.Services;
using Wardkeeper.Lab.Site;

namespace Wardkeeper.Lab.Attacks.Lateral;

/// <summary>A shell of Windows' remote management: curl says what clients of WinRM say (MS-WSMV, section 4.1), a small server of ours answers as Windows does. Nothing is started.</summary>
internal static class WindowsShell
{
    private const int Port = 5985;
    private const string Shell = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell";

    /// <summary>The program that asks.</summary>
    public static Requirement Needs { get; } = new("curl", "curl");

    /// <summary>Opens a shell, runs a command in it, fetches what it printed and closes the shell.</summary>
    /// <exception cref="LabException">It is not answered.</exception>
    public static async Task OpenAsync(SceneStage stage, HostNamespace from, HostNamespace to, (string User, string Password) login, string command, CancellationToken cancel)
    {
        string shell = new Guid(stage.Dice.Bytes(16)).ToString().ToUpperInvariant(), folder = stage.Folder($"winrm-{to.Device.Key}");
        string[] words = command.Split(' ', 2);
        (string Action, string Body, string Answer)[] steps =
        [
            ("http://schemas.xmlsoap.org/ws/2004/09/transfer/Create", "<rsp:Shell><rsp:InputStreams>stdin</rsp:InputStreams><rsp:OutputStreams>stdout stderr</rsp:OutputStreams></rsp:Shell>", $"<rsp:Shell><rsp:ShellId>{shell}</rsp:ShellId></rsp:Shell>"),
            (Shell + "/Command", $"<rsp:CommandLine><rsp:Command>{SecurityElement.Escape(words[0])}</rsp:Command>{(words.Length > 1 ? $"<rsp:Arguments>{SecurityElement.Escape(words[1])}</rsp:Arguments>" : "")}</rsp:CommandLine>", $"<rsp:CommandResponse><rsp:CommandId>{shell}</rsp:CommandId></rsp:CommandResponse>"),
            (Shell + "/Receive", $"<rsp:Receive><rsp:DesiredStream CommandId=\"{shell}\">stdout stderr</rsp:DesiredStream></rsp:Receive>", $"<rsp:ReceiveResponse><rsp:Stream Name=\"stdout\" CommandId=\"{shell}\">b2sNCg==</rsp:Stream></rsp:ReceiveResponse>"),
            ("http://schemas.xmlsoap.org/ws/2004/09/transfer/Delete", "", ""),
        ];
        int step = 0;
        await using WebAnswers windows = WebAnswers.Start(to, Port, _ => ("200 OK", "application/soap+xml;charset=UTF-8", Encoding.UTF8.GetBytes(Envelope(steps[step].Action + "Response", to, shell, steps[step].Answer))));
        for (; step < steps.Length; step++)
        {
            string file = Path.Combine(folder, $"{step}.xml");
            await File.WriteAllTextAsync(file, Envelope(steps[step].Action, to, shell, steps[step].Body), cancel);
            await stage.MustRunAsync(from, "curl", ["-sSf", "--max-time", "5", "-A", "Microsoft WinRM Client", "-u", $"{login.User}:{login.Password}", "-H", "Content-Type: application/soap+xml;charset=UTF-8", "--data-binary", "@" + file, "-o", "/dev/null", $"http://{to.Device.Ip}:{Port}/wsman"], cancel);
        }
    }

    private static string Envelope(string action, HostNamespace to, string shell, string body) =>
        $"""
        <s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" xmlns:w="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd" xmlns:rsp="{Shell}"><s:Header><a:To>http://{to.Device.Ip}:{Port}/wsman</a:To><w:ResourceURI s:mustUnderstand="true">{Shell}/cmd</w:ResourceURI><a:Action s:mustUnderstand="true">{action}</a:Action><a:MessageID>uuid:{shell}</a:MessageID><w:SelectorSet><w:Selector Name="ShellId">{shell}</w:Selector></w:SelectorSet></s:Header><s:Body>{body}</s:Body></s:Envelope>
        """;
}
