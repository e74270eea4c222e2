using Wardkeeper.Hub.Findings;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Detection.Detectors;

/// <summary>
/// A log-in by NTLM that a machine in between passes on to a server: what one server says in its challenge, its name and its clock to a ten-millionth of a
/// second, comes out of another machine as well, which at the same moment is the client of the first. Silent when the same connection is seen twice, when both
/// ends are the same, and where web servers stand on both sides, as proxies pass log-ins on.
/// </summary>
internal sealed class LogInRelayed : IDetector, IDetector<TransactionRow>
{
    private const int Kept = 16_384;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(2);
    private static readonly FindingType Type = new("log-in-relayed", Severity.High, Duty.InformationDepartment, "T1557.001");
    private readonly RecentState<string, Said> said = new(Kept);

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new("log-in-relayed", Type) { Logs = ["ntlm"] };

    /// <inheritdoc/>
    public void Inspect(TransactionRow seen, in Knowledge known, IFindingSink findings)
    {
        if (seen.Flow is not { } flow || seen.Real("server_time"u8) is not { } time || (seen.Text("server_nb_computer_name"u8) ?? seen.Text("server_dns_computer_name"u8)) is not { } name) return;
        Said first = said.Of(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{name}|{time:F6}"));
        if (first.Uid is null || seen.At.Since(first.At) > Window)
        {
            (first.Uid, first.At, first.Client, first.Server, first.Port) = (flow.Uid, seen.At, flow.Client, flow.Server, flow.ServerPort);
            return;
        }
        // The one in the middle is server of one connection and client of the other.
        bool isOuter = flow.Client.Ip == first.Server.Ip && flow.Server.Ip != first.Client.Ip, isInner = flow.Server.Ip == first.Client.Ip && flow.Client.Ip != first.Server.Ip;
        if (flow.Uid == first.Uid || (!isOuter && !isInner) || (IsWeb(flow.ServerPort) && IsWeb(first.Port))) return;
        Subject middle = isOuter ? flow.Client : flow.Server, server = isOuter ? flow.Server : first.Server, victim = isOuter ? first.Client : flow.Client;
        if (!known.Local.Contains(middle.Ip) && !known.Local.Contains(server.Ip)) return;
        findings.Raise(new Sighting
        {
            Type = Type,
            Subject = known.Party(middle),
            Confidence = 0.9,
            Arguments = [middle.Ip.ToString(), victim.Ip.ToString(), server.Ip.ToString()],
            Facts =
            [
                new Fact("user", seen.Text("username"u8) ?? "-"),
                new Fact("logs-in-from", victim.Ip.ToString()),
                new Fact("logs-in-at", server.Ip.ToString(), middle.Ip.ToString()),
                new Fact("server-in-challenge", name),
                new Fact("other-connection", first.Uid),
                new Fact("source-proof", "handshake"),
            ],
            Evidence = new Evidence(seen.At, flow.Uid, 0, "ntlm"),
        });
    }

    private static bool IsWeb(ushort port) => port is 80 or 443 or 8080 or 8443 or 3128;

    internal sealed class Said
    {
        public string? Uid { get; set; }

        public CaptureTime At { get; set; }

        public Subject Client { get; set; }

        public Subject Server { get; set; }

        public ushort Port { get; set; }
    }
}
