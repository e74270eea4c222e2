using Microsoft.Extensions.DependencyInjection;
using Wardkeeper.Hub.History;
using Wardkeeper.Sensor.Observations;

namespace Wardkeeper.Console.Pages.Protocols;

/// <summary>Whether remote access comes from outside or stays inside: by the site's own networks.</summary>
internal sealed class RemoteWays(IServiceProvider services)
{
    private readonly LocalNetworks local = services.GetService<LocalNetworks>() ?? LocalNetworks.Default;

    /// <summary>in: from outside, out: to outside, inside, or passing: neither end is the site's.</summary>
    public string Of(RemoteAccess line)
    {
        ArgumentNullException.ThrowIfNull(line);
        return (local.Contains(line.Originator.Ip), local.Contains(line.Responder.Ip)) switch { (true, true) => "inside", (false, true) => "in", (true, false) => "out", _ => "passing" };
    }
}
