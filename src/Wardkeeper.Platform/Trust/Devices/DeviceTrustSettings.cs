using System.Net;

namespace Wardkeeper.Platform.Trust.Devices;

/// <summary>Section <c>devices</c>: the listener for devices.</summary>
internal sealed class DeviceTrustSettings
{
    /// <summary>Port, 1 to 65535; 0 listens for no devices, the default.</summary>
    public int Port { get; set; }

    /// <summary>Addresses listened on.</summary>
    public IReadOnlyList<IPAddress> Bind { get; set; } = [IPAddress.Any];

    /// <summary>PEM file with the hub's certificate for devices and its chain: P-256, issued by one of the hub's authorities.</summary>
    public string? Certificate { get; set; }

    /// <summary>PEM file with its key; null when it stands in the same file.</summary>
    public string? CertificateKey { get; set; }

    /// <summary>PEM file with the roots of the makers of TPMs; null trusts none.</summary>
    public string? ChipRoots { get; set; }

    /// <summary>Devices of the ledger (<c>D-12</c>) that may read everybody's telemetry: servers, machines with apps.</summary>
    public IReadOnlyList<string> Readers { get; set; } = [];

    /// <summary>Suites of algorithms that devices may choose: p256, sm.</summary>
    public IReadOnlyList<string> Suites { get; set; } = ["p256", "sm"];
}
