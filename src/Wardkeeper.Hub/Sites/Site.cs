using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Hub.Sites;

/// <summary>What a site knows of itself and packets cannot tell: its networks, who may scan, which machines are meant to serve, when work was announced.</summary>
public sealed record Site
{
    /// <summary>A site that nobody has described.</summary>
    public static Site Unknown { get; } = new();

    /// <summary>The description as it was read; null when nobody described the site.</summary>
    public string? Text { get; init; }

    /// <summary>Addresses of the site, when the file names any.</summary>
    public LocalNetworks? Local { get; init; }

    /// <summary>Networks with their names, the narrowest first.</summary>
    public IReadOnlyList<SiteNetwork> Networks { get; init; } = [];

    /// <summary>Machines that scan on the hospital's behalf: what they reach is not held against anybody.</summary>
    public IReadOnlyList<SitePlace> DeclaredScanners { get; init; } = [];

    /// <summary>Machines that are meant to serve.</summary>
    public IReadOnlyList<SiteServer> Servers { get; init; } = [];

    /// <summary>Work that was announced.</summary>
    public IReadOnlyList<MaintenanceWindow> MaintenanceWindows { get; init; } = [];

    /// <summary>Systems that were set up for a test or a demonstration.</summary>
    public IReadOnlyList<TestSystem> TestSystems { get; init; } = [];

    /// <summary>Radio cells of the site's own access points (BSSID); empty when nobody named any.</summary>
    public IReadOnlySet<MacAddress> AccessPoints { get; init; } = new HashSet<MacAddress>();

    /// <summary>Names of the site's own radio networks.</summary>
    public IReadOnlySet<string> WirelessNames { get; init; } = new HashSet<string>(StringComparer.Ordinal);

    /// <summary>Who is written to.</summary>
    public IReadOnlyList<SiteContact> Contacts { get; init; } = [];

    /// <summary>Whether a machine is a declared scanner.</summary>
    public bool IsScanner(Address address)
    {
        foreach (SitePlace scanner in DeclaredScanners)
        {
            if (scanner.Contains(address)) return true;
        }
        return false;
    }

    /// <summary>Whether a machine is declared to serve in a role.</summary>
    public bool IsServer(Address address, string role)
    {
        foreach (SiteServer server in Servers)
        {
            if (server.Place.Contains(address) && server.Roles.Contains(role)) return true;
        }
        return false;
    }

    /// <summary>The announced work that a machine is part of at a moment, or null.</summary>
    public MaintenanceWindow? WindowOf(Address address, CaptureTime at)
    {
        foreach (MaintenanceWindow window in MaintenanceWindows)
        {
            if (at >= window.From && at < window.Until && window.Devices.Any(place => place.Contains(address))) return window;
        }
        return null;
    }

    /// <summary>The network that an address belongs to, the narrowest that is named; null when none is.</summary>
    public SiteNetwork? Within(Address address)
    {
        foreach (SiteNetwork network in Networks)
        {
            if (network.Place.Contains(address)) return network;
        }
        return null;
    }

    /// <summary>The security zone of an address: that of its network, a network without one being a zone of its own; null when the site names no network around it.</summary>
    public string? ZoneOf(Address address) => Within(address) is { } network ? network.Zone ?? network.Name : null;

    /// <summary>What lies beyond the site.</summary>
    public const string Outside = "outside";

    /// <summary>What the network of an address is called: by the site's name, else the /24 or /64 around it; "outside" when it is not the site's.</summary>
    /// <param name="address">An address.</param>
    /// <param name="local">Which addresses are the site's.</param>
    public string NetworkOf(Address address, LocalNetworks local)
    {
        ArgumentNullException.ThrowIfNull(local);
        if (Within(address) is { } network) return network.Name;
        if (!local.Contains(address)) return Outside;
        return address.IsV4 ? Address.FromV4(address.V4 & 0xFFFF_FF00) + "/24" : new Address(address.High, 0) + "/64";
    }
}

/// <summary>An address or a network.</summary>
public sealed class SitePlace
{
    private readonly LocalNetworks networks;

    private SitePlace(string text) => (Text, networks) = (text, LocalNetworks.Of([text]));

    /// <summary>As the site wrote it.</summary>
    public string Text { get; }

    /// <summary>How many bits are fixed, of 128.</summary>
    public int Bits => Text.IndexOf('/', StringComparison.Ordinal) is var slash and > 0
        ? int.Parse(Text.AsSpan(slash + 1), System.Globalization.CultureInfo.InvariantCulture) + (Text.Contains(':', StringComparison.Ordinal) ? 0 : 96)
        : 128;

    /// <summary>Reads 10.3.2.7, 10.3.2.0/24 or 2001:db8::/32.</summary>
    public static bool TryParse(string text, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out SitePlace? place)
    {
        place = LocalNetworks.IsNetwork(text) ? new SitePlace(text) : null;
        return place is not null;
    }

    /// <summary>Whether an address lies in it.</summary>
    public bool Contains(Address address) => !address.IsNone && networks.Contains(address);

    /// <inheritdoc/>
    public override string ToString() => Text;
}

/// <summary>A network of the site.</summary>
/// <param name="Place">Where.</param>
/// <param name="Name">What people call it.</param>
/// <param name="Zone">Security zone it belongs to, or null.</param>
public sealed record SiteNetwork(SitePlace Place, string Name, string? Zone = null)
{
    /// <summary>Categories or types of devices that belong there; empty when nobody said so.</summary>
    public IReadOnlyList<string> Holds { get; init; } = [];

    /// <summary>Vendor whose remote access comes from its addresses (the pool of its VPN), or null.</summary>
    public string? Vendor { get; init; }

    /// <summary>Department that answers for what is in it, or null.</summary>
    public string? Department { get; init; }
}

/// <summary>Who is written to about something.</summary>
/// <param name="Kind"><c>person</c>, <c>department</c> (its head), <c>duty</c> or <c>vendor</c>.</param>
/// <param name="Of">The person as the ledger names her, the department, the duty's word, or the maker.</param>
/// <param name="Mail">Address.</param>
/// <param name="Name">How the reader is addressed; null when not said.</param>
public sealed record SiteContact(string Kind, string Of, string Mail, string? Name);

/// <summary>A system that was set up for a test or a demonstration.</summary>
/// <param name="Place">Its address.</param>
/// <param name="Name">What people call it, or null.</param>
/// <param name="Until">When its project ends; null when nobody knows.</param>
public sealed record TestSystem(SitePlace Place, string? Name, CaptureTime? Until);

/// <summary>A machine that is meant to serve.</summary>
/// <param name="Place">Its address.</param>
/// <param name="Name">What people call it, or null.</param>
/// <param name="Roles">What it serves as: <c>database</c>, <c>web</c>, <c>file-transfer</c>, <c>terminal</c>, <c>dicom</c>, <c>hl7</c>, <c>dns</c>, <c>dhcp</c>, <c>ntp</c>.</param>
public sealed record SiteServer(SitePlace Place, string? Name, IReadOnlyList<string> Roles);

/// <summary>Work that was announced: who works on what, from when until when.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Devices">On what.</param>
/// <param name="From">From then on.</param>
/// <param name="Until">Until before then.</param>
/// <param name="Peers">From where the work is done; empty when that was not said.</param>
public sealed record MaintenanceWindow(string Name, IReadOnlyList<SitePlace> Devices, CaptureTime From, CaptureTime Until, IReadOnlyList<SitePlace> Peers);
