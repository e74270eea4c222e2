using System.Collections.Frozen;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Detection.Detectors;

/// <summary>
/// Passwords that are guessed. Brute force: one machine's log-ins at one server fail at a pace or in a number that no person types, and something
/// speaks for guessing: several users, a name that many systems have (admin, root, sa), passwords from lists, or two failing at the same time. Spraying: eight
/// users of one machine fail within ten minutes, or one such name at six servers. Default passwords: a password from lists is
/// tried on three machines in a day. What counts as a failure is said protocol by protocol. Weighs more when a log-in succeeds afterwards. Silent on
/// a person who mistypes a few times and gets in, on a program that tries its outdated password again and again, on a browser's first request without
/// credentials, on users of a shared machine who mostly get in, and on declared scanners.
/// </summary>
internal sealed class PasswordGuessing : IDetector, IDetector<TransactionRow>
{
    private const int Kept = 8192, Burst = 4, InMinute = 10, InHour = 15, DirectoryInMinute = 8, UnsuspiciousInMinute = 25, JudgedInMinute = 15, AtOnce = 4, SprayUsers = 8, SprayServers = 6, DefaultServers = 3;
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(2), Minute = TimeSpan.FromMinutes(1), TenMinutes = TimeSpan.FromMinutes(10), Hour = TimeSpan.FromHours(1), Day = TimeSpan.FromDays(1);
    private static readonly FindingType Brute = new("brute-force", Severity.Medium, Duty.InformationDepartment, "T1110.001");
    private static readonly FindingType Spray = new("password-spraying", Severity.High, Duty.InformationDepartment, "T1110.003");
    private static readonly FindingType Default = new("default-passwords-tried", Severity.Medium, Duty.ClinicalEngineering, "T1078.001");

    /// <summary>Protocols in which Windows itself tries what it has, several times a second.</summary>
    private static readonly FrozenSet<string> Directory = FrozenSet.ToFrozenSet(["ntlm", "kerberos", "ldap", "smb"], StringComparer.Ordinal);

    /// <summary>Protocols whose failures are judged by numbers alone.</summary>
    private static readonly FrozenSet<string> ByNumber = FrozenSet.ToFrozenSet(["rdp", "snmp"], StringComparer.Ordinal);

    /// <summary>Names that systems bring along; whoever guesses begins with them.</summary>
    private static readonly FrozenSet<string> Common = FrozenSet.ToFrozenSet(["admin", "administrator", "root", "sa", "postgres", "sys", "system", "service", "guest", "user", "test", "operator", "support", "tech", "oracle", "mysql", "dicom", "pi", "ubnt", "default"], StringComparer.OrdinalIgnoreCase);

    private readonly RecentState<LoginPair, Pairing> pairs = new(Kept);
    private readonly RecentState<Address, Guesser> guessers = new(Kept);

    /// <inheritdoc/>
    public static DetectorInfo Info { get; } = new("password-guessing", Brute, Spray, Default) { Logs = LoginResult.Logs };

    /// <inheritdoc/>
    public void Inspect(TransactionRow seen, in Knowledge known, IFindingSink findings)
    {
        if (seen.Flow is not { } flow || LoginResult.Of(seen) is not { } login) return;
        Address client = flow.Client.Ip, server = flow.Server.Ip;
        if (!known.Local.Contains(server) || known.Site.IsScanner(client)) return;
        if (login.Rule == "guessable") ByDefault(seen, flow, login, known, findings);
        LoginPair key = new(client, server, login.Protocol);
        if (login.Succeeded)
        {
            if (guessers.Find(client) is { } one) one.Successes++;
            if (pairs.Find(key) is { } before) Succeeds(before, seen, flow, login, known, findings);
            return;
        }
        Pairing pair = pairs.Of(key);
        pair.Fails(seen.At, flow, login, Hour);
        bool isSuspicious = pair.Users.Count > 1 || pair.Rules.Count > 1 || login.Rule is "guessable" or "empty" || pair.IsAtOnce || (login.User is { } user && Common.Contains(Bare(user)));
        if (IsGuessing(pair, login, isSuspicious, seen.At)) RaiseBrute(pair, seen, flow, login, pair.Entered is { } entered && seen.At.Since(pair.EnteredAt).Duration() <= TenMinutes && !login.IsJudged ? entered : null, known, findings);
        Sprays(seen, flow, login, known, findings);
    }

    private static bool IsGuessing(Pairing pair, LoginResult login, bool isSuspicious, CaptureTime at)
    {
        int minute = pair.Within(at, Minute);
        if (ByNumber.Contains(login.Protocol)) return minute >= JudgedInMinute;
        if (login.Protocol == "ssh") return minute >= InMinute || (pair.IsAtOnce && minute >= AtOnce);
        if (!isSuspicious) return minute >= UnsuspiciousInMinute;
        if (Directory.Contains(login.Protocol)) return minute >= DirectoryInMinute;
        return pair.Within(at, Moment) >= Burst || minute >= InMinute || (pair.IsAtOnce && minute >= AtOnce) || pair.Within(at, Hour) >= InHour;
    }

    /// <summary>A pace at which no person types.</summary>
    private static bool IsFast(Pairing pair, CaptureTime at) => pair.IsAtOnce || pair.Within(at, Moment) >= Burst || pair.Within(at, Minute) >= InMinute;

    private static void Succeeds(Pairing pair, TransactionRow seen, FlowView flow, LoginResult login, in Knowledge known, IFindingSink findings)
    {
        // A session that is no longer short shows a log-in that succeeded, but also the person who mistyped before it.
        if (pair.ToldAt is { } told && seen.At.Since(told) <= Hour && !ByNumber.Contains(login.Protocol)) RaiseBrute(pair, seen, flow, login, login.User ?? "-", known, findings);
        pair.Succeeds(seen.At, login.User);
    }

    private static void RaiseBrute(Pairing pair, TransactionRow seen, FlowView flow, LoginResult login, string? found, in Knowledge known, IFindingSink findings)
    {
        pair.ToldAt = seen.At;
        findings.Raise(new Sighting
        {
            Type = Brute,
            Subject = known.Party(flow.Client),
            Discriminator = login.Protocol,
            Severity = found is not null && IsFast(pair, seen.At) ? Severity.High : ByNumber.Contains(login.Protocol) ? Severity.Low : null,
            Confidence = found is not null && !login.IsJudged ? 0.95 : ByNumber.Contains(login.Protocol) ? 0.6 : login.IsJudged ? 0.75 : 0.9,
            Arguments = [flow.Client.Ip.ToString(), login.Protocol, FlowFacts.Number(pair.Failures), flow.Server.Ip.ToString()],
            Facts =
            [
                new Fact("protocol", login.Protocol),
                new Fact("latest-server", flow.Server.Ip.ToString()),
                new Fact("failures", FlowFacts.Number(pair.Failures), "a few, by hand"),
                new Fact("users-tried", pair.Users.Count == 0 ? "not shown" : string.Join(", ", pair.Users.Order(StringComparer.Ordinal).Take(8))),
                new Fact("at-once", pair.IsAtOnce ? "yes" : "no", "no"),
                new Fact("judged-by", login.IsJudged ? "number and size of connections" : "answers of the server"),
                new Fact("source-proof", flow.Carrier == Carrier.Tcp ? "handshake" : "single packets"),
                .. found is null ? (IEnumerable<Fact>)[] : [new Fact("then-succeeded-as", found, "none")],
            ],
            Evidence = seen.Evidence(),
        });
    }

    private void Sprays(TransactionRow seen, FlowView flow, LoginResult login, in Knowledge known, IFindingSink findings)
    {
        if (login.User is not { } user) return;
        Guesser guesser = guessers.Of(flow.Client.Ip);
        guesser.Begin(seen.At, TenMinutes);
        guesser.Failures++;
        if (guesser.Users.Count < SprayUsers) guesser.Users.Add(Bare(user).ToLowerInvariant());
        if (Common.Contains(Bare(user)) && guesser.Servers.Count < SprayServers) guesser.Servers.Add(flow.Server.Ip);
        bool isMany = guesser.Users.Count >= SprayUsers, isWide = guesser.Servers.Count >= SprayServers;
        if (guesser.IsSprayTold || !(isMany || isWide) || guesser.Failures < 2 * guesser.Successes) return;
        guesser.IsSprayTold = true;
        findings.Raise(new Sighting
        {
            Type = Spray,
            Subject = known.Party(flow.Client),
            Confidence = isMany ? 0.85 : 0.75,
            Arguments = [flow.Client.Ip.ToString(), FlowFacts.Number(guesser.Users.Count), login.Protocol],
            Facts =
            [
                new Fact("users-tried", string.Join(", ", guesser.Users.Order(StringComparer.Ordinal)), "one or two at a machine"),
                new Fact("servers-tried", guesser.Servers.Count > 0 ? string.Join(", ", guesser.Servers.Order()) : flow.Server.Ip.ToString()),
                new Fact("failures", FlowFacts.Number(guesser.Failures)),
                new Fact("successes", FlowFacts.Number(guesser.Successes)),
            ],
            Evidence = seen.Evidence(),
        });
    }

    private void ByDefault(TransactionRow seen, FlowView flow, LoginResult login, in Knowledge known, IFindingSink findings)
    {
        Guesser guesser = guessers.Of(flow.Client.Ip);
        if (seen.At.Since(guesser.DefaultBegan).Duration() > Day)
        {
            (guesser.DefaultBegan, guesser.HasFailedDefault) = (seen.At, false);
            guesser.DefaultServers.Clear();
        }
        // Whoever looks after many machines of one maker knows their password; guessing begins where it is refused.
        guesser.HasFailedDefault |= !login.Succeeded;
        if (guesser.DefaultServers.Count >= DefaultServers || !guesser.DefaultServers.Add(flow.Server.Ip) || guesser.DefaultServers.Count < DefaultServers || !guesser.HasFailedDefault) return;
        findings.Raise(new Sighting
        {
            Type = Default,
            Subject = known.Party(flow.Client),
            Confidence = 0.8,
            Arguments = [flow.Client.Ip.ToString(), FlowFacts.Number(DefaultServers)],
            Facts = [new Fact("servers-tried", string.Join(", ", guesser.DefaultServers.Order())), new Fact("protocol", login.Protocol), new Fact("user", login.User ?? "-")],
            Evidence = seen.Evidence(),
        });
    }

    /// <summary>The user without domain, realm or path.</summary>
    private static string Bare(string user)
    {
        string name = user[(user.LastIndexOf('\\') + 1)..];
        int end = name.IndexOfAny(['@', '/', ',']);
        if (end > 0) name = name[..end];
        return name.StartsWith("cn=", StringComparison.OrdinalIgnoreCase) || name.StartsWith("uid=", StringComparison.OrdinalIgnoreCase) ? name[(name.IndexOf('=', StringComparison.Ordinal) + 1)..] : name;
    }
}
