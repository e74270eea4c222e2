using System.Globalization;
using Wardkeeper.Hub.Findings;
using Wardkeeper.Hub.Ledger;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Analyze;

/// <summary>The devices of a capture as detection sees them: none before the capture is over, since what a device is follows from all of it.</summary>
internal sealed class CaptureDirectory(DeviceLedger ledger) : IDeviceDirectory
{
    private readonly Dictionary<Address, DeviceFacts> byIp = [];
    private readonly Dictionary<MacAddress, DeviceFacts> byMac = [];
    private readonly HashSet<MacAddress> routers = [];
    private readonly List<DeviceFacts> all = [];
    private readonly List<AddressMove> moves = [];

    /// <inheritdoc/>
    public bool HasRegister => false;

    /// <summary>Takes the devices.</summary>
    public void Fill(IReadOnlyList<Device> devices)
    {
        // A router's frames carry others' addresses: its own are those that nobody else has.
        foreach (Device device in devices.OrderBy(IsRouter))
        {
            Subject subject = Subject.Of(device.Macs.Count > 0 ? device.Macs[0] : default, device.Ips.Count > 0 ? device.Ips[0] : default);
            TypeStanding standing = DeviceFacts.IsExempting(device.Type) ? ledger.StandingOf(device) : default;
            DeviceFacts facts = new()
            {
                Id = long.Parse(device.Id.AsSpan(2), CultureInfo.InvariantCulture),
                Name = device.Name,
                Type = device.Type,
                TypeSince = standing.Since,
                TypeBefore = standing.Before,
                Category = device.Category,
                FirstSeen = device.FirstSeen,
                LastSeen = device.LastSeen,
                Subject = subject,
                Ips = device.Ips,
            };
            all.Add(facts);
            foreach (Address ip in device.Ips) byIp.TryAdd(ip, facts);
            foreach (MacAddress mac in device.Macs)
            {
                byMac.TryAdd(mac, facts);
                if (IsRouter(device)) routers.Add(mac);
            }
        }

        static bool IsRouter(Device device) => device.Roles.Contains("router");
    }

    /// <inheritdoc/>
    public DeviceFacts? Of(Subject subject)
    {
        // Two may have had an address one after the other: who has the card is the one that is meant.
        if (!subject.Mac.IsNone && byMac.TryGetValue(subject.Mac, out DeviceFacts? own) && own.Ips.Contains(subject.Ip) && !routers.Contains(subject.Mac)) return own;
        if (!subject.Ip.IsNone) return byIp.GetValueOrDefault(subject.Ip);
        return subject.Mac.IsNone ? null : byMac.GetValueOrDefault(subject.Mac);
    }

    /// <inheritdoc/>
    public IEnumerable<DeviceFacts> All() => all;

    /// <inheritdoc/>
    public IReadOnlyList<AddressMove> TakeMoves(CaptureTime now)
    {
        moves.AddRange(ledger.TakeMoves(now));
        if (all.Count == 0) return [];
        AddressMove[] taken = [.. moves];
        moves.Clear();
        return taken;
    }
}
