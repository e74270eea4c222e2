using System.Net;

namespace Wardkeeper.Platform.Configuration;

/// <summary>Where devices enrol and where lists of revoked certificates are fetched, and where authorities' keys are; nothing listens until there is an authority.</summary>
internal sealed class TrustSettings
{
    /// <summary>Port of EST, HTTPS; 0 does not listen.</summary>
    public int Port { get; set; } = 8444;

    /// <summary>Port of lists and OCSP, plain HTTP as RFC 5280 and RFC 6960 want it; 0 does not listen.</summary>
    public int HttpPort { get; set; } = 8081;

    /// <summary>Addresses listened on; the default is this machine alone.</summary>
    public IReadOnlyList<IPAddress> Bind { get; set; } = [IPAddress.Loopback];

    /// <summary>Names and addresses that the certificate of EST holds beside this machine's own.</summary>
    public IReadOnlyList<string> Hosts { get; set; } = [];

    /// <summary>Begin of the address of lists and OCSP, as devices and servers reach it; certificates name it. Empty names none.</summary>
    public string Address { get; set; } = "";

    /// <summary>Whether the hub makes keys for devices that cannot.</summary>
    public bool MakesKeys { get; set; }

    /// <summary>Most requests of one address in a minute.</summary>
    public int PerMinute { get; set; } = 600;

    /// <summary>Shared library of tokens (PKCS #11); null uses none.</summary>
    public string? TokenModule { get; set; }

    /// <summary>File with the token's PIN, which its owner alone may read.</summary>
    public string? PinFile { get; set; }
}
