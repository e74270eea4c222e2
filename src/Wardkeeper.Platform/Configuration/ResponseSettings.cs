using Wardkeeper.Hub.Response.Points.Nftables;

namespace Wardkeeper.Platform.Configuration;

/// <summary>Where actions can be carried out; nowhere unless the site says so.</summary>
internal sealed class ResponseSettings
{
    /// <summary>Where this machine's packet filter stands between devices and the rest; off by default.</summary>
    public NftablesHook NftablesHook { get; set; }

    /// <summary>Network namespace of the packet filter; empty for the machine's own network.</summary>
    public string NftablesNamespace { get; set; } = "";

    /// <summary>Name of our table in the packet filter.</summary>
    public string NftablesTable { get; set; } = "wardkeeper";

    /// <summary>Kilobytes a second that a slowed device may send, and get.</summary>
    public int SlowedTo { get; set; } = 64;
}
