using System.Net;
using Wardkeeper.Hub.Admission;
using Wardkeeper.Hub.Admission.Radius;
using Wardkeeper.Hub.Response.Points.Radius;

namespace Wardkeeper.Platform.Admission;

/// <summary>How switches are asked to end or change a session: port and secret out of the switches' file, the form out of the segment that names the switch.</summary>
internal sealed class ChangeTargets(FrontFolder folder, IAdmissionSegments segments) : IChangeTargets
{
    /// <inheritdoc/>
    public ChangeTarget? Of(IPAddress nas) => folder.ReadClients().Of(nas) is { } client ? new ChangeTarget(new IPEndPoint(nas, client.ChangePort), client.ChangeSecret, FormOf(nas)) : null;

    private string FormOf(IPAddress nas) => (segments.All.FirstOrDefault(segment => segment.Nas.Any(one => Means(one, nas))) ?? segments.All.FirstOrDefault(segment => segment.Nas.Count == 0))?.Form ?? AdmissionForms.Standard;

    private static bool Means(string one, IPAddress nas) => IPAddress.TryParse(one, out IPAddress? address) ? address.Equals(nas)
        : IPNetwork.TryParse(one, out IPNetwork network) && network.BaseAddress.AddressFamily == nas.AddressFamily && network.Contains(nas);
}
