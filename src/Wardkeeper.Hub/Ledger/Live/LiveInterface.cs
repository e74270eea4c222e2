using Wardkeeper.Hub.Identification;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Ledger.Live;

/// <summary>A network attachment: a hardware address, or an IP address where the hardware address is not visible.</summary>
internal sealed class LiveInterface(long number, MacAddress mac, Address ip)
{
    /// <summary>A sign this long after the first is one of its own.</summary>
    private const long AgainAfter = 60 * CaptureTime.PerSecond;

    public long Number => number;

    public MacAddress Mac => mac;

    /// <summary>Its IP address when it has no hardware address.</summary>
    public Address Ip => ip;

    /// <summary>The device it is part of; null while it is a candidate.</summary>
    public LiveDevice? Device { get; set; }

    /// <summary>Whether a person said which device it is part of; evidence does not move it any more.</summary>
    public bool IsPinned { get; set; }

    /// <summary>What was observed of it.</summary>
    public List<Facts> Facts { get; } = [];

    public CaptureTime First => Facts.Count == 0 ? default : Facts.Min(facts => facts.First);

    public CaptureTime Last => Facts.Count == 0 ? default : Facts.Max(facts => facts.Last);

    /// <summary>
    /// Whether there are two signs that it is a machine: it was answered, it was still there a minute later, or an address was bound
    /// to it and it spoke. One sender can make up any number of addresses with one sign each.
    /// </summary>
    public bool IsCorroborated
    {
        get
        {
            Signs signs = Signs.None;
            long first = long.MaxValue, last = long.MinValue;
            foreach (Facts facts in Facts)
            {
                signs |= facts.Signs;
                first = Math.Min(first, facts.First.Nanoseconds);
                last = Math.Max(last, facts.Last.Nanoseconds);
            }
            if (last - first >= AgainAfter) signs |= Signs.Again;
            return (signs & (Signs.Conversed | Signs.Again)) != 0 || ((signs & Signs.Bound) != 0 && (signs & (Signs.Spoke | Signs.Stated)) != 0);
        }
    }

    /// <summary>Things to know about it.</summary>
    public IReadOnlyList<string> Notes(bool isRouter)
    {
        List<string> notes = [];
        if (isRouter) notes.Add("router");
        if (mac.IsNone) notes.Add(Ledger.Facts.NoteWithoutCard(ip, Facts.Exists(facts => !facts.Mac.IsNone)));
        if (MacPrefixes.IsVirtual(mac)) notes.Add("virtual-mac");
        else if (IsVirtualMachine(mac)) notes.Add("virtual-machine");
        else if (mac.IsLocal) notes.Add("randomised-mac");
        return notes;
    }

    /// <summary>Who it is, for people.</summary>
    public override string ToString() => mac.IsNone ? ip.ToString() : mac.ToString();

    /// <summary>Prefixes under which hypervisors make addresses: VMware, Hyper-V, VirtualBox, Xen, Parallels, QEMU, Docker.</summary>
    private static bool IsVirtualMachine(MacAddress mac) => (mac.Value >> 24) is
        0x000569 or 0x000C29 or 0x001C14 or 0x005056 or 0x00155D or 0x080027 or 0x00163E or 0x001C42 or 0x525400 || mac.Value >> 32 == 0x0242;
}

/// <summary>An address that facts had for a time.</summary>
internal sealed class AddressTime
{
    public required long Number { get; init; }

    public required Facts Facts { get; init; }

    public CaptureTime First { get; init; }

    public CaptureTime Last { get; set; }

    /// <summary>dhcp, or null when unknown.</summary>
    public string? Assignment { get; set; }

    /// <summary>Whether another has taken the address since: the next sign begins a new time.</summary>
    public bool IsOver { get; set; }
}
