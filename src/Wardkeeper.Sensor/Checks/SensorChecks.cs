using System.Globalization;

namespace Wardkeeper.Sensor.Checks;

/// <summary>
/// Checks whether the sensor hears what it should, from facts that were gathered before (<see cref="SensorFactsReader"/>,
/// <see cref="TrafficTally"/>): the same facts always give the same answer. Each check is made once for the machine or once for
/// each interface; what depends on something that is already wrong is left out.
/// </summary>
public static class SensorChecks
{
    /// <summary>Connections and packets that must have been seen before their shares say something.</summary>
    private const int EnoughFlows = 20, EnoughPackets = 1000;

    /// <summary>Share of one-sided connections from which on a side is hidden from the sensor, and from which on something is wrong at all.</summary>
    private const double MostlyOneSided = 0.5, PartlyOneSided = 0.1;

    /// <summary>Share of copies from which on the mirror shows a good part of everything twice; all of it would be a half.</summary>
    private const double Doubled = 0.25;

    /// <summary>Share of lost frames from which on conversations are no longer followed.</summary>
    private const double MuchLost = 0.01;

    private static readonly TimeSpan ClockTolerance = TimeSpan.FromSeconds(2), ClockWrong = TimeSpan.FromMinutes(1);

    /// <summary>Makes all checks, in the order in which they should be read.</summary>
    public static IReadOnlyList<SensorCheck> Run(SensorFacts facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        List<SensorCheck> checks = [Privileges(facts)];
        foreach (InterfaceFacts one in facts.Interfaces) checks.AddRange(Interface(one, facts.Available));
        checks.Add(BothDirections(facts.Traffic));
        checks.Add(Copies(facts.Traffic));
        checks.Add(Clock(facts));
        return checks;
    }

    private static SensorCheck Privileges(SensorFacts facts) => facts.MayCapture switch
    {
        true => new SensorCheck("privileges", "", SensorCheckState.Ok, "ok"),
        false => new SensorCheck("privileges", "", SensorCheckState.Failed, "failed"),
        null => new SensorCheck("privileges", "", SensorCheckState.Unknown, "unknown"),
    };

    private static IEnumerable<SensorCheck> Interface(InterfaceFacts one, IReadOnlyList<string> available)
    {
        if (!one.Exists)
        {
            yield return new SensorCheck("interface-exists", one.Name, SensorCheckState.Failed, "failed", available.Count == 0 ? "-" : string.Join(", ", available));
            yield break;
        }
        yield return new SensorCheck("interface-exists", one.Name, SensorCheckState.Ok, "ok");
        yield return !one.IsUp ? new SensorCheck("interface-up", one.Name, SensorCheckState.Failed, "down")
            : !one.HasCarrier ? new SensorCheck("interface-up", one.Name, SensorCheckState.Failed, "no-carrier")
            : new SensorCheck("interface-up", one.Name, SensorCheckState.Ok, "ok");
        yield return Hears(one);
        yield return one.Addresses.Count == 0
            ? new SensorCheck("interface-address", one.Name, SensorCheckState.Ok, "ok")
            : new SensorCheck("interface-address", one.Name, SensorCheckState.Warning, "warning", string.Join(", ", one.Addresses));
        yield return one.Sent switch
        {
            null => new SensorCheck("interface-silent", one.Name, SensorCheckState.Unknown, "unknown"),
            0 => new SensorCheck("interface-silent", one.Name, SensorCheckState.Ok, "ok"),
            { } sent => new SensorCheck("interface-silent", one.Name, SensorCheckState.Warning, "warning", Number(sent)),
        };
        yield return one.JoinsPackets switch
        {
            null => new SensorCheck("interface-offload", one.Name, SensorCheckState.Unknown, "unknown"),
            false => new SensorCheck("interface-offload", one.Name, SensorCheckState.Ok, "ok"),
            true => new SensorCheck("interface-offload", one.Name, SensorCheckState.Warning, "warning"),
        };
        yield return one.ReceiveErrors switch
        {
            null => new SensorCheck("interface-errors", one.Name, SensorCheckState.Unknown, "unknown"),
            0 => new SensorCheck("interface-errors", one.Name, SensorCheckState.Ok, "ok"),
            { } errors => new SensorCheck("interface-errors", one.Name, SensorCheckState.Warning, "warning", Number(errors), Number(one.Mtu ?? 0)),
        };
        if (one.Captured is { } captured) yield return Delivers(one, captured);
    }

    private static SensorCheck Hears(InterfaceFacts one)
    {
        if (!Capture.Live.LiveInterface.Understands(one.Hardware)) return new SensorCheck("interface-hears", one.Name, SensorCheckState.Failed, "unknown-link", Number(one.Hardware));
        return one.IsWireless ? new SensorCheck("interface-hears", one.Name, SensorCheckState.Warning, "wireless") : new SensorCheck("interface-hears", one.Name, SensorCheckState.Ok, "ok");
    }

    private static SensorCheck Delivers(InterfaceFacts one, long captured)
    {
        if (captured == 0 && one.KernelDrops == 0) return new SensorCheck("interface-delivers", one.Name, SensorCheckState.Warning, "nothing");
        if (one.KernelDrops == 0) return new SensorCheck("interface-delivers", one.Name, SensorCheckState.Ok, "ok", Number(captured));
        double share = one.KernelDrops / (double)(captured + one.KernelDrops);
        return new SensorCheck("interface-delivers", one.Name, share >= MuchLost ? SensorCheckState.Failed : SensorCheckState.Warning, "drops", Number(one.KernelDrops), Percent(share));
    }

    private static SensorCheck BothDirections(TrafficFacts? traffic)
    {
        if (traffic is null || traffic.TcpFlows < EnoughFlows) return new SensorCheck("mirror-both-directions", "", SensorCheckState.Unknown, "unknown", Number(traffic?.TcpFlows ?? 0));
        double share = traffic.OneSidedTcpFlows / (double)traffic.TcpFlows;
        return share >= MostlyOneSided ? new SensorCheck("mirror-both-directions", "", SensorCheckState.Failed, "failed", Percent(share), Number(traffic.TcpFlows))
            : share >= PartlyOneSided ? new SensorCheck("mirror-both-directions", "", SensorCheckState.Warning, "warning", Percent(share), Number(traffic.TcpFlows))
            : new SensorCheck("mirror-both-directions", "", SensorCheckState.Ok, "ok", Percent(share), Number(traffic.TcpFlows));
    }

    private static SensorCheck Copies(TrafficFacts? traffic)
    {
        if (traffic is null || traffic.Packets < EnoughPackets) return new SensorCheck("mirror-copies", "", SensorCheckState.Unknown, "unknown", Number(traffic?.Packets ?? 0));
        double mirror = traffic.MirrorCopies / (double)traffic.Packets, routed = traffic.RoutedCopies / (double)traffic.Packets;
        return mirror >= Doubled
            ? new SensorCheck("mirror-copies", "", SensorCheckState.Warning, "warning", Percent(mirror))
            : new SensorCheck("mirror-copies", "", SensorCheckState.Ok, "ok", Percent(mirror), Percent(routed));
    }

    private static SensorCheck Clock(SensorFacts facts)
    {
        if (facts.TimeServersAhead is { } ahead && ahead.Duration() > ClockTolerance)
        {
            string seconds = ahead.Duration().TotalSeconds.ToString("N0", CultureInfo.InvariantCulture);
            return new SensorCheck("clock", "", ahead.Duration() > ClockWrong ? SensorCheckState.Failed : SensorCheckState.Warning, ahead > TimeSpan.Zero ? "behind" : "ahead", seconds);
        }
        return facts.IsClockKept switch
        {
            true => new SensorCheck("clock", "", SensorCheckState.Ok, "ok"),
            false => new SensorCheck("clock", "", SensorCheckState.Warning, "free"),
            null => new SensorCheck("clock", "", SensorCheckState.Unknown, "unknown"),
        };
    }

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Percent(double share) => share.ToString(share < 0.01 ? "P2" : "P0", CultureInfo.InvariantCulture).Replace(" ", "", StringComparison.Ordinal);
}
