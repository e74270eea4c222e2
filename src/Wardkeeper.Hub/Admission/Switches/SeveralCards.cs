using System.Globalization;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Admission.Switches;

/// <summary>
/// Tells of ports behind which a switch has learnt several cards. Interfaces of one device are one; what hangs on a serial device server, a telephone, a virtual machine's host, an access point or another
/// switch of the ledger is in order, when people name it so, it has been so for an hour, or it was never anything else.
/// </summary>
public static class SeveralCards
{
    /// <summary>Raises a finding for each such port.</summary>
    /// <param name="table">What the switch has learnt.</param>
    /// <param name="devices">The ledger as admission sees it.</param>
    /// <param name="directory">The ledger as detection sees it.</param>
    /// <param name="at">When it was read.</param>
    /// <param name="findings">Where they are raised.</param>
    public static void Tell(SwitchTable table, IKnownDevices devices, IDeviceDirectory directory, CaptureTime at, IFindingSink findings)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(devices);
        ArgumentNullException.ThrowIfNull(directory);
        ArgumentNullException.ThrowIfNull(findings);
        foreach (IGrouping<string, LearntCard> port in table.AtEdge())
        {
            (MacAddress Mac, KnownDevice? Device)[] cards = [.. port.Select(card => card.Mac).Distinct().Order().Select(mac => (mac, devices.Of(mac)))];
            int machines = cards.Where(card => card.Device is not null).Select(card => card.Device!.Id).Distinct().Count() + cards.Count(card => card.Device is null);
            if (machines < 2 || cards.Any(card => DeviceFacts.IsHosting(card.Device?.Type) && IsBelieved(card.Mac))) continue;
            (MacAddress mac, KnownDevice? device) = cards.FirstOrDefault(card => card.Device is { IsKnownToPeople: true }, cards[0]);
            string place = $"{table.Switch} {port.Key}", told = string.Join(", ", cards.Take(6).Select(card => card.Device?.Shown ?? card.Mac.ToString()));
            findings.Raise(new Sighting
            {
                Type = AdmissionFindings.SeveralCards,
                Subject = new Party(Subject.Of(mac, default), 0, device?.Facts(mac)),
                Discriminator = place,
                Confidence = 0.8,
                Arguments = [place, cards.Length.ToString(CultureInfo.InvariantCulture), told],
                Facts = [new Fact("switch-port", place), new Fact("cards", string.Join(", ", cards.Take(16).Select(card => card.Mac)))],
                Evidence = new Evidence(at, null, 0, "snmp"),
            });
        }

        // What was never heard has its type from the register.
        bool IsBelieved(MacAddress mac) => directory.Of(Subject.Of(mac, default)) is not { } facts || facts.IsTypeBelievedOrFirst(at);
    }
}
